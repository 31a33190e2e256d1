import { expect, it } from '@jest/globals'
import { wholeNumber } from '../../src/cli/whole-number-option.js'

const { parse } = wholeNumber('<rows>', 'Rows')

it('takes the last number, and none where there is none', () => {
  expect(parse([], 'rows')).toBeUndefined()
  expect(parse(['7', '50000'], 'rows')).toBe(50_000)
})

it.each(['0', '-1', '1.5', '1e3', '', 'x', '99999999999999999999'])('refuses "%s"', (value) => {
  expect(() => parse([value], 'rows')).toThrow(
    `"${value}" is no whole number, 1 or more. Write digits only, such as --rows 50000.`,
  )
})
