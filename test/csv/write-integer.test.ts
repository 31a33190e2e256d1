import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { writeInteger } from '../../src/csv/write-integer.js'

describe('writeInteger', () => {
  it.each([
    0,
    9,
    10,
    99,
    100,
    101,
    9_999,
    10_000,
    10_001,
    1_000_000,
    99_999_999,
    100_000_000,
    100_000_001,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32,
    99_999_999_999_999,
    Number.MAX_SAFE_INTEGER,
  ])('writes %s, and below zero', (value) => {
    expect(written(value)).toBe(`${value}`)
    expect(written(-value)).toBe(`${0 - value}`)
  })

  it('writes every integer up to 2^53', () => {
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeInteger(), fc.integer()), (value) => {
        expect(written(value)).toBe(String(value))
      }),
      { numRuns: 500 },
    )
  })

  it('writes integers of up to seven digits', () => {
    const wrong: number[] = []
    for (let value = 0; value < 10_000_000; value += value < 20_000 ? 1 : 9_973) {
      if (written(value) !== String(value)) wrong.push(value)
    }

    expect(wrong).toEqual([])
  })
})

/** What is written in the middle of a buffer; that nothing was before, nor more than a word behind. */
function written(value: number): string {
  const bytes = Buffer.alloc(40, '#')
  const end = writeInteger(value, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 5)
  expect(bytes.toString('latin1', 0, 5)).toBe('#####')
  expect(bytes.toString('latin1', end + 3)).toMatch(/^#+$/)
  return bytes.toString('latin1', 5, end)
}
