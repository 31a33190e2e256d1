import type { Statement } from '../postgres/client.js'
import { qualify, quoteIdentifier, type TableName } from '../postgres/identifier.js'
import { KEY_STAGING, ROW } from './key-staging.js'
import type { SentColumn } from './send-rows.js'

/** Where the identities of rows wait to be put beside their keys. */
export const IDENTITIES: TableName = { schema: 'pg_temp', table: 'prisma_gyro_identities' }

/** A name that is none of an application: keys and business keys stand beside it. */
export const IDENTITY_COLUMN = 'prisma_gyro_identity'

/**
 * Where the rows of a model are that are told for others.
 *
 * @param place Counts from 0 through the models of the import.
 */
export function toldStaging(place: number): TableName {
  return { schema: 'pg_temp', table: `prisma_gyro_told_${place + 1}` }
}

/** The columns of `createIdentities`. */
export const IDENTITIES_SENT: readonly SentColumn[] = [
  { column: 'place', type: 'bigint' },
  { column: 'identity', type: 'text' },
]

export function createIdentities(): Statement {
  return {
    text: `\
create temporary table ${qualify(IDENTITIES)} (
  place bigint,
  identity text
) on commit drop`,
    values: [],
  }
}

/** Keeps the staged rows, each with its identity. */
export function keepTold(told: TableName): Statement {
  return {
    text: `\
create temporary table ${qualify(told)} on commit drop as
select s.*, i.identity as ${quoteIdentifier(IDENTITY_COLUMN)}
from ${qualify(KEY_STAGING)} s
join ${qualify(IDENTITIES)} i on i.place = s.${ROW}`,
    values: [],
  }
}
