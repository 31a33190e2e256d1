import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { resolveCsvDialect } from '../../src/csv/csv-dialect.js'
import { CsvScanner } from '../../src/csv/csv-scanner.js'
import { anyBytes, chunkSizes, damagedCsv, writtenCsv } from './arbitrary-csv.js'
import { type ReferenceDialect, RFC_4180, readReferenceCsv } from './reference-csv.js'
import { readBatch, scanCsv } from './scan-csv.js'

const MIB = 2 ** 20

describe('CsvScanner, compared with the reference', () => {
  it('cuts every table into the same rows, whatever its chunks', () => {
    fc.assert(
      fc.property(writtenCsv(), chunkSizes(), ({ file, dialect }, sizes) => {
        expect(scanCsv(file, sizes, dialect)).toEqual(readReferenceCsv(file, dialect))
      }),
      { numRuns: 1000 },
    )
  })

  it('finds the same in damaged tables', () => {
    fc.assert(
      fc.property(damagedCsv(), chunkSizes(), ({ file, dialect }, sizes) => {
        expectSame(file, sizes, dialect)
      }),
      { numRuns: 3000 },
    )
  })

  it('finds the same in bytes that are hardly CSV', () => {
    fc.assert(
      fc.property(anyBytes(), chunkSizes(), (file, sizes) => {
        expectSame(file, sizes, RFC_4180)
      }),
      { numRuns: 3000 },
    )
  })
})

/** The rows of a batch in which something is wrong are not given: there may be fewer, never others. */
function expectSame(file: Buffer, sizes: readonly number[], dialect: ReferenceDialect): void {
  const read = readReferenceCsv(file, dialect)
  const scanned = scanCsv(file, sizes, dialect)

  expect(scanned.problem).toEqual(read.problem)
  expect(scanned.rows).toEqual(
    read.problem === null ? read.rows : read.rows.slice(0, scanned.rows.length),
  )
}

describe('CsvScanner on malformed input', () => {
  it.each([
    ['a stray quote in a field', 'a,b\n1,2"3\n', 'CSV.STRAY_QUOTE', 2, 4],
    ['a stray quote after a character of two bytes', 'é,b\né"', 'CSV.STRAY_QUOTE', 2, 2],
    ['text behind a closing quote', 'a,b\n"1"x,2\n', 'CSV.STRAY_QUOTE', 2, 4],
    ['a tab behind a closing quote', 'a,b\n"1"\t,2\n', 'CSV.STRAY_QUOTE', 2, 4],
    ['NUL behind a closing quote', 'a,b\n"1"\0,2\n', 'CSV.STRAY_QUOTE', 2, 4],
    ['a quote that is never closed', 'a,b\n1,"2\n3,4\n', 'CSV.UNTERMINATED_QUOTE', 2, 3],
    ['a quote as the last byte', 'a,b\n1,"', 'CSV.UNTERMINATED_QUOTE', 2, 3],
    ['a doubled quote as the end', 'a,b\n1,"2""', 'CSV.UNTERMINATED_QUOTE', 2, 3],
    ['NUL', 'a,b\n1,2\n3\0,4\n', 'CSV.NUL_BYTE', 3, 2],
    ['NUL inside quotes', 'a,b\n1,"2\n\n3\0"\n', 'CSV.NUL_BYTE', 4, 2],
    ['UTF-16', '\xff\xfea\0,\0b\0\n\0', 'CSV.UTF_16', 1, 1],
    ['UTF-16, big end first', '\xfe\xff\0a\0,\0b\0\n', 'CSV.UTF_16', 1, 1],
    ['UTF-16 without a byte order mark', 'a\0,\0b\0\n\0', 'CSV.NUL_BYTE', 1, 2],
    ['half a byte order mark of UTF-16', '\xff', 'CSV.INVALID_UTF8', 1, 1],
    ['a carriage return in a field', 'a,b\n1,2\r3\n', 'CSV.BARE_CARRIAGE_RETURN', 2, 4],
    ['line ends of old Macs', 'a,b\r1,2\r', 'CSV.BARE_CARRIAGE_RETURN', 1, 4],
    ['two carriage returns', 'a,b\r\r\n1,2\r\r\n', 'CSV.BARE_CARRIAGE_RETURN', 1, 4],
    ['a carriage return as a line', 'a,b\n\r\r\n', 'CSV.BARE_CARRIAGE_RETURN', 2, 1],
    ['too few fields', 'a,b\n"1\n1",1\n\n2\n', 'CSV.ROW_WIDTH', 5, 1],
    ['too many fields', 'a,b\n1,2,\n', 'CSV.ROW_WIDTH', 2, 1],
    ['a space as a line', 'a,b\n1,2\n \n', 'CSV.ROW_WIDTH', 3, 1],
    ['a character cut off', 'a,b\né,\xe2\x82\n', 'CSV.INVALID_UTF8', 2, 3],
    ['a character cut off by the end', 'a,b\n1,\xe2\x82', 'CSV.INVALID_UTF8', 2, 3],
    ['a character cut off by a delimiter', 'a,b\n1\xf0\x9f\x98,2\n', 'CSV.INVALID_UTF8', 2, 2],
    ['an overlong character of two bytes', 'a,b\n1,\xc0\x80\n', 'CSV.INVALID_UTF8', 2, 3],
    ['an overlong character of three bytes', 'a,b\n1,\xe0\x9f\xbf\n', 'CSV.INVALID_UTF8', 2, 3],
    ['a surrogate', 'a,b\n1,x\xed\xa0\x80\n', 'CSV.INVALID_UTF8', 2, 4],
    ['a character beyond Unicode', 'a,b\n1,\xf4\x90\x80\x80\n', 'CSV.INVALID_UTF8', 2, 3],
    ['a byte from the middle', 'a,b\n1,2\x80\n', 'CSV.INVALID_UTF8', 2, 4],
    ['Latin-1', 'M\xfcller,b\n', 'CSV.INVALID_UTF8', 1, 2],
    ['half a byte order mark', '\xef\xbb', 'CSV.INVALID_UTF8', 1, 1],
  ])('tells the place of %s', (_, text, code, line, column) => {
    // é is two bytes; all else is one byte a character.
    const file = Buffer.from(text.replaceAll('é', '\xc3\xa9'), 'latin1')

    const alone = scanCsv(file, [1])
    const whole = scanCsv(file, [1000])

    expect(alone.problem).toEqual({ code, line, column })
    expect(whole.problem).toEqual({ code, line, column })
  })

  it('tells first what is wrong first, also where it is of another kind', () => {
    const file = Buffer.from('a\n\xff\n"b"c\n', 'latin1')

    const { problem } = scanCsv(file, [1000])

    expect(problem).toEqual({ code: 'CSV.INVALID_UTF8', line: 2, column: 1 })
  })

  it('says how many fields a row has and how many it should have', () => {
    const scanner = scannerOf('a,b\n1\n')

    const scan = () => scanner.scan()

    expect(scan).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({
          meta: { file: 'Order.csv', line: 2, column: 1, expected: 2, actual: 1 },
        }),
      }),
    )
  })
})

