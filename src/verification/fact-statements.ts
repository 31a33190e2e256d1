import type { Statement } from '../postgres/client.js'
import { qualify, quoteIdentifier, type TableName } from '../postgres/identifier.js'
import type {
  ComparedColumn,
  ComparedModel,
  ComparedReference,
  ReferredRows,
} from './compared-model.js'

/** What is compared of rows: those of a model, or fewer. */
export type ComparedFacts = Pick<ComparedModel, 'columns' | 'references'>

/** Where rows are: SQL that gives them as `c`. */
export type RowsOfSide =
  | { readonly side: 'files'; readonly staging: TableName }
  | { readonly side: 'target'; readonly from: string }

/** One thing that is compared, by itself: values of `r`, as text; NULL is none. */
export interface Fact {
  readonly kind: 'column' | 'reference' | 'row'
  /** Of the column or the reference; empty for a row. */
  readonly name: string
  readonly value: string
}

/**
 * All that is compared. A reference counts with the columns of its own row, so that it is seen when two
 * rows have exchanged theirs; a row counts with all that it refers to.
 */
export function listFacts({ columns, references }: ComparedFacts): readonly Fact[] {
  const values = columns.map((_, index) => `r.v${index}`)
  const parents = references.map((_, index) => `r.p${index}`)
  const own = textOfRow(values)
  return [
    ...columns.map(
      ({ column }, index): Fact => ({
        kind: 'column',
        name: column,
        value: `r.v${index}`,
      }),
    ),
    ...references.map(
      ({ name }, index): Fact => ({
        kind: 'reference',
        name,
        value: `case when r.p${index} is not null then ${textOfRow([own, `r.p${index}`])} end`,
      }),
    ),
    { kind: 'row', name: '', value: textOfRow([...values, ...parents]) },
  ]
}

/**
 * Rows, and of each fact how many there are and two sums of hashes of them, which do not depend on the
 * order. Values that differ have the same two sums by chance once in 2^128; one sum alone would be 64
 * bits, which somebody may construct. Gives a row with `rows` and `f0`, `f1`, … as `[count, sum, sum]`.
 */
export function sumFacts(compared: ComparedFacts, rows: RowsOfSide): Statement {
  const facts = listFacts(compared)
  const texts = facts.map(({ value }, index) => `${value} as t${index}`)
  const sums = facts.map((_, index) => {
    const hash = (seed: number) => `coalesce(sum(${hashOf(`f.t${index}`, seed)}), 0)::text`
    return `array[count(f.t${index})::text, ${SEEDS.map(hash).join(', ')}] as f${index}`
  })
  // OFFSET keeps the planner from writing texts out wherever they are used: each is made once.
  return {
    text: `\
select
  count(*)::float8 as rows,
  ${sums.join(',\n  ')}
from (
select ${texts.join(', ')}
from (
${selectFacts(compared, rows)}
offset 0
) r
offset 0
) f`,
    values: [],
  }
}

/** How many values of a fact, NULL too, are on one side more often than on the other, as `more`. */
export function countMore(
  compared: ComparedFacts,
  { value }: Fact,
  { more, than }: { readonly more: RowsOfSide; readonly than: RowsOfSide },
): Statement {
  const hashes = SEEDS.map((seed) => hashOf(value, seed)).join(', ')
  const select = (rows: RowsOfSide) => `\
select ${hashes}
from (
${selectFacts(compared, rows)}
) r`
  return {
    text: `\
select count(*)::float8 as more
from (
${select(more)}
except all
${select(than)}
) d`,
    values: [],
  }
}

/** Any two. */
const SEEDS: readonly number[] = [0, 7_046_029_254]

function hashOf(value: string, seed: number): string {
  return `hashtextextended(${value}, ${seed})`
}

