import { GyroError } from '../error/gyro-error.js'
import { didYouMean } from '../error/suggest.js'
import type { CheckResult } from '../verify/verify-import.js'

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

/** An option maps a header cell to a field that the model does not have. */
export function unknownField(option: string, field: unknown, known: readonly string[]): GyroError {
  return new GyroError('IMPORT.INVALID_OPTION', `There is no field "${field}"`, {
    why: `The option "${option}" takes the fields ${known.join(', ')}.`,
    fix: `${didYouMean(String(field), known)}Choose one of these.`,
    meta: { option, field },
  })
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

export function alreadyRunning(target: string): GyroError {
  return new GyroError('IMPORT.ALREADY_RUNNING', 'Another import runs on this database', {
    why: `A prisma-gyro import holds the lock of ${target}.`,
    fix: 'Wait until it is done, then import again: nothing was written.',
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
