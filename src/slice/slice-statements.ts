import type { Statement } from '../postgres/client.js'
import { quoteIdentifier } from '../postgres/identifier.js'
import type { ExportPlan } from './export-plan.js'
import { type LiveReference, renderJoin } from './live-reference.js'
import type { RowChunk } from './row-set.js'

/** A boolean expression over the row `t` of a model, with its parameters `$1`, `$2`, … */
export type RootExpression = Statement

/** The rows of a model that a condition is true of. */
export function rowsWhere({ source }: ExportPlan, { text, values }: RootExpression): Statement {
  return {
    text: `\
select ${packedRows('t')}
from ${source} t
where (${text}) is true
group by 1, 2`,
    values,
  }
}

/**
 * The rows that refer to some others. Types are left to PostgreSQL, and each side keeps its column bare
 * where that is possible, so that an index of either serves.
 */
export function childrenOf(live: LiveReference, parents: RowChunk): Statement {
  return {
    text: `\
select ${packedRows('c')}
from ${live.from.source} c
where exists (
  select
  from ${live.to.source} p
  where p.tableoid = $1
    and p.ctid = any ($2::tid[])
    and ${renderJoin(live.pairs)}
)
group by 1, 2`,
    values: [parents.oid, parents.tids],
  }
}

/** The rows that some others refer to. */
export function parentsOf(live: LiveReference, children: RowChunk): Statement {
  return {
    text: `\
select ${packedRows('p')}
from ${live.to.source} p
where exists (
  select
  from ${live.from.source} c
  where c.tableoid = $1
    and c.ctid = any ($2::tid[])
    and ${renderJoin(live.pairs)}
)
group by 1, 2`,
    values: [children.oid, children.tids],
  }
}

/** Each of some rows that refers to something, and what that is: nothing where it is not there. */
export function targetsOf(live: LiveReference, children: RowChunk): Statement {
  return {
    text: `\
select c.tableoid as oid, ${segmentOf('c')} as segment,
  string_agg(${placeOf('c')} || coalesce(${rowOf('p')}, ${NO_ROW}), '') as pairs
from ${live.from.source} c
left join ${live.to.source} p on ${renderJoin(live.pairs)}
where c.tableoid = $1
  and c.ctid = any ($2::tid[])
  and ${refers(live)}
group by 1, 2`,
    values: [children.oid, children.tids],
  }
}

/** All rows of a reference: by those that refer, or by those that are referred to; each with the others. */
export function allPairs(live: LiveReference, by: 'children' | 'parents'): Statement {
  const [key, other] = by === 'children' ? ['c', 'p'] : ['p', 'c']
  return {
    text: `\
select ${key}.tableoid as oid, ${segmentOf(key)} as segment,
  string_agg(${placeOf(key)} || ${rowOf(other)}, '' order by ${key}.ctid) as pairs
from ${live.from.source} c
join ${live.to.source} p on ${renderJoin(live.pairs)}
group by 1, 2`,
    values: [],
  }
}

/** How many of some rows refer to a row that is not there. */
export function danglingOf(live: LiveReference, children: RowChunk): Statement {
  return {
    text: `\
select count(*)::text as count
${fromDangling(live)}
  and c.tableoid = $1
  and c.ctid = any ($2::tid[])`,
    values: [children.oid, children.tids],
  }
}

/** How many of all rows of a model refer to a row that is not there. */
export function allDangling(live: LiveReference): Statement {
  return {
    text: `\
select count(*)::text as count
${fromDangling(live)}`,
    values: [],
  }
}

/** The newest of some rows: those with the highest keys. */
export function newestOf(
  { source, identity }: ExportPlan,
  count: number,
  chunks: readonly RowChunk[],
): Statement {
  const order = [...identity.map(quoteIdentifier), 'tableoid', 'ctid'].map(
    (column) => `t.${column} desc`,
  )
  const sets = chunks.map(
    (_, index) => `(t.tableoid = $${2 * index + 2} and t.ctid = any ($${2 * index + 3}::tid[]))`,
  )
  return {
    text: `\
select ${packedRows('t')}
from (
  select t.tableoid, t.ctid
  from ${source} t
  where ${sets.join('\n    or ')}
  order by ${order.join(', ')}
  limit $1
) t
group by 1, 2`,
    values: [count, ...chunks.flatMap(({ oid, tids }) => [oid, tids])],
  }
}

/** How many rows a model has. */
export function countRows({ source }: ExportPlan): Statement {
  return { text: `select count(*)::text as count from ${source} t`, values: [] }
}

function fromDangling(live: LiveReference): string {
  return `\
from ${live.from.source} c
where ${refers(live)}
  and not exists (select from ${live.to.source} p where ${renderJoin(live.pairs)})`
}

/** Whether the row `c` refers to something, there or not. */
function refers({ pairs }: LiveReference): string {
  return pairs.map(({ column }) => `c.${quoteIdentifier(column)} is not null`).join(' and ')
}

/** In place of a row that is not there. */
const NO_ROW = "decode(repeat('00', 10), 'hex')"

/** Rows as `PackedRows`, three bytes each, in place of a row of the result for each. */
function packedRows(row: string): string {
  return `${row}.tableoid as oid, ${segmentOf(row)} as segment, string_agg(${placeOf(row)}, '') as rows`
}

function segmentOf(row: string): string {
  return `substr(tidsend(${row}.ctid), 1, 3)`
}

function placeOf(row: string): string {
  return `substr(tidsend(${row}.ctid), 4)`
}

/** Ten bytes: `tableoid` and `ctid`. */
function rowOf(row: string): string {
  return `oidsend(${row}.tableoid) || tidsend(${row}.ctid)`
}
