import { countDays, dayAfterEpoch, daysInMonth } from './calendar-day.js'

/** A date, a time or both, as they are written: nothing is shifted, nothing rounded. */
export interface DateTimeText {
  /** Days since 1970-01-01; null where only a time is written. */
  readonly day: number | null
  /** Since midnight, to 86 400; null where only a date is written. */
  readonly seconds: number | null
  /** The digits after the point of the seconds; may be none. */
  readonly fraction: string
  /** Seconds east of UTC; null where none is written. */
  readonly offset: number | null
}

interface UtcText extends DateTimeText {
  readonly seconds: number
  readonly offset: null
}

const SECONDS_PER_DAY = 86_400

/** What PostgreSQL takes at most. */
const MAX_OFFSET = 16 * 3600 - 1

const TIME = String.raw`(?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:\.(?<fraction>\d+))?)?`
const ZONE = String.raw` ?(?<utc>Z|UTC)| ?(?<sign>[+-])(?<zoneHour>\d\d)(?::?(?<zoneMinute>\d\d)(?::(?<zoneSecond>\d\d))?)?`
const DATE = String.raw`(?<year>\d{4,7})-(?<month>\d\d)-(?<day>\d\d)`
const TIME_ONLY = new RegExp(`^${TIME}(?:${ZONE})?$`, 'i')
const WITH_DATE = new RegExp(`^${DATE}(?:[T ]${TIME}(?:${ZONE})?)?(?<bc> BC)?$`, 'i')

/**
 * Reads ISO 8601 and what PostgreSQL itself writes: `2026-01-31`, a `T` or a blank, `12:00`,
 * `12:00:30`, `12:00:30.5`; `Z`, `UTC`, `+02`, `+0200`, `+02:00` or `+02:00:30`; ` BC`. Null for
 * anything else, and for a day or a time that does not exist. A second 60 is the next minute's first
 * and 24:00 the next day's, as in PostgreSQL.
 */
export function parseDateTime(text: string): DateTimeText | null {
  const parts = (WITH_DATE.exec(text) ?? TIME_ONLY.exec(text))?.groups
  if (parts === undefined) return null
  const day = parts['year'] === undefined ? null : parseDay(parts)
  const seconds = parts['hour'] === undefined ? null : parseSeconds(parts)
  const offset = parseOffset(parts)
  if (Number.isNaN(day) || Number.isNaN(seconds) || Number.isNaN(offset)) return null
  return { day, seconds, fraction: parts['fraction'] ?? '', offset }
}

/** The same point in time in UTC, midnight where only a date is written. No offset means UTC. */
export function toUtc({ day, seconds, fraction, offset }: DateTimeText): UtcText {
  const shifted = (seconds ?? 0) - (offset ?? 0)
  const days = Math.floor(shifted / SECONDS_PER_DAY)
  return {
    day: day === null ? null : day + days,
    seconds: shifted - days * SECONDS_PER_DAY,
    fraction,
    offset: null,
  }
}

/** As PostgreSQL writes it, with what follows the day: `2026-01-31 12:00:00`, `0044-03-15 BC`. */
export function renderDay(days: number, tail = ''): string {
  const { year, month, day } = dayAfterEpoch(days)
  const shown = String(year > 0 ? year : 1 - year).padStart(4, '0')
  return `${shown}-${twoDigits(month)}-${twoDigits(day)}${tail}${year > 0 ? '' : ' BC'}`
}

/** `12:00:30.5` */
export function renderTime(seconds: number, fraction: string): string {
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const time = `${twoDigits(hours)}:${twoDigits(minutes % 60)}:${twoDigits(seconds % 60)}`
  return fraction === '' ? time : `${time}.${fraction}`
}

/** `+02`, `-03:30` */
export function renderOffset(offset: number): string {
  const rest = Math.abs(offset)
  const hours = `${offset < 0 ? '-' : '+'}${twoDigits(Math.floor(rest / 3600))}`
  const minutes = Math.floor(rest / 60) % 60
  const seconds = rest % 60
  if (seconds > 0) return `${hours}:${twoDigits(minutes)}:${twoDigits(seconds)}`
  return minutes > 0 ? `${hours}:${twoDigits(minutes)}` : hours
}

type Parts = Readonly<Record<string, string | undefined>>

/** NaN for a day that does not exist. */
function parseDay({ year, month, day, bc }: Parts): number {
  const written = { year: Number(year), month: Number(month), day: Number(day) }
  if (written.year === 0) return Number.NaN
  const date = { ...written, year: bc === undefined ? written.year : 1 - written.year }
  const exists = date.day >= 1 && date.day <= daysInMonth(date.year, date.month)
  return exists ? countDays(date) : Number.NaN
}

/** NaN for a time that does not exist. */
function parseSeconds({ hour, minute, second = '0', fraction = '' }: Parts): number {
  const total = Number(hour) * 3600 + Number(minute) * 60 + Number(second)
  const isBeyond = total > SECONDS_PER_DAY || (total === SECONDS_PER_DAY && /[1-9]/.test(fraction))
  return Number(minute) > 59 || Number(second) > 60 || isBeyond ? Number.NaN : total
}

/** NaN for an offset that no place has. */
function parseOffset({ utc, sign, zoneHour, zoneMinute = '0', zoneSecond = '0' }: Parts) {
  if (utc !== undefined) return 0
  if (sign === undefined) return null
  const seconds = Number(zoneHour) * 3600 + Number(zoneMinute) * 60 + Number(zoneSecond)
  if (seconds > MAX_OFFSET || Number(zoneMinute) > 59 || Number(zoneSecond) > 59) return Number.NaN
  return sign === '-' ? -seconds : seconds
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}
