import { findIndistinctModels } from '../history/indistinct-models.js'
import { markIndistinct } from '../history/record-batch.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import type { ChunkedImport } from './chunked-import.js'
import { tellsByWriter } from './record-load.js'

/** What a chunk wrote of a model. */
export interface WrittenChunk {
  readonly prepared: PreparedModel
  readonly loaded: number
  readonly updated: number
}

/**
 * Notes in the transaction of a chunk which models hold rows now that are of its `xmin` and not of the
 * batch: triggers may write to any of them, whichever the chunk is of.
 */
export async function noteIndistinct(
  { context, journal }: ChunkedImport,
  chunk: readonly WrittenChunk[],
): Promise<void> {
  const { client, models, keyMaps } = context
  const { id } = journal.batch
  const written = models
    .filter((model) => tellsByWriter(model, keyMaps))
    .map(({ model, table }) => {
      const { loaded = 0, updated = 0 } =
        chunk.find(({ prepared }) => prepared.model === model) ?? {}
      return { model, table, loaded, updated }
    })
  const found = await findIndistinctModels(client, id, written)
  if (found.size > 0) await markIndistinct(client, id, [...found.keys()])
}
