import { describe, expect, it } from '@jest/globals'
import { LineShifts } from '../../src/csv/line-shifts.js'

describe('LineShifts', () => {
  it('leaves lines where they are while no row takes others', () => {
    const shifts = new LineShifts()

    expect([1, 2, 99].map((line) => shifts.originalOf(line))).toEqual([1, 2, 99])
  })

  it('tells the line of the original in front of, in and behind rows that take others', () => {
    const shifts = new LineShifts()
    // Lines 2 to 4 of the copy are line 2 of the original; line 6 is lines 4 to 6.
    shifts.add(5, 2)
    shifts.add(7, -2)
    shifts.add(9, 1)

    const lines = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((line) => shifts.originalOf(line))

    expect(lines).toEqual([1, 2, 2, 2, 3, 4, 7, 7, 8])
  })
})
