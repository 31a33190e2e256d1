import { beforeAll, describe, expect, it } from '@jest/globals'
import type { ExportPlan } from '../../src/slice/export-plan.js'
import type { LiveReference } from '../../src/slice/live-reference.js'
import { columnKinds, comparison } from '../../src/slice/read-references.js'
import {
  allDangling,
  allPairs,
  childrenOf,
  countRows,
  danglingOf,
  newestOf,
  parentsOf,
  rowsWhere,
  targetsOf,
} from '../../src/slice/slice-statements.js'
import { withSliceStage } from './slice-stage.js'

const CHUNK = { oid: 16_384, rows: 1, tids: Buffer.from('tids') }

let item: LiveReference
let plan: ExportPlan

// Plans are made from a database: none is asked here.
beforeAll(() =>
  withSliceStage(
    `create table "Item ""x""" ("order" int, "line" int, "of" int, primary key ("order", "line"));
create table "Order" (id int primary key)`,
    async ({ plans }) => {
      plan = plans.get('Item "x"') as ExportPlan
      item = {
        from: plan,
        to: plans.get('Order') as ExportPlan,
        reference: {
          name: 'order',
          columns: ['order', 'of'],
          target: 'Order',
          targetColumns: ['id', 'code'],
          nullable: ['of'],
          hasForeignKey: true,
        },
        pairs: [
          { column: 'order', targetColumn: 'id', collation: null, asText: true },
          { column: 'of', targetColumn: 'code', collation: 'pg_catalog."C"', asText: false },
        ],
      }
    },
  ),
)

describe('the statements of a slice', () => {
  it('reads the rows that a condition is true of', () => {
    expect(rowsWhere(plan, { text: 't."of" = $1 or $2', values: [7, null] })).toEqual({
      text: `\
select t.tableoid as oid, substr(tidsend(t.ctid), 1, 3) as segment, string_agg(substr(tidsend(t.ctid), 4), '') as rows
from "public"."Item ""x""" t
where (t."of" = $1 or $2) is true
group by 1, 2`,
      values: [7, null],
    })
  })

  it('reads the rows that refer to some, and those that some refer to', () => {
    expect(childrenOf(item, CHUNK)).toEqual({
      text: `\
select c.tableoid as oid, substr(tidsend(c.ctid), 1, 3) as segment, string_agg(substr(tidsend(c.ctid), 4), '') as rows
from "public"."Item ""x""" c
where exists (
  select
  from "public"."Order" p
  where p.tableoid = $1
    and p.ctid = any ($2::tid[])
    and p."id"::text = c."order"::text and p."code" = c."of" collate pg_catalog."C"
)
group by 1, 2`,
      values: [16_384, CHUNK.tids],
    })
    expect(parentsOf(item, CHUNK)).toEqual({
      text: `\
select p.tableoid as oid, substr(tidsend(p.ctid), 1, 3) as segment, string_agg(substr(tidsend(p.ctid), 4), '') as rows
from "public"."Order" p
where exists (
  select
  from "public"."Item ""x""" c
  where c.tableoid = $1
    and c.ctid = any ($2::tid[])
    and p."id"::text = c."order"::text and p."code" = c."of" collate pg_catalog."C"
)
group by 1, 2`,
      values: [16_384, CHUNK.tids],
    })
  })

  it('reads what each row refers to', () => {
    expect(targetsOf(item, CHUNK)).toEqual({
      text: `\
select c.tableoid as oid, substr(tidsend(c.ctid), 1, 3) as segment,
  string_agg(substr(tidsend(c.ctid), 4) || coalesce(oidsend(p.tableoid) || tidsend(p.ctid), decode(repeat('00', 10), 'hex')), '') as pairs
from "public"."Item ""x""" c
left join "public"."Order" p on p."id"::text = c."order"::text and p."code" = c."of" collate pg_catalog."C"
where c.tableoid = $1
  and c.ctid = any ($2::tid[])
  and c."order" is not null and c."of" is not null
group by 1, 2`,
      values: [16_384, CHUNK.tids],
    })
  })

  it('reads all pairs of a reference, sorted by one of both', () => {
    expect(allPairs(item, 'parents')).toEqual({
      text: `\
select p.tableoid as oid, substr(tidsend(p.ctid), 1, 3) as segment,
  string_agg(substr(tidsend(p.ctid), 4) || oidsend(c.tableoid) || tidsend(c.ctid), '' order by p.ctid) as pairs
from "public"."Item ""x""" c
join "public"."Order" p on p."id"::text = c."order"::text and p."code" = c."of" collate pg_catalog."C"
group by 1, 2`,
      values: [],
    })
    expect(allPairs(item, 'children').text).toContain('order by c.ctid')
  })

  it('counts rows that refer to nothing that is there', () => {
    const all = `\
select count(*)::text as count
from "public"."Item ""x""" c
where c."order" is not null and c."of" is not null
  and not exists (select from "public"."Order" p where p."id"::text = c."order"::text and p."code" = c."of" collate pg_catalog."C")`
    expect(allDangling(item)).toEqual({ text: all, values: [] })
    expect(danglingOf(item, CHUNK)).toEqual({
      text: `${all}
  and c.tableoid = $1
  and c.ctid = any ($2::tid[])`,
      values: [16_384, CHUNK.tids],
    })
  })

  it('reads the newest rows of several sets', () => {
    expect(newestOf(plan, 5, [CHUNK, { ...CHUNK, oid: 7 }])).toEqual({
      text: `\
select t.tableoid as oid, substr(tidsend(t.ctid), 1, 3) as segment, string_agg(substr(tidsend(t.ctid), 4), '') as rows
from (
  select t.tableoid, t.ctid
  from "public"."Item ""x""" t
  where (t.tableoid = $2 and t.ctid = any ($3::tid[]))
    or (t.tableoid = $4 and t.ctid = any ($5::tid[]))
  order by t."order" desc, t."line" desc, t.tableoid desc, t.ctid desc
  limit $1
) t
group by 1, 2`,
      values: [5, 16_384, CHUNK.tids, 7, CHUNK.tids],
    })
  })

  it('counts the rows of a model', () => {
    expect(countRows(plan)).toEqual({
      text: 'select count(*)::text as count from "public"."Item ""x""" t',
      values: [],
    })
  })

  it('looks whether columns can be compared, and how', () => {
    expect(comparison([plan.table, 'of'], [item.to.table, 'id'])).toEqual({
      text: `\
select
from "public"."Item ""x""" c
join "public"."Order" p on p."id" = c."of"
limit 0`,
      values: [],
    })
    expect(columnKinds([{ ...plan.table, column: 'of' }])).toEqual({
      text: `\
select
  n.nspname as schema,
  r.relname as table,
  a.attname as column,
  a.atttypid::text as type,
  case when a.attcollation <> 0 then format('%I.%I', cn.nspname, l.collname) end as collation
from unnest($1::text[], $2::text[], $3::text[]) wanted("schema", "table", "column")
join pg_catalog.pg_namespace n on n.nspname = wanted.schema
join pg_catalog.pg_class r on r.relnamespace = n.oid and r.relname = wanted.table
join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attname = wanted.column
left join pg_catalog.pg_collation l on l.oid = a.attcollation
left join pg_catalog.pg_namespace cn on cn.oid = l.collnamespace`,
      values: [['public'], ['Item "x"'], ['of']],
    })
  })
})
