import type { CsvScanner } from '../csv/csv-scanner.js'
import { isNullField } from '../csv/is-null-field.js'
import type { PreparedColumn } from '../plan/prepared-column.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import { type PostgresClient, queryRows, type Statement } from '../postgres/client.js'
import { qualify, quoteIdentifier } from '../postgres/identifier.js'
import { readNullsEqual } from '../postgres/unique-nulls.js'
import { isRefusal } from '../values/value-rule.js'
import { buildFieldCheck } from './field-check.js'

import type { ModelRows } from './model-rows.js'
import type { RowFault } from './row-fault.js'
import { visitRejectedRows } from './visit-rejected-rows.js'

/**
 * The rows with a fault that are in the table already, and are left alone there, so that nobody looks
 * at what else they hold. None where a business key is made of references: what these become is not
 * known yet.
 */
export async function findRowsThere(
  client: PostgresClient,
  rows: ModelRows,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const { model, unreadable } = rows
  const columns = unreadable === null ? listTelling(model) : null
  const faults = new Map([...rows.faults].filter(([, fault]) => isBeside(fault, model)))
  if (columns === null || faults.size === 0) return []
  const places = [...faults.keys()].sort((a, b) => a - b)
  const asked: number[] = []
  const values = columns.map((): (string | null)[] => [])
  let next = 0
  await visitRejectedRows(
    model,
    faults,
    ({ scanner, fields: [first] }) => {
      const place = places[next++] as number
      const texts = columns.map(({ read }) => read(scanner, first))
      if (texts.includes(undefined)) return
      asked.push(place)
      for (const [index, text] of texts.entries()) values[index]?.push(text ?? null)
    },
    signal,
  )
  const names = columns.map(({ column }) => column.column)
  const nullsEqual = await readNullsEqual(client, model.table, names)
  const types = columns.map(({ column }) => column.type)
  const found = await queryRows<{ place: string }>(
    client,
    rowsThere(model, { names, types, values, nullsEqual }),
  )
  return found.map(({ place }) => asked[Number(place) - 1] as number)
}

/** A column of a business key, and how it is read from a row that begins at an index of `starts`. */
interface TellingColumn {
  readonly column: PreparedColumn
  /** Null for NULL; undefined for what the column does not take. */
  read(scanner: CsvScanner, first: number): string | null | undefined
}

/** Null where rows that are there are not left alone, or cannot be told by their files. */
function listTelling(model: PreparedModel): readonly TellingColumn[] | null {
  const { businessKey, partialMatch, key, conflict } = model
  const isLeftAlone = businessKey !== null && key?.kind !== 'hashed' && conflict === null
  if (!isLeftAlone || partialMatch !== null) return null
  const columns = businessKey.flatMap(({ index }) => {
    const column = model.columns[index]
    return column === undefined || column.role.kind === 'reference' ? [] : [{ column, index }]
  })
  if (columns.length < businessKey.length) return null
  return columns.map(({ column, index }) => {
    const check = buildFieldCheck(column, model)
    const { role } = column
    return {
      column,
      read: (scanner, first) => {
        const place = first + index
        if (check !== null && check(scanner, place) !== null) return undefined
        if (isNullField(scanner, place, model.dialect)) return null
        const text = scanner.textAt(place)
        const converted = role.kind === 'rule' ? role.rule.convert(text) : text
        return isRefusal(converted) ? undefined : converted
      },
    }
  })
}

/** Whether a fault is about nothing that a row is told by. Rows that could not be written have no such. */
function isBeside({ column, code }: RowFault, { businessKey, key }: PreparedModel): boolean {
  const telling = [...(businessKey ?? []), ...(key === null ? [] : [key])]
  const isOfRow = column === null || /^(ROWS\.|KEYS\.DUPLICATE)/.test(code)
  return !isOfRow && telling.every(({ index }) => index !== column)
}

/** The rows, counted from 1, whose values the table has. */
function rowsThere(
  { table }: PreparedModel,
  by: {
    readonly names: readonly string[]
    readonly types: readonly string[]
    readonly values: readonly (readonly (string | null)[])[]
    readonly nullsEqual: boolean
  },
): Statement {
  const arrays = by.names.map((_, index) => `$${index + 1}::text[]`)
  const given = by.names.map((_, index) => `v${index + 1}`)
  const equals = by.nullsEqual ? 'is not distinct from' : '='
  const pairs = by.names.map(
    (name, index) => `t.${quoteIdentifier(name)} ${equals} r.${given[index]}::${by.types[index]}`,
  )
  return {
    text: `\
select r.place::text as place
from unnest(${arrays.join(', ')}) with ordinality r(${given.join(', ')}, place)
where exists (select from ${qualify(table)} t where ${pairs.join(' and ')})
order by r.place`,
    values: by.values,
  }
}
