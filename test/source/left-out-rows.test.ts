import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { RemainingFile } from '../../src/source/left-out-rows.js'
import { chunkSizes, chunksOf } from '../csv/arbitrary-csv.js'

describe('RemainingFile', () => {
  it('leaves out what is in the ranges, whatever the chunks', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ text: fc.constantFrom('ab', 'a\n', '"\n"\n'), isOut: fc.boolean() })),
        chunkSizes(),
        fc.boolean(),
        async (rows, sizes, keepsLines) => {
          const file = Buffer.from(rows.map(({ text }) => text).join(''))
          const ends = rows.map((_, index) =>
            rows.slice(0, index + 1).reduce((sum, { text }) => sum + text.length, 0),
          )
          const ranges = rows.flatMap(({ text, isOut }, index) => {
            const end = ends[index] as number
            return isOut ? [end - text.length, end] : []
          })

          const remaining = new RemainingFile(chunksFrom(chunksOf(file, sizes)), {
            ranges: Float64Array.from(ranges),
            keepsLines,
          })

          const lines = (text: string) => (keepsLines ? text.replaceAll(/[^\n]/g, '') : '')
          const wanted = rows.map(({ text, isOut }) => (isOut ? lines(text) : text)).join('')
          expect(await read(remaining)).toBe(wanted)
          expect(remaining.bytesRead).toBe(7)
        },
      ),
      { numRuns: 1000 },
    ))
})

async function read(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const read: Uint8Array[] = []
  for await (const chunk of chunks) read.push(Buffer.from(chunk))
  return Buffer.concat(read).toString()
}

function chunksFrom(chunks: Iterable<Buffer>) {
  return {
    bytesRead: 7,
    async *[Symbol.asyncIterator]() {
      yield* chunks
    },
  }
}
