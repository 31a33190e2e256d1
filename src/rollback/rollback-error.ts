import { GyroError } from '../error/gyro-error.js'
import { adviseOnHolder, describeHolder, type LockHolder } from '../postgres/lock-holder.js'
import type { ModelRollback, OutsideReference } from './rollback-plan.js'

export function alreadyRolledBack(id: string): GyroError {
  return new GyroError('ROLLBACK.ALREADY_DONE', `Batch ${id} is rolled back already`, {
    why: 'Its status is ROLLED_BACK: its rows are gone.',
    fix: 'There is nothing left to do. Check the id if you meant another batch.',
    meta: { batch: id },
  })
}

export function otherManifest(
  id: string,
  unknown: readonly { readonly model: string; readonly table: string }[],
): GyroError {
  const names = unknown.map(({ model, table }) => `${model} (${table})`)
  return new GyroError('ROLLBACK.OTHER_MANIFEST', `Batch ${id} is not of this Prisma schema`, {
    why: `It holds models that the manifest does not have, or has with another table: ${names.join(', ')}.`,
    fix: 'Roll it back from the project that imported it. If models were renamed or removed since, use the manifest of that time with --manifest.',
    meta: { batch: id, unknown },
  })
}

export function restoredDatabase(id: string): GyroError {
  return new GyroError(
    'ROLLBACK.OTHER_DATABASE',
    `Batch ${id} was imported into another database`,
    {
      why: 'Its history came here by a dump or a copy of rows: what PostgreSQL says of who wrote a row does not fit it, so that its rows cannot be told from others.',
      fix: 'Roll it back in the database that it was imported into, or restore a backup.',
      meta: { batch: id },
    },
  )
}

export function writersReused(id: string, models: readonly string[]): GyroError {
  return new GyroError(
    'ROLLBACK.WRITERS_REUSED',
    `The rows of ${models.join(', ')} cannot be told`,
    {
      why: `Their keys were kept, so that only the number of the transaction that wrote them tells them; the server has counted so far that others may have the same number as batch ${id}.`,
      fix: 'Delete the rows by hand, by what you know of them.',
      meta: { batch: id, models },
    },
  )
}

export function missingTables(
  tables: readonly { readonly model: string; readonly table: string; readonly lacks: string }[],
): GyroError {
  const list = tables.map(({ model, table, lacks }) => `${table} of ${model} ${lacks}`)
  return new GyroError('ROLLBACK.MISSING_TABLE', 'The database has changed since the import', {
    why: `${list.join('; ')}.`,
    fix: 'Check the URL. If tables or columns were renamed or removed since the import, its rows cannot be found any more.',
    meta: { tables },
  })
}

/** @param missing Privileges by what they are on, ready for GRANT. */
export function missingPrivileges(
  role: string,
  missing: readonly { readonly privileges: readonly string[]; readonly on: string }[],
  grants: readonly string[],
): GyroError {
  const lacks = missing.map(({ privileges, on }) => `${privileges.join(', ')} on ${on}`)
  return new GyroError('ROLLBACK.MISSING_PRIVILEGE', `The role "${role}" may not roll back`, {
    why: `It lacks ${lacks.join('; ')}.`,
    fix: ['Let the owner run:', ...grants].join('\n'),
    meta: { role, missing, grants },
  })
}

/** @param references At least one. */
export function referredSince(references: readonly OutsideReference[]): GyroError {
  const list = references.map(describeReference)
  return new GyroError('ROLLBACK.REFERRED', 'Other rows refer to rows of the batch', {
    why: `${list.join('; ')}.`,
    fix: 'Point them elsewhere or delete them, or take them along with --cascade: look with --dry-run what that would delete.',
    meta: { references },
  })
}

function describeReference(reference: OutsideReference): string {
  const { constraint, table, columns, target, onDelete, rows, keys } = reference
  const place = constraint === null ? columns.join(', ') : constraint
  const sample = keys.filter((key) => key.length > 0).map((key) => key.join('/'))
  const told =
    sample.length === 0
      ? ''
      : `, ${rows === 1 ? 'key' : 'keys'} ${sample.join(', ')}${rows > keys.length ? ', …' : ''}`
  return `${rows} ${rows === 1 ? 'row' : 'rows'} of ${table} → ${target} by ${place} (${WHAT_HAPPENS[onDelete]}${told})`
}

const WHAT_HAPPENS: Readonly<Record<OutsideReference['onDelete'], string>> = {
  'no action': 'PostgreSQL refuses that',
  restrict: 'PostgreSQL refuses that',
  cascade: 'PostgreSQL would delete them',
  'set null': 'PostgreSQL would set them to NULL',
  'set default': 'PostgreSQL would set them to their default',
  unchecked: 'they would refer to nothing',
}

/** Somebody refers to rows of the batch who did not when they were counted. */
export function refusedByReference(constraint: string): GyroError {
  return new GyroError('ROLLBACK.REFERRED', 'Other rows refer to rows of the batch', {
    why: `PostgreSQL refused the deletion by ${constraint}: rows came to refer to them after they were counted, or a row that is restored refers to one that is gone.`,
    fix: 'Look with --dry-run which they are. Nothing was written.',
    meta: { constraint },
  })
}

