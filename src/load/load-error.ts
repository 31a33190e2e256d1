import { type CsvPosition, describePosition } from '../csv/csv-error.js'
import type { ErrorCode } from '../error/error-codes.js'
import { GyroError } from '../error/gyro-error.js'
import { cureOf, INSUFFICIENT_PRIVILEGE, type ServerError } from '../postgres/postgres-error.js'

/** The row that PostgreSQL refused, as far as it can be told. */
export interface RefusedRow {
  readonly model: string
  /** Path of the file. */
  readonly file: string
  /** Null when the server does not say which row it was. */
  readonly at: CsvPosition | null
  /** The column; null when the whole row is meant. */
  readonly column: { readonly header: string; readonly type: string } | null
  /**
   * Whether its key is a hash, so that an import before may have loaded the same row.
   * @default false
   */
  readonly isHashed?: boolean
}

export function rowCountDiffers(
  model: string,
  counts: { readonly sent: number; readonly stored: number },
): GyroError {
  return new GyroError('LOAD.ROW_COUNT', `PostgreSQL did not take every row of ${model}`, {
    why: `${counts.sent} rows were sent, ${counts.stored} were stored: a trigger or rule dropped some.`,
    fix: 'Look at the triggers and rules of the table, then import again: nothing was written.',
    meta: { model, ...counts },
  })
}

/** @param places Of the first and the last of the rows. */
export function repeatedTarget(
  model: string,
  columns: readonly string[],
  places: readonly CsvPosition[],
): GyroError {
  const [first, last] = places.map(describePosition)
  return new GyroError('LOAD.DUPLICATE', `${model} has several rows for one row`, {
    why: `${first} and ${last} have the same ${columns.join(', ')}, by which rows that are there are met.`,
    fix: 'Keep one of them, then import again: nothing was written.',
    meta: { ...places.at(-1), model, columns, places },
  })
}

/** The server does not say which row it was. */
export function policyRefuses(model: string, file: string): GyroError {
  return new GyroError('LOAD.POLICY', `${file} has a row that a policy refuses`, {
    why: `${file}: row-level security of ${model} does not let the role insert one of its rows (SQLSTATE ${INSUFFICIENT_PRIVILEGE}).`,
    fix: 'Leave rows out that the role may not insert, or import as the owner of the table or as a role with BYPASSRLS; nothing was written.',
    meta: { file, model, sqlstate: INSUFFICIENT_PRIVILEGE },
  })
}

/** Rows that are parameters of a statement are held in memory: only so many are taken. */
export function needsTemporary(model: string, limit: number, grant: string): GyroError {
  return new GyroError('LOAD.NEEDS_TEMPORARY', `${model} needs temporary tables`, {
    why: `With the models that it refers to in a circle it has more than ${limit} bytes of rows, and the role may not create temporary tables.`,
    fix: `Let the owner run: ${grant}`,
    meta: { model, limit, grant },
  })
}

/** Prisma Client would change a value on its way, or does not take it. */
export function unsendableValue(
  model: string,
  {
    reason,
    at,
    header,
  }: { readonly reason: string; readonly at: CsvPosition; readonly header: string | null },
): GyroError {
  return new GyroError(
    'LOAD.CLIENT_VALUE',
    `${at.file} has a value that Prisma Client cannot take`,
    {
      why: `${describePosition(at)}: ${header ?? model} holds ${reason}, which would be another value after it went through createMany.`,
      fix: 'Change the value, or import without "client"; nothing was written.',
      meta: { ...at, model, header, reason },
    },
  )
}

/** @param difference The first part that is not as it was, such as `the index "x" of public.Order`. */
export function rebuildDiffers(difference: string): GyroError {
  return new GyroError('LOAD.REBUILD_DIFFERS', 'A rebuild did not put everything back', {
    why: `After the load ${difference} is not what it was before; an event trigger or another version of PostgreSQL may do that.`,
    fix: 'Import with --fk-mode checked, which changes no table: nothing was written.',
    meta: { difference },
  })
}

/** @param difference See `rebuildDiffers`. */
export function deferralDiffers(difference: string): GyroError {
  return new GyroError('LOAD.DEFERRAL_DIFFERS', 'A foreign key is not as it was', {
    why: `After the load ${difference} is not what it was before; an event trigger or another version of PostgreSQL may do that.`,
    fix: 'Import with --fk-mode checked, which changes no table: nothing was written.',
    meta: { difference },
  })
}

