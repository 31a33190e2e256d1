import { readWriters } from '../history/checkpoint.js'
import { forgetSecret } from '../history/chunked-run.js'
import { readIndistinct, updateModels } from '../history/record-batch.js'
import type { ChunkedImport } from './chunked-import.js'
import type { ImportResult, ModelResult } from './import-result.js'
import { loadChunks } from './load-chunks.js'
import { advanceSequences, verify } from './load-prepared.js'
import { describeModelResult } from './loaded-file.js'
import { recordNulled } from './nulled-references.js'
import { describeRecord } from './record-load.js'

/** What is done at the end. */
export interface ChunksEnd {
  /** Writes the rejected rows, before the batch is complete. */
  readonly writeRejects: () => Promise<ImportResult['rejects']>
  /** Called when the answer to the last COMMIT got lost and it had happened. */
  readonly onConfirmed: () => void
}

/** What an import in chunks came to. */
interface ChunksOutcome extends Pick<ImportResult, 'models' | 'checks' | 'rejects'> {
  /** Whether its rows can be told from others. */
  readonly isUndoable: boolean
}

/**
 * Loads what is not there yet, then sequences, checks and the end of the batch in a last transaction.
 *
 * @throws {GyroError} what `loadChunks` and the checks throw.
 */
export async function finishChunks(
  run: ChunkedImport,
  { writeRejects, onConfirmed }: ChunksEnd,
): Promise<ChunksOutcome> {
  const { session, context, journal } = run
  const { client, keyMaps, onProgress, signal } = context
  onProgress({ type: 'phase', phase: 'load' })
  const loaded = await loadChunks(run)
  return session.transaction(async () => {
    const { id } = journal.batch
    await advanceSequences(context, loaded)
    const checks = await verify(context, loaded, await readWriters(client, id))
    const models = loaded.map((file) => describeModelResult(file, context))
    const records = loaded.map(({ prepared }, place) =>
      describeRecord(
        { prepared, result: models[place] as ModelResult },
        keyMaps.get(prepared.model),
      ),
    )
    await updateModels(client, id, records)
    await recordNulled(client, id, models)
    await forgetSecret(client, id)
    const rejects = await writeRejects()
    await journal.batch.move('COMPLETED')
    signal.throwIfAborted()
    onProgress({ type: 'phase', phase: 'commit' })
    const isUndoable = (await readIndistinct(client, id)).length === 0
    return { models, checks, rejects, isUndoable }
  }, onConfirmed)
}
