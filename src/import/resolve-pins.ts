import type { Manifest } from '../manifest/manifest.js'
import { unknownModel } from '../plan/plan-error.js'
import type { Pin } from '../plan/prepare-pins.js'
import { contradiction, invalidOption, unknownField } from './import-error.js'
import type { PlanOptions } from './plan-options.js'

const WANTED = 'the key of a row, or an object with its field'

/**
 * The rows that stand for all of their models, by model.
 *
 * @throws {GyroError} `IMPORT.INVALID_OPTION`, `PLAN.UNKNOWN_MODEL`.
 */
export function resolvePins(
  { models }: Manifest,
  { pin = {}, strategy }: Pick<PlanOptions, 'pin' | 'strategy'>,
): ReadonlyMap<string, Pin> {
  if (typeof pin !== 'object' || pin === null || Array.isArray(pin)) {
    throw invalidOption('pin', pin, 'an object with a property per model')
  }
  const entries = Object.entries<unknown>(pin).map(([name, row]) => {
    const model = models.find((each) => each.name === name)
    if (model === undefined) {
      const known = models.map((each) => each.name)
      throw unknownModel('pin', name, known)
    }
    if (typeof strategy === 'object' && name in strategy) {
      throw contradiction(`pin.${name}`, `strategy.${name}`)
    }
    const found = resolvePin(`pin.${name}`, row)
    const fields = model.columns.map(({ field }) => field)
    if (found.field !== null && !fields.includes(found.field)) {
      throw unknownField(`pin.${name}`, found.field, fields)
    }
    return [name, found] as const
  })
  return new Map(entries)
}

function resolvePin(option: string, row: unknown): Pin {
  if (typeof row !== 'object' || row === null) {
    return { field: null, value: resolveValue(option, row) }
  }
  const [entry, ...others] = Object.entries(row)
  if (entry === undefined || others.length > 0) {
    throw invalidOption(option, Object.keys(row), WANTED)
  }
  const [field, value] = entry
  return { field, value: resolveValue(option, value) }
}

/** A number beyond 2^53 may be another than was meant. */
function resolveValue(option: string, value: unknown): string {
  const isKey =
    typeof value === 'string' || typeof value === 'bigint' || Number.isSafeInteger(value)
  if (!isKey) {
    throw invalidOption(option, value, WANTED)
  }
  return String(value)
}
