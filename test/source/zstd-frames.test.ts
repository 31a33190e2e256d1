import { describe, expect, it } from '@jest/globals'
import { ZstdFrames } from '../../src/source/zstd-frames.js'
import { chunksOf } from '../csv/arbitrary-csv.js'

/** What `zstd` made of a few rows, with a checksum and with neither that nor a size. */
const CHECKED = Buffer.from('KLUv/SQQgQAAaWQsbmFtZQoxLGEKMixiCibGaUQ=', 'base64')
const STREAMED = Buffer.from('KLUv/QBYgQAAaWQsbmFtZQoxLGEKMixiCg==', 'base64')

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd]

/** A window and no size; a raw block of two bytes, then one that stands for a thousand. */
const BLOCKS = Buffer.from([...MAGIC, 0x00, 0x58, 0x10, 0, 0, 1, 2, 0x43, 0x1f, 0, 7])

/** A dictionary of four bytes and a size of eight, in one segment; an empty block. */
const LARGE = Buffer.from([...MAGIC, 0xe3, ...Array(12).fill(0xff), 1, 0, 0])

const SKIPPED = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5])
const EMPTY_SKIPPED = Buffer.from([0x5f, 0x2a, 0x4d, 0x18, 0, 0, 0, 0])

describe('ZstdFrames', () => {
  it.each([
    ['nothing', []],
    ['a checksum', [CHECKED]],
    ['no checksum and no size', [STREAMED]],
    ['several blocks', [BLOCKS]],
    ['a dictionary and a large size', [LARGE]],
    ['data of others', [SKIPPED, CHECKED, EMPTY_SKIPPED]],
    ['several frames', [CHECKED, STREAMED, BLOCKS, CHECKED]],
  ])('finds the ends of frames, however they are cut: %s', (_, frames) => {
    const ends = new Set([0])
    let end = 0
    for (const frame of frames) {
      end += frame.length
      ends.add(end)
    }
    const file = Buffer.concat(frames)

    for (let length = 0; length <= file.length; length++) {
      for (const size of [1, 3, 1000]) {
        const follower = new ZstdFrames()
        for (const chunk of chunksOf(file.subarray(0, length), [size])) follower.push(chunk)
        expect([length, follower.isComplete]).toEqual([length, ends.has(length)])
      }
    }
  })
})
