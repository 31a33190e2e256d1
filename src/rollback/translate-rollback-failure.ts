import { type GyroError, isGyroError } from '../error/gyro-error.js'
import {
  connectionLost,
  cureOf,
  FOREIGN_KEY_VIOLATION,
  isConnectionLoss,
  isServerError,
  type ServerError,
} from '../postgres/postgres-error.js'
import {
  cannotRestore,
  refusedByReference,
  rollbackConnectionLost,
  rollbackOutcomeUnknown,
  rollbackRefused,
} from './rollback-error.js'

/**
 * What failed, in terms of a rollback; what is no failure of the server stays as it is.
 *
 * @param batch Its id, as it was asked for.
 */
export function translateRollbackFailure(error: unknown, batch: string): unknown {
  if (isGyroError(error)) return translateLoss(error, batch)
  if (isConnectionLoss(error)) return rollbackConnectionLost(connectionLost(error))
  return isServerError(error) ? translateRefusal(error) : error
}

function translateLoss(error: GyroError, batch: string): GyroError {
  if (error.code === 'POSTGRES.CONNECTION_LOST') return rollbackConnectionLost(error)
  return error.code === 'POSTGRES.OUTCOME_UNKNOWN' ? rollbackOutcomeUnknown(error, batch) : error
}

/** Since PostgreSQL 18 ON DELETE RESTRICT has a code of its own. */
const RESTRICT_VIOLATION = '23001'

function translateRefusal(error: ServerError): GyroError {
  const { code, message, where = '', constraint } = error
  if (constraint !== undefined && code.startsWith('23')) {
    return [FOREIGN_KEY_VIOLATION, RESTRICT_VIOLATION].includes(code)
      ? refusedByReference(constraint)
      : cannotRestore(constraint)
  }
  // What a trigger made the server say may hold values of rows: then there is a context.
  const words = where === '' ? message : 'it said so in the context of a row'
  return rollbackRefused(code, { words, cure: cureOf(code) ?? 'Cure what it says' })
}
