import type { RecordedModel } from '../history/read-batch.js'
import { displayName, isSameTable, qualify, quoteIdentifier } from '../postgres/identifier.js'
import type { Server } from '../postgres/server.js'
import { missingPrivileges, missingTables } from './rollback-error.js'
import type { RollbackScope, ScopeTable } from './rollback-scope.js'

/** The table of each model of a batch. */
export type ModelTables = ReadonlyMap<RecordedModel, ScopeTable>

/**
 * Finds the tables of a batch.
 *
 * @throws {GyroError} `ROLLBACK.MISSING_TABLE` where one is gone, is none, or lacks what its rows are
 * told by.
 */
export function findModelTables(
  models: readonly RecordedModel[],
  { tables }: RollbackScope,
): ModelTables {
  const found = new Map<RecordedModel, ScopeTable>()
  const missing: { readonly model: string; readonly table: string; readonly lacks: string }[] = []
  for (const recorded of models) {
    const table = tables.find((each) => isSameTable(each, recorded.table))
    const lacks = table === undefined ? 'does not exist' : describeLack(recorded, table)
    if (lacks !== null) {
      missing.push({ model: recorded.model, table: displayName(recorded.table), lacks })
    } else if (table !== undefined) {
      found.set(recorded, table)
    }
  }
  if (missing.length > 0) {
    throw missingTables(missing)
  }
  return found
}

/** What stands between a model and its rows, as the end of a sentence; null when nothing does. */
function describeLack(
  { keyColumns, keyColumn, updated, keyKind }: RecordedModel,
  table: ScopeTable,
): string | null {
  if (table.kind !== 'r' && table.kind !== 'p') {
    return 'is no ordinary table: PostgreSQL does not tell who wrote its rows'
  }
  const needed = [
    ...(updated > 0 ? keyColumns : []),
    ...(keyKind === 'kept' || keyColumn === null ? [] : [keyColumn]),
  ]
  const lost = needed.filter((name) => !table.columns.some((column) => column.name === name))
  return lost.length === 0 ? null : `has no column ${lost.join(', ')}`
}

/**
 * Expects that the role may do all it takes, on the tables of the batch and those that refer to them.
 *
 * @param deleted Tables that rows are deleted from or changed in.
 * @throws {GyroError} `ROLLBACK.MISSING_PRIVILEGE` with one block of GRANTs.
 */
export function expectPrivileges(
  server: Pick<Server, 'role' | 'database' | 'canCreateTemporary'>,
  tables: readonly ScopeTable[],
  deleted: ReadonlySet<ScopeTable>,
): void {
  const missing = [
    ...(server.canCreateTemporary
      ? []
      : [{ privileges: ['temporary'], on: `database ${quoteIdentifier(server.database)}` }]),
    ...tables.flatMap((table) => lacksOf(table, deleted.has(table))),
  ]
  const once = [...new Map(missing.map((each) => [`${each.on} ${each.privileges}`, each])).values()]
  if (once.length > 0) {
    const to = quoteIdentifier(server.role)
    const grants = once.map(
      ({ privileges, on }) => `grant ${privileges.join(', ')} on ${on} to ${to};`,
    )
    throw missingPrivileges(server.role, once, grants)
  }
}

interface Lack {
  readonly privileges: readonly string[]
  readonly on: string
}

/** Rows are locked before they are counted: that takes the right to change them. */
function lacksOf(table: ScopeTable, isDeletedFrom: boolean): readonly Lack[] {
  const { isReachable, canSelect, canDelete, canUpdate } = table
  const privileges = [
    ...(canSelect ? [] : ['select']),
    ...(isDeletedFrom && !canUpdate ? ['update'] : []),
    ...(isDeletedFrom && !canDelete ? ['delete'] : []),
  ]
  return [
    ...(isReachable
      ? []
      : [{ privileges: ['usage'], on: `schema ${quoteIdentifier(table.schema)}` }]),
    ...(privileges.length === 0 ? [] : [{ privileges, on: qualify(table) }]),
  ]
}
