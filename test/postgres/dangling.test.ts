import { describe, expect, it } from '@jest/globals'
import { countDangling, danglingRows, type ReferenceRange } from '../../src/postgres/dangling.js'
import { withTestDatabase } from '../support/test-database.js'

const REFERENCE: ReferenceRange = {
  from: { schema: 'public', table: 'order' },
  columns: ['tenant', 'shop'],
  target: { schema: 'public', table: 'shop' },
  targetColumns: ['tenant', 'code'],
  column: 'tenant',
  range: { from: 5n, to: 9n },
}

describe('countDangling', () => {
  it('counts rows of the range whose target is not there', () =>
    withTestDatabase(
      `
create table shop (tenant int, code text);
create table "order" (tenant bigint, shop text);
insert into shop values (5, 'a'), (6, 'b');
insert into "order" values
  (5, 'a'), (6, 'b'), -- there
  (5, null), (null, 'a'), -- refer to nothing
  (4, 'a'), (10, 'a'), -- of others
  (5, 'b'), (6, 'a'), (9, 'a')`,
      async (client) => {
        expect(await countDangling(client, REFERENCE)).toBe(3)
      },
    ))

  it('asks in one statement', () => {
    expect(danglingRows(REFERENCE)).toEqual({
      text: `\
select count(*)::text as count
from "public"."order" c
where c."tenant" between $1::bigint and $2::bigint
  and c."tenant" is not null and c."shop" is not null
  and not exists (select from "public"."shop" p where p."tenant" = c."tenant" and p."code" = c."shop")`,
      values: ['5', '9'],
    })
  })
})
