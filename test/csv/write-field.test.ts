import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type CsvOptions, resolveCsvDialect } from '../../src/csv/csv-dialect.js'
import { CsvScanner } from '../../src/csv/csv-scanner.js'
import { isNullField } from '../../src/csv/is-null-field.js'
import { buildFieldWriter } from '../../src/csv/write-field.js'

const DIALECTS: readonly CsvOptions[] = [
  {},
  { null: 'NULL' },
  { delimiter: ';', quote: "'", escape: '\\', null: '\\N' },
  { delimiter: '\t', quote: 'none', null: '\\N' },
]

const text = fc
  .array(
    fc.constantFrom('a', '"', "'", '\\', ',', ';', '\t', '\r', '\n', '\\N', 'NULL', '\ufeff', '€'),
  )
  .map((parts) => parts.join(''))

describe('buildFieldWriter', () => {
  it('writes what is read as the same text, or as NULL, unless a dialect without quotes cannot', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DIALECTS), fc.option(text), (options, value) => {
        const dialect = resolveCsvDialect(options, 2)
        const cell = buildFieldWriter(dialect)(value)

        if (cell === undefined) {
          expect(dialect.quote).toBeNull()
          expect(value === '' || /[\t\r\n\ufeff]|^\\N$/.test(String(value))).toBe(true)
          return
        }
        const scanner = new CsvScanner(dialect, 'a.csv')
        scanner.push(Buffer.from(`x${String.fromCharCode(dialect.delimiter)}${cell}\n`))
        scanner.end()
        expect(scanner.scan()).toBe(true)
        expect(isNullField(scanner, 1, dialect)).toBe(value === null)
        if (value !== null) expect(scanner.textAt(1)).toBe(value)
      }),
    )
  })

  it('quotes only what needs it', () => {
    const write = buildFieldWriter(resolveCsvDialect())

    expect(['a b', 'a,b', '', 'a"b', null].map(write)).toEqual(['a b', '"a,b"', '""', '"a""b"', ''])
  })
})
