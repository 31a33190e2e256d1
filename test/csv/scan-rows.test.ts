import { describe, expect, it } from '@jest/globals'
import { resolveCsvDialect } from '../../src/csv/csv-dialect.js'
import { scanRows } from '../../src/csv/scan-rows.js'
import { readBatch } from './scan-csv.js'

const SOURCE = { dialect: resolveCsvDialect(), file: 'Order.csv' }

describe('scanRows', () => {
  it('hands over every batch, the last row without a line feed too', async () => {
    const batches: string[][][] = []

    await scanRows(chunks(['id,na', 'me\n1,', 'a\n2,b\n3', ',c']), SOURCE, (scanner) => {
      batches.push(readBatch(scanner).map((row) => row.map(({ text }) => text)))
      return true
    })

    expect(batches).toEqual([
      [['id', 'name']],
      [
        ['1', 'a'],
        ['2', 'b'],
      ],
      [['3', 'c']],
    ])
  })

  it.each([
    ['in the middle', ['a\n', '1\n', '2\n'], 1],
    ['at the end', ['a', '\n', '2'], 2],
  ])('stops reading when that is enough: %s', async (_, texts, enough) => {
    const source = chunks(texts)
    let batches = 0

    await scanRows(source, SOURCE, () => ++batches < enough)

    expect(batches).toBe(enough)
    expect(await source.next()).toEqual({ value: undefined, done: true })
  })

  it('closes the source when a row is malformed', async () => {
    const source = chunks(['a\n', '"1"2\n', '3\n'])

    const scanning = scanRows(source, SOURCE, () => true)

    await expect(scanning).rejects.toMatchObject({ code: 'CSV.STRAY_QUOTE' })
    expect(await source.next()).toEqual({ value: undefined, done: true })
  })
})

async function* chunks(texts: readonly string[]): AsyncGenerator<Buffer> {
  yield* texts.map((text) => Buffer.from(text))
}
