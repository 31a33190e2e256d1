import { GyroError } from '../error/gyro-error.js'

/** SQLSTATEs of constraints that a row breaks. */
export const NOT_NULL_VIOLATION = '23502'
export const FOREIGN_KEY_VIOLATION = '23503'
export const UNIQUE_VIOLATION = '23505'
export const CHECK_VIOLATION = '23514'

/** SQLSTATE of what the role may not do, rows that a policy refuses among it. */
export const INSUFFICIENT_PRIVILEGE = '42501'

/** What an error of `pg` carries, when it came from the server. */
export interface ServerError extends Error {
  /** SQLSTATE, five characters. */
  readonly code: string
  readonly severity: string
  readonly schema?: string
  readonly table?: string
  readonly column?: string
  readonly constraint?: string
  /** `COPY Order, line 3, column total: …`: holds cell values. */
  readonly where?: string
  /** `Key (email)=(…) already exists.`: holds cell values. */
  readonly detail?: string
}

/** Whether the server said it (and not the network or `pg` itself). */
export function isServerError(error: unknown): error is ServerError {
  return (
    error instanceof Error &&
    'severity' in error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.length === 5
  )
}

/** What the server would have said of a row that refers to nothing, had it checked the reference. */
export function violatesForeignKey(reference: {
  readonly name: string
  readonly from: { readonly schema: string; readonly table: string }
  readonly columns: readonly string[]
  /** Of the row, as text. */
  readonly values: readonly string[]
}): ServerError {
  const { name, from, columns, values } = reference
  return Object.assign(new Error('a row refers to nothing'), {
    code: FOREIGN_KEY_VIOLATION,
    severity: 'ERROR',
    ...from,
    constraint: name,
    detail: `Key (${columns.join(', ')})=(${values.join(', ')}) is not present.`,
  })
}

export function invalidIdentifier(name: string, bytes: number): GyroError {
  return new GyroError('POSTGRES.INVALID_IDENTIFIER', 'A name cannot be used in PostgreSQL', {
    why: `${JSON.stringify(name)} has ${bytes} bytes; PostgreSQL takes 1 to 63 and no NUL.`,
    fix: 'Map the model or field to the name that the database really has.',
    meta: { name, bytes },
  })
}

export function invalidDatabaseUrl(protocol: string | null): GyroError {
  const found = protocol === null ? 'It is not a URL.' : `It begins with ${protocol}//.`
  return new GyroError('POSTGRES.INVALID_URL', 'The database URL is not one of PostgreSQL', {
    why: `${found} COPY needs a direct connection: postgresql://user:password@host:5432/name.`,
    fix: 'Give the direct URL of the server with --url or DATABASE_URL.',
    meta: { protocol },
  })
}

/** Turns a failed connection attempt into an error that says what to check. */
export function translateConnectError(error: unknown, target: string): GyroError {
  const code = isServerError(error) ? error.code : ''
  // 28000 and 28P01: invalid authorization, invalid password.
  if (code.startsWith('28') || /password must be a string/.test(messageOf(error))) {
    return new GyroError('POSTGRES.AUTHENTICATION', `${target} refuses the login`, {
      why: 'The user or the password is wrong, or the user may not connect from here.',
      fix: 'Check user and password of the URL; characters such as @ and / must be percent-encoded.',
      meta: { target, sqlstate: code },
      cause: error,
    })
  }
  if (code === '3D000') {
    return new GyroError('POSTGRES.UNKNOWN_DATABASE', `${target} does not exist`, {
      why: 'The server is there, but it has no database of this name.',
      fix: 'Check the name at the end of the URL, or create the database.',
      meta: { target, sqlstate: code },
      cause: error,
    })
  }
  return new GyroError('POSTGRES.UNREACHABLE', `${target} cannot be reached`, {
    why: `The server did not take the connection: ${messageOf(error)}.`,
    fix: 'Check host and port, and that the server runs and lets this machine in.',
    meta: { target, ...(code === '' ? {} : { sqlstate: code }) },
    cause: error,
  })
}

/** A sequence that gives ids far below those that rows have, and a role that may not raise it. */
export function cannotRaise(sequence: string, role: string, grants: readonly string[]): GyroError {
  return new GyroError('POSTGRES.MISSING_PRIVILEGE', `The role "${role}" may not set ${sequence}`, {
    why: 'It is more than a million ids behind the highest one: too far to take them one by one.',
    fix: `Let the owner run: ${grants.join(' ')}`,
    meta: { sequence, role, grants },
  })
}

