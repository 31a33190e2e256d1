import { randomBytes } from 'node:crypto'
import type { RowCheck } from '../check/row-check.js'
import type { ImportJournal } from '../history/import-journal.js'
import { SECRET_BYTES } from '../keys/fresh-keys.js'
import type { KeyMap } from '../keys/key-map.js'
import type { Rows } from '../keys/row-set.js'
import type { SourceKeys } from '../keys/source-keys.js'
import type { TextKeyMap } from '../keys/text-key-map.js'
import type { MetRows } from '../load/load-context.js'
import type { ReadPart } from '../load/load-journal.js'
import { settleRelease } from '../load/settle-release.js'
import { withRelease } from '../load/with-release.js'
import type { Manifest } from '../manifest/manifest.js'
import type { PreparedImport, PreparedModel } from '../plan/prepared-import.js'
import type { PostgresClient } from '../postgres/client.js'
import { readNumberingOf } from '../postgres/numbering.js'
import { advanceSequence } from '../postgres/sequence.js'
import { readTransactionTime } from '../postgres/transaction-time.js'
import { warnOfChangedFiles } from '../source/changed-since-export.js'
import type { SourceFile } from '../source/source-file.js'
import { type CheckResult, checkLoad } from '../verify/check-load.js'
import type { ImportContext } from './import-context.js'
import { checkFailed } from './import-error.js'
import type { ImportResult, ModelResult } from './import-result.js'
import type { ImportTarget } from './import-target.js'
import { loadGroups } from './load-groups.js'
import { countRows, describeModelResult, type LoadedFile } from './loaded-file.js'
import { mapKeys } from './map-keys.js'
import { mapSourceKeys } from './map-source-keys.js'
import { mapTextKeys } from './map-text-keys.js'
import { recordLoad } from './record-load.js'
import type { ResolvedImportOptions } from './resolve-import-options.js'
import { chooseTransport } from './row-transport.js'

/** What a load needs to know of its import. */
type LoadRequest = Pick<
  ResolvedImportOptions,
  'useCopy' | 'customStrategies' | 'onProgress' | 'signal'
> & {
  readonly manifest: Manifest
  readonly target: ImportTarget
  /** Null where no history is kept. */
  readonly journal: ImportJournal | null
}

/** What loading came to. */
interface LoadOutcome extends Pick<ImportResult, 'models' | 'checks' | 'warnings'> {
  /** Whether the history tells all that a rollback needs. */
  readonly isUndoable: boolean
}

/** From the keys to the checks. */
export async function loadPrepared(
  client: PostgresClient,
  run: LoadRequest,
  { prepared, check }: { readonly prepared: PreparedImport; readonly check: RowCheck | null },
): Promise<LoadOutcome> {
  const { target, onProgress, signal, customStrategies, journal } = run
  const { groups, models, pins, release } = prepared
  const keyMaps = new Map<string, KeyMap | TextKeyMap>()
  const runAt = await readTransactionTime(client)
  const skipped = new Map<string, Rows>()
  const met = new Map<string, MetRows>()
  const transport = chooseTransport({ ...run, models, runAt })
  const decided = { groups, models, release }
  const sourceKeys = new Map<string, SourceKeys>()
  const parts = new Map<SourceFile, ReadPart>()
  const state = { keyMaps, skipped, sourceKeys, met, check, runAt, journal, parts }
  const told = { url: target.url, onProgress, signal }
  const context: ImportContext = { client, ...decided, ...state, ...transport, ...told }
  await mapKeys(context)
  await mapSourceKeys(context)
  await mapTextKeys(context, { secret: randomBytes(SECRET_BYTES), pins, customStrategies })
  onProgress({ type: 'phase', phase: 'load' })
  const { warnings: settledWarnings, ...settled } = await settleRelease(client, context)
  const loading = { ...context, ...settled }
  const loaded = await withRelease(loading, settled.release, () => loadGroups(loading))
  await advanceSequences(context, loaded)
  const checks = await verify(context, loaded)
  const results = loaded.map((file) => describeModelResult(file, context))
  const outcome = { models: results, checks }
  const digests = [...parts].map(([file, { digest }]) => [file, digest] as const)
  const warnings = [...settledWarnings, ...warnOfChangedFiles(digests)]
  if (journal === null) return { ...outcome, warnings, isUndoable: false }
  const all = loaded.map(({ prepared }, place) => ({
    prepared,
    result: results[place] as ModelResult,
  }))
  const doubts = await recordLoad(context, { journal, parts, loaded: all })
  return { ...outcome, warnings: [...warnings, ...doubts], isUndoable: doubts.length === 0 }
}

/** Moves sequences past the values that were kept, so that they do not give them again. */
export async function advanceSequences(
  { client }: ImportContext,
  loaded: readonly LoadedFile[],
): Promise<void> {
  for (const { prepared, highest } of loaded) {
    const { table } = prepared
    for (const [index, column] of prepared.columns.entries()) {
      const { sequence } = column
      const isKept = column.role.kind === 'key' && keepsOthers(prepared)
      const sent = highest.get(index) ?? (isKept ? 0n : undefined)
      if (sequence === null || sent === undefined) continue
      // Rows that were there before may be above those of the file, which a policy may hide.
      const { highest: stored } = await readNumberingOf(client, { ...column, table })
      const past = stored !== null && stored > sent ? stored : sent
      await advanceSequence(client, { sequence, table, past })
    }
  }
}

/** Whether the keys of rows that are not there stay what they are, though others do not. */
function keepsOthers({ key }: PreparedModel): boolean {
  return key?.kind === 'matched' && key.otherwise === null
}

/**
 * Looks at what is there after the load.
 *
 * @param writers By model: the numbers of the transactions that wrote its rows. Default: this one did.
 * @throws {GyroError} `IMPORT.CHECK_FAILED`.
 */
export async function verify(
  { client, keyMaps, met, check, onProgress }: ImportContext,
  loaded: readonly LoadedFile[],
  writers?: ReadonlyMap<string, readonly string[]>,
): Promise<readonly CheckResult[]> {
  onProgress({ type: 'phase', phase: 'verify' })
  const verified = loaded.map((file) => {
    const { prepared, rows, skipped } = file
    const rejected = check?.faultsOf(prepared.model).size ?? 0
    // Where all rows were counted before, the load must have met the same number.
    const read = check?.rowsOf(prepared.model) ?? rows + skipped + rejected
    const wrote = writers === undefined ? null : (writers.get(prepared.model) ?? [])
    return { prepared, read, rejected, writers: wrote, ...countRows(file, met) }
  })
  const ranges = new Map(
    [...keyMaps].flatMap(([model, { range }]) => (range === null ? [] : [[model, range]])),
  )
  const checks = await checkLoad(client, verified, ranges)
  if (checks.some(({ ok }) => !ok)) {
    throw checkFailed(checks)
  }
  return checks
}
