import { type PostgresClient, queryRow, queryRows } from '../postgres/client.js'
import { countReferring, sampleReferring } from './reference-statements.js'
import type { ScopeReference } from './rollback-scope.js'
import type { RowMarks } from './row-marks.js'

/** Rows that stay, and refer to rows that will be deleted. */
export interface FoundReference {
  readonly reference: ScopeReference
  /** At least one. */
  readonly rows: number
  /** Keys of the first of them, as text; each is empty where the table has no primary key. */
  readonly keys: readonly (readonly string[])[]
}

/** How many keys are told. */
const SAMPLE_ROWS = 5

/** Looks by each reference whether such rows are there. */
export async function findReferring(
  client: PostgresClient,
  references: readonly ScopeReference[],
  marks: RowMarks,
): Promise<readonly FoundReference[]> {
  const found: FoundReference[] = []
  for (const reference of references.filter(({ target }) => marks.isDeletedFrom(target))) {
    const referring = marks.referring(reference)
    const { rows } = await queryRow<{ rows: number }>(client, countReferring(referring))
    if (rows > 0) {
      const sample = sampleReferring(referring, SAMPLE_ROWS)
      const keys = await queryRows<{ key: readonly string[] }>(client, sample)
      found.push({ reference, rows, keys: keys.map(({ key }) => key) })
    }
  }
  return found
}
