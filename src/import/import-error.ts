import { GyroError } from '../error/gyro-error.js'
import { didYouMean } from '../error/suggest.js'
import { adviseOnHolder, describeHolder, type LockHolder } from '../postgres/lock-holder.js'
import type { CheckResult } from '../verify/check-load.js'

export function invalidOption(option: string, got: unknown, wanted: string): GyroError {
  return new GyroError('IMPORT.INVALID_OPTION', `The option "${option}" has a wrong value`, {
    why: `It takes ${wanted}, but got ${JSON.stringify(got) ?? String(got)}.`,
    fix: `Correct "${option}".`,
    meta: { option, wanted },
  })
}

export function exclusiveOption(option: string, other: string): GyroError {
  return new GyroError('IMPORT.INVALID_OPTION', `"${option}" and "${other}" exclude each other`, {
    why: `The option "${option}" is about files; with "${other}" there are none.`,
    fix: 'Give one of the two.',
    meta: { option, other },
  })
}

export function unknownOption(option: string, known: readonly string[]): GyroError {
  return new GyroError('IMPORT.INVALID_OPTION', `There is no option "${option}"`, {
    why: `The options are ${known.join(', ')}.`,
    fix: `${didYouMean(option, known)}Remove or rename the option.`,
    meta: { option },
  })
}

/** Two options that each say what becomes of the same. */
export function contradiction(
  option: string,
  other: string,
  why = 'Each of them says what becomes of the keys of the model.',
): GyroError {
  return new GyroError(
    'IMPORT.INVALID_OPTION',
    `"${option}" and "${other}" contradict each other`,
    {
      why,
      fix: 'Leave one of them out.',
      meta: { option, other },
    },
  )
}

/** An option that says how rows are rejected, where none is. */
export function contradictoryRejects(option: string): GyroError {
  return new GyroError('IMPORT.INVALID_OPTION', `"${option}" is without effect`, {
    why: 'A bad row fails the import, so that none is rejected.',
    fix: "Add onBadRow: 'reject' (--on-bad-row reject), or leave the option out.",
    meta: { option },
  })
}

/** Files of rejected rows that would be files of the import the next time. */
export function rejectsInside(folder: string, from: string): GyroError {
  return new GyroError('IMPORT.INVALID_OPTION', 'Rejected rows would go into the import folder', {
    why: `${folder} is inside of ${from}, whose files are not to be mixed with others.`,
    fix: 'Name a folder outside of it with --rejects.',
    meta: { option: 'rejects', folder, from },
  })
}

/** @param limit As it was given. */
export function tooManyRejects(
  counts: { readonly rejected: number; readonly rows: number },
  { limit, folder }: { readonly limit: string; readonly folder: string },
): GyroError {
  const { rejected, rows } = counts
  return new GyroError('IMPORT.TOO_MANY_REJECTS', 'Too many rows were rejected', {
    why: `${rejected} of ${rows} rows cannot be loaded; --max-rejects allows ${limit}. They are in ${folder}.`,
    fix: 'Look at their reasons and correct the files, or allow more; then import again: nothing was written.',
    meta: { ...counts, limit, folder },
  })
}

/** The database goes on refusing one row after the other. */
export function stillRefused(refusal: GyroError, times: number): GyroError {
  const { code, summary, details } = refusal
  return new GyroError('IMPORT.STILL_REFUSED', `The database refused rows ${times} times`, {
    why: `It tells one row at a time, and each time all is loaded again. At last: ${summary} (${code}). ${details.why}`,
    fix: details.fix,
    meta: { ...details.meta, refusal: code, times },
    cause: refusal,
  })
}

/** An option maps a header cell to a field that the model does not have. */
export function unknownField(option: string, field: unknown, known: readonly string[]): GyroError {
  return new GyroError('IMPORT.INVALID_OPTION', `There is no field "${field}"`, {
    why: `The option "${option}" takes the fields ${known.join(', ')}.`,
    fix: `${didYouMean(String(field), known)}Choose one of these.`,
    meta: { option, field },
  })
}

