import { describe, expect, it } from '@jest/globals'
import { resolveCsvDialect } from '../../src/csv/csv-dialect.js'

describe('resolveCsvDialect', () => {
  it('is that of RFC 4180 by default', () => {
    expect(resolveCsvDialect()).toEqual({
      delimiter: 0x2c,
      quote: 0x22,
      escaper: 0x22,
      nullText: Buffer.from(''),
      headlessWidth: null,
    })
  })

  it('takes a tab, a quote and an escape of its own, and NULL as any text', () => {
    const options = { delimiter: '\t', quote: "'", escape: '\\', null: '\\N ä' }

    expect(resolveCsvDialect(options, 3)).toEqual({
      delimiter: 0x09,
      quote: 0x27,
      escaper: 0x5c,
      nullText: Buffer.from('\\N ä'),
      headlessWidth: 3,
    })
  })

  it('takes no quotes at all, and then no escape either', () => {
    expect(resolveCsvDialect({ quote: 'none', null: '"' })).toMatchObject({
      quote: null,
      escaper: null,
      nullText: Buffer.from('"'),
    })
  })

  it.each<[string, object, string]>([
    ['quote', { quote: '' }, 'one printable ASCII character, or none'],
    ['quote', { quote: '""' }, 'one printable ASCII character, or none'],
    ['quote', { quote: '\t' }, 'one printable ASCII character, or none'],
    ['quote', { quote: 7 }, 'one printable ASCII character, or none'],
    ['delimiter', { delimiter: ';', quote: ';' }, 'one printable ASCII character or a tab'],
    ['escape', { escape: '' }, 'only where there are quotes'],
    ['escape', { escape: ',' }, 'not the delimiter'],
    ['escape', { escape: '\\', quote: 'none' }, 'only where there are quotes'],
    ['null', { null: "'", quote: "'" }, 'text without delimiter, quote'],
  ])('refuses the %s of %j', (option, options, wanted) => {
    expect(() => resolveCsvDialect(options)).toThrow(
      expect.objectContaining({
        code: 'CSV.INVALID_DIALECT',
        details: expect.objectContaining({
          why: expect.stringContaining(wanted),
          meta: expect.objectContaining({ option }),
        }),
      }),
    )
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
