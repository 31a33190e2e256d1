import { type CsvPosition, describePosition } from '../csv/csv-error.js'
import { GyroError } from '../error/gyro-error.js'
import { displayName, qualify, quoteIdentifier } from '../postgres/identifier.js'
import { endOf, type Sequence } from '../postgres/sequence.js'
import { describeField, type FieldPlace } from '../values/field-place.js'
import { type KeyColumn, lowestOf } from './id-remapping-strategy.js'

export function notAnInteger(place: FieldPlace): GyroError {
  return new GyroError('KEYS.NOT_AN_INTEGER', `${place.at.file} has a key that is no integer`, {
    why: `${describeField(place)} takes whole numbers: an optional minus and digits.`,
    fix: 'Correct the value, then import again: nothing was written.',
    meta: { ...place.at, model: place.model, header: place.header },
  })
}

export function invalidUuid(place: FieldPlace): GyroError {
  return new GyroError('KEYS.INVALID_UUID', `${place.at.file} has a key that is no uuid`, {
    why: `${describeField(place)} takes 32 hexadecimal digits, with or without dashes.`,
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
  const files = nameFiles(places)
  return new GyroError(
    'KEYS.DUPLICATE',
    `${files.join(' and ')} ${files.length === 1 ? 'has' : 'have'} a key twice`,
    {
      why: `"${header}" of ${model} must be different in every row, but ${nameRows(places)} have the same.`,
      fix: 'Remove one of the rows or correct its key, then import again: nothing was written.',
      meta: { file: files.at(-1), line: lines.at(-1), lines, model, header },
    },
  )
}

function nameFiles(places: readonly CsvPosition[]): readonly string[] {
  return [...new Set(places.map(({ file }) => file))]
}

/** `lines 3 and 12`, or `line 3 of a.csv and line 2 of b.csv`. */
function nameRows(places: readonly CsvPosition[]): string {
  return nameFiles(places).length === 1
    ? `${places[0]?.isRow ? 'rows' : 'lines'} ${places.map(({ line }) => line).join(' and ')}`
    : places.map(({ file, line }) => `line ${line} of ${file}`).join(' and ')
}

/** Two rows of the files are the same in real life. */
export function duplicateBusinessKey(
  model: string,
  columns: readonly string[],
  places: readonly CsvPosition[],
): GyroError {
  const lines = places.map(({ line }) => line)
  const files = nameFiles(places)
  const summary = `${files.join(' and ')} ${files.length === 1 ? 'has' : 'have'} a row twice`
  return new GyroError('KEYS.DUPLICATE_BUSINESS_KEY', summary, {
    why: `Rows of ${model} are matched by ${columns.join(', ')}, but ${nameRows(places)} have the same.`,
    fix: 'Remove one of the rows, or name more fields in @gyro.key; then import again: nothing was written.',
    meta: { file: files.at(-1), line: lines.at(-1), lines, model, columns },
  })
}

/** A row of the files could be several rows of the database. */
export function ambiguousBusinessKey(
  model: string,
  columns: readonly string[],
  found: { readonly at: CsvPosition; readonly count: number },
): GyroError {
  const { at, count } = found
  return new GyroError('KEYS.AMBIGUOUS_BUSINESS_KEY', `${at.file} has a row that is several`, {
    why: `${describePosition(at)}: the database has ${count} rows of ${model} with its ${columns.join(', ')}.`,
    fix: 'Name fields in @gyro.key that tell these rows apart, or remove the duplicates from the database; nothing was written.',
    meta: { ...at, model, columns, count },
  })
}

/** Rows refer to one by a key that it does not have in the database. */
export function otherKeyThere(
  model: string,
  {
    key,
    businessKey,
  }: { readonly key: readonly string[]; readonly businessKey: readonly string[] },
  at: CsvPosition,
): GyroError {
  return new GyroError('KEYS.OTHER_KEY_THERE', `${model} has a row under another key`, {
    why: `${describePosition(at)}: the database has a row of ${model} with its ${businessKey.join(', ')}, but with another ${key.join(', ')}. Rows of the files refer to it by that, which cannot be replaced as a whole.`,
    fix: `Match the models that ${key.join(', ')} refers to as well, or leave out the files that refer to ${model}, or let one column be its key in the schema; nothing was written.`,
    meta: { ...at, model, key, businessKey },
  })
}

export function hashesCollide(model: string, table: string, probes: number): GyroError {
  return new GyroError('KEYS.HASH_COLLISION', `${model} has no room for hashed keys`, {
    why: `The ${probes} keys that a row of ${table} can have by its business key are those of others.`,
    fix: `Widen the key (Int to BigInt, or to a uuid), or choose another strategy, such as --remap-strategy ${model}=sequential; nothing was written.`,
    meta: { model, table, probes },
  })
}

/** @param failure Its `why` comes without the full stop. */
export function strategyFailed(
  model: string,
  failure: { readonly strategy: string; readonly why: string; readonly cause?: unknown },
): GyroError {
  const { strategy, why, cause } = failure
  return new GyroError('KEYS.STRATEGY_FAILED', `The strategy "${strategy}" failed`, {
    why: `It maps the keys of ${model}. ${why}.`,
    fix: 'Correct the strategy, then import again: nothing was written.',
    meta: { model, strategy },
    cause,
  })
}

export function missingReference(place: FieldPlace, target: string): GyroError {
  return new GyroError(
    'KEYS.MISSING_REFERENCE',
    `${place.at.file} refers to a ${target} that is not in the files`,
    {
      why: `${describeField(place)} holds the key of a ${target}, but no row of ${target} has it.`,
      fix: `Add the row to the file of ${target}, clear the reference, or say with --missing-reference what becomes of it; then import again: nothing was written.`,
      meta: { ...place.at, model: place.model, header: place.header, target },
    },
  )
}

/** A key that stays means a row that was there, but this import gives it to a new one. */
export function keptKeyTaken(place: FieldPlace, target: string): GyroError {
  return new GyroError(
    'KEYS.MISSING_REFERENCE',
    `${place.at.file} refers to a ${target} that is nowhere`,
    {
      why: `${describeField(place)} holds the key of a ${target} that is not in the files. It stays as it is, but the database has no such row: it is the key that a new row gets now.`,
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

/** The type of the column ends before the new keys do. */
export function keysOutOfRange(column: KeyColumn, wanted: bigint): GyroError {
  const end = wanted > 0n ? column.highest : lowestOf(column)
  return outOfRange(column, {
    why: `The type of "${column.column}" ends at ${end}, but the new keys go ${wayTo(wanted, end)}.`,
    fix: widenColumn(column),
    meta: { end: String(end), wanted: String(wanted) },
  })
}

/** The sequence ends before the new keys do. */
export function sequenceTooShort(column: KeyColumn, sequence: Sequence, wanted: bigint): GyroError {
  const end = endOf(sequence)
  return outOfRange(column, {
    why: `The sequence ${sequence.name} of "${column.column}" ends at ${end}, but the new keys go ${wayTo(wanted, end)}.`,
    fix: extendSequence(column, sequence),
    meta: { sequence: sequence.name, end: String(end), wanted: String(wanted) },
  })
}

/** The sequence came to its end while ids were taken, or began anew with ids that it gave before. */
export function sequenceEnded(column: KeyColumn, sequence: Sequence): GyroError {
  const end = endOf(sequence)
  return outOfRange(column, {
    why: `The sequence ${sequence.name} of "${column.column}" came to its end at ${end}, or began anew, before there was an id for every row.`,
    fix: extendSequence(column, sequence),
    meta: { sequence: sequence.name, end: String(end) },
  })
}

function outOfRange(
  { table, column }: KeyColumn,
  { why, fix, meta }: { readonly why: string; readonly fix: string; readonly meta: object },
): GyroError {
  const place = { table: displayName(table), column }
  return new GyroError('KEYS.OUT_OF_RANGE', `${place.table} has no room for the new keys`, {
    why,
    fix: `${fix} Then import again: nothing was written.`,
    meta: { ...place, ...meta },
  })
}

function wayTo(wanted: bigint, end: bigint): string {
  return `${wanted > end ? 'up' : 'down'} to ${wanted}`
}

/** Columns that refer to it have to follow: `prisma migrate` sees to that, plain SQL does not. */
function widenColumn({ table, column, highest, sequence }: KeyColumn): string {
  if (highest === HIGHEST_BIGINT) {
    return 'No integer type is wider: have the ids start lower.'
  }
  const widening = [
    `alter table ${qualify(table)} alter column ${quoteIdentifier(column)} type bigint;`,
    ...(sequence === null ? [] : [alterSequence(sequence, `no ${endNameOf(sequence)}`)]),
  ]
  return `Widen the column and its sequence (Int to BigInt), and columns that refer to it: ${widening.join(' ')}`
}

function extendSequence(column: KeyColumn, sequence: Sequence): string {
  const end = sequence.increment > 0n ? column.highest : lowestOf(column)
  return `Let the owner run: ${alterSequence(sequence, `${endNameOf(sequence)} ${end} no cycle`)}`
}

function alterSequence({ name }: Sequence, options: string): string {
  return `alter sequence ${name} as bigint ${options};`
}

function endNameOf({ increment }: Sequence): string {
  return increment > 0n ? 'maxvalue' : 'minvalue'
}

const HIGHEST_BIGINT = 2n ** 63n - 1n
