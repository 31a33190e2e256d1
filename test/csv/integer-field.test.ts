import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parseBigIntegerField, parseIntegerField } from '../../src/csv/integer-field.js'

describe('parseIntegerField', () => {
  it.each([
    ['0', 0],
    ['-7', -7],
    ['007', 7],
    ['999999999999999', 999_999_999_999_999],
    ['-999999999999999', -999_999_999_999_999],
    ['1000000000000000', Number.NaN],
    ['', Number.NaN],
    ['-', Number.NaN],
    ['+1', Number.NaN],
    ['1.0', Number.NaN],
    ['1e3', Number.NaN],
    [' 1', Number.NaN],
    ['1 ', Number.NaN],
    ['--1', Number.NaN],
    ['0x1', Number.NaN],
    ['٣', Number.NaN],
  ])('reads %j as %s', (text, value) => {
    expect(inTheMiddle(text, parseIntegerField)).toBe(value)
  })

  it('reads minus zero as zero', () => {
    expect(inTheMiddle('-0', parseIntegerField) === 0).toBe(true)
  })
})

describe('parseBigIntegerField', () => {
  it.each([
    ['-0', 0n],
    ['9007199254740993', 9_007_199_254_740_993n],
    ['-99999999999999999999999', -99_999_999_999_999_999_999_999n],
    ['0000000000000000000000007', 7n],
    ['', null],
    ['-', null],
    ['1\n', null],
    ['0x1', null],
    ['1_000', null],
  ])('reads %j as %s', (text, value) => {
    expect(inTheMiddle(text, parseBigIntegerField)).toBe(value)
  })

  it('agrees with the fast way wherever that knows', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'-0123456789 .'), maxLength: 17 })
    const numbers = fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }).map(String)
    fc.assert(
      fc.property(fc.oneof(digits, numbers), (text) => {
        const fast = inTheMiddle(text, parseIntegerField)
        const exact = inTheMiddle(text, parseBigIntegerField)

        const isKnown = exact !== null && text.replace('-', '').length <= 15
        expect(Number.isNaN(fast) ? null : BigInt(fast)).toBe(isKnown ? exact : null)
      }),
      { numRuns: 500 },
    )
  })
})

/** Parses text that has other digits around it. */
function inTheMiddle<Value>(
  text: string,
  parse: (bytes: Buffer, start: number, end: number) => Value,
): Value {
  const bytes = Buffer.from(`12${text}34`)
  return parse(bytes, 2, bytes.length - 2)
}
