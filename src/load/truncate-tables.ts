import type { EmptiedTable } from '../plan/prepared-import.js'
import type { PostgresClient } from '../postgres/client.js'
import { qualify } from '../postgres/identifier.js'

/**
 * Empties tables, all at once so that they may refer to each other. Nobody else can use them until
 * COMMIT, a rollback brings the rows back. Sequences go on where they were.
 */
export async function truncateTables(
  client: PostgresClient,
  tables: readonly EmptiedTable[],
): Promise<void> {
  if (tables.length > 0) {
    await client.query(truncateStatement(tables))
  }
}

/** Tables that inherit from one are not of the import: ONLY leaves them alone, unless they are its parts. */
function truncateStatement(tables: readonly EmptiedTable[]): string {
  const names = tables.map((table) => `${table.kind === 'p' ? '' : 'only '}${qualify(table)}`)
  return `truncate ${names.join(', ')}`
}
