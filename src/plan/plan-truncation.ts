import type { GyroError } from '../error/gyro-error.js'
import { type Catalog, findTable } from '../postgres/catalog.js'
import type { PostgresClient } from '../postgres/client.js'
import { readReferringTables } from '../postgres/referring-tables.js'
import { describeTable, missingPrivilege } from './plan-error.js'
import type { EmptiedTable, PreparedModel } from './prepared-import.js'
import { remoteTruncation, stillReferredTo } from './truncation-error.js'

/** What an import empties before it loads, and what stands against that. */
export interface PreparedTruncation {
  /** In the order of the models; empty where nothing is. */
  readonly tables: readonly EmptiedTable[]
  readonly problems: readonly GyroError[]
}

/** Whether tables are emptied, and whether that may be. */
export interface TruncationRequest {
  readonly isAsked: boolean
  /** Whether the server runs on this machine, or it was said that it need not. */
  readonly isAllowed: boolean
  /** The database for people, without password. */
  readonly target: string
}

/** Decides what is emptied: the tables of the models, unless rows of another would refer to nothing then. */
export async function planTruncation(
  client: PostgresClient,
  { isAsked, isAllowed, target }: TruncationRequest,
  { models, catalog }: { readonly models: readonly PreparedModel[]; readonly catalog: Catalog },
): Promise<PreparedTruncation> {
  const tables = models
    // The row that stands for those of a pinned model stays.
    .filter(({ key }) => key?.kind !== 'pinned')
    .flatMap(({ table }) => findTable(catalog, table) ?? [])
    .map(({ schema, table, kind, estimatedRows }) => ({ schema, table, kind, estimatedRows }))
  if (!isAsked || tables.length === 0) {
    return { tables: [], problems: [] }
  }
  const referring = await readReferringTables(client, tables)
  return {
    tables,
    problems: [
      ...(isAllowed ? [] : [remoteTruncation(target)]),
      ...(referring.length === 0 ? [] : [stillReferredTo(referring)]),
      ...models
        .filter(({ table }) => findTable(catalog, table)?.canTruncate === false)
        .map((model) =>
          missingPrivilege(model, catalog.role, {
            privilege: 'truncate',
            on: describeTable(model.table),
            for: 'to empty it',
          }),
        ),
    ],
  }
}
