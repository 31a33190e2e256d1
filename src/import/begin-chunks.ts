import { randomBytes } from 'node:crypto'
import { type FirstCheckpoint, recordCheckpoints } from '../history/checkpoint.js'
import { recordRun } from '../history/chunked-run.js'
import { type FileRecord, recordFiles, recordModels } from '../history/record-batch.js'
import { SECRET_BYTES } from '../keys/fresh-keys.js'
import { RowSet } from '../keys/row-set.js'
import { fingerprintPlan } from '../plan/fingerprint-plan.js'
import type { PreparedImport, PreparedModel } from '../plan/prepared-import.js'
import { FileDigest } from '../source/file-digest.js'
import { hashSourceFile } from '../source/hash-source-file.js'
import type { SourceFile } from '../source/source-file.js'
import type { ChunkedImport } from './chunked-import.js'
import type { ImportContext } from './import-context.js'
import { describeModelResult } from './loaded-file.js'
import { mapKeys } from './map-keys.js'
import { mapSourceKeys } from './map-source-keys.js'
import { type KeySources, mapTextKeys } from './map-text-keys.js'
import { describeRecord, recordKeys } from './record-load.js'

/** What an import in chunks is before it has begun. */
interface UnbegunImport extends Omit<ChunkedImport, 'checkpoints' | 'hashes'> {
  readonly prepared: PreparedImport
  readonly customStrategies: KeySources['customStrategies']
}

/**
 * Finds the new keys of all rows and writes them into the history with all that it takes to go on, before
 * any of them is used.
 */
export async function beginChunks({
  prepared,
  customStrategies,
  ...run
}: UnbegunImport): Promise<ChunkedImport> {
  const { context, journal } = run
  const { client, keyMaps, models, runAt } = context
  const { id } = journal.batch
  const secret = randomBytes(SECRET_BYTES)
  await mapKeys(context)
  await mapSourceKeys(context)
  await mapTextKeys(context, { secret, pins: prepared.pins, customStrategies })

  const nothing = { highest: new Map<number, bigint>(), nulled: new Map<number, number>() }
  const none = { rows: 0, skipped: 0, ...nothing, seconds: 0 }
  const records = models.map((prepared) => {
    const described = describeModelResult({ ...none, prepared }, context)
    const result = { ...described, read: 0, rejected: 0 }
    const record = describeRecord({ prepared, result }, keyMaps.get(prepared.model))
    // Each chunk says when that has become wrong: see `noteIndistinct`.
    return { ...record, is_distinct: true }
  })
  await recordModels(client, id, records)
  const hashes = await recordHashes(context, id)
  for (const model of models) {
    const keys = keyMaps.get(model.model)
    if (keys !== undefined) await recordKeys(context, { batch: id, prepared: model, keys })
  }
  await recordRun(client, id, { runAt, secret, planFingerprint: fingerprintPlan(prepared) })
  const first = models.map((model) => describeFirst(context, model))
  await recordCheckpoints(client, id, first)
  return { ...run, checkpoints: new Map(), hashes }
}

function describeFirst(
  { keyMaps, skipped }: ImportContext,
  { model }: PreparedModel,
): FirstCheckpoint {
  const left = skipped.get(model)
  return {
    model,
    keys: keyMaps.get(model)?.size ?? null,
    // All rows of a pinned model are left out, whichever they are.
    leftOut: left instanceof RowSet ? left.toBytes() : null,
  }
}

async function recordHashes(
  { client, models, signal }: ImportContext,
  batch: string,
): Promise<ReadonlyMap<SourceFile, string>> {
  const hashes = new Map<SourceFile, string>()
  const files: FileRecord[] = []
  for (const { model, source } of models) {
    for (const [ordinal, part] of source.parts.entries()) {
      const sha256 = await hashSourceFile(part, new FileDigest(), signal)
      hashes.set(part, sha256)
      files.push({ model, ordinal, path: part.name, sha256, bytes: part.bytes, rows: 0 })
    }
  }
  await recordFiles(client, batch, files)
  return hashes
}
