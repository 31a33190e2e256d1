import type { CsvPosition } from '../csv/csv-error.js'
import { GyroError } from '../error/gyro-error.js'
import { describeField, type FieldPlace } from '../values/field-place.js'

export function notAnInteger(place: FieldPlace): GyroError {
  return new GyroError('KEYS.NOT_AN_INTEGER', `${place.at.file} has a key that is no integer`, {
    why: `${describeField(place)} takes whole numbers: an optional minus and digits.`,
    fix: 'Correct the value, then import again: nothing was written.',
    meta: { ...place.at, model: place.model, header: place.header },
  })
}

export function nullKey(place: FieldPlace): GyroError {
  return new GyroError('KEYS.NULL_KEY', `${place.at.file} has a row without a key`, {
    why: `${describeField(place)} is NULL, but it is the key of the row.`,
    fix: 'Give the row its key, then import again: nothing was written.',
    meta: { ...place.at, model: place.model, header: place.header },
  })
}

/** @param places Of the rows with the same key, the first two. */
export function duplicateKey(
  { model, header }: Pick<FieldPlace, 'model' | 'header'>,
  places: readonly CsvPosition[],
): GyroError {
  const lines = places.map(({ line }) => line)
  const files = [...new Set(places.map(({ file }) => file))]
  const rows =
    files.length === 1
      ? `lines ${lines.join(' and ')}`
      : places.map(({ file, line }) => `line ${line} of ${file}`).join(' and ')
  return new GyroError(
    'KEYS.DUPLICATE',
    `${files.join(' and ')} ${files.length === 1 ? 'has' : 'have'} a key twice`,
    {
      why: `"${header}" of ${model} must be different in every row, but ${rows} have the same.`,
      fix: 'Remove one of the rows or correct its key, then import again: nothing was written.',
      meta: { file: files.at(-1), line: lines.at(-1), lines, model, header },
    },
  )
}

export function missingReference(place: FieldPlace, target: string): GyroError {
  return new GyroError(
    'KEYS.MISSING_REFERENCE',
    `${place.at.file} refers to a ${target} that is not in the files`,
    {
      why: `${describeField(place)} holds the key of a ${target}, but no row of ${target} has it.`,
      fix: `Add the row to the file of ${target}, or clear the reference, then import again: nothing was written.`,
      meta: { ...place.at, model: place.model, header: place.header, target },
    },
  )
}

/** A file is read twice; the second time it held another header or other keys. */
export function fileChanged(file: string): GyroError {
  return new GyroError('KEYS.FILE_CHANGED', `${file} changed while it was imported`, {
    why: 'Its header or its keys are not those that were read before the load.',
    fix: 'Import again when nothing writes to the file: nothing was written.',
    meta: { file },
  })
}

export function keysOutOfRange(
  place: { readonly table: string; readonly column: string },
  limit: { readonly highest: bigint; readonly wanted: bigint; readonly what: string },
): GyroError {
  const { highest, wanted, what } = limit
  return new GyroError('KEYS.OUT_OF_RANGE', `${place.table} has no room for the new keys`, {
    why: `${what} of "${place.column}" ends at ${highest}, but the new keys go up to ${wanted}.`,
    fix: 'Widen the column and its sequence (Int to BigInt), then import again: nothing was written.',
    meta: { ...place, highest: String(highest), wanted: String(wanted) },
  })
}
