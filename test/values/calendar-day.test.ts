import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { countDays, dayAfterEpoch, daysInMonth } from '../../src/values/calendar-day.js'

const MS_PER_DAY = 86_400_000

describe('the calendar', () => {
  it('counts days as Date does', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2_000_000, max: 90_000_000 }), (days) => {
        const date = new Date(days * MS_PER_DAY)
        const expected = {
          year: date.getUTCFullYear(),
          month: date.getUTCMonth() + 1,
          day: date.getUTCDate(),
        }

        expect(dayAfterEpoch(days)).toEqual(expected)
        expect(countDays(expected)).toBe(days)
      }),
      { numRuns: 3000 },
    )
  })

  it.each([
    [2026, 1, 31],
    [2026, 2, 28],
    [2024, 2, 29],
    [1900, 2, 28],
    [2000, 2, 29],
    [0, 2, 29],
    [2026, 4, 30],
    [2026, 0, 0],
    [2026, 13, 0],
  ])('knows the length of %i-%i: %i', (year, month, days) => {
    expect(daysInMonth(year, month)).toBe(days)
  })
})
