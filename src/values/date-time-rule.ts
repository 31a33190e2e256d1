import { trimBlanks } from './blanks.js'
import {
  findOffset,
  isDate,
  isTime,
  isTimestamp,
  isWithinDay,
  isZeroOffset,
} from './date-time-bytes.js'
import {
  type DateTimeText,
  parseDateTime,
  renderDay,
  renderOffset,
  renderTime,
  toUtc,
} from './date-time-text.js'
import type { DateTimeBase } from './run-timestamp.js'
import type { ValueRule, ValueRuleOptions } from './value-rule.js'
import { notADateTime, specialValue } from './values-error.js'

/** Bytes of a date, and of a date with the separator after it. */
const DATE_BYTES = 10
const TIME_AT = DATE_BYTES + 1

/** Bytes of the shortest time with an offset, `12:00Z`. */
const OFFSET_TIME_BYTES = 6

/** Words that PostgreSQL takes for a date or a time. */
const SPECIAL = /^([+-]?infinity|now|today|tomorrow|yesterday|epoch|allballs)$/i

/**
 * Dates and times as Prisma Client stores them: a type without an offset gets the UTC date and time,
 * a type with one gets the offset that is written, or +00, so that the time zone of the session never
 * matters. More digits after the point than the column keeps are rounded by PostgreSQL.
 */
export function dateTimeRule(base: DateTimeBase, { allowSpecial }: ValueRuleOptions): ValueRule {
  const { accepts, render, example } = WAYS[base]
  return {
    accepts,
    ...(base === 'timestamp' && { plain: { kind: 'timestamp' } as const }),
    convert(text) {
      const trimmed = trimBlanks(text)
      if (SPECIAL.test(trimmed)) return allowSpecial ? trimmed : specialValue()
      const parsed = parseDateTime(trimmed)
      return (parsed && render(parsed)) ?? notADateTime(example)
    },
  }
}

interface Way {
  readonly accepts: ValueRule['accepts']
  /** The text for the type; null when a part is missing. */
  readonly render: (parsed: DateTimeText) => string | null
  readonly example: string
}

const WAYS: Readonly<Record<DateTimeBase, Way>> = {
  timestamp: {
    accepts: acceptsTimestamp,
    render: (parsed) => renderTimestamp(toUtc(parsed), ''),
    example: '2026-01-31 12:00:00',
  },
  timestamptz: {
    accepts: acceptsTimestampTz,
    render: (parsed) =>
      renderTimestamp(
        { ...parsed, seconds: parsed.seconds ?? 0 },
        renderOffset(parsed.offset ?? 0),
      ),
    example: '2026-01-31T12:00:00Z',
  },
  date: {
    accepts: acceptsDate,
    render(parsed) {
      const { day } = toUtc(parsed)
      return day === null ? null : renderDay(day)
    },
    example: '2026-01-31',
  },
  time: { accepts: isTime, render: renderTimeOfDay, example: '12:00:00' },
  timetz: { accepts: acceptsTimeTz, render: renderTimeTz, example: '12:00:00Z' },
}

/** PostgreSQL drops the offset of what goes into a `timestamp`: an offset of zero may stay. */
function acceptsTimestamp(bytes: Buffer, start: number, end: number): boolean {
  if (end - start <= TIME_AT) return isDate(bytes, start, end)
  const offset = findOffset(bytes, end)
  return isZeroOffset(bytes, offset, end) && isTimestamp(bytes, start, offset)
}

function acceptsTimestampTz(bytes: Buffer, start: number, end: number): boolean {
  if (end - start <= TIME_AT) return false
  const offset = findOffset(bytes, end)
  return offset < end && isTimestamp(bytes, start, offset)
}

/** PostgreSQL drops the time of what goes into a `date`, also 24:00. */
function acceptsDate(bytes: Buffer, start: number, end: number): boolean {
  if (end - start <= TIME_AT) return isDate(bytes, start, end)
  const offset = findOffset(bytes, end)
  return (
    isZeroOffset(bytes, offset, end) &&
    isTimestamp(bytes, start, offset) &&
    isWithinDay(bytes, start + TIME_AT, offset)
  )
}

function acceptsTimeTz(bytes: Buffer, start: number, end: number): boolean {
  if (end - start < OFFSET_TIME_BYTES) return false
  const offset = findOffset(bytes, end)
  return offset < end && isTime(bytes, start, offset)
}

function renderTimestamp({ day, seconds, fraction }: DateTimeText, offset: string): string | null {
  if (day === null || seconds === null) return null
  return renderDay(day, ` ${renderTime(seconds, fraction)}${offset}`)
}

/** The time as it is written, with 24:00, where nothing else is. */
function renderTimeOfDay(parsed: DateTimeText): string | null {
  const { day, seconds, fraction, offset } = parsed
  if (seconds === null) return null
  const isAlone = day === null && offset === null
  return renderTime(isAlone ? seconds : toUtc(parsed).seconds, fraction)
}

function renderTimeTz({ seconds, fraction, offset }: DateTimeText): string | null {
  return seconds === null ? null : `${renderTime(seconds, fraction)}${renderOffset(offset ?? 0)}`
}