/** What failed on the server, as an error for people; other failures stay as they are. */
export function translateFailure(error: unknown): unknown {
  if (isConnectionLoss(error)) {
    return connectionLost(error)
  }
  return isServerError(error) ? statementRefused(error) : error
}

/** A statement failed for a reason that there is no better word for than the server's own. */
function statementRefused({ code, message, where = '' }: ServerError): GyroError {
  // What a trigger or a value made the server say may hold values of rows: then there is a context.
  const words = where === '' ? message : 'it said so in the context of a row'
  return new GyroError('POSTGRES.REFUSED', 'PostgreSQL refused a statement of the import', {
    why: `The server said: ${words} (SQLSTATE ${code}).`,
    fix: `${cureOf(code) ?? 'Cure what it says'}, then import again: nothing was written.`,
    meta: { sqlstate: code },
  })
}

/** What to do about the state that a server is in; null where only its own words can tell. */
export function cureOf(sqlstate: string): string | null {
  return CURES[sqlstate] ?? null
}

const CURES: Readonly<Record<string, string>> = {
  '40P01': 'Wait until the session is done that wanted the same rows in another order',
  '53100': 'Make room on a disk of the server',
  '53200': 'Give the server more memory, or wait until others need less',
  '53400': 'Raise the limit of the server that was met',
  '55P03': 'Wait until the session is done that holds the lock, or raise lock_timeout of the role',
}

/**
 * The connection ended in the middle of the work. What the server said last is told, but not kept as
 * the cause: its context holds the row that it was at.
 */
export function connectionLost(cause: unknown): GyroError {
  return new GyroError('POSTGRES.CONNECTION_LOST', 'The connection to the server was lost', {
    why: `The server or the network ended it: ${messageOf(cause)}. PostgreSQL undoes what was not committed.`,
    fix: 'Import again when the server is back: nothing was written.',
    ...causeOf(cause),
  })
}

/** The connection ended during COMMIT, and the server said afterwards that it did not happen. */
export function commitUndone(cause: unknown): GyroError {
  return new GyroError('POSTGRES.CONNECTION_LOST', 'The connection to the server was lost', {
    why: `It ended during COMMIT: ${messageOf(cause)}. Asked again, the server says that it was rolled back.`,
    fix: 'Import again: nothing was written.',
    ...causeOf(cause),
  })
}

/**
 * The connection ended during COMMIT, and the server could not be asked what became of it.
 *
 * @param xid Number of the transaction; null where the server tells none.
 */
export function outcomeUnknown(cause: unknown, xid: string | null): GyroError {
  const fix =
    xid === null
      ? 'Look for one of the rows before you import again.'
      : `Ask the server when it is back: select pg_xact_status('${xid}'). After "committed" every row is there; after "aborted" none is, and you can import again. If another server took its place, look for one of the rows instead.`
  return new GyroError('POSTGRES.OUTCOME_UNKNOWN', 'It is not known whether the import happened', {
    why: `The connection was lost during COMMIT: ${messageOf(cause)}. Either every row is there or none.`,
    fix,
    ...(xid === null ? {} : { meta: { xid } }),
    ...causeOf(cause),
  })
}

/** Nothing that the server said: its context holds the row that it was at. */
function causeOf(cause: unknown): { readonly cause?: unknown } {
  return isServerError(cause) ? {} : { cause }
}

/** SQLSTATEs that come with the end of the connection: the server goes down, or a timeout ends it. */
const ENDS_OF_CONNECTION = ['25P03', '25P04', '57P01', '57P02', '57P03', '57P05']

/** Whether the connection itself is gone: class 08, the server going down, or the socket. */
export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof GyroError) {
    return false
  }
  if (isServerError(error)) {
    return error.code.startsWith('08') || ENDS_OF_CONNECTION.includes(error.code)
  }
  return /Connection terminated|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|not queryable/.test(
    messageOf(error),
  )
}

/** An `AggregateError` of Node (one address refused after the other) has an empty message. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return messageOf(error.errors[0])
  }
  return error instanceof Error ? error.message || error.name : String(error)
}