/** Values as `v0`, `v1`, …; the rows referred to as `p0`, …: NULL where none is. */
function selectFacts({ columns, references }: ComparedFacts, rows: RowsOfSide): string {
  const values = columns.map(({ column }, index) => `${textOf('c', column)} as v${index}`)
  const parents = references.map((each, index) => `${parentOf(each, index, rows)} as p${index}`)
  const from = rows.side === 'files' ? `from ${qualify(rows.staging)} c` : rows.from
  const joins = references.flatMap((each, index) => joinParent(each, index, rows))
  return [`select ${[...values, ...parents].join(', ') || 'null'}`, from, ...joins].join('\n')
}

/** Bytes, whatever the collation says is equal. */
function textOf(row: string, column: string): string {
  return `${row}.${quoteIdentifier(column)}::text collate "C"`
}

/** NULL and the empty text are told apart. */
function textOfRow(values: readonly string[]): string {
  return `row(${values.join(', ')})::text`
}

/** What a row is known by that one refers to; NULL where none is referred to. */
function parentOf(
  { columns, parent }: ComparedReference,
  place: number,
  { side }: RowsOfSide,
): string {
  const isSet = columns.map((name) => `c.${quoteIdentifier(name)} is not null`).join(' and ')
  if (parent === null) return `case when ${isSet} then '()' end`
  const { telling, targetColumns, keepsMissing } = parent
  const [first] = targetColumns
  const known = textOfRow(telling.map((column) => toldBy(`p${place}`, column)))
  const isFound = `p${place}.${quoteIdentifier(first?.column ?? '')} is not null`
  if (side === 'target') return `case when ${isSet} then ${known} end`
  const there = textOfRow(telling.map((column) => toldBy(`k${place}`, column)))
  const otherwise = keepsMissing ? ` when ${isSet} then ${there}` : ''
  return `case when ${isSet} and ${isFound} then ${known}${otherwise} end`
}

/** As it is equal to a business key: what was matched by that may be written otherwise. */
function toldBy(row: string, { column, type }: ComparedColumn): string {
  const name = `${row}.${quoteIdentifier(column)}`
  if (/^("?[^".]+"?\.)?"?citext"?$/.test(type)) return `lower(${name}::text)`
  return type === 'numeric' ? `trim_scale(${name})::text` : `${name}::text`
}

function joinParent(
  { columns, parent }: ComparedReference,
  place: number,
  { side }: RowsOfSide,
): readonly string[] {
  if (parent === null) return []
  if (side === 'target') {
    return [
      `left join ${qualify(parent.table)} p${place} on ${pairUp(columns, parent, `p${place}`)}`,
    ]
  }
  const staged = `left join ${stagedParent(parent)} p${place} on ${pairUp(columns, parent, `p${place}`)}`
  if (!parent.keepsMissing) return [staged]
  const conditions = parent.targetColumns.map(
    ({ column }, index) =>
      // Keys of the files are of a type of their own.
      `k${place}.${quoteIdentifier(column)}::text = c.${quoteIdentifier(columns[index] as string)}::text`,
  )
  const [first] = parent.targetColumns
  const isLost = `p${place}.${quoteIdentifier(first?.column ?? '')} is null`
  return [
    staged,
    `left join ${qualify(parent.table)} k${place} on ${[isLost, ...conditions].join(' and ')}`,
  ]
}

function pairUp(
  columns: readonly string[],
  { targetColumns }: ReferredRows,
  alias: string,
): string {
  return targetColumns
    .map(
      ({ column }, index) =>
        `${alias}.${quoteIdentifier(column)} = c.${quoteIdentifier(columns[index] as string)}`,
    )
    .join(' and ')
}

/** Where rows of the files became one, any of them stands for it. */
function stagedParent({ staging, targetColumns, mayRepeat }: ReferredRows): string {
  if (!mayRepeat) return qualify(staging)
  const list = targetColumns.map(({ column }) => quoteIdentifier(column)).join(', ')
  return `(select distinct on (${list}) * from ${qualify(staging)})`
}
