import { describe, expect, it } from '@jest/globals'
import {
  countDangling,
  danglingRows,
  findDangling,
  firstDangling,
  type ImportedReference,
  lockedTargets,
  lockTargets,
} from '../../src/postgres/dangling.js'
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
        await client.query(`savepoint a; insert into "order" values (4, 'c'); savepoint b`)
        await client.query(`insert into "order" values (5, 'd'), (6, null); release a`)

        expect(await countDangling(client, { ...REFERENCE, range: null })).toBe(4)
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
      text: expect.stringContaining('when c.xmin = pg_current_xact_id()::xid then true\n'),
      values: [],
    })
  })
})

describe('findDangling', () => {
  it('gives the values of a row, as text, and nothing where all targets are there', () =>
    withTestDatabase(
      `
create table shop (tenant int, code text);
create table "order" (tenant bigint, shop text);
insert into "order" values (5, 'a, b'), (4, 'z')`,
      async (client) => {
        expect(await findDangling(client, REFERENCE)).toEqual(['5', 'a, b'])

        await client.query(`insert into shop values (5, 'a, b')`)
        expect(await findDangling(client, REFERENCE)).toBeNull()
      },
    ))

  it('asks in one statement', () => {
    expect(firstDangling(REFERENCE)).toEqual({
      text: `\
select array[c."tenant"::text, c."shop"::text] as values
from "public"."order" c
where c."tenant" between $1::bigint and $2::bigint
  and c."tenant" is not null and c."shop" is not null
  and not exists (select from "public"."shop" p where p."tenant" = c."tenant" and p."code" = c."shop")
limit 1`,
      values: ['5', '9'],
    })
  })
})

describe('lockTargets', () => {
  it('locks the rows of others that are referred to, partitioned or not', () =>
    withTestDatabase(
      `
create table shop (tenant int, code text) partition by list (tenant);
create table shops partition of shop default;
create table "order" (tenant bigint, shop text);
insert into shop values (5, 'a'), (6, 'b')`,
      async (client) => {
        await client.query(`begin; insert into "order" values (5, 'a'), (7, 'c'), (6, null)`)
        await client.query(`savepoint a; insert into shop values (7, 'c'); release a`)

        await lockTargets(client, { ...REFERENCE, range: null })

        const { rows } = await client.query('select code from shop where xmax <> 0')
        expect(rows).toEqual([{ code: 'a' }])
        await client.query('rollback')
      },
    ))

  it('does so in one statement', () => {
    expect(lockedTargets(REFERENCE)).toEqual({
      text: `\
with locked as materialized (
  select
  from "public"."shop" p
  where not case
    when p.xmin = pg_current_xact_id()::xid then true
    when age(p.xmin) >= age(pg_current_xact_id()::xid) then false
    else pg_xact_status((
      pg_current_xact_id()::text::bigint + age(pg_current_xact_id()::xid) - age(p.xmin)
    )::text::xid8) = 'in progress'
  end
    and (p."tenant", p."code") in (
      select c."tenant", c."shop"
      from "public"."order" c
      where c."tenant" between $1::bigint and $2::bigint
    )
  for key share
)
select count(*) from locked`,
      values: ['5', '9'],
    })
  })
})
