/** A day of the Gregorian calendar, also before it was introduced. Year 0 is 1 BC. */
export interface CalendarDay {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  /** 1 to 31. */
  readonly day: number
}

const DAYS_PER_400_YEARS = 146_097

/** Days from 0000-03-01 to 1970-01-01. */
const EPOCH = 719_468

/** Days of the month; the months of a year that does not exist have none. */
export function daysInMonth(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
}

/** Days since 1970-01-01. Years are counted from March, so that a leap day is the last of its year. */
export function countDays({ year, month, day }: CalendarDay): number {
  const y = month > 2 ? year : year - 1
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100)
  return era * DAYS_PER_400_YEARS + yearOfEra * 365 + leapDays + dayOfYear - EPOCH
}

/** The day that is so many days after 1970-01-01. */
export function dayAfterEpoch(days: number): CalendarDay {
  const shifted = days + EPOCH
  const era = Math.floor(shifted / DAYS_PER_400_YEARS)
  const dayOfEra = shifted - era * DAYS_PER_400_YEARS
  const leapDays =
    Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365)
  const leapDaysBefore = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100)
  const dayOfYear = dayOfEra - (365 * yearOfEra + leapDaysBefore)
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = ((monthFromMarch + 2) % 12) + 1
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  return { year: era * 400 + yearOfEra + (month > 2 ? 0 : 1), month, day }
}
