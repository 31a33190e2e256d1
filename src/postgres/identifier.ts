import { invalidIdentifier } from './postgres-error.js'

/** NAMEDATALEN - 1 of every PostgreSQL build there is. */
const MAX_IDENTIFIER_BYTES = 63

/** A table by its database names. */
export interface TableName {
  readonly schema: string
  readonly table: string
}

/**
 * Quotes one name for SQL text. PostgreSQL cuts longer names off silently, so they are refused.
 *
 * @throws {GyroError} `POSTGRES.INVALID_IDENTIFIER` for an empty name, a NUL or more than 63 bytes.
 */
export function quoteIdentifier(name: string): string {
  const bytes = Buffer.byteLength(name, 'utf8')
  if (bytes === 0 || bytes > MAX_IDENTIFIER_BYTES || name.includes('\0')) {
    throw invalidIdentifier(name, bytes)
  }
  return `"${name.replaceAll('"', '""')}"`
}

/** `"schema"."table"`, both quoted. */
export function qualify({ schema, table }: TableName): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`
}

/** `schema.table`, for people. */
export function displayName({ schema, table }: TableName): string {
  return `${schema}.${table}`
}

/** What stands for a table in a map: no name holds a NUL. */
export function tableKey({ schema, table }: TableName): string {
  return `${schema}\0${table}`
}

export function isSameTable(a: TableName, b: TableName): boolean {
  return a.schema === b.schema && a.table === b.table
}

/** Quotes text as a literal of SQL, whatever `standard_conforming_strings` says. Only for what takes no parameter. */
export function quoteLiteral(text: string): string {
  return `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}
