import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { resolveCsvDialect } from '../../src/csv/csv-dialect.js'
import { type ScannedSource, scanRows } from '../../src/csv/scan-rows.js'
import type { GyroError } from '../../src/error/gyro-error.js'
import { chunkSizes, chunksOf } from './arbitrary-csv.js'
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

  it('passes rows of another width on, in their place, whatever the chunks', () =>
    fc.assert(
      fc.asyncProperty(chunkSizes(), fc.boolean(), async (sizes, isEnded) => {
        const file = Buffer.from(
          `a,b\n1\n1,2\r\n\n1,"x\ny",3\r\n"1",2\n1,2,é${isEnded ? '\n' : ''}`,
        )
        const seen: string[][] = []
        const onMisfit: ScannedSource['onMisfit'] = (scanner, misfit, error) => {
          const [from, to] = misfit.fields
          const cells = Array.from({ length: to - from }, (_, at) => scanner.textAt(from + at))
          const { line } = (error as GyroError).details.meta ?? {}
          const text = file.toString('utf8', misfit.range.from, misfit.range.to)
          seen.push([...cells, `line ${line}`, misfit.lineEnd, text])
          expect(scanner.bytesOf(misfit.fields).toString()).toBe(text.replace(/\r?\n$/, ''))
        }

        await scanRows(chunks(chunksOf(file, sizes)), { ...SOURCE, onMisfit }, (scanner) => {
          for (let row = scanner.firstRow; row < scanner.rows; row++) {
            const { from, to } = scanner.rangeOf(row)
            const { line } = scanner.positionOf(row, 0)
            seen.push([`line ${line}`, file.toString('utf8', from, to)])
          }
          return true
        })

        expect(seen).toEqual([
          ['1', 'line 2', 'lf', '1\n'],
          ['line 3', '1,2\r\n'],
          ['1', 'x\ny', '3', 'line 5', 'crlf', '1,"x\ny",3\r\n'],
          ['line 7', '"1",2\n'],
          ['1', '2', 'é', 'line 8', 'lf', isEnded ? '1,2,é\n' : '1,2,é'],
        ])
      }),
    ))

  it('stops at what is wrong in another way, and where nobody wants the rows before', async () => {
    const misfits: number[] = []
    const source = { ...SOURCE, onMisfit: () => void misfits.push(1) }
    const scan = (text: string, goesOn = true) => scanRows(chunks([text]), source, () => goesOn)

    await expect(scan('a,b\n1\n1,"2\n')).rejects.toMatchObject({
      code: 'CSV.UNTERMINATED_QUOTE',
    })
    expect(misfits).toHaveLength(1)
    await scan('a,b\n1,2\n1\n', false)
    expect(misfits).toHaveLength(1)
    await expect(scan(`a,b\n${','.repeat(40_000)}\n`)).rejects.toMatchObject({
      code: 'CSV.ROW_WIDTH',
    })
  })

  it('closes the source when a row is malformed', async () => {
    const source = chunks(['a\n', '"1"2\n', '3\n'])

    const scanning = scanRows(source, SOURCE, () => true)

    await expect(scanning).rejects.toMatchObject({ code: 'CSV.STRAY_QUOTE' })
    expect(await source.next()).toEqual({ value: undefined, done: true })
  })
})

async function* chunks(texts: Iterable<string | Buffer>): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text)
}
