import { describe, expect, it } from '@jest/globals'
import { resolveCsvDialect } from '../../src/csv/csv-dialect.js'

describe('resolveCsvDialect', () => {
  it('is that of RFC 4180 by default', () => {
    expect(resolveCsvDialect()).toEqual({
      delimiter: 0x2c,
      quote: 0x22,
      nullText: Buffer.from(''),
    })
  })

  it('takes a tab and NULL as any text', () => {
    expect(resolveCsvDialect({ delimiter: '\t', null: '\\N ä' })).toEqual({
      delimiter: 0x09,
      quote: 0x22,
      nullText: Buffer.from('\\N ä'),
    })
  })

  it.each(['', ',,', 'ä', '"', '\n', '\r', '\0', '\x7f', '😀'])(
    'refuses %j between fields',
    (delimiter) => {
      expect(() => resolveCsvDialect({ delimiter })).toThrow(
        expect.objectContaining({
          code: 'CSV.INVALID_DIALECT',
          message:
            'The CSV option "delimiter" cannot be used. It takes one printable ASCII character or a ' +
            'tab, not the quote. Give another value for "delimiter".',
        }),
      )
    },
  )

  it.each(['"', 'a;b', '\n', 'a\r', '\0'])('refuses %j as NULL', (text) => {
    expect(() => resolveCsvDialect({ delimiter: ';', null: text })).toThrow(
      expect.objectContaining({
        code: 'CSV.INVALID_DIALECT',
        details: expect.objectContaining({ meta: expect.objectContaining({ option: 'null' }) }),
      }),
    )
  })
})
