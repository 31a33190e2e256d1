import type { ManifestColumn, ManifestEnum } from '../manifest/manifest.js'
import { splitArrayText } from '../values/array-text.js'
import { trimBlanks } from '../values/blanks.js'
import { booleanRule } from '../values/boolean-rule.js'
import { bytesRule } from '../values/bytes-rule.js'
import { dateTimeRule } from '../values/date-time-rule.js'
import { parseDateTime, toUtc } from '../values/date-time-text.js'
import { listRule } from '../values/list-rule.js'
import { numberRule } from '../values/number-rule.js'
import { isRefusal } from '../values/value-rule.js'

/** A text to its value; undefined for a text that stands for none. */
type ValueOf = (text: string) => unknown

const MS_PER_DAY = 86_400_000

/**
 * Makes of texts of a file what Prisma Client has for a field, but Decimal as text; the way back is
 * `buildValueEncoder`. NULL is never asked about.
 */
export function buildValueDecoder(column: ManifestColumn, enums: readonly ManifestEnum[]): ValueOf {
  const decode = decoderOf(column, enums)
  return column.isList ? (text) => decodeList(text, column.type === 'Json', decode) : decode
}

function decoderOf(column: ManifestColumn, enums: readonly ManifestEnum[]): ValueOf {
  switch (column.type) {
    case 'Int':
      return decodeInteger
    case 'BigInt':
      return decodeBigInteger
    case 'Float':
      return decodeFloat
    case 'Boolean':
      return decodeBoolean
    case 'DateTime':
      return decodeDateTime
    case 'Bytes':
      return decodeBytes
    case 'Json':
      return decodeJson
    case 'Enum':
      return buildEnumDecoder(column, enums)
    case 'Decimal':
    case 'String':
    case 'Unsupported':
      return (text) => text
  }
}

const INTEGER = /^[+-]?\d+$/

function decodeInteger(text: string): number | undefined {
  const trimmed = trimBlanks(text)
  const value = Number(trimmed)
  return INTEGER.test(trimmed) && Number.isSafeInteger(value) ? value : undefined
}

function decodeBigInteger(text: string): bigint | undefined {
  const trimmed = trimBlanks(text)
  return INTEGER.test(trimmed) ? BigInt(trimmed.replace(/^\+/, '')) : undefined
}

const FLOAT = numberRule(null, { allowSpecial: true })

function decodeFloat(text: string): number | undefined {
  const converted = FLOAT.convert(text)
  if (isRefusal(converted)) return undefined
  const isInfinite = /inf/i.test(converted)
  return Number(isInfinite ? converted.replace(/inf.*/i, 'Infinity') : converted)
}

function decodeBoolean(text: string): boolean | undefined {
  const converted = booleanRule.convert(text)
  return isRefusal(converted) ? undefined : /^(t|1|y|on)/i.test(converted)
}

const ANY_DATE_TIME = dateTimeRule('timestamp', { allowSpecial: true })

/**
 * A time without a date is one of 1970-01-01, as Prisma Client has it. What no Date can be, such as
 * `infinity`, is an invalid one: the value check says whether it may be there.
 */
function decodeDateTime(text: string): Date | undefined {
  const parsed = parseDateTime(trimBlanks(text))
  if (parsed === null)
    return isRefusal(ANY_DATE_TIME.convert(text)) ? undefined : new Date(Number.NaN)
  const { day, seconds, fraction } = toUtc(parsed)
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'))
  return new Date((day ?? 0) * MS_PER_DAY + seconds * 1000 + milliseconds)
}

function decodeBytes(text: string): Uint8Array | undefined {
  const converted = bytesRule.convert(text)
  return isRefusal(converted) ? undefined : Uint8Array.from(Buffer.from(converted.slice(2), 'hex'))
}

function decodeJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What the database has becomes the name in the schema; what the schema does not know stays. */
function buildEnumDecoder(column: ManifestColumn, enums: readonly ManifestEnum[]): ValueOf {
  const values = enums.filter(({ name }) => name === column.enum).flatMap((each) => each.values)
  const names = new Map(values.map(({ name, value }) => [value, name]))
  return (text) => names.get(text) ?? text
}

function decodeList(text: string, isJson: boolean, decode: ValueOf): unknown[] | undefined {
  const array = listRule({ rule: null, isJson }).convert(text)
  const elements = isRefusal(array) ? null : splitArrayText(array)
  const values = elements?.map((element) => (element === null ? null : decode(element)))
  return values === undefined || values.includes(undefined) ? undefined : values
}
