import type { ServerError } from '../postgres/postgres-error.js'

/** What a driver adapter of Prisma keeps of what the server said. */
interface AdapterCause {
  readonly kind?: unknown
  readonly originalCode?: unknown
  readonly originalMessage?: unknown
}

/** Kinds of an adapter that mean the end of the connection. */
const CONNECTION_KINDS = ['ConnectionClosed', 'SocketTimeout', 'DatabaseNotReachable']

/**
 * What Prisma Client threw for a statement, as `pg` would have thrown it; what the Client itself has to
 * say stays as it is.
 */
export function translateClientFailure(error: unknown): unknown {
  const cause = findCause(error)
  if (cause === null) return error
  const { kind, originalCode, originalMessage } = cause
  if (typeof originalCode === 'string') {
    return buildServerError(originalCode, String(originalMessage))
  }
  return typeof kind === 'string' && CONNECTION_KINDS.includes(kind)
    ? new Error(`Connection terminated (${kind})`, { cause: error })
    : error
}

/** An error of the server, with what is known beside. */
export function buildServerError(
  code: string,
  message: string,
  known: Partial<ServerError> = {},
): ServerError {
  return Object.assign(new Error(message), { severity: 'ERROR', ...known, code })
}

/** In the error of a query, or in one of the transaction itself. */
function findCause(error: unknown): AdapterCause | null {
  for (const path of [['meta', 'driverAdapterError', 'cause'], ['cause']]) {
    const found = path.reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined,
      error,
    )
    if (typeof found === 'object' && found !== null && 'kind' in found) return found
  }
  return null
}
