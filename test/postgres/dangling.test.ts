import { describe, expect, it } from '@jest/globals'
import { countDangling, danglingRows, type ImportedReference } from '../../src/postgres/dangling.js'
import { withTestDatabase } from '../support/test-database.js'

const REFERENCE: ImportedReference = {
  from: { schema: 'public', table: 'order' },
  columns: ['tenant', 'shop'],
  target: { schema: 'public', table: 'shop' },
  targetColumns: ['tenant', 'code'],
  range: { column: 'tenant', from: 5n, to: 9n },
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

  it('counts rows that the transaction wrote, and no others', () =>
    withTestDatabase(
      `
create table shop (tenant int, code text);
create table "order" (tenant bigint, shop text) partition by list (shop);
create table orders partition of "order" default;
insert into "order" values (1, 'a')`,
      async (client) => {
        await client.query(`begin; insert into "order" values (1, 'a'), (2, 'b'), (3, null)`)

        expect(await countDangling(client, { ...REFERENCE, range: null })).toBe(2)
        await client.query('rollback')
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
    expect(danglingRows({ ...REFERENCE, range: null })).toEqual({
      text: expect.stringContaining('where c.xmin = pg_current_xact_id()::xid\n'),
      values: [],
    })
  })
})
