import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { openSourceFile } from '../../src/source/open-source-file.js'
import type { SourceFile } from '../../src/source/source-file.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { buildSourceFile } from '../support/source-file.js'
import { passThrough, withZstd } from './with-zstd.js'

const MIB = 2 ** 20

/** What `zstd` made of a few rows. */
const ZSTD = Buffer.from('KLUv/SQQgQAAaWQsbmFtZQoxLGEKMixiCibGaUQ=', 'base64')

/** Two archives one after the other, as `cat` makes them. */
const TWO = Buffer.concat([gzipSync('id\n1\n'), gzipSync('2\n')])

describe('openSourceFile', () => {
  it('reads a file as it is', () =>
    withFile('id\n1\n', { compression: null }, async (file) => {
      expect(await read(file)).toEqual({ text: 'id\n1\n', bytesRead: 5 })
    }))

  it('inflates an archive, and counts the bytes of the archive', () =>
    withFile(gzipSync('id\n1\n'), {}, async (file) => {
      expect(await read(file)).toEqual({ text: 'id\n1\n', bytesRead: file.bytes })
    }))

  it.each([
    ['several archives in one file', TWO],
    ['zeros behind the last one', Buffer.concat([TWO, Buffer.alloc(600_000)])],
  ])('takes %s', (_, packed) =>
    withFile(packed, {}, async (file) => {
      expect(await read(file)).toEqual({ text: 'id\n1\n2\n', bytesRead: packed.length })
    }),
  )

  it('refuses an archive that is cut off, wherever that is', async () => {
    const boundary = gzipSync('id\n1\n').length
    for (let length = 0; length < TWO.length; length++) {
      await withFile(TWO.subarray(0, length), {}, async (file) => {
        // Between two archives nothing tells that the second is missing.
        const wanted = length === boundary ? 'id\n1\n' : 'SOURCE.BAD_ARCHIVE'
        expect(await outcomeOf(file)).toBe(wanted)
      })
    }
  })

  it.each([
    ['no archive', Buffer.from('id\n1\n')],
    ['a wrong checksum', damaged(TWO, -8)],
    ['a wrong checksum in the middle', damaged(TWO, gzipSync('id\n1\n').length - 8)],
    ['a second archive with a broken magic number', damaged(TWO, gzipSync('id\n1\n').length)],
    ['bytes behind the last archive', Buffer.concat([TWO, Buffer.from('3\n')])],
    ['an archive behind zeros', Buffer.concat([TWO, Buffer.alloc(9), gzipSync('3\n')])],
    ['bytes far behind zeros', Buffer.concat([TWO, Buffer.alloc(600_000), Buffer.from('3')])],
  ])('refuses %s', (_, packed) =>
    withFile(packed, {}, async (file) => {
      await expect(read(file)).rejects.toMatchObject({ code: 'SOURCE.BAD_ARCHIVE' })
    }),
  )

  it('says what is wrong with an archive', () =>
    withFile(Buffer.from('id\n'), {}, async (file) => {
      await expect(read(file)).rejects.toMatchObject({
        message: `${file.path} is damaged or no archive. Unpacking it ended with: incorrect header check. Pack or copy the file again, then import again: nothing was written.`,
      })
    }))

  it('streams 200 MB out of a small archive', async () => {
    // Members of which each is packed once.
    const member = gzipSync('1,abcdefgh\n'.repeat(MIB))
    const packed = Buffer.concat(Array.from({ length: 20 }, () => member))
    await withFile(packed, {}, async (file) => {
      const before = process.memoryUsage().rss
      let highest = before
      let size = 0

      for await (const chunk of openSourceFile(file)) {
        size += chunk.length
        highest = Math.max(highest, process.memoryUsage.rss())
      }

      expect(size).toBe(20 * 11 * MIB)
      expect(highest - before).toBeLessThan(100 * MIB)
    })
  })

  it('stops an archive that becomes too large', async () => {
    const packed = gzipSync(Buffer.alloc(65 * MIB, 'a'))
    const limits = [
      [{ ratio: 50, bytes: 100e9 }, `50 times its size (beyond 64 MiB) or 100000000000 bytes`],
      [{ ratio: 50, bytes: Number.POSITIVE_INFINITY }, '50 times its size (beyond 64 MiB)'],
      [{ ratio: Number.POSITIVE_INFINITY, bytes: 1000 }, '1000 bytes'],
    ] as const
    for (const [maxInflated, limit] of limits) {
      await withFile(packed, { maxInflated }, async (file) => {
        await expect(read(file)).rejects.toMatchObject({
          code: 'SOURCE.INFLATED_TOO_FAR',
          details: { why: expect.stringContaining(`the limit is ${limit}.`) },
        })
      })
    }
  })

  it('lets what is small pack as well as it likes', () =>
    withFile(
      gzipSync(Buffer.alloc(63 * MIB, 'a')),
      { maxInflated: { ratio: 50, bytes: 100e9 } },
      async (file) => {
        expect((await read(file)).text).toHaveLength(63 * MIB)
      },
    ))

  it('closes the file when its reader has enough', () =>
    withFile(gzipSync(Buffer.alloc(10 * MIB, 'a')), {}, async (file) => {
      const chunks = openSourceFile(file)
      for await (const chunk of chunks) {
        expect(chunk.length).toBeGreaterThan(0)
        break
      }

      expect(chunks.bytesRead).toBeGreaterThan(0)
      expect(chunks.bytesRead).toBeLessThan(file.bytes)
    }))

  it.each(['gzip', null] as const)('says that a file cannot be read: %s', async (compression) => {
    const file = buildSourceFile('nowhere/Order.csv', { compression })

    await expect(read(file)).rejects.toMatchObject({
      code: 'SOURCE.UNREADABLE_FILE',
      details: { why: expect.stringMatching(/ENOENT/), meta: { file: 'nowhere/Order.csv' } },
    })
  })

  it.each(['gzip', null] as const)('stops when it is told to: %s', (compression) =>
    withFile(gzipSync('id\n'), { compression }, async (file) => {
      const chunks = openSourceFile(file, AbortSignal.abort(new Error('enough')))

      const reading = chunks[Symbol.asyncIterator]().next()

      await expect(reading).rejects.toThrow('enough')
    }),
  )

  it('takes the zstd of Node where it has one', () =>
    withFile(ZSTD, { compression: 'zstd' }, async (file) => {
      // Only a newer Node has the real one.
      await withZstd(passThrough, async () =>
        expect(await read(file)).toEqual({ text: ZSTD.toString('latin1'), bytesRead: ZSTD.length }),
      )
      await withZstd(undefined, () =>
        expect(read(file)).rejects.toMatchObject({ code: 'SOURCE.NO_ZSTD' }),
      )
    }))

  it('refuses zstd that is cut off though the inflater does not mind', () =>
    withFile(ZSTD.subarray(0, -1), { compression: 'zstd' }, (file) =>
      withZstd(passThrough, () =>
        expect(read(file)).rejects.toMatchObject({
          code: 'SOURCE.BAD_ARCHIVE',
          details: { why: 'Unpacking it ended with: unexpected end of file.' },
        }),
      ),
    ))
})

function withFile(
  content: string | Buffer,
  parts: Partial<SourceFile>,
  use: (file: SourceFile) => Promise<void>,
): Promise<void> {
  return withCsvFolder({ 'Order.csv.gz': content }, (folder) =>
    use(
      buildSourceFile(path.join(folder, 'Order.csv.gz'), {
        bytes: Buffer.byteLength(content),
        compression: 'gzip',
        ...parts,
      }),
    ),
  )
}

async function read(file: SourceFile): Promise<{ text: string; bytesRead: number }> {
  const chunks = openSourceFile(file)
  const texts: string[] = []
  for await (const chunk of chunks) texts.push(Buffer.from(chunk).toString('latin1'))
  return { text: texts.join(''), bytesRead: chunks.bytesRead }
}

/** The text, or the code of what is wrong. */
async function outcomeOf(file: SourceFile): Promise<unknown> {
  return read(file).then(
    ({ text }) => text,
    (error: { readonly code?: string }) => error.code,
  )
}

function damaged(bytes: Buffer, offset: number): Buffer {
  const copy = Buffer.from(bytes)
  const at = offset < 0 ? copy.length + offset : offset
  copy[at] = (copy[at] ?? 0) ^ 0xff
  return copy
}
