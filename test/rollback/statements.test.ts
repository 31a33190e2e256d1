import { describe, expect, it } from '@jest/globals'
import type { BatchRows } from '../../src/rollback/batch-rows.js'
import { countGone, countOwn, hasOtherRows } from '../../src/rollback/count-statements.js'
import { createMarks, markChanged, markGone } from '../../src/rollback/mark-statements.js'
import { countReferring, markReferring } from '../../src/rollback/reference-statements.js'
import type { ScopeReference, ScopeTable } from '../../src/rollback/rollback-scope.js'
import { undoRows } from '../../src/rollback/undo-statement.js'

const ORDER: ScopeTable = {
  schema: 'public',
  table: 'Order',
  kind: 'r',
  estimatedRows: -1,
  bytes: 0,
  primaryKey: ['id'],
  columns: [
    { name: 'id', type: 'bigint' },
    { name: 'code', type: 'character varying(3)' },
  ],
  isReachable: true,
  canSelect: true,
  canDelete: true,
  canUpdate: true,
  hasRowSecurity: false,
  deleteTriggers: [],
  place: 3,
  identity: ['id'],
  referredTo: ['id', 'code'],
}

const ITEM: ScopeTable = {
  ...ORDER,
  table: 'Item',
  place: 4,
  primaryKey: [],
  identity: ['tableoid', 'ctid'],
  referredTo: [],
}

const REFERENCE: ScopeReference = {
  name: 'fk',
  from: ITEM,
  columns: ['order'],
  target: ORDER,
  targetColumns: ['code'],
  onDelete: 'restrict',
  isIndexed: true,
  canIndexConcurrently: true,
}

const PART: BatchRows = {
  batch: '7f',
  model: 'Order',
  table: ORDER,
  rows: { by: 'range', column: 'id', from: '1', to: '9', hasGaps: false },
  keyColumns: ['id'],
  writers: ['700', '701'],
  hasRestored: false,
  isLocking: true,
}

describe('marks', () => {
  it('have a column for each that tells rows apart or is referred to', () => {
    expect(createMarks(ORDER)[0]).toBe(`\
create temporary table "prisma_gyro_gone_3" on commit drop as
select t."id" as c0, t."code" as c1, true as is_ours, 0 as round
from "public"."Order" t
with no data`)
  })

  it('are of rows whose keys lie in a range', () => {
    expect(markGone(PART, false)).toEqual({
      text: `\
insert into "pg_temp"."prisma_gyro_gone_3"
select t."id", t."code", t.xmin = any ($1::xid[]), 0
from "public"."Order" t
where t."id" between $2::bigint and $3::bigint
for update of t`,
      values: [['700', '701'], '1', '9'],
    })
  })

  it('are of rows that we wrote, where nothing else tells them', () => {
    const part: BatchRows = { ...PART, rows: { by: 'writer' }, hasRestored: true, isLocking: false }

    expect(markGone(part, true)).toEqual({
      text: `\
insert into "pg_temp"."prisma_gyro_gone_3"
select t."id", t."code", (t.xmin = any ($1::xid[]) or exists (
    select
    from prisma_gyro.restored_row o
    where o.batch_id = $2 and o.model = $3
      and o.key = array[t."id"::text] and o.xid = t.xmin
  )), 0
from "public"."Order" t
where (t.xmin = any ($1::xid[]) or exists (
    select
    from prisma_gyro.restored_row o
    where o.batch_id = $2 and o.model = $3
      and o.key = array[t."id"::text] and o.xid = t.xmin
  ))
  and not exists (
    select
    from prisma_gyro.before_image b
    where b.batch_id = $2 and b.model = $3
      and t."id" = b.key[1]::bigint
  )`,
      values: [['700', '701'], '7f', 'Order'],
    })
  })

  it('hold what rows were', () => {
    const images = ['code']

    expect(markChanged(PART, images)).toEqual({
      text: `\
insert into "pg_temp"."prisma_gyro_back_3"
select t."id", t."code", t.xmin = any ($1::xid[]), b.columns, b."values", b.key, b.xid
from prisma_gyro.before_image b
join "public"."Order" t on t."id" = b.key[1]::bigint
where b.batch_id = $2 and b.model = $3
  and b.columns = $4::text[]
  and (t.xmin = any ($1::xid[]) or array[t."code"::text] is distinct from b."values")
for update of t`,
      values: [['700', '701'], '7f', 'Order', images],
    })
  })
})

