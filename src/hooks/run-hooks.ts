import { describeType } from '../rows/value-encoder.js'
import { type HookName, hookFailed, invalidResult } from './hooks-error.js'
import type { AnyRow, RowHooks, RowRejection } from './row-hooks.js'
import type { RowPlace } from './row-place.js'

/** What the hooks of a model say of a row: the row to load, or why it is none. */
export type HookOutcome =
  | { readonly row: AnyRow; readonly rejection: null }
  | { readonly row: null; readonly rejection: RowRejection }

/** The hooks, and where the row is that they have before them. */
export interface HookRun {
  readonly hooks: RowHooks
  readonly place: RowPlace
}

/**
 * Runs `transform`, then `validate` on what it gave. A promise only where a hook gave one.
 *
 * @throws {GyroError} `HOOKS.FAILED`, `HOOKS.INVALID_RESULT`.
 */
export function runHooks(row: AnyRow, run: HookRun): HookOutcome | Promise<HookOutcome> {
  const { hooks, place } = run
  const { transform } = hooks
  if (transform === null) return validate(row, run)
  return callHook('transform', run, {
    call: () => transform(row, place),
    take: (given) => {
      if (place.rejection !== null) return { row: null, rejection: place.rejection }
      if (isRow(given)) return validate(given, run)
      throw invalidResult(place, { wanted: 'a row', got: describeResult(given) })
    },
  })
}

function validate(row: AnyRow, run: HookRun): HookOutcome | Promise<HookOutcome> {
  const { hooks, place } = run
  const { validate: hook } = hooks
  if (hook === null) return { row, rejection: null }
  return callHook('validate', run, {
    call: () => hook(row, place),
    take: (given) => {
      if (place.rejection !== null) return { row: null, rejection: place.rejection }
      if (given === undefined || given === true) return { row, rejection: null }
      const wanted = 'nothing or true, and a call of reject where the row is bad'
      throw invalidResult(place, { wanted, got: describeResult(given) })
    },
  })
}

interface HookCall {
  readonly call: () => unknown
  /** Makes of what the hook gave what it means. */
  readonly take: (given: unknown) => HookOutcome | Promise<HookOutcome>
}

function callHook(
  hook: HookName,
  { place }: HookRun,
  { call, take }: HookCall,
): HookOutcome | Promise<HookOutcome> {
  place.hook = hook
  let given: unknown
  try {
    given = call()
  } catch (error) {
    throw failureOf(place, error)
  }
  return isPromise(given) ? takeLater(given, place, take) : take(given)
}

async function takeLater(
  promise: PromiseLike<unknown>,
  place: RowPlace,
  take: HookCall['take'],
): Promise<HookOutcome> {
  let given: unknown
  try {
    given = await promise
  } catch (error) {
    throw failureOf(place, error)
  }
  return take(given)
}

/** Without the value itself. */
function describeResult(given: unknown): string {
  if (given === undefined) return 'nothing'
  return given === false ? 'false' : describeType(given)
}

/** What `reject` throws when it is called wrongly goes first. */
function failureOf(place: RowPlace, error: unknown): Error {
  return place.misuse ?? hookFailed(place, error)
}

function isRow(value: unknown): value is AnyRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return isRow(value) && typeof value['then'] === 'function'
}
