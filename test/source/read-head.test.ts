import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { resolveCsvDialect } from '../../src/csv/csv-dialect.js'
import type { ManifestModel } from '../../src/manifest/manifest.js'
import { type CsvHead, readHead } from '../../src/source/read-head.js'
import { withCsvFolder } from '../support/csv-folder.js'

const MODEL = { name: 'Order' } as ManifestModel

describe('readHead', () => {
  it.each<[string, string, readonly string[], number]>([
    ['a header alone', 'id,name', ['id', 'name'], 0],
    ['a header and its line feed', 'id,name\r\n', ['id', 'name'], 0],
    ['a byte order mark', '\ufeffid\n1\n', ['id'], 1],
    ['quoted headers', '"i""d","a\nb"\n1,2\n3,4', ['i"d', 'a\nb'], 2],
    ['empty lines', '\n\nid,name\n\n1,2\n\n', ['id', 'name'], 1],
  ])('reads %s', (_, text, headers, estimatedRows) =>
    withFile(text, async (read) => {
      expect(await read()).toEqual({ headers, estimatedRows })
    }),
  )

  it('guesses the rows of a large file within 20 %', () =>
    withFile(`id,name\n${'1,abcdefghij\n'.repeat(200_000)}`, async (read) => {
      const { estimatedRows } = await read()

      expect(Math.abs(estimatedRows - 200_000)).toBeLessThan(40_000)
    }))

  it('reads on when the first row is longer than a chunk', () =>
    withFile(`id,name\n1,${'x'.repeat(1_000_000)}\n2,y\n`, async (read) => {
      expect(await read()).toEqual({ headers: ['id', 'name'], estimatedRows: 2 })
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

  it('says where the beginning is malformed', () =>
    withFile('id,name\n1\n', async (read) => {
      await expect(read()).rejects.toMatchObject({ code: 'CSV.ROW_WIDTH' })
    }))

  it('says that a file cannot be read', () =>
    withCsvFolder({}, async (folder) => {
      const file = { model: MODEL, name: 'a.csv', path: path.join(folder, 'a.csv'), bytes: 9 }

      const reading = readHead(file, resolveCsvDialect())

      await expect(reading).rejects.toMatchObject({
        code: 'SOURCE.UNREADABLE_FILE',
        details: { why: expect.stringMatching(/ENOENT/), meta: { file: file.path } },
      })
    }))
})

function withFile(
  text: string,
  use: (read: () => Promise<CsvHead>) => Promise<void>,
): Promise<void> {
  return withCsvFolder({ 'Order.csv': text }, (folder) => {
    const file = {
      model: MODEL,
      name: 'Order.csv',
      path: path.join(folder, 'Order.csv'),
      bytes: Buffer.byteLength(text),
    }
    return use(() => readHead(file, resolveCsvDialect()))
  })
}