/** @param known The relation fields of the model. */
export function unknownReference(
  option: string,
  reference: string,
  known: readonly string[],
): GyroError {
  const has = known.length === 0 ? 'has none' : `has ${known.join(', ')}`
  return new GyroError('IMPORT.INVALID_OPTION', `There is no reference "${reference}"`, {
    why: `The option "${option}" takes the references of its model, which ${has}.`,
    fix: `${didYouMean(reference, known)}Write the field of the relation, such as customer, or leave it out.`,
    meta: { option, reference },
  })
}

export function unknownMissingPolicy(
  option: string,
  policy: unknown,
  known: readonly string[],
): GyroError {
  return new GyroError('IMPORT.INVALID_OPTION', `There is no policy "${policy}" for missing rows`, {
    why: `The option "${option}" takes one of ${known.join(', ')}.`,
    fix: `${didYouMean(String(policy), known)}Choose one of these.`,
    meta: { option, policy },
  })
}

/** Rows without the row that they refer to are to be put aside, but no row is. */
export function rejectsNowhere(): GyroError {
  return new GyroError(
    'IMPORT.INVALID_OPTION',
    '"missingReference" rejects rows, "onBadRow" does not',
    {
      why: 'A bad row fails the import, so that none is put aside.',
      fix: "Add onBadRow: 'reject' (--on-bad-row reject), or say fail instead of reject.",
      meta: { option: 'missingReference' },
    },
  )
}

export function unknownStrategy(
  option: string,
  strategy: unknown,
  known: readonly string[],
): GyroError {
  const orObject = option === 'strategy' ? '' : ', or an object with the function mapKeys'
  return new GyroError('IMPORT.INVALID_OPTION', `There is no strategy "${strategy}"`, {
    why: `The option "${option}" takes one of ${known.join(', ')}${orObject}.`,
    fix: `${didYouMean(String(strategy), known)}Choose one of these.`,
    meta: { option, strategy },
  })
}

export function unknownForeignKeyMode(mode: unknown, known: readonly string[]): GyroError {
  return new GyroError('IMPORT.INVALID_OPTION', `There is no mode "${mode}" for foreign keys`, {
    why: `The option "fkMode" takes one of ${known.join(', ')}.`,
    fix: `${didYouMean(String(mode), known)}Choose one of these.`,
    meta: { option: 'fkMode', mode },
  })
}

/** @param holder Who holds the lock; null where it has let go since, or cannot be seen. */
export function alreadyRunning(target: string, holder: LockHolder | null): GyroError {
  return new GyroError('IMPORT.ALREADY_RUNNING', 'Another import runs on this database', {
    why: `A prisma-gyro import${describeHolder(holder)} holds the lock of ${target}.`,
    fix: `Wait until it is done, then import again: nothing was written.${adviseOnHolder(holder)}`,
    meta: { target, ...holder },
  })
}

/** While an import or a rollback runs, what it needs must not be dropped. */
export function cannotPruneNow(target: string): GyroError {
  return new GyroError('IMPORT.ALREADY_RUNNING', 'An import or a rollback runs on this database', {
    why: `Another prisma-gyro holds the lock of ${target}.`,
    fix: 'Wait until it is done, then prune again: nothing was dropped.',
    meta: { target },
  })
}

export function interrupted(): GyroError {
  return new GyroError('IMPORT.INTERRUPTED', 'The import was stopped', {
    why: 'It was asked to stop before COMMIT and rolled back: the database is as it was.',
    fix: 'Import again when you like: nothing was written.',
  })
}

export function checkFailed(checks: readonly CheckResult[]): GyroError {
  const failed = checks.filter(({ ok }) => !ok)
  const isDangling = failed.some(({ name }) => name === 'references')
  return new GyroError('IMPORT.CHECK_FAILED', 'The loaded rows did not pass a check', {
    why: failed.map(({ detail }) => detail).join(' '),
    fix: `${isDangling ? 'Import the rows that are referred to as well, or correct the references. ' : ''}Look for triggers or rules that change rows, then import again: nothing was written.`,
    meta: { checks: failed },
  })
}
