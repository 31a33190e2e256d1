import { leaveOutRejects } from '../check/leave-out-rejects.js'
import { listRowProblems } from '../check/list-row-problems.js'
import {
  countRejected,
  describeRefusal,
  type LocatedRefusal,
  locateRefusal,
} from '../check/locate-refusal.js'
import type { RowCheck } from '../check/row-check.js'
import { isGyroError } from '../error/gyro-error.js'
import { RowsRefused } from '../load/find-refusals.js'
import type { PreparedImport } from '../plan/prepared-import.js'
import type { PostgresClient } from '../postgres/client.js'
import type { ProgressListener } from '../progress/progress.js'
import type { RejectFolder } from '../rejects/reject-folder.js'
import { checkFiles } from './check-files.js'
import { stillRefused, tooManyRejects } from './import-error.js'
import type { RejectedRows } from './import-result.js'
import { exceeds, type RejectPolicy } from './resolve-bad-rows.js'

/** An import that goes on without its bad rows. */
interface RemainingRun {
  readonly client: PostgresClient
  readonly prepared: PreparedImport
  readonly policy: RejectPolicy
  readonly folder: RejectFolder
  readonly onProgress: ProgressListener
  readonly signal: AbortSignal
}

/** So often everything is loaded again without a row that the database has refused. */
const MAX_REFUSALS = 20

/**
 * Finds the bad rows, then loads the others. What only the database can refuse is found by loading: then
 * all is undone, the row is rejected with those that refer to it, and the others are loaded again.
 *
 * @throws {GyroError} `IMPORT.TOO_MANY_REJECTS`, `IMPORT.STILL_REFUSED`; what `load` throws for more than
 * one row.
 */
export async function loadRemaining<Outcome>(
  { client, prepared, policy, folder, onProgress, signal }: RemainingRun,
  load: (remaining: PreparedImport, check: RowCheck) => Promise<Outcome>,
): Promise<Outcome & { readonly rejects: RejectedRows | null }> {
  const check = await checkFiles(client, prepared, { onProgress, signal })
  const [unreadable] = check.unreadable
  if (unreadable !== undefined) throw unreadable
  for (let refusals = 0; ; refusals++) {
    await expectFew(check, policy, folder)
    const remaining = await leaveOutRejects(prepared, check, signal)
    await client.query('savepoint prisma_gyro_rows')
    try {
      const outcome = await load(remaining, check)
      await client.query('release savepoint prisma_gyro_rows')
      const rejects = check.rejected === 0 ? null : await writeRejectedRows(check, folder, signal)
      return { ...outcome, rejects }
    } catch (error) {
      const refused = signal.aborted ? [] : await locateRefusals(error, remaining, check)
      const [first] = refused
      if (first === undefined) throw error
      if (refusals === MAX_REFUSALS) throw stillRefused(first.error, refusals + 1)
      await client.query('rollback to savepoint prisma_gyro_rows')
      // All are told by what was rejected when they were refused.
      for (const { model, row, fault } of refused) check.reject(model, row, fault)
    }
  }
}

/** Rows of a program have no lines that a person could look up: what became of each is data. */
export async function writeRejectedRows(
  check: RowCheck,
  folder: RejectFolder,
  signal: AbortSignal,
): Promise<RejectedRows> {
  const files = await folder.write(check)
  const isOfProgram = check.models.some(({ dialect }) => dialect.countsRows)
  return isOfProgram ? { ...files, rows: (await listRowProblems(check, signal)).all } : files
}

/** The rows that an error of the load is about; none when it is about none, or does not tell which. */
async function locateRefusals(
  error: unknown,
  remaining: PreparedImport,
  check: RowCheck,
): Promise<readonly LocatedRefusal[]> {
  if (!(error instanceof RowsRefused)) {
    const refused = isGyroError(error) ? await locateRefusal(error, remaining, check) : null
    return refused === null ? [] : [refused]
  }
  return remaining.models.flatMap((model) => {
    const refusals = error.refusals.filter((refusal) => refusal.model === model.model)
    const rows = countRejected(
      refusals.map(({ row }) => row),
      check.faultsOf(model.model),
    )
    return refusals.map((refusal, index) => ({
      model: model.model,
      row: rows[index] as number,
      error: refusal.error,
      fault: describeRefusal(refusal.error, model, `${model.source.path}: `),
    }))
  })
}

/** @throws {GyroError} `IMPORT.TOO_MANY_REJECTS`. */
export async function expectFew(
  check: RowCheck,
  { limit }: RejectPolicy,
  folder: RejectFolder,
): Promise<void> {
  if (!exceeds(limit, check)) return
  const { rejected, rows } = check
  const files = await folder.write(check)
  const allowed = limit.kind === 'rows' ? String(limit.rows) : `${limit.percent}%`
  throw tooManyRejects({ rejected, rows }, { limit: allowed, folder: files.folder })
}
