import type { ScalarType } from '../manifest/manifest.js'

/** What stands against giving a value to Prisma Client: the words behind "holds". */
export class Uncarried {
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
}

/** Makes the value that Prisma Client takes of the text that PostgreSQL has for it. */
export type ReadValue = (text: string) => unknown

/** How values of each type are read. Exact: what would be changed by the Client is `Uncarried`. */
export const READ_VALUE: Readonly<Record<ScalarType, ReadValue>> = {
  String: (text) => text,
  Boolean: (text) => text === 'true',
  Int: Number,
  BigInt,
  Float: readFloat,
  Decimal: (text) => (/^-?[\d.]+$/.test(text) ? text : new Uncarried('a number that is none')),
  DateTime: readDateTime,
  Json: readJson,
  Bytes: (text) => new Uint8Array(Buffer.from(text.slice(BYTES_PREFIX.length), 'hex')),
}

const BYTES_PREFIX = '\\x'

/**
 * JSON, which values reach the Client as, has no NaN, infinity nor -0. Numbers of more digits are rounded
 * on their way, in lists and where they are large; decimals are not.
 */
function readFloat(text: string): unknown {
  const value = Number(text)
  if (!Number.isFinite(value) || Object.is(value, -0)) {
    return new Uncarried('a number that is none, or -0')
  }
  const [digits = ''] = text.replace(/[-.]/g, '').split('e')
  return digits.length <= KEPT_DIGITS ? value : asDecimal(text, value)
}

const KEPT_DIGITS = 15

/** What the Client takes for a decimal, by the look of it; extensions can count with it. */
function asDecimal(text: string, value: number): object {
  return {
    d: [],
    e: 0,
    s: Math.sign(value),
    toFixed: () => text,
    toString: () => text,
    toJSON: () => text,
    valueOf: () => value,
  }
}

/**
 * A `Date` has milliseconds, and the adapter writes years of four digits. A time of day is one of the
 * first day that a `Date` counts from.
 */
function readDateTime(text: string): unknown {
  const [, date = '1970-01-01', time = '00:00:00'] =
    /^(?:(\d{4}-\d\d-\d\d)(?: |$))?(\d\d:\d\d:\d\d(?:\.\d{1,3})?)?(?:\+00)?$/.exec(text) ?? [
      '',
      INVALID,
    ]
  const value = new Date(`${date}T${time}Z`)
  // There is an hour 24 in PostgreSQL, which would be one of the next day.
  return Number.isNaN(value.getTime()) || time.startsWith('24')
    ? new Uncarried(
        'a time with more than milliseconds, beyond the years 1 to 9999, or with an offset',
      )
    : value
}

const INVALID = 'none'

/** Numbers stay the same numbers, but not with the same zeros at their end: `1.50` becomes `1.5`. */
function readJson(text: string): unknown {
  let hasPrototype = false
  const value: unknown = JSON.parse(text, (key, part: unknown) => {
    hasPrototype ||= key === '__proto__'
    return part
  })
  if (value === null) return JSON_NULL
  if (hasPrototype) return new Uncarried('JSON with a property __proto__, which the Client drops')
  const numbers = text.replaceAll(JSON_STRINGS, '""').match(JSON_NUMBERS) ?? []
  return numbers.every(isExact) ? value : new Uncarried('JSON with a number that JavaScript rounds')
}

const JSON_STRINGS = /"(?:[^"\\]|\\.)*"/g
const JSON_NUMBERS = /-?\d[\d.]*(?:[eE][+-]?\d+)?/g

/** Whether a number of JSON is the same after JavaScript has read it. */
function isExact(number: string): boolean {
  const read = Number(number)
  return Number.isFinite(read) && digitsOf(String(read)) === digitsOf(number)
}

/** `-1200`, `-1.2e3` and `-1200.0` are all `-12e2`. */
function digitsOf(number: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  const power = Number(exponent) - fraction.length + digits.length - significant.length
  return significant === '' ? `${sign}0` : `${sign}${significant}e${power}`
}

/** What Prisma's own null values are known by: a Client takes those of any copy of its run time. */
const OBJECT_ENUM_VALUE = Symbol.for('prisma.objectEnumValue')

function nullValue(name: 'DbNull' | 'JsonNull'): object {
  return Object.freeze({ [OBJECT_ENUM_VALUE]: true, _getName: () => name })
}

/** `null` of JSON, as `Prisma.JsonNull`. */
const JSON_NULL = nullValue('JsonNull')

/** NULL in a column of JSON, as `Prisma.DbNull`: plain `null` is taken for that of JSON in some rows. */
export const DB_NULL = nullValue('DbNull')
