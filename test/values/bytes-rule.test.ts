import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { bytesRule } from '../../src/values/bytes-rule.js'
import { withTestDatabase } from '../support/test-database.js'
import { accepts, applyRule, convert } from './apply-rule.js'
import { copyTexts } from './copy-texts.js'

describe('bytesRule', () => {
  it.each(['', '\\x', '\\x00', '\\xDEADbeef09'])('lets %j pass as it is', (text) => {
    expect(accepts(bytesRule, text)).toBe(true)
    expect(convert(bytesRule, text)).toBe(text)
  })

  it.each([
    ['AA==', '\\x00'],
    ['SGVsbG8=', '\\x48656c6c6f'],
    ['+/+/', '\\xfbffbf'],
    ['-_-_', '\\xfbffbf'],
    ['SGVs\nbG8=', '\\x48656c6c6f'],
    ['SGVs\r\nbG8=\r\n', '\\x48656c6c6f'],
    ['3q2+7w==', '\\xdeadbeef'],
  ])('reads %j as base64: %s', (text, bytes) => {
    expect(accepts(bytesRule, text)).toBe(false)
    expect(applyRule(bytesRule, text)).toBe(bytes)
  })

  it.each([
    // Odd or no hexadecimal digits, and spellings that PostgreSQL does not take so.
    ...['\\', '\\x0', '\\xzz', '\\X00', '\\x00 01', '\\000', '\\\\x00', ' \\x00'],
    // No base64: padding, alphabet, bits that are not 0, both alphabets at once.
    ...['SGVsbG8', 'SGVsbG8==', 'A===', '====', 'AA=A', 'AB==', '+/-_', 'SGVs bG8=', 'ä===', '\n'],
    ...['Hello, world', 'abc'],
  ])('refuses %j', (text) => {
    expect(applyRule(bytesRule, text)).toBe('VALUES.INVALID_BYTES')
  })

  it.each(['deadbeef', 'DEADBEEF', '0xDEADBEEF00', '00000000'])(
    'refuses %j, which may be base64 or hexadecimal digits',
    (text) => {
      expect(bytesRule.convert(text)).toMatchObject({ why: expect.stringContaining('hexadecimal') })
    },
  )

  it('stores the bytes that are meant', () =>
    withTestDatabase('', (client) =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))),
          fc.constantFrom('base64', 'base64url', 'hex'),
          async (values, way) => {
            const texts = values.map((bytes) => writeBytes(bytes, way))
            const sent = texts.map((text) => applyRule(bytesRule, text))
            const known = sent.flatMap((text, index) => (text.startsWith('V') ? [] : [index]))

            const stored = await copyTexts(
              client,
              { type: 'bytea', show: `encode(v, 'hex')` },
              known.map((index) => sent[index] ?? ''),
            )

            expect(stored).toEqual(known.map((index) => values[index]?.toString('hex')))
            // What is refused could be hexadecimal digits.
            expect(texts.filter((_, index) => !known.includes(index)).join('')).toMatch(
              /^[\da-fx]*$/i,
            )
          },
        ),
        { numRuns: 50 },
      ),
    ))
})

function writeBytes(bytes: Buffer, way: 'base64' | 'base64url' | 'hex'): string {
  if (way === 'hex') return `\\x${bytes.toString('hex')}`
  const padded = bytes.toString('base64')
  return way === 'base64' ? padded : padded.replaceAll('+', '-').replaceAll('/', '_')
}
