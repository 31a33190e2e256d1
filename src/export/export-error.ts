import { GyroError } from '../error/gyro-error.js'
import { didYouMean } from '../error/suggest.js'
import { displayName, qualify, quoteIdentifier, type TableName } from '../postgres/identifier.js'
import {
  cureOf,
  isConnectionLoss,
  isServerError,
  type ServerError,
} from '../postgres/postgres-error.js'

/** What was given is not told: it may be a value of a row. */
export function invalidOption(option: string, wanted: string): GyroError {
  return new GyroError('EXPORT.INVALID_OPTION', `The option "${option}" has a wrong value`, {
    why: `It takes ${wanted}.`,
    fix: `Correct "${option}".`,
    meta: { option, wanted },
  })
}

export function unknownOption(option: string, known: readonly string[]): GyroError {
  return new GyroError('EXPORT.INVALID_OPTION', `There is no option "${option}"`, {
    why: `The options are ${known.join(', ')}.`,
    fix: `${didYouMean(option, known)}Remove or rename the option.`,
    meta: { option },
  })
}

export function unknownModel(option: string, model: string, known: readonly string[]): GyroError {
  return new GyroError('EXPORT.UNKNOWN_MODEL', `There is no model "${model}"`, {
    why: `The option "${option}" names it; the schema has ${known.join(', ')}.`,
    fix: `${didYouMean(model, known)}Choose one of these.`,
    meta: { option, model },
  })
}

/** A model and its table. */
export interface ExportPlace {
  readonly model: string
  readonly table: TableName
}

export function missingTable({ model, table }: ExportPlace): GyroError {
  return new GyroError('EXPORT.MISSING_TABLE', `The database has no table for ${model}`, {
    why: `${displayName(table)} does not exist in it.`,
    fix: 'Apply the migrations (npx prisma migrate deploy), or check the URL and its ?schema=.',
    meta: { model, table: displayName(table) },
  })
}

/** @param missing Database names of columns. */
export function missingColumns(
  { model, table }: ExportPlace,
  missing: readonly string[],
): GyroError {
  const names = missing.map((name) => `"${name}"`).join(', ')
  return new GyroError('EXPORT.MISSING_COLUMN', `${displayName(table)} lacks columns of ${model}`, {
    why: `The schema has ${names}, the database does not.`,
    fix: 'Apply the migrations, run npx prisma generate if the schema is behind the database, or leave a column out with @gyro.skip.',
    meta: { model, table: displayName(table), columns: missing },
  })
}

/** @param lacking What the role may not read, ready for `grant … on …`. */
export function missingPrivileges(
  role: string,
  models: readonly string[],
  lacking: readonly { readonly privilege: string; readonly on: string }[],
): GyroError {
  const needs = lacking.map(({ privilege, on }) => `${privilege} on ${on}`)
  const grants = lacking.map(
    ({ privilege, on }) => `grant ${privilege} on ${on} to ${quoteIdentifier(role)};`,
  )
  const summary = `The role "${role}" may not read ${models.join(', ')}`
  return new GyroError('EXPORT.MISSING_PRIVILEGE', summary, {
    why: `It needs ${needs.join('; ')}.`,
    fix: ['Let the owner run:', ...grants].join('\n'),
    meta: { role, models, grants },
  })
}

export function rowSecurity(role: string, places: readonly ExportPlace[]): GyroError {
  const tables = places.map(({ table }) => displayName(table))
  const [first] = places
  const owner = `alter role ${quoteIdentifier(role)} bypassrls;`
  return new GyroError('EXPORT.ROW_SECURITY', 'Row-level security would hide rows', {
    why: `Policies of ${tables.join(', ')} apply to the role "${role}": an export of what it sees would lack rows without a word.`,
    fix: `Export as the owner of ${first === undefined ? 'the tables' : qualify(first.table)}, or let a superuser run: ${owner}`,
    meta: { role, tables },
  })
}

/** The folder is there, and not for us. */
export function folderInUse(folder: string, strangers: readonly string[]): GyroError {
  const some = strangers.slice(0, 3).join(', ')
  const more = strangers.length > 3 ? ` and ${strangers.length - 3} more` : ''
  return new GyroError('EXPORT.FOLDER', `The folder ${folder} is not empty`, {
    why: `It holds ${some}${more}.`,
    fix: 'Name another folder; --overwrite replaces the files of an export, and nothing else.',
    meta: { folder, files: strangers },
  })
}

/** There is something of that name, or nothing may be put there. */
export function folderUnusable(folder: string, cause: unknown): GyroError {
  const code = systemCode(cause)
  return new GyroError('EXPORT.FOLDER', `The folder ${folder} cannot be used`, {
    why: code === null ? 'It is no folder.' : `The system says ${code}.`,
    fix: 'Name a folder that you may write to; it need not be there yet.',
    meta: { folder, code },
    cause,
  })
}

/** @param file As people are told. */
export function unwritable(file: string, cause: unknown): GyroError {
  const code = systemCode(cause)
  return new GyroError('EXPORT.UNWRITABLE', `${file} cannot be written`, {
    why: `The system says ${code ?? 'nothing about it'}.`,
    fix:
      code === 'EEXIST'
        ? 'Another export is writing there: name another folder, or wait for its end and add --overwrite.'
        : 'Make room, or name a folder on another disk; then export again: the files were removed.',
    meta: { file, code },
    cause,
  })
}

function systemCode(cause: unknown): string | null {
  const { code } = (cause ?? {}) as { readonly code?: unknown }
  return typeof code === 'string' ? code : null
}

export function rowCountDiffers(
  model: string,
  counts: { readonly selected: number; readonly sent: number },
): GyroError {
  const { selected, sent } = counts
  return new GyroError('EXPORT.ROW_COUNT', `${model} has other rows than were selected`, {
    why: `${selected} were selected, and the server sent ${sent}.`,
    fix: 'Export again; if it stays so, please report it: the files were removed.',
    meta: { model, ...counts },
  })
}

/** What failed on the server, as an error for people; other failures stay as they are. */
export function translateExportFailure(error: unknown): unknown {
  if (isConnectionLoss(error)) return exportLost(error)
  return isServerError(error) ? exportRefused(error) : error
}

/** Not kept as the cause: what the server said may hold values of rows. */
function exportLost(error: unknown): GyroError {
  const words = error instanceof Error ? error.message : String(error)
  return new GyroError('POSTGRES.CONNECTION_LOST', 'The connection to the server was lost', {
    why: `The server or the network ended it: ${words}.`,
    fix: 'Export again when the server is back: what was written is removed.',
  })
}

/** SQLSTATE of a standby whose primary removes rows that the snapshot still needs. */
const STANDBY_CONFLICT = '40001'

function exportRefused({ code, message, where = '' }: ServerError): GyroError {
  const words = where === '' ? message : 'it said so in the context of a row'
  const cure =
    code === STANDBY_CONFLICT
      ? 'Turn hot_standby_feedback on at the standby, raise max_standby_streaming_delay'
      : (cureOf(code) ?? 'Cure what it says')
  return new GyroError('POSTGRES.REFUSED', 'PostgreSQL refused a statement of the export', {
    why: `The server said: ${words} (SQLSTATE ${code}).`,
    fix: `${cure}, then export again: what was written is removed.`,
    meta: { sqlstate: code },
  })
}

export function interrupted(): GyroError {
  return new GyroError('EXPORT.INTERRUPTED', 'The export was stopped', {
    why: 'It was asked to stop, and its files were removed.',
    fix: 'Export again when you like.',
  })
}
