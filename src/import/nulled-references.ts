import { recordEvent } from '../history/record-batch.js'
import type { PostgresClient } from '../postgres/client.js'
import type { ModelResult } from './import-result.js'

/** Tells in the history which references became NULL, in how many rows; nothing where none did. */
export async function recordNulled(
  client: PostgresClient,
  batch: string,
  models: readonly Pick<ModelResult, 'model' | 'nulledReferences'>[],
): Promise<void> {
  const counts = models.flatMap(({ model, nulledReferences }) =>
    nulledReferences.map(({ reference, rows }) => [`${model}.${reference}`, rows] as const),
  )
  if (counts.length === 0) return
  await recordEvent(client, batch, { kind: 'nulled', detail: Object.fromEntries(counts) })
}
