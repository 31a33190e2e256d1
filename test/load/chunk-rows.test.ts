import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { ChunkRows } from '../../src/load/chunk-rows.js'

async function* give(texts: readonly string[], onEnd = () => {}): AsyncGenerator<Buffer> {
  try {
    for (const text of texts) yield Buffer.from(text)
  } finally {
    onEnd()
  }
}

async function takeText(rows: ChunkRows, maxRows: number): Promise<string> {
  let text = ''
  for await (const part of rows.take(maxRows)) text += part
  return text
}

describe('ChunkRows', () => {
  it('cuts the text behind every so many rows, however it comes', async () => {
    const row = fc.string({ maxLength: 5 }).map((text) => `${text.replaceAll('\n', '\\n')}\n`)
    const texts = fc.array(fc.array(row, { minLength: 1, maxLength: 6 }), { maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 9 }), async (given, maxRows) => {
        const all = given.flat()
        const rows = await ChunkRows.open(give(given.map((part) => part.join(''))))

        const taken: string[] = []
        do taken.push(await takeText(rows, maxRows))
        while (!rows.isDone)

        const count = Math.max(1, Math.ceil(all.length / maxRows))
        const expected = Array.from({ length: count }, (_, place) =>
          all.slice(place * maxRows, (place + 1) * maxRows).join(''),
        )
        expect(taken).toEqual(expected)
        expect(rows.taken).toBe(all.length)
      }),
    )
  })

  it('takes all rows where there is no limit', async () => {
    const rows = await ChunkRows.open(give(['a\nb\n', 'c\n']))

    expect(await takeText(rows, Number.POSITIVE_INFINITY)).toBe('a\nb\nc\n')
    expect(rows.isDone).toBe(true)
  })

  it('closes what it reads', async () => {
    let isClosed = false
    const rows = await ChunkRows.open(
      give(['a\n', 'b\n'], () => {
        isClosed = true
      }),
    )

    await rows.close()

    expect(isClosed).toBe(true)
  })
})
