import type { ManifestColumn, ManifestEnum } from '../manifest/manifest.js'
import { renderArray } from '../values/array-text.js'
import { buildDateText } from './date-text.js'

/** How values of a field become text that the rules for files read. */
export interface ValueEncoder {
  /** What it takes, for messages: `a Date`. */
  readonly wanted: string
  /** Null is NULL; undefined says that the value is not of the type. */
  readonly encode: (value: unknown) => string | null | undefined
}

/**
 * The encoder of a column. It takes what Prisma Client takes: `null` is NULL also for Json, whose own
 * null is `Prisma.JsonNull`.
 */
export function buildValueEncoder(
  column: ManifestColumn,
  enums: readonly ManifestEnum[],
): ValueEncoder {
  const single = encoderOf(column, enums)
  const { wanted, encode } = column.isList ? listOf(single) : single
  const ofNull = column.isRequired && !column.isList ? undefined : null
  return { wanted, encode: (value) => (value === null ? ofNull : encode(value)) }
}

/**
 * What a Decimal field takes. A number counts as its shortest text has it, 0.1 as 0.1, and is refused
 * where it is a whole one that is not exact.
 */
export type DecimalInput = string | number | bigint | DecimalLike

/** An exact decimal number: one of decimal.js, of Prisma Client, of big.js or bignumber.js. */
export interface DecimalLike {
  /** The sign. */
  readonly s: number | null
  /** The exponent. */
  readonly e: number | null
  /** All digits, without an exponent. */
  toFixed(): string
}

/** A value that is not null to its text; undefined when it is of another type. */
type TextOf = (value: unknown) => string | null | undefined

/** An encoder that is never asked about null. */
interface NotNullEncoder {
  readonly wanted: string
  readonly encode: TextOf
}

function encoderOf(column: ManifestColumn, enums: readonly ManifestEnum[]): NotNullEncoder {
  switch (column.type) {
    case 'Int':
    case 'BigInt':
      return { wanted: 'a whole number', encode: encodeInteger }
    case 'Float':
      return { wanted: 'a number', encode: (value) => textOf(value, 'number') }
    case 'Decimal':
      return { wanted: 'a decimal number or its text', encode: encodeDecimal }
    case 'Boolean':
      return { wanted: 'a boolean', encode: (value) => textOf(value, 'boolean') }
    case 'DateTime':
      return { wanted: 'a Date or its ISO 8601 text', encode: buildDateTimeEncoder() }
    case 'Bytes':
      return { wanted: 'a Uint8Array', encode: encodeBytes }
    case 'Json':
      return { wanted: 'a value of JSON, its null as Prisma.JsonNull', encode: encodeJson }
    case 'Enum':
      return { wanted: `a value of ${column.enum}`, encode: buildEnumEncoder(column, enums) }
    case 'String':
    case 'Unsupported':
      return { wanted: 'a string', encode: (value) => textOf(value, 'string') }
  }
}

function textOf(value: unknown, type: 'string' | 'number' | 'boolean'): string | undefined {
  return typeof value === type ? String(value) : undefined
}

/** Numbers only as far as they are exact. */
function encodeInteger(value: unknown): string | undefined {
  return typeof value === 'bigint' || Number.isSafeInteger(value) ? String(value) : undefined
}

/** See `DecimalInput`. */
function encodeDecimal(value: unknown): string | undefined {
  if (isDecimal(value)) return String(value.toFixed())
  if (Number.isInteger(value)) return encodeInteger(value)
  return typeof value === 'bigint'
    ? String(value)
    : (textOf(value, 'string') ?? textOf(value, 'number'))
}

/**
 * Whether a value is one of decimal.js, and so of Prisma Client, or its like: sign, exponent and digits,
 * and a `toFixed` that gives all digits. That of Number, which Number objects have, would round.
 */
function isDecimal(value: unknown): value is DecimalLike {
  return (
    typeof value === 'object' &&
    value !== null &&
    's' in value &&
    'e' in value &&
    ('d' in value || 'c' in value) &&
    'toFixed' in value &&
    typeof value.toFixed === 'function'
  )
}

function buildDateTimeEncoder(): TextOf {
  const write = buildDateText()
  return (value) => {
    if (!(value instanceof Date)) return textOf(value, 'string')
    return Number.isNaN(value.getTime()) ? undefined : write(value)
  }
}

function encodeBytes(value: unknown): string | undefined {
  if (!(value instanceof Uint8Array)) return undefined
  const { buffer, byteOffset, byteLength } = value
  return `\\x${Buffer.from(buffer, byteOffset, byteLength).toString('hex')}`
}

function encodeJson(value: unknown): string | null | undefined {
  switch (nameOfNull(value)) {
    case 'JsonNull':
      return 'null'
    case 'DbNull':
      return null
    default:
      return stringify(value)
  }
}

/** `Prisma.JsonNull`, `Prisma.DbNull`: known by their shape, as no Prisma Client is needed here. */
function nameOfNull(value: unknown): string | null {
  const isNull = typeof value === 'object' && value !== null && '_getName' in value
  return isNull && typeof value._getName === 'function' ? String(value._getName()) : null
}

/** Undefined for what JSON has not: functions, circles, bigints. */
function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

/** Names of the schema become what the database has for them; other texts are left to the rule. */
function buildEnumEncoder(column: ManifestColumn, enums: readonly ManifestEnum[]): TextOf {
  const values = enums.filter(({ name }) => name === column.enum).flatMap((each) => each.values)
  const byName = new Map(values.map(({ name, value }) => [name, value]))
  return (value) => (typeof value === 'string' ? (byName.get(value) ?? value) : undefined)
}

function listOf({ wanted, encode }: NotNullEncoder): NotNullEncoder {
  return {
    wanted: `a list of ${wanted.replace(/^an? /, '')}`,
    encode: (value) => encodeList(value, encode),
  }
}

function encodeList(value: unknown, encode: TextOf): string | undefined {
  if (!Array.isArray(value)) return undefined
  const elements: (string | null)[] = []
  for (const element of value) {
    const text = element === null ? null : encode(element)
    if (text === undefined) return undefined
    elements.push(text)
  }
  return renderArray(elements)
}

/** What a value is, without the value itself. */
export function describeType(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'number') return describeNumber(value)
  if (typeof value !== 'object') return `a ${typeof value}`
  return value instanceof Date ? 'a Date without a time' : 'an object'
}

function describeNumber(value: number): string {
  if (Number.isSafeInteger(value)) return 'a number'
  return Number.isInteger(value) ? 'a number beyond 2^53, which is not exact' : 'a fraction'
}