describe('CsvScanner on well-formed input', () => {
  it.each([
    ['no byte', '', []],
    ['a byte order mark alone', '\ufeff', []],
    ['blank lines alone', '\n\r\n\n', []],
    ['a header alone', 'a,b', [['a', 'b']]],
    [
      'a last row that ends with a carriage return',
      'a,b\n1,2\r',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'blank lines between rows',
      '\n\na,b\r\n\r\n\n1,2\n\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['blank lines in one column', '\na\n\n\r\n1\n', [['a'], [''], [''], ['1']]],
    ['a lone `\\.`', 'a\n\\.\n', [['a'], ['\\.']]],
    ['a second byte order mark', '\ufeff\ufeffa\n', [['\ufeffa']]],
    ['a byte order mark behind a blank line', '\n\ufeffa', [['\ufeffa']]],
    ['a character that begins like one', '\uff21,b', [['\uff21', 'b']]],
    ['line breaks and quotes in quotes', '"a\r\n""",b\n', [['a\r\n"', 'b']]],
    [
      'empty fields',
      'a,b\n,""\n',
      [
        ['a', 'b'],
        ['', ''],
      ],
    ],
    [
      'hostile names',
      '__proto__,constructor\n1,2',
      [
        ['__proto__', 'constructor'],
        ['1', '2'],
      ],
    ],
  ])('reads %s', (_, text, rows) => {
    const file = Buffer.from(text)

    const alone = scanCsv(file, [1])
    const whole = scanCsv(file, [1000])

    expect(alone.rows.map((row) => row.map((field) => field.text))).toEqual(rows)
    expect(whole).toEqual(alone)
    expect(alone.problem).toBeNull()
  })

  it('reads rows far longer than a chunk, and than its buffer', () => {
    const long = 'x"\n'.repeat(300_000)
    const file = Buffer.from(`a,b\n1,"${long.replaceAll('"', '""')}"\n2,${'y'.repeat(MIB)}\n`)

    const { rows, problem } = scanCsv(file, [65_536, 777])

    expect(problem).toBeNull()
    expect(rows.map((row) => row.map(({ text }) => text.length))).toEqual([
      [1, 1],
      [1, long.length],
      [1, MIB],
    ])
    expect(rows[1]?.[1]?.text).toBe(long)
    expect(rows[2]?.[0]).toMatchObject({ text: '2', line: 300_003, column: 1 })
  })

  it('reads more fields than a batch holds', () => {
    const count = 25_000
    const lines = Array.from({ length: count }, (_, row) => `${row},"${row}\n",`)
    const scanner = scannerOf(['a,b,c', ...lines].join('\n'))

    const batches: string[][] = []
    while (scanner.scan()) {
      const from = scanner.firstRow
      const ids = Array.from({ length: scanner.rows - from }, (_, row) =>
        scanner.textOf(from + row, 0),
      )
      batches.push(ids)
      expect(scanner.positionOf(from, 1).line).toBe(2 * Number(ids[0]) + 2)
    }

    expect(batches.length).toBeGreaterThan(2)
    expect(batches.flat()).toEqual(Array.from({ length: count }, (_, row) => String(row)))
  })

  it('reads rows of which only one fits into a batch', () => {
    const width = 20_000
    const row = ','.repeat(width - 1)
    const scanner = scannerOf(`h${row}\n1${row}\n2${row}\n`)

    const firsts: string[] = []
    while (scanner.scan()) {
      expect(scanner).toMatchObject({ rows: 1, width, firstRow: firsts.length === 0 ? 1 : 0 })
      firsts.push(scanner.textOf(0, 0))
    }

    expect(firsts).toEqual(['h', '1', '2'])
  })

  it('refuses a row of more fields than a batch holds', () => {
    const header = scannerOf(','.repeat(40_000))
    const row = scannerOf(`a,b\n1,2\n${','.repeat(40_000)}`)
    row.scan()

    expect(() => header.scan()).toThrow(expect.objectContaining({ code: 'CSV.ROW_WIDTH' }))
    expect(() => row.scan()).toThrow(/The row at line 3 has 32768 fields/)
  })
})

describe('CsvScanner in other dialects', () => {
  it.each<[string, Partial<ReferenceDialect>, string, readonly (readonly string[])[]]>([
    ['an escape in front of a quote', { escaper: '\\' }, '"a\\"b",c', [['a"b', 'c']]],
    ['an escape in front of an escape', { escaper: '\\' }, '"a\\\\",c', [['a\\', 'c']]],
    ['an escape in front of anything else', { escaper: '\\' }, '"\\n\\,",c', [['\\n\\,', 'c']]],
    ['an escape outside of quotes', { escaper: '\\' }, 'a\\b,\\\\', [['a\\b', '\\\\']]],
    ['an escape that is a letter', { escaper: 'x' }, '"x"xx",x', [['"x', 'x']]],
    [
      'another quote',
      { quote: "'", escaper: "'" },
      `'a''b','"'\n",`,
      [
        ["a'b", '"'],
        ['"', ''],
      ],
    ],
    [
      'no quote',
      { quote: 'none' },
      '"a,""\n"b"c,\\"',
      [
        ['"a', '""'],
        ['"b"c', '\\"'],
      ],
    ],
    [
      'no header',
      { headlessWidth: 2 },
      '\n1,2\n\n3,4',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    ['no header in one column', { headlessWidth: 1 }, '\n1\n\n', [[''], ['1'], ['']]],
    ['no header behind a byte order mark', { headlessWidth: 1 }, '\ufeff1\n', [['1']]],
  ])('reads %s', (_, parts, text, rows) => {
    const dialect = { ...RFC_4180, ...parts }

    const alone = scanCsv(Buffer.from(text), [1], dialect)
    const whole = scanCsv(Buffer.from(text), [1000], dialect)

    expect(alone.rows.map((row) => row.map((field) => field.text))).toEqual(rows)
    expect(whole).toEqual(alone)
    expect(alone.problem).toBeNull()
  })

  it.each<[string, Partial<ReferenceDialect>, string, string, number, number]>([
    [
      'a doubled quote where it is not the escape',
      { escaper: '\\' },
      '"a""b"',
      'CSV.STRAY_QUOTE',
      1,
      4,
    ],
    ['an escape as the end', { escaper: '\\' }, '"a\\"', 'CSV.UNTERMINATED_QUOTE', 1, 1],
    ['a first row of another width', { headlessWidth: 3 }, '1,2\n', 'CSV.ROW_WIDTH', 1, 1],
    ['UTF-16 without a header', { headlessWidth: 1 }, '\xff\xfe1\0', 'CSV.UTF_16', 1, 1],
  ])('refuses %s', (_, parts, text, code, line, column) => {
    const dialect = { ...RFC_4180, ...parts }

    const { problem } = scanCsv(Buffer.from(text, 'latin1'), [1], dialect)

    expect(problem).toEqual({ code, line, column })
  })

  it('counts every row as data where there is no header', () => {
    const scanner = scannerOf('1,2\n3,4\n', { headlessWidth: 2 })

    scanner.scan()

    expect(scanner).toMatchObject({ rows: 2, firstRow: 0, width: 2 })
  })
})

describe('CsvScanner.lineEndOf', () => {
  it.each([
    ['a,b\n1,2\r\n"3","4"\r\n"5",6\n', ['lf', 'crlf', 'crlf', 'lf']],
    ['a\r\n1', ['crlf', null]],
    ['a\n"1"\r', ['lf', null]],
    ['a', [null]],
  ])('tells how each row of %j ends', (text, ends) => {
    const scanner = scannerOf(text)

    scanner.scan()

    expect(ends.map((_, row) => scanner.lineEndOf(row))).toEqual(ends)
  })
})

describe('CsvScanner.push', () => {
  it('refuses a row of more than 256 MiB', () => {
    const scanner = scannerOf('a,b\n1,2\n', { ended: false })
    scanner.scan()
    // Pages of zeros that are never looked at cost next to nothing.
    scanner.push(Buffer.alloc(256 * MIB + 1))

    const push = () => scanner.push(Buffer.from('x'))

    expect(push).toThrow(
      expect.objectContaining({
        code: 'CSV.ROW_TOO_LONG',
        details: expect.objectContaining({
          meta: { file: 'Order.csv', line: 3, column: 1 },
        }),
      }),
    )
  })

  it('takes a row below that with many rows behind it, however the chunks fall', () => {
    const scanner = new CsvScanner(resolveCsvDialect(), 'Order.csv', { maxRowBytes: 256 })
    scanner.push(Buffer.from('a\n'))
    scanner.scan()

    const scanned = [66, 67, 10, 1, 55, 66].map((length) => {
      scanner.push(Buffer.alloc(length, length === 1 ? '\n' : 'x'))
      return scanner.scan()
    })

    // As no row ended in so many bytes, it looked again only when there were twice as many.
    expect(scanned).toEqual([false, false, false, false, false, true])
    expect(scanner.textOf(0, 0)).toBe('x'.repeat(143))
    expect(() => scanner.push(Buffer.from('\n'))).not.toThrow()
  })

  it('takes chunks without a byte', () => {
    const scanner = new CsvScanner(resolveCsvDialect(), 'Order.csv')

    scanner.push(Buffer.alloc(0))
    expect(scanner.scan()).toBe(false)
    scanner.push(Buffer.from('a\n'))

    expect(scanner.scan()).toBe(true)
    expect(readBatch(scanner)).toEqual([[{ text: 'a', quoted: false, line: 1, column: 1 }]])
  })

  it('counts the bytes that came in, and those up to the end of the batch', () => {
    const scanner = new CsvScanner(resolveCsvDialect(), 'Order.csv')
    const seen: number[][] = []
    const note = (isBatch: boolean) =>
      seen.push([isBatch ? 1 : 0, scanner.offset, scanner.bytesRead])

    note(false)
    scanner.push(Buffer.from('\ufeffa,b\n1'))
    note(scanner.scan())
    scanner.push(Buffer.from(',2\r'))
    note(scanner.scan())
    scanner.push(Buffer.from('\n\n3,4'))
    note(scanner.scan())
    scanner.end()
    note(scanner.scan())
    note(scanner.scan())

    expect(seen).toEqual([
      [0, 0, 0],
      [1, 7, 8],
      [0, 7, 11],
      [1, 13, 16],
      [1, 16, 16],
      [0, 16, 16],
    ])
  })
})

describe('CsvScanner.end', () => {
  it('ends a file of which nothing came', () => {
    const scanner = new CsvScanner(resolveCsvDialect(), 'Order.csv')

    scanner.end()

    expect(scanner.scan()).toBe(false)
    expect(scanner).toMatchObject({ rows: 0, width: 0, firstRow: 0, offset: 0, bytesRead: 0 })
  })
})

function scannerOf(
  text: string,
  {
    ended = true,
    headlessWidth = null,
  }: { readonly ended?: boolean; readonly headlessWidth?: number | null } = {},
): CsvScanner {
  const scanner = new CsvScanner(resolveCsvDialect({}, headlessWidth), 'Order.csv')
  scanner.push(Buffer.from(text))
  if (ended) scanner.end()
  return scanner
}
