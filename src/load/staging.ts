import type { PreparedConflict } from '../plan/conflict.js'
import type { Statement } from '../postgres/client.js'
import { qualify, quoteIdentifier, type TableName } from '../postgres/identifier.js'
import { conflictClause, TARGET } from './conflict-clause.js'
import type { SentColumn } from './send-rows.js'
import { updateCounter } from './update-counter.js'

/** Rows that are to go into a table, by the SQL that gives them. */
export interface SelectedRows {
  readonly table: TableName
  readonly columns: readonly SentColumn[]
  /** Gives values for `columns` in their order. */
  readonly select: string
  /**
   * What becomes of rows that are there.
   * @default null: they are in the way
   */
  readonly conflict?: PreparedConflict | null
}

/**
 * A temporary table of our own. No name of an application is likely to be the same: within a
 * transaction it would hide a table of that name from functions of triggers.
 *
 * @param place Counts from 0 within what is loaded together.
 */
export function stagingTable(place: number): TableName {
  return { schema: 'pg_temp', table: `prisma_gyro_staged_${place + 1}` }
}

/**
 * Makes a temporary table. Its columns are written out: LIKE would want the privilege to read the table
 * that the rows are for. It has no constraints, so that only types refuse values.
 */
export function createStaging(staging: TableName, columns: readonly SentColumn[]): Statement {
  const list = columns.map(({ column, type }) => `  ${quoteIdentifier(column)} ${type}`)
  return {
    text: `\
create temporary table ${qualify(staging)} (
${list.join(',\n')}
) on commit drop`,
    values: [],
  }
}

/** Drops the first so many of them: they would take room on disk until COMMIT. */
export function dropStaging(count: number): Statement {
  const tables = Array.from({ length: count }, (_, place) => qualify(stagingTable(place)))
  return { text: `drop table ${tables.join(', ')}`, values: [] }
}

/**
 * The rows that were copied into a temporary table.
 *
 * @param leftNull Columns that are NULL instead.
 */
export function selectStaged(
  staging: TableName,
  columns: readonly SentColumn[],
  leftNull: readonly string[] = [],
): string {
  const fields = columns.map(({ column }) =>
    leftNull.includes(column) ? 'null' : quoteIdentifier(column),
  )
  return `\
select ${fields.join(', ')}
  from ${qualify(staging)}`
}

/**
 * Rows from parameters, an array of text for each column. Arrays of the types themselves would not do:
 * \`unnest\` takes arrays of arrays apart, so that a column that is an array lost its rows.
 *
 * @param first Number of the first parameter.
 */
export function selectParameters(columns: readonly SentColumn[], first: number): string {
  const names = columns.map(({ column }) => quoteIdentifier(column))
  const fields = columns.map(({ type }, index) => `r.${names[index]}::${withoutLength(type)}`)
  const arrays = columns.map((_, index) => `$${first + index}::text[]`)
  return `\
select ${fields.join(', ')}
  from unnest(${arrays.join(', ')}) r(${names.join(', ')})`
}

/**
 * Inserts the rows of several tables by one statement, at the end of which PostgreSQL checks foreign
 * keys: rows may refer to each other however they like. Gives a row with the count of each table, in
 * their order. `returning 1` names no column, which would take the privilege to read it.
 */
export function insertTogether(
  selected: readonly SelectedRows[],
  values: readonly unknown[],
): Statement {
  const inserts = selected.map(
    (rows, place) =>
      `inserted_${place + 1} as (\n  ${insertSelected(rows, place).text}\n  returning 1\n)`,
  )
  const counts = selected.map((_, place) => `  (select count(*) from inserted_${place + 1})`)
  return {
    text: `\
with ${inserts.join(', ')}
select unnest(array[
${counts.join(',\n')}
])::text as count`,
    values,
  }
}

/** A cast would cut bits off in silence to the length of a type; an INSERT refuses them. */
export function withoutLength(type: string): string {
  return type.replace(/^bit( varying)?\(\d+\)/, (_, varying) => (varying ? 'varbit' : '"bit"'))
}

/**
 * Inserts the rows of one table.
 *
 * @param place Counts from 0 within what is loaded together; null where nothing counts.
 */
export function insertSelected(
  { table, columns, select, conflict = null }: SelectedRows,
  place: number | null = 0,
): Statement {
  const list = columns.map(({ column }) => quoteIdentifier(column)).join(', ')
  const alias = conflict === null ? '' : ` as ${TARGET}`
  const counter = place === null ? null : updateCounter(place)
  const clause = conflict === null ? '' : `\n  ${conflictClause(conflict, counter)}`
  // An identity that is GENERATED ALWAYS takes values only so; others are not concerned.
  return {
    text: `insert into ${qualify(table)}${alias} (${list}) overriding system value\n  ${select}${clause}`,
    values: [],
  }
}

/** Fills columns of rows that are there with what was staged for them. */
export function updateFromStaging(
  table: TableName,
  staging: TableName,
  { columns, key }: { readonly columns: readonly string[]; readonly key: readonly string[] },
): Statement {
  const set = columns.map(quoteIdentifier).map((name) => `${name} = s.${name}`)
  const join = key.map(quoteIdentifier).map((name) => `t.${name} = s.${name}`)
  const some = columns.map((column) => `s.${quoteIdentifier(column)} is not null`)
  return {
    text: `\
update ${qualify(table)} t
set ${set.join(', ')}
from ${qualify(staging)} s
where ${join.join(' and ')}
  and (${some.join(' or ')})`,
    values: [],
  }
}
