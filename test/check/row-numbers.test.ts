import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { RowNumbers } from '../../src/check/row-numbers.js'

describe('RowNumbers', () => {
  it('knows the rows of each number, NaN being none', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(Number.NaN, -5, 0, 1, 2, 2 ** 53), { maxLength: 3000 }),
        (values) => {
          const numbers = new RowNumbers()
          for (const value of values) numbers.add(value)

          const isEven = (row: number) => row % 2 === 0
          const repeated = numbers.repeated(isEven)
          for (const value of [-5, 0, 1, 2, 3, 2 ** 53]) {
            const rows = values.flatMap((other, row) => (other === value ? [row] : []))
            expect([...numbers.rowsOf(value)].sort((a, b) => a - b)).toEqual(rows)
            expect(numbers.count(value)).toBe(rows.length)
            expect(numbers.has(value)).toBe(rows.length > 0)
            expect(repeated.has(value)).toBe(rows.filter(isEven).length > 1)
          }
          expect(repeated.has(Number.NaN)).toBe(false)
          expect(numbers.size).toBe(values.length)
          for (const [row, value] of values.entries()) expect(numbers.at(row)).toBe(value)
        },
      ),
    ))
})
