import type { InflationLimit } from '../source/source-file.js'
import { invalidOption } from './import-error.js'
import type { PlanOptions } from './plan-options.js'

const DEFAULT: InflationLimit = { ratio: 50, bytes: 100e9 }

const UNITS: Readonly<Record<string, number>> = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 }

const WANTED = 'how many times its size a file may become, such as "200x", or bytes, such as "10GB"'

/**
 * Fills in what a limit leaves open: one given alone is the only one.
 *
 * @throws {GyroError} `IMPORT.INVALID_OPTION`.
 */
export function resolveInflationLimit(limit: PlanOptions['maxInflated']): InflationLimit {
  if (limit === undefined) {
    return DEFAULT
  }
  const { ratio, bytes, ...others } = typeof limit === 'string' ? parseLimit(limit) : limit
  const given = [ratio, bytes].filter((value) => value !== undefined)
  const isWrong = given.length === 0 || given.some((value) => !(Number(value) > 0))
  if (isWrong || Object.keys(others).length > 0) {
    throw invalidOption('maxInflated', limit, WANTED)
  }
  return { ratio: ratio ?? Number.POSITIVE_INFINITY, bytes: bytes ?? Number.POSITIVE_INFINITY }
}

/** `200x` or `1.5 GB`; nothing for other text. */
function parseLimit(text: string): Partial<InflationLimit> {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?) *(x|[kmgt]?b)$/i.exec(text) ?? []
  const value = Number(digits)
  const size = UNITS[unit.toLowerCase()]
  if (digits === undefined) {
    return {}
  }
  return size === undefined ? { ratio: value } : { bytes: value * size }
}
