import type { PreparedModel } from '../plan/prepared-import.js'
import {
  CHECK_VIOLATION,
  FOREIGN_KEY_VIOLATION,
  NOT_NULL_VIOLATION,
  type ServerError,
  UNIQUE_VIOLATION,
} from '../postgres/postgres-error.js'
import { findCopyRow, type RemappedPart } from './find-copy-row.js'

/** Values of COPY text, by their place in it; null is NULL. */
type CopyRow = readonly (string | null)[]

/**
 * The first row, counted from 1, that fits what the server says of the one that it refused. Null when
 * it names no values, as to a role that may not read them, or when the file spells them otherwise.
 */
export async function findRefusedRow(
  error: ServerError,
  model: PreparedModel,
  openParts: () => Iterable<RemappedPart>,
): Promise<number | null> {
  const matches = matcherOf(error, model)
  return matches === null ? null : findCopyRow(openParts(), matches)
}

function matcherOf(error: ServerError, model: PreparedModel): ((row: CopyRow) => boolean) | null {
  const { constraint, column = '', detail = '' } = error
  switch (error.code) {
    case FOREIGN_KEY_VIOLATION: {
      const foreignKey = model.foreignKeys.find(({ name }) => name === constraint)
      return matchValues(model, foreignKey?.columns ?? [], parseKey(detail)?.values)
    }
    case UNIQUE_VIOLATION: {
      const key = parseKey(detail)
      return matchValues(model, key?.columns ?? [], key?.values)
    }
    case NOT_NULL_VIOLATION: {
      const field = fieldOf(model, column)
      return field < 0 ? null : (row) => row[field] === null
    }
    case CHECK_VIOLATION:
      return matchFailingRow(model, detail)
    default:
      return null
  }
}

/** `Key (a, "B")=(1, x) …`: the names, and the values as they are joined there. */
function parseKey(
  detail: string,
): { readonly columns: readonly string[]; readonly values: string } | null {
  const [, names, values] = /\((.*?)\)=\((.*)\)/s.exec(detail) ?? []
  return names === undefined || values === undefined
    ? null
    : { columns: names.split(', ').map(unquote), values }
}

/** A key with a NULL in it neither refers to anything nor equals another. */
function matchValues(
  model: PreparedModel,
  columns: readonly string[],
  values: string | undefined,
): ((row: CopyRow) => boolean) | null {
  const fields = columns.map((column) => fieldOf(model, column))
  if (values === undefined || fields.length === 0 || fields.includes(-1)) {
    return null
  }
  return (row) => {
    const sent = fields.map((field) => row[field])
    return !sent.includes(null) && sent.join(', ') === values
  }
}

/**
 * `Failing row contains (1, x).` has all columns of the table, `… (a, b) = (1, x).` those that the role
 * may see. A new key tells the row; else all values do, as far as the server spells them alike.
 */
function matchFailingRow(model: PreparedModel, detail: string): ((row: CopyRow) => boolean) | null {
  const [, names, named] = /\(([^()]*)\) = \((.*)\)/s.exec(detail) ?? []
  const [, plain] = /\((.*)\)/s.exec(detail) ?? []
  const columns = names === undefined ? model.tableColumns : names.split(', ').map(unquote)
  const values = (named ?? plain ?? '').split(', ')
  // Behind a value with a comma, which of them is which is not known.
  const told = values.length === columns.length ? columns : columns.slice(0, 1)
  const known = told.flatMap((column, place) => {
    const field = fieldOf(model, column)
    return field < 0 ? [] : [{ column, field, value: values[place] }]
  })
  const key = model.key?.mayRepeat === false ? model.key.column : null
  const own = known.filter(({ column }) => column === key)
  const compared = own.length > 0 || told.length < columns.length ? own : known
  return compared.length === 0
    ? null
    : (row) => compared.every(({ field, value }) => shorten(row[field] ?? 'null') === value)
}

/** Place in the COPY text; -1 for a column that is not in it or that the loader made. */
function fieldOf({ columns }: PreparedModel, name: string): number {
  return columns
    .filter(({ role }) => role.kind !== 'drop')
    .findIndex(({ column }) => column === name)
}

function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name
}

/** The server cuts values off behind so many bytes. */
function shorten(value: string): string {
  const bytes = Buffer.from(value)
  if (bytes.length <= MAX_TOLD_BYTES) return value
  // A character is never torn: what is left of one is not told.
  let end = MAX_TOLD_BYTES
  while (((bytes[end] as number) & 0xc0) === 0x80) end--
  return `${bytes.toString('utf8', 0, end)}...`
}

const MAX_TOLD_BYTES = 64