/** SQLSTATE → what it means for a load. See `codeOf` for others. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  '23502': 'LOAD.NULL_VALUE',
  '23503': 'LOAD.MISSING_REFERENCE',
  '23505': 'LOAD.DUPLICATE',
  '23514': 'LOAD.CHECK_VIOLATION',
  '23P01': 'LOAD.DUPLICATE',
}

/** Says what the server refused in terms of the file. Its own words may hold cell values: left out. */
export function rowRefused(error: ServerError, row: RefusedRow): GyroError {
  const code = codeOf(error, row)
  const { summary, why, fix } = explain(code, error, row)
  const place = row.at === null ? row.file : describePosition(row.at)
  return new GyroError(code, `${row.file} ${summary}`, {
    why: `${place}: ${why} (SQLSTATE ${error.code}).`,
    fix: `${fix}, then import again: nothing was written.`,
    meta: {
      ...(row.at ?? { file: row.file }),
      model: row.model,
      header: row.column?.header ?? null,
      constraint: error.constraint ?? null,
      sqlstate: error.code,
    },
  })
}

/** Types refuse values with codes of many classes, but only while COPY reads a column. */
function codeOf({ code }: ServerError, { column }: RefusedRow): ErrorCode {
  const isValue = code.startsWith('22') || (column !== null && !isOfServer(code))
  return CODES[code] ?? (isValue ? 'LOAD.VALUE_REFUSED' : 'LOAD.REFUSED')
}

/** SQLSTATE classes of the server's own state: locks, resources, limits, stops. */
function isOfServer(code: string): boolean {
  return ['40', '53', '54', '55', '57', '58'].includes(code.slice(0, 2))
}

function explain(
  code: ErrorCode,
  error: ServerError,
  { model, column, isHashed = false }: RefusedRow,
): { readonly summary: string; readonly why: string; readonly fix: string } {
  const value = column === null ? 'a value' : `"${column.header}"`
  const constraint = error.constraint ?? 'a constraint'
  switch (code) {
    case 'LOAD.NULL_VALUE':
      return {
        summary: 'lacks a required value',
        why: `${value} of ${model} is NULL but required`,
        fix: 'Fill in the value; write "" for an empty string',
      }
    case 'LOAD.MISSING_REFERENCE':
      return {
        summary: 'refers to a row that is not there',
        why: `the reference ${constraint} of ${model} has no row in the database`,
        fix: 'Import the row it refers to as well, or correct the reference',
      }
    case 'LOAD.DUPLICATE':
      return {
        summary: 'has a row that is there already',
        why: `${constraint} allows its values only once`,
        fix: `${isHashed ? SKIP_LOADED : 'Remove'} the row from the file, or the one that is in the way from the database or the file`,
      }
    case 'LOAD.CHECK_VIOLATION':
      return {
        summary: 'breaks a rule of the database',
        why: `the row of ${model} violates ${constraint}`,
        fix: 'Correct the row',
      }
    case 'LOAD.VALUE_REFUSED':
      return {
        summary: 'has a value that its column cannot store',
        why: `${value} of ${model} is not what ${column?.type ?? "the column's type"} takes`,
        fix: 'Correct the value',
      }
    default:
      return {
        summary: 'was refused by PostgreSQL',
        why: `the server stopped the load of ${model}${describeCause(error)}`,
        fix: cureOf(error.code) ?? 'Cure what the server says, here or in its log',
      }
  }
}

/** Hashed keys are those of the import before, if there was one. */
const SKIP_LOADED =
  'Add --on-conflict skip to leave rows alone that an import before has loaded. Or remove'

/**
 * The server's own words, where they tell of the server and cannot hold the values of a row: not
 * those of a trigger, whose context comes before that of COPY.
 */
function describeCause({ code, message, where = '' }: ServerError): string {
  const isSafe =
    where === ''
      ? code === INSUFFICIENT_PRIVILEGE || !ROW_CLASSES.includes(code.slice(0, 2))
      : isOfServer(code) && where.startsWith('COPY ')
  return isSafe ? `: ${message}` : ''
}

/**
 * SQLSTATE classes of data, constraints and what triggers raise; and of names that are not there, which
 * the values of a type such as regclass are.
 */
const ROW_CLASSES = ['22', '23', '3F', '42', 'P0']
