import type { Statement } from '../postgres/client.js'
import { qualify, quoteIdentifier, quoteLiteral } from '../postgres/identifier.js'
import { type GoneRows, isInRange } from './batch-rows.js'
import { changedRows, goneRows, isMarkedBy } from './mark-statements.js'
import { Parameters } from './parameters.js'
import { columnType, type ScopeTable } from './rollback-scope.js'

/** A table and what is to be done with its marked rows. */
export interface UndoneTable {
  readonly table: ScopeTable
  /** What tells the rows that are deleted; null when none are. */
  readonly gone: GoneRows | null
  /** The columns that get back what they held; empty where no row is changed. */
  readonly restored: readonly string[]
}

/**
 * Deletes and restores the marked rows of tables in one statement: what refers to each other in a
 * circle, or within a table, is checked only at its end. Gives a row with `d0`, `d1`, … and `r0`, …: the
 * numbers of rows of each table. Deletions come first, so that what must be unique is free again.
 */
export function undoRows(tables: readonly UndoneTable[]): Statement {
  const parameters = new Parameters()
  const deletions = tables.flatMap(({ table, gone }, index) =>
    gone === null ? [] : [{ name: `d${index}`, text: deleteRows(table, gone, parameters) }],
  )
  const restorations = tables.flatMap(({ table, restored }, index) =>
    restored.length > 0 ? [{ name: `r${index}`, text: restoreRows(table, restored) }] : [],
  )
  const parts = [...deletions, ...restorations]
  return {
    text: `\
with ${parts.map(({ name, text }) => `${name} as (\n${text}\nreturning 1\n)`).join(', ')}
select ${parts.map(({ name }) => `(select count(*) from ${name})::float8 as ${name}`).join(', ')}`,
    values: parameters.values,
  }
}

/** Rows in a range are told by nothing else: triggers may have changed them by now. */
function deleteRows(table: ScopeTable, gone: GoneRows, parameters: Parameters): string {
  if (gone !== 'marked') {
    return `\
delete from ${qualify(table)} t
where ${isInRange(`t.${quoteIdentifier(gone.column)}`, gone, parameters)}`
  }
  return `\
delete from ${qualify(table)} t
using ${qualify(goneRows(table))} m
where ${isMarkedBy(table, 't', 'm')}`
}

/** The images of one model may be of different columns: what an image lacks stays as it is. */
function restoreRows(table: ScopeTable, restored: readonly string[]): string {
  const assignments = restored.map((name) => {
    const column = quoteIdentifier(name)
    const type = columnType(table, name)
    const place = `array_position(m.columns, ${quoteLiteral(name)})`
    return `${column} = case when ${place} is null then t.${column} else m.images[${place}]::${type} end`
  })
  return `\
update ${qualify(table)} t
set ${assignments.join(',\n  ')}
from ${qualify(changedRows(table))} m
where ${isMarkedBy(table, 't', 'm')}`
}
