import { isGyroError } from '../error/gyro-error.js'
import { historyTable } from '../history/history-schema.js'
import { ImportBatch } from '../history/import-batch.js'
import { recordEvent } from '../history/record-batch.js'
import type { Manifest } from '../manifest/manifest.js'
import { findImportLockHolder, tryImportLock } from '../postgres/advisory-lock.js'
import { type PostgresClient, queryRows } from '../postgres/client.js'
import { qualify } from '../postgres/identifier.js'
import { adaptTransaction } from '../postgres/server.js'
import { emptyTables } from '../rollback/claim-tables.js'
import {
  describeBatch,
  listTakenAlong,
  listWarnings,
  warnOfIndexes,
} from '../rollback/describe-rollback.js'
import { passOnRows } from '../rollback/pass-on-rows.js'
import {
  type PreparedRollback,
  prepareRollback,
  type RollbackRequest,
} from '../rollback/prepare-rollback.js'
import { anotherRuns, rollbackInterrupted } from '../rollback/rollback-error.js'
import type { RollbackResult } from '../rollback/rollback-plan.js'
import { translateRollbackFailure } from '../rollback/translate-rollback-failure.js'
import { undoMarked } from '../rollback/undo-marked.js'
import { expectNoProblems } from './expect-no-problems.js'
import { withTarget } from './import-target.js'
import { buildRollbackRequest } from './plan-rollback.js'
import { resolveTarget } from './resolve-target.js'
import {
  type ResolvedRollbackOptions,
  type RollbackOptions,
  resolveRollbackOptions,
} from './rollback-options.js'

/**
 * Undoes an import: deletes exactly the rows that it has loaded, and gives back to those that it has
 * updated what they held. One transaction; when it rejects, the database is as it was. Ids taken from
 * sequences are not given back, and what triggers did is not undone but by triggers.
 *
 * Rows that somebody else has changed since are let go with `force` only, rows that refer to those of
 * the batch with `cascade` only. While it runs, nobody else can change the rows or refer to them; where a
 * reference is no foreign key, nothing keeps others from that. Where the tables and all that can refer to
 * them hold nothing but rows of the batch, they are emptied at once: nobody else can use them until then.
 *
 * @throws {GyroError} with a code of `ERROR_CODES`: nothing was written. Only
 * `POSTGRES.OUTCOME_UNKNOWN` leaves that open.
 * @example
 * const { batch } = await importModels(manifest, { from: './export' })
 * const { models } = await rollbackImport(manifest, { batch: batch.id })
 * models.map(({ model, deleted }) => `${model}: ${deleted} rows deleted`)
 */
export async function rollbackImport(
  manifest: Manifest,
  options: RollbackOptions,
): Promise<RollbackResult> {
  const resolved = resolveRollbackOptions(options)
  const { batch, signal } = resolved
  const choice = await resolveTarget(options)
  const late: string[] = []
  const onConfirmed = () => void late.push(COMMIT_CONFIRMED)
  try {
    const result = await withTarget(choice, { signal, onConfirmed }, (client, target) =>
      runRollback(client, buildRollbackRequest(manifest, resolved, target), resolved),
    )
    return { ...result, warnings: [...result.warnings, ...late] }
  } catch (error) {
    const isUnknown = isGyroError(error) && error.code === 'POSTGRES.OUTCOME_UNKNOWN'
    throw signal.aborted && !isUnknown
      ? rollbackInterrupted()
      : translateRollbackFailure(error, batch)
  }
}

const COMMIT_CONFIRMED =
  'The connection was lost during COMMIT. The server was asked again: the batch is rolled back.'

/** The rollback from its locks to the new status, inside the transaction. */
async function runRollback(
  client: PostgresClient,
  request: RollbackRequest,
  { onProgress, signal }: ResolvedRollbackOptions,
): Promise<RollbackResult> {
  const started = performance.now()
  if (!(await tryImportLock(client))) {
    throw anotherRuns(request.target, await findImportLockHolder(client))
  }
  await adaptTransaction(client)
  onProgress({ type: 'phase', phase: 'plan' })
  const prepared = await prepareRollback(client, request, { isLocking: true })
  expectNoProblems(prepared.problems)
  const warnings = [...listWarnings(prepared), ...warnOfIndexes(prepared)]
  for (const warning of warnings) onProgress({ type: 'warning', warning })

  onProgress({ type: 'phase', phase: 'undo' })
  const { scope, marks, models, isEmptying } = prepared
  signal.throwIfAborted()
  await (isEmptying
    ? emptyTables(client, scope.tables)
    : undoMarked(client, scope, { marks, signal }))
  await closeBatch(client, prepared, request)
  signal.throwIfAborted()
  onProgress({ type: 'phase', phase: 'commit' })
  return {
    batch: { ...describeBatch(prepared), status: 'ROLLED_BACK' },
    seconds: (performance.now() - started) / 1000,
    models,
    takenAlong: listTakenAlong(prepared),
    warnings,
  }
}

/** The history keeps the batch and which keys it had; what updated rows held is in them again. */
async function closeBatch(
  client: PostgresClient,
  prepared: PreparedRollback,
  { force, cascade }: RollbackRequest,
): Promise<void> {
  const { batch, tables, marks, models } = prepared
  const { id, status } = batch
  for (const [{ model }, table] of tables) {
    if (marks.of(table).back > 0) await passOnRows(client, id, { model, table })
  }
  const recorded = await ImportBatch.claim(client, { id, status })
  // A run that crashed has not said so itself.
  if (recorded.status === 'IN_PROGRESS') await recorded.move('FAILED')
  await recorded.move('ROLLED_BACK')
  const takenAlong = listTakenAlong(prepared)
  await recordEvent(client, id, { kind: 'undone', detail: { force, cascade, models, takenAlong } })
  for (const table of ['before_image', 'restored_row'] as const) {
    await queryRows(client, {
      text: `delete from ${qualify(historyTable(table))} where batch_id = $1`,
      values: [id],
    })
  }
}