/** @param models Of which rows are changed, or may be. */
export function changedSince(models: readonly ModelRollback[]): GyroError {
  const list = models.map(
    ({ model, changed, missing, isUncertain }) =>
      `${model}: ${[
        ...(changed > 0 ? [`${changed} changed`] : []),
        ...(isUncertain && missing > 0 ? [`${missing} changed or gone`] : []),
      ].join(', ')}`,
  )
  const isKept = models.some(({ isUncertain, missing }) => isUncertain && missing > 0)
  const kept = isKept
    ? ' Rows that kept their keys cannot be told any more once they are changed: they would stay.'
    : ''
  return new GyroError('ROLLBACK.CHANGED', 'Rows of the batch were changed since the import', {
    why: `${list.join('; ')}.${kept}`,
    fix: 'If a later batch has updated them, roll that back first. To lose the changes, add --force.',
    meta: {
      models: models.map(({ model, changed, missing, isUncertain }) => ({
        model,
        changed,
        missing,
        isUncertain,
      })),
    },
  })
}

/** The import itself could not make sure that its rows are told from others. */
export function indistinctModels(id: string, models: readonly string[]): GyroError {
  const names = models.join(', ')
  return new GyroError('ROLLBACK.INDISTINCT', `The rows of ${names} cannot be told from others`, {
    why: 'Their keys do not tell them, and the number of the transaction that wrote them does neither: when they were imported, triggers, rules or foreign keys wrote to the table as well, or it could not be seen whether they did.',
    fix: 'Delete the rows of the batch by hand, by what you know of them, or restore a backup.',
    meta: { batch: id, models },
  })
}

/** More rows look like those of the batch than it has written. */
export function indistinctRows(
  model: string,
  counts: { readonly found: number; readonly loaded: number },
): GyroError {
  const { found, loaded } = counts
  return new GyroError('ROLLBACK.INDISTINCT', `The rows of ${model} cannot be told from others`, {
    why: `The import has loaded ${loaded}, but ${found} look like these: others have taken keys of the import, or numbers of transactions came round again.`,
    fix: 'Delete the rows of the model by hand, by what you know of them.',
    meta: { model, ...counts },
  })
}

export function hiddenRows(role: string, tables: readonly string[]): GyroError {
  return new GyroError('ROLLBACK.HIDDEN_ROWS', `The role "${role}" may not see all rows`, {
    why: `Row-level security applies to it on ${tables.join(', ')}: rows of the batch, or rows that refer to them, may be hidden.`,
    fix: `Roll back as a role that sees all rows: the owner, or one with BYPASSRLS.`,
    meta: { role, tables },
  })
}

/** @param target The database for people, without password. */
export function remoteRollback(target: string): GyroError {
  return new GyroError('ROLLBACK.REMOTE', 'The rollback is about a server elsewhere', {
    why: `${target} does not run on this machine: others may need the rows.`,
    fix: 'Look at the URL. If it is the one that you mean, add --allow-remote.',
    meta: { target },
  })
}

/** Other rows were deleted or restored than were marked. */
export function otherRows(
  table: string,
  counts: { readonly wanted: number; readonly done: number },
): GyroError {
  const { wanted, done } = counts
  return new GyroError('ROLLBACK.ROW_COUNT', `${table} did not lose the rows that it should`, {
    why: `${wanted} rows were to be deleted or restored, ${done} were: a trigger, a rule or a policy keeps them.`,
    fix: 'Look for these on the table. Nothing was written.',
    meta: { table, ...counts },
  })
}

/** What rows were cannot be put back beside the rows that are there now. */
export function cannotRestore(constraint: string): GyroError {
  return new GyroError('ROLLBACK.CANNOT_RESTORE', 'Updated rows cannot become what they were', {
    why: `Other rows are in the way by now: ${constraint} refuses it.`,
    fix: 'Change or delete the rows that have taken their values since, then roll back again: nothing was written.',
    meta: { constraint },
  })
}

/**
 * @param target The database for people, without password.
 * @param holder Who holds the lock; null where it has let go since, or cannot be seen.
 */
export function anotherRuns(target: string, holder: LockHolder | null): GyroError {
  return new GyroError('IMPORT.ALREADY_RUNNING', 'An import or a rollback runs on this database', {
    why: `Another prisma-gyro${describeHolder(holder)} holds the lock of ${target}.`,
    fix: `Wait until it is done, then roll back again: nothing was written.${adviseOnHolder(holder)}`,
    meta: { target, ...holder },
  })
}

export function rollbackInterrupted(): GyroError {
  return new GyroError('ROLLBACK.INTERRUPTED', 'The rollback was stopped', {
    why: 'It was asked to stop before COMMIT: the database is as it was, and the batch is still there.',
    fix: 'Run it again when you like.',
  })
}

/** The server ended the connection before COMMIT. */
export function rollbackConnectionLost(cause: GyroError): GyroError {
  return new GyroError('POSTGRES.CONNECTION_LOST', cause.summary, {
    why: cause.details.why,
    fix: 'Roll back again when the server is back: nothing was written.',
  })
}

/** The server ended the connection during COMMIT. */
export function rollbackOutcomeUnknown(cause: GyroError, id: string): GyroError {
  return new GyroError(
    'POSTGRES.OUTCOME_UNKNOWN',
    'It is not known whether the rollback happened',
    {
      why: cause.details.why,
      fix: `Roll back again when the server is back: if it did happen, that says that batch ${id} is rolled back already.`,
      meta: { batch: id },
    },
  )
}

/** A statement failed for a reason that there is no better word for than the server's own. */
export function rollbackRefused(
  sqlstate: string,
  { words, cure }: { words: string; cure: string },
): GyroError {
  return new GyroError('POSTGRES.REFUSED', 'PostgreSQL refused a statement of the rollback', {
    why: `The server said: ${words} (SQLSTATE ${sqlstate}).`,
    fix: `${cure}, then roll back again: nothing was written.`,
    meta: { sqlstate },
  })
}
