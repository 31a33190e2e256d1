import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { resolveCsvDialect } from '../../src/csv/csv-dialect.js'
import { type CsvHead, readHead } from '../../src/source/read-head.js'
import type { Compression } from '../../src/source/source-file.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { buildSourceFile } from '../support/source-file.js'

describe('readHead', () => {
  it.each<[string, string, readonly string[], number]>([
    ['a header alone', 'id,name', ['id', 'name'], 0],
    ['a header and its line feed', 'id,name\r\n', ['id', 'name'], 0],
    ['a byte order mark', '\ufeffid\n1\n', ['id'], 1],
    ['quoted headers', '"i""d","a\nb"\n1,2\n3,4', ['i"d', 'a\nb'], 2],
    ['empty lines', '\n\nid,name\n\n1,2\n\n', ['id', 'name'], 1],
  ])('reads %s', (_, text, headers, estimatedRows) =>
    withFile(text, async (read) => {
      expect(await read()).toMatchObject({ headers, estimatedRows })
    }),
  )

  it('guesses the rows of a large file within 20 %', () =>
    withFile(`id,name\n${'1,abcdefghij\n'.repeat(200_000)}`, async (read) => {
      const { estimatedRows } = await read()

      expect(Math.abs(estimatedRows - 200_000)).toBeLessThan(40_000)
    }))

  it('reads on when the first row is longer than a chunk', () =>
    withFile(`id,name\n1,${'x'.repeat(1_000_000)}\n2,y\n`, async (read) => {
      expect(await read()).toEqual({ headers: ['id', 'name'], estimatedRows: 2, lineEnd: 'lf' })
    }))

  it.each(['', '\n', '\ufeff', '\r\n\r\n'])('says that %j has no header', (text) =>
    withFile(text, async (read) => {
      await expect(read()).rejects.toMatchObject({
        code: 'SOURCE.EMPTY_FILE',
        message: expect.stringMatching(
          /has no header\. It holds no row at all; a model without rows still needs its line of column names\. Write the column names as the first line, or remove the file\.$/,
        ),
      })
    }),
  )

  it('counts every row where no line is the header', () =>
    withFile('1,a\n2,b\n', async (read) => {
      expect(await read(2)).toEqual({ headers: [], estimatedRows: 2, lineEnd: 'lf' })
    }))

  it('finds no rows in a file without a byte where no line is the header', () =>
    withFile('', async (read) => {
      expect(await read(2)).toEqual({ headers: [], estimatedRows: 0, lineEnd: 'lf' })
    }))

  it.each([
    ['id\n1\n', 'lf'],
    ['id\r\n"1\n"\r\n2', 'crlf'],
    ['id\r\n1\n', 'mixed'],
  ])('tells how the lines of %j end', (text, lineEnd) =>
    withFile(text, async (read) => {
      expect(await read()).toMatchObject({ lineEnd })
    }),
  )

  it('counts the rows of a small archive, and guesses those of a large one', async () => {
    const lines = Array.from({ length: 200_000 }, (_, row) => `${row},${(row * 7919) % 10_007}\n`)
    const large = gzipSync(`id,name\n${lines.join('')}`)

    await withFile(gzipSync('id,name\n1,a\n2,b\n'), expectRows(2, 0), 'gzip')
    await withFile(large, expectRows(200_000, 50_000), 'gzip')
  })

  it('says where the beginning is malformed', () =>
    withFile('id,name\n1\n', async (read) => {
      await expect(read()).rejects.toMatchObject({ code: 'CSV.ROW_WIDTH' })
    }))

  it('says that a file cannot be read', () =>
    withCsvFolder({}, async (folder) => {
      const file = buildSourceFile(path.join(folder, 'a.csv'))

      const reading = readHead(file, resolveCsvDialect())

      await expect(reading).rejects.toMatchObject({
        code: 'SOURCE.UNREADABLE_FILE',
        details: { why: expect.stringMatching(/ENOENT/), meta: { file: file.path } },
      })
    }))
})

function expectRows(rows: number, tolerance: number) {
  return async (read: () => Promise<CsvHead>): Promise<void> => {
    expect(Math.abs((await read()).estimatedRows - rows)).toBeLessThanOrEqual(tolerance)
  }
}

function withFile(
  content: string | Buffer,
  use: (read: (headlessWidth?: number) => Promise<CsvHead>) => Promise<void>,
  compression: Compression | null = null,
): Promise<void> {
  return withCsvFolder({ 'Order.csv': content }, (folder) => {
    const bytes = Buffer.byteLength(content)
    const file = buildSourceFile(path.join(folder, 'Order.csv'), { bytes, compression })
    return use((headlessWidth) => readHead(file, resolveCsvDialect({}, headlessWidth ?? null)))
  })
}
