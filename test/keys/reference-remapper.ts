import type { ErrorCode } from '../../src/error/error-codes.js'
import type { OnMissing } from '../../src/keys/reference-guard.js'
import { isRefusal, type Refusal } from '../../src/values/value-rule.js'
import { escapeForCopy } from '../csv/reference-copy.js'
import type { ReferenceField, ReferenceProblem } from '../csv/reference-csv.js'

/** What becomes of a column, with key maps that are plain Maps. */
export type ReferenceAction =
  | { readonly kind: 'copy' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'track' }
  | { readonly kind: 'key'; readonly targets: ReadonlyMap<bigint, bigint> }
  | {
      readonly kind: 'reference'
      readonly targets: ReadonlyMap<bigint, bigint>
      readonly onMissing: OnMissing
    }
  /** A reference by the values of several columns, of which `known` are in the files. */
  | {
      readonly kind: 'guarded'
      readonly columns: readonly number[]
      readonly known: readonly (readonly bigint[])[]
      readonly onMissing: OnMissing
      readonly action: Exclude<ReferenceAction, { readonly kind: 'guarded' }>
      /** New keys of others, which no value that stays may be; null where that is by its action. */
      readonly taken: readonly bigint[] | null
    }
  | { readonly kind: 'rule'; readonly convert: (text: string) => string | Refusal }

export interface ReferenceResult {
  /** The values that go out, without those of dropped columns. With a problem: of the rows before. */
  readonly rows: readonly (readonly (string | null)[])[]
  /** The highest value of each column that is tracked; null where there is none. */
  readonly highest: readonly (bigint | null)[]
  readonly problem: ReferenceProblem | null
}

/**
 * Remaps rows one value after the other: slow, and plainly right. `CsvRemapper` is compared with it.
 *
 * @param rows The rows of a file without its header.
 * @param made What columns hold in every row that follow those of the file.
 */
export function remapReference(
  rows: readonly (readonly ReferenceField[])[],
  actions: readonly ReferenceAction[],
  nullText: string,
  made: readonly string[],
): ReferenceResult {
  const highest: (bigint | null)[] = actions.map(() => null)
  const remapped: (string | null)[][] = []
  for (const row of rows) {
    const values: (string | null)[] = []
    for (const [column, action] of actions.entries()) {
      const field = row[column] as ReferenceField
      const value = readValue(field, nullText)
      const outcome =
        action.kind === 'guarded'
          ? remapGuarded(value, action, (place) =>
              readValue(row[place] as ReferenceField, nullText),
            )
          : remapValue(value, action)
      if ('code' in outcome) {
        const { line, column: place } = field
        return { rows: remapped, highest, problem: { code: outcome.code, line, column: place } }
      }
      if (action.kind === 'track' && value !== null) {
        const before = highest[column] ?? null
        highest[column] = before === null || BigInt(value) > before ? BigInt(value) : before
      }
      if (action.kind !== 'drop') values.push(outcome.value)
    }
    remapped.push([...values, ...made])
  }
  return { rows: remapped, highest, problem: null }
}

type Outcome = { readonly value: string | null } | { readonly code: ErrorCode }

function readValue({ text, quoted }: ReferenceField, nullText: string): string | null {
  return text === nullText && !quoted ? null : text
}

type Guarded = Extract<ReferenceAction, { readonly kind: 'guarded' }>

function remapGuarded(
  value: string | null,
  { columns, known, onMissing, action, taken }: Guarded,
  valueAt: (column: number) => string | null,
): Outcome {
  const parts = columns.flatMap((column) => {
    const part = valueAt(column)
    return part !== null && isKey(part) ? [BigInt(part)] : []
  })
  const isKnown = known.some((key) => key.every((part, place) => part === parts[place]))
  if (value === null || parts.length < columns.length || isKnown) {
    return remapValue(value, action)
  }
  return onMissing === 'keep' && taken === null
    ? remapValue(value, action)
    : remapMissing(BigInt(value), onMissing, taken ?? [])
}

/** What is written for a key that no row of the files has. */
function remapMissing(key: bigint, onMissing: OnMissing, taken: readonly bigint[]): Outcome {
  if (onMissing === 'null') return { value: null }
  return onMissing === 'fail' || taken.includes(key)
    ? { code: 'KEYS.MISSING_REFERENCE' }
    : { value: String(key) }
}

/** An integer of 64 bits. */
function isKey(text: string): boolean {
  return isInteger(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text)
}

function remapValue(
  value: string | null,
  action: Exclude<ReferenceAction, { readonly kind: 'guarded' }>,
): Outcome {
  if (value === null) {
    return action.kind === 'key' ? { code: 'KEYS.NULL_KEY' } : { value }
  }
  switch (action.kind) {
    case 'copy':
    case 'drop':
      return { value }
    case 'rule': {
      const converted = action.convert(value)
      return isRefusal(converted) ? converted : { value: converted }
    }
    case 'track':
      return isInteger(value) ? { value } : { code: 'KEYS.NOT_AN_INTEGER' }
    case 'key':
    case 'reference': {
      if (!isInteger(value)) {
        return { code: 'KEYS.NOT_AN_INTEGER' }
      }
      const target = action.targets.get(BigInt(value))
      if (target !== undefined) return { value: String(target) }
      const { targets, onMissing } = { onMissing: 'fail' as const, ...action }
      return remapMissing(BigInt(value), onMissing, [...targets.values()])
    }
  }
}

function isInteger(text: string): boolean {
  return /^-?[0-9]+$/.test(text)
}

/** Rows in the TEXT format of COPY. */
export function formatForCopy(rows: readonly (readonly (string | null)[])[]): string {
  const lines = rows.map((row) =>
    row.map((value) => (value === null ? '\\N' : escapeForCopy(value))).join('\t'),
  )
  return lines.map((line) => `${line}\n`).join('')
}
