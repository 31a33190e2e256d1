import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { writtenCsv } from './arbitrary-csv.js'
import { readReferenceCsv } from './reference-csv.js'

describe('readReferenceCsv', () => {
  it('reads back every table, however it was written', () => {
    fc.assert(
      fc.property(writtenCsv(), ({ file, dialect, rows }) => {
        const read = readReferenceCsv(file, dialect)

        expect(read.problem).toBeNull()
        const cells = read.rows.map((row) => row.map(({ text, quoted }) => ({ text, quoted })))
        expect(cells).toEqual(rows)
      }),
    )
  })

  it('tells where each field begins', () => {
    const { rows } = readReferenceCsv(Buffer.from('\ufeffid,"a\nb",c\r\n\n1,😀é,"z"'))

    expect(rows).toEqual([
      [
        { text: 'id', quoted: false, line: 1, column: 1 },
        { text: 'a\nb', quoted: true, line: 1, column: 4 },
        { text: 'c', quoted: false, line: 2, column: 4 },
      ],
      [
        { text: '1', quoted: false, line: 4, column: 1 },
        { text: '😀é', quoted: false, line: 4, column: 3 },
        { text: 'z', quoted: true, line: 4, column: 6 },
      ],
    ])
  })

  it.each([
    ['a,b\n1,"2', 'CSV.UNTERMINATED_QUOTE', 2, 3],
    ['a,b\n1,2"', 'CSV.STRAY_QUOTE', 2, 4],
    ['a,b\n1,"2"x', 'CSV.STRAY_QUOTE', 2, 6],
    ['a,b\n1\0,2', 'CSV.NUL_BYTE', 2, 2],
    ['a,b\n"1\n\0",2', 'CSV.NUL_BYTE', 3, 1],
    ['a,b\n1\r,2', 'CSV.BARE_CARRIAGE_RETURN', 2, 2],
    ['a,b\n\n1,2,3\n', 'CSV.ROW_WIDTH', 3, 1],
    ['a,b\n1,é\xff\n', 'CSV.INVALID_UTF8', 2, 4],
  ])('refuses %j', (text, code, line, column) => {
    // é is two bytes, \xff is one that is none of UTF-8.
    const file = Buffer.from(text.replace('é', '\xc3\xa9'), 'latin1')

    expect(readReferenceCsv(file)).toMatchObject({
      rows: [[{ text: 'a' }, { text: 'b' }]],
      problem: { code, line, column },
    })
  })
})
