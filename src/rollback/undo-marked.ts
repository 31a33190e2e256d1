import { type PostgresClient, queryRow } from '../postgres/client.js'
import { displayName } from '../postgres/identifier.js'
import { otherRows } from './rollback-error.js'
import type { RollbackScope } from './rollback-scope.js'
import type { RowMarks } from './row-marks.js'
import { type UndoneTable, undoRows } from './undo-statement.js'

/**
 * Deletes and restores all rows that are marked, tables that refer to others before these.
 *
 * @throws {GyroError} `ROLLBACK.ROW_COUNT` when a table loses other rows than are marked.
 */
export async function undoMarked(
  client: PostgresClient,
  { groups }: RollbackScope,
  { marks, signal }: { readonly marks: RowMarks; readonly signal: AbortSignal },
): Promise<void> {
  for (const group of groups) {
    signal.throwIfAborted()
    const parts = group
      .map((table): UndoneTable => {
        const { restored } = marks.of(table)
        const gone = marks.isDeletedFrom(table) ? marks.goneRows(table) : null
        return { table, gone, restored }
      })
      .filter(({ gone, restored }) => gone !== null || restored.length > 0)
    if (parts.length > 0) {
      expectAll(await queryRow<Counts>(client, undoRows(parts)), parts, marks)
    }
  }
  // What waits for COMMIT to be checked is checked here, where it can still be told.
  await client.query('set constraints all immediate')
}

/** By `d` or `r` and the place of the table. */
type Counts = Readonly<Record<string, number>>

function expectAll(counts: Counts, parts: readonly UndoneTable[], marks: RowMarks): void {
  for (const [index, { table }] of parts.entries()) {
    const { gone, along, back } = marks.of(table)
    const wanted = gone + along + back
    const done = (counts[`d${index}`] ?? 0) + (counts[`r${index}`] ?? 0)
    if (done !== wanted) {
      throw otherRows(displayName(table), { wanted, done })
    }
  }
}
