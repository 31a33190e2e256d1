import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { buildDateText } from '../../src/rows/date-text.js'

describe('the text of a Date', () => {
  it('is that of toISOString, near a day as far from it', () => {
    const write = buildDateText()
    const any = fc.date({ noInvalidDate: true })
    const near = fc.integer({ min: -3 * 86_400_000, max: 3 * 86_400_000 }).map((ms) => new Date(ms))

    fc.assert(
      fc.property(fc.oneof(any, near), (date) => {
        expect(write(date)).toBe(date.toISOString())
      }),
      { numRuns: 2000 },
    )
  })

  it.each([-62_167_219_200_001, 253_402_300_800_000, 8.64e15, -8.64e15, -1, 0, 86_399_999])(
    'is that of toISOString at %d',
    (time) => {
      const date = new Date(time)

      expect(buildDateText()(date)).toBe(date.toISOString())
    },
  )

  it('stays right however many days there are', () => {
    const write = buildDateText()
    const dates = Array.from({ length: 10_000 }, (_, day) => new Date(day * 86_400_000 + day))

    expect([...dates, ...dates].map(write)).toEqual(
      [...dates, ...dates].map((d) => d.toISOString()),
    )
  })

  it('is what a Date has it that writes itself in another way', () => {
    class Local extends Date {
      override toISOString(): string {
        return '2024-01-01T10:00:00.000+02:00'
      }
    }

    expect(buildDateText()(new Local(0))).toBe('2024-01-01T10:00:00.000+02:00')
  })
})
