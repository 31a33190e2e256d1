import { type Checkpoint, readCheckpoints } from '../history/checkpoint.js'
import type { ResumableBatch } from '../history/chunked-run.js'
import { RowSet } from '../keys/row-set.js'
import { RowsBefore } from '../keys/rows-before.js'
import type { PreparedImport, PreparedModel } from '../plan/prepared-import.js'
import type { ImportContext } from './import-context.js'
import { mapSourceKeys } from './map-source-keys.js'
import { pinModel } from './map-text-keys.js'
import { restoreKeys } from './restore-keys.js'

/**
 * Fills the context of an import that goes on with what it knew when it began, and with the rows that it
 * has committed since, which are left out.
 *
 * @returns How far each model has come.
 */
export async function restoreRun(
  context: ImportContext,
  { id, secret }: Pick<ResumableBatch, 'secret'> & { readonly id: string },
  { models, pins }: Pick<PreparedImport, 'models' | 'pins'>,
): Promise<ReadonlyMap<string, Checkpoint>> {
  const { client, keyMaps, skipped, met, runAt } = context
  const found = await readCheckpoints(client, id)
  const checkpoints = new Map(found.map((checkpoint) => [checkpoint.model, checkpoint]))
  for (const { model, key } of followersLast(models)) {
    const checkpoint = checkpoints.get(model)
    if (checkpoint === undefined) continue
    const kept = { client, batch: id, model, runAt, secret: secret ?? Buffer.alloc(0), keyMaps }
    const keys = await restoreKeys({ ...kept, keys: checkpoint.keys }, key)
    if (keys !== null) keyMaps.set(model, keys)
  }
  // Of all rows of the files, those that are left out among them.
  await mapSourceKeys(context)
  for (const pin of pins) await pinModel(context, pin)
  for (const { model, conflict } of models) {
    const checkpoint = checkpoints.get(model)
    if (checkpoint === undefined) continue
    const { leftOut, sent, isDone, updated } = checkpoint
    const others = leftOut === null ? skipped.get(model) : RowSet.fromBytes(leftOut)
    if (sent > 0 && !isDone) skipped.set(model, new RowsBefore(sent, others))
    else if (others !== undefined) skipped.set(model, others)
    if (conflict !== null && isDone) met.set(model, { updated, unchanged: checkpoint.met })
  }
  return checkpoints
}

/** Models whose keys are those of others come behind them. */
function followersLast(models: readonly PreparedModel[]): readonly PreparedModel[] {
  const follows = ({ key }: PreparedModel) =>
    key?.kind === 'matched' && key.otherwise?.kind === 'followed'
  return [...models.filter((model) => !follows(model)), ...models.filter(follows)]
}
