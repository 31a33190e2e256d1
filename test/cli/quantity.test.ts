import { expect, it } from '@jest/globals'
import {
  formatBytes,
  formatCount,
  formatNumberOf,
  formatRate,
  formatSeconds,
} from '../../src/cli/quantity.js'

it.each([
  [0, '0'],
  [999, '999'],
  [41203, '41 203'],
  ['9007199254740993', '9 007 199 254 740 993'],
  ['-1234567', '-1 234 567'],
])('groups the digits of %p', (count, expected) => {
  expect(formatCount(count)).toBe(expected)
})

it('knows the plural', () => {
  expect(formatNumberOf(1, 'row')).toBe('1 row')
  expect(formatNumberOf(0, 'row')).toBe('0 rows')
})

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [9949, '9.9 kB'],
  [9950, '10 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [140_000_000, '140 MB'],
  [5e15, '5000 TB'],
])('writes %p bytes with two or three digits', (bytes, expected) => {
  expect(formatBytes(bytes)).toBe(expected)
})

it.each([
  [0, '0 ms'],
  [0.0312, '32 ms'],
  [0.0995, '0.1 s'],
  [3.21, '3.2 s'],
  [4, '4 s'],
  [45.4, '45 s'],
  [59.5, '1 min 00 s'],
  [125, '2 min 05 s'],
  [3780, '1 h 03 min'],
])('writes %p seconds in the unit that fits', (seconds, expected) => {
  expect(formatSeconds(seconds)).toBe(expected)
})

it('rounds a rate to two digits and knows when nothing was measured', () => {
  expect(formatRate(41_203, 0.42)).toBe('98 000 rows/s')
  expect(formatRate(0, 1)).toBeNull()
  expect(formatRate(5, 0)).toBeNull()
})
