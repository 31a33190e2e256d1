import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { writeField, writeNull, writeText } from '../../src/csv/copy-text.js'
import { cellText, writtenCsv } from './arbitrary-csv.js'
import { escapeForCopy } from './reference-copy.js'
import { scannerOf } from './scan-csv.js'

describe('writeField', () => {
  it('writes the value of every field, escaped', () => {
    fc.assert(
      fc.property(writtenCsv(), ({ file, dialect, rows }) => {
        const scanner = scannerOf(dialect)
        scanner.push(file)
        scanner.end()
        scanner.scan()

        const texts = rows.map((row, rowIndex) =>
          row.map((_, column) => {
            const index = rowIndex * scanner.width + column
            return written((out, offset) => writeField(scanner, index, out, offset))
          }),
        )

        expect(texts).toEqual(rows.map((row) => row.map(({ text }) => escapeForCopy(text))))
      }),
    )
  })
})

describe('writeText', () => {
  it('writes text, escaped', () => {
    fc.assert(
      fc.property(cellText(), (text) => {
        expect(written((out, offset) => writeText(text, out, offset))).toBe(escapeForCopy(text))
      }),
    )
  })
})

describe('writeNull', () => {
  it('writes \\N', () => {
    expect(written(writeNull)).toBe('\\N')
  })
})

/** What a function writes in the middle of a buffer; that it wrote nothing before, and told the end. */
function written(write: (out: Buffer, offset: number) => number): string {
  const out = Buffer.alloc(200, '#')
  const end = write(out, 5)
  expect(out.toString('latin1', 0, 5)).toBe('#####')
  return out.toString('utf8', 5, end)
}
