import path from 'node:path'
import { contradictoryRejects, invalidOption, rejectsInside } from './import-error.js'
import type { ImportOptions } from './import-options.js'

/** What becomes of rows that cannot be loaded, where that is not the end of the import. */
export interface RejectPolicy {
  /** Null for one below `rejects/`. */
  readonly folder: string | null
  readonly isSafe: boolean
  readonly limit: RejectLimit
}

/** So many rows may be rejected: a number of them, or a share of those that were read. */
export type RejectLimit =
  | { readonly kind: 'rows'; readonly rows: number }
  | { readonly kind: 'share'; readonly percent: number }

const NO_LIMIT: RejectLimit = { kind: 'rows', rows: Number.POSITIVE_INFINITY }

/**
 * Null where a bad row fails the import.
 *
 * @throws {GyroError} `IMPORT.INVALID_OPTION`.
 */
export function resolveBadRows(options: ImportOptions): RejectPolicy | null {
  const { from, onBadRow = 'fail', maxRejects, rejects = null, safeCells = false } = options
  if (onBadRow !== 'fail' && onBadRow !== 'reject') {
    throw invalidOption('onBadRow', onBadRow, "'fail' or 'reject'")
  }
  if (typeof safeCells !== 'boolean') {
    throw invalidOption('safeCells', safeCells, 'true or false')
  }
  if (rejects !== null && (typeof rejects !== 'string' || rejects === '')) {
    throw invalidOption('rejects', rejects, 'the path of a folder')
  }
  const given = Object.entries({ maxRejects, rejects, safeCells })
  const [needless] =
    given.find(([, value]) => value !== undefined && value !== null && value !== false) ?? []
  if (onBadRow === 'fail') {
    if (needless !== undefined) throw contradictoryRejects(needless)
    return null
  }
  if (typeof from === 'string' && rejects !== null && isInside(rejects, from)) {
    throw rejectsInside(rejects, from)
  }
  return { folder: rejects, isSafe: safeCells, limit: resolveLimit(maxRejects) }
}

/** Whether more rows are rejected than may be. */
export function exceeds(
  limit: RejectLimit,
  { rejected, rows }: { readonly rejected: number; readonly rows: number },
): boolean {
  return limit.kind === 'rows' ? rejected > limit.rows : rejected * 100 > limit.percent * rows
}

function resolveLimit(limit: ImportOptions['maxRejects']): RejectLimit {
  if (limit === undefined) return NO_LIMIT
  const [, digits, sign] = /^(\d+(?:\.\d+)?)(%?)$/.exec(String(limit)) ?? []
  const number = Number(digits)
  if (sign === '%' && number <= 100) return { kind: 'share', percent: number }
  if (sign === '' && Number.isSafeInteger(number)) return { kind: 'rows', rows: number }
  throw invalidOption(
    'maxRejects',
    limit,
    'a number of rows, such as 100, or a share of them, such as "1%"',
  )
}

/** Its files would be taken for those of the import next time. */
function isInside(folder: string, other: string): boolean {
  const way = path.relative(path.resolve(other), path.resolve(folder))
  return way === '' || (way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way))
}
