/** Types of the catalog that Prisma's `DateTime` can be. */
export type DateTimeBase = 'timestamp' | 'timestamptz' | 'date' | 'time' | 'timetz'

/**
 * The text of one point in time for a column of this type, in UTC and with milliseconds, as Prisma
 * Client fills `@updatedAt` and `now()`. It says its offset where the type has one, so that the time
 * zone of the session does not matter.
 */
export function formatRunTimestamp(at: Date, base: DateTimeBase): string {
  const iso = at.toISOString()
  const day = iso.slice(0, 10)
  const time = iso.slice(11, -1)
  switch (base) {
    case 'timestamp':
      return `${day} ${time}`
    case 'timestamptz':
      return `${day} ${time}+00`
    case 'date':
      return day
    case 'time':
      return time
    case 'timetz':
      return `${time}+00`
  }
}
