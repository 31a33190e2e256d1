import fc from 'fast-check'

/** A point in time as parts, and one of the ways to write it. */
export interface WrittenDateTime {
  readonly text: string
  /** Negative and 0 before the year 1: 0 is 1 BC. */
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** At most six digits. */
  readonly fraction: string
  /** Seconds east of UTC; null where none is written. */
  readonly offset: number | null
}

/** Microseconds since 1970-01-01 in UTC, by way of Julian days and in whole numbers. */
export function instantOf(written: WrittenDateTime): bigint {
  const { hour, minute, second, fraction, offset } = written
  const days = julianDay(written) - 2_440_588n
  const seconds = days * 86_400n + BigInt(hour * 3600 + minute * 60 + second - (offset ?? 0))
  return seconds * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
}

/** By Fliegel and Van Flandern, whose division rounds towards zero: hence the years added. */
function julianDay({ year, month, day }: WrittenDateTime): bigint {
  const cycles = 20n
  const y = BigInt(year) + 400n * cycles
  const m = BigInt(month)
  const d = BigInt(day)
  const shift = (m - 14n) / 12n
  return (
    (1461n * (y + 4800n + shift)) / 4n +
    (367n * (m - 2n - 12n * shift)) / 12n -
    (3n * ((y + 4900n + shift) / 100n)) / 4n +
    d -
    32_075n -
    cycles * 146_097n
  )
}

const YEARS = fc.oneof(
  fc.integer({ min: 1600, max: 2400 }),
  fc.integer({ min: -4000, max: 20_000 }),
  fc.constantFrom(-1, 0, 1, 4, 1900, 2000, 9999, 10_000, 294_000),
)

const OFFSETS = fc.oneof(
  fc.constant(null),
  fc.constant(0),
  fc.integer({ min: -15, max: 15 }).map((hours) => hours * 3600),
  fc.integer({ min: -15 * 60, max: 15 * 60 }).map((minutes) => minutes * 60),
  fc.integer({ min: -57_599, max: 57_599 }),
)

/** Any point in time with a date, in every way that may be written. */
export function writtenDateTime(): fc.Arbitrary<WrittenDateTime> {
  return fc
    .record({
      year: YEARS,
      month: fc.integer({ min: 1, max: 12 }),
      dayOfMonth: fc.integer({ min: 1, max: 31 }),
      hour: fc.integer({ min: 0, max: 23 }),
      minute: fc.integer({ min: 0, max: 59 }),
      second: fc.integer({ min: 0, max: 60 }),
      fraction: fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 6 }),
      offset: OFFSETS,
      separator: fc.constantFrom('T', ' ', 't'),
      hasColons: fc.boolean(),
      utc: fc.constantFrom('Z', 'z', '+00', '-00:00', ' UTC', ' +0000'),
    })
    .map(({ dayOfMonth, separator, hasColons, utc, ...parts }) => {
      const day = Math.min(dayOfMonth, lastDay(parts.year, parts.month))
      // The last second of a day with a fraction would be of the next day, which PostgreSQL refuses.
      const isLeapSecond = parts.second === 60 && parts.hour === 23 && parts.minute === 59
      const second = isLeapSecond ? 59 : parts.second
      const { year, month, hour, minute, fraction, offset } = parts
      const date = `${digits(year > 0 ? year : 1 - year, 4)}-${digits(month)}-${digits(day)}`
      const time = `${digits(hour)}:${digits(minute)}:${digits(second)}${fraction && `.${fraction}`}`
      const zone = offset === null ? '' : offset === 0 ? utc : writeOffset(offset, hasColons)
      const text = `${date}${separator}${time}${zone}${year > 0 ? '' : ' BC'}`
      return { ...parts, text, day, second }
    })
}

function lastDay(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
}

function writeOffset(offset: number, hasColons: boolean): string {
  const rest = Math.abs(offset)
  const [hours, minutes, seconds] = [rest / 3600, (rest / 60) % 60, rest % 60].map((part) =>
    digits(Math.floor(part)),
  )
  const sign = offset < 0 ? '-' : '+'
  if (seconds !== '00') return `${sign}${hours}:${minutes}:${seconds}`
  if (minutes !== '00') return `${sign}${hours}${hasColons ? ':' : ''}${minutes}`
  return `${sign}${hours}${hasColons ? ':00' : ''}`
}

function digits(value: number, count = 2): string {
  return String(value).padStart(count, '0')
}