describe('rows of a batch', () => {
  it('are counted and locked where they need no marks', () => {
    expect(countGone(PART)).toEqual({
      text: `\
select count(*)::float8 as gone, count(*) filter (where not is_ours)::float8 as "goneChanged"
from (
select t.xmin = any ($1::xid[]) as is_ours
from "public"."Order" t
where t."id" between $2::bigint and $3::bigint
for update of t
) own`,
      values: [['700', '701'], '1', '9'],
    })
  })

  it('are counted beside all rows of their table', () => {
    expect(hasOtherRows(PART)).toEqual({
      text: `\
select exists (select from "public"."Order" t where not t.xmin = any ($1::xid[])) as has`,
      values: [['700', '701']],
    })
    expect(countOwn(PART)).toEqual({
      text: `\
select
  (select count(*) from "public"."Order")::float8 as rows,
  (
    select count(*)
    from "public"."Order" t
    where t."id" between $2::bigint and $3::bigint
    and t.xmin = any ($1::xid[])
  )::float8 as own`,
      values: [['700', '701'], '1', '9'],
    })
  })
})

describe('rows that refer to marked ones', () => {
  it('are counted without those that are marked themselves', () => {
    expect(countReferring({ reference: REFERENCE, own: 'marked', target: 'marked' }).text).toBe(`\
select count(*)::float8 as rows
from "public"."Item" f
where exists (select from "pg_temp"."prisma_gyro_gone_3" m where m.c1 = f."order")
  and not exists (select from "pg_temp"."prisma_gyro_gone_4" m where f."tableoid" = m.c0 and f."ctid" = m.c1)
  and not exists (select from "pg_temp"."prisma_gyro_back_4" m where f."tableoid" = m.c0 and f."ctid" = m.c1)`)
  })

  it('are told by ranges of keys, where these tell which rows go', () => {
    const range = { column: 'id', from: '1', to: '9' }
    const own = { column: 'no', from: '5', to: '6' }
    const byKey = { ...REFERENCE, targetColumns: ['id'] }

    expect(countReferring({ reference: byKey, own, target: range })).toEqual({
      text: `\
select count(*)::float8 as rows
from (
select *
from "public"."Item" f
where f."order" between $3::bigint and $4::bigint
  and (f."no" between $1::bigint and $2::bigint) is not true
offset 0
) f
where exists (select from "public"."Order" m where m."id" = f."order" and m."id" between $3::bigint and $4::bigint)`,
      values: ['5', '6', '1', '9'],
    })
    expect(countReferring({ reference: REFERENCE, own: null, target: range }).text).toBe(`\
select count(*)::float8 as rows
from (
select *
from "public"."Item" f
offset 0
) f
where exists (select from "public"."Order" m where m."code" = f."order" and m."id" between $1::bigint and $2::bigint)`)
  })

  it('are marked round by round', () => {
    const referring = { reference: REFERENCE, own: null, target: 'marked' } as const

    expect(markReferring(referring, { round: 2, isLocking: true })).toEqual({
      text: `\
insert into "pg_temp"."prisma_gyro_gone_4"
select f."tableoid", f."ctid", true, $1::int
from "public"."Item" f
where exists (select from "pg_temp"."prisma_gyro_gone_3" m where m.c1 = f."order" and m.round = $1::int - 1)
for update of f`,
      values: [2],
    })
  })
})

describe('the statement that undoes', () => {
  it('deletes and restores all tables of a group at once', () => {
    const columns = [...ORDER.columns, { name: "co'de", type: 'text' }]

    const { text } = undoRows([
      { table: { ...ORDER, columns }, gone: 'marked', restored: ["co'de"] },
      { table: ITEM, gone: 'marked', restored: [] },
    ])

    expect(text).toBe(`\
with d0 as (
delete from "public"."Order" t
using "pg_temp"."prisma_gyro_gone_3" m
where t."id" = m.c0
returning 1
), d1 as (
delete from "public"."Item" t
using "pg_temp"."prisma_gyro_gone_4" m
where t."tableoid" = m.c0 and t."ctid" = m.c1
returning 1
), r0 as (
update "public"."Order" t
set "co'de" = case when array_position(m.columns, E'co''de') is null then t."co'de" else m.images[array_position(m.columns, E'co''de')]::text end
from "pg_temp"."prisma_gyro_back_3" m
where t."id" = m.c0
returning 1
)
select (select count(*) from d0)::float8 as d0, (select count(*) from d1)::float8 as d1, (select count(*) from r0)::float8 as r0`)
  })

  it('deletes by a range of keys where that tells the rows', () => {
    const gone = { column: 'id', from: '1', to: '9' }

    expect(undoRows([{ table: ORDER, gone, restored: [] }])).toEqual({
      text: `\
with d0 as (
delete from "public"."Order" t
where t."id" between $1::bigint and $2::bigint
returning 1
)
select (select count(*) from d0)::float8 as d0`,
      values: ['1', '9'],
    })
  })
})
