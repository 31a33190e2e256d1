import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { IntegerPairs } from './integer-pairs.js'
import { readNumbers, writeNumber } from './packed-numbers.js'

/** Integer keys that follow no rule, some thousand of them packed. */
export interface KeyBlock {
  /** The lowest and the highest source key. */
  readonly sourceFrom: bigint
  readonly sourceTo: bigint
  /** The lowest and the highest target key. */
  readonly targetFrom: bigint
  readonly targetTo: bigint
  readonly rows: number
  /** As `unpackPairs` reads it. */
  readonly pairs: Buffer
}

/** Small enough to be read for a single key, and large enough to pack well. */
const PAIRS_PER_BLOCK = 4096
/** Of a pair: two numbers of 53 bits, 7 in each byte. */
const MAX_PAIR_BYTES = 16

/**
 * Packs pairs, in ascending order of their source keys: of each pair the distance of its source key from
 * the one before, and that of its target key, as numbers of 7 bits in a byte, all packed by Deflate.
 * Keys at regular distances take next to nothing.
 */
export function* packPairs(pairs: IntegerPairs): Generator<KeyBlock> {
  const sources = pairs.sortedSources()
  for (let start = 0; start < sources.length; start += PAIRS_PER_BLOCK) {
    yield packBlock(sources.subarray(start, start + PAIRS_PER_BLOCK), pairs)
  }
}

function packBlock(sources: Float64Array, pairs: IntegerPairs): KeyBlock {
  const targets = sources.map((source) => pairs.targetOf(source))
  const first = sources[0] as number
  const lowest = targets.reduce((low, target) => Math.min(low, target))
  const highest = targets.reduce((high, target) => Math.max(high, target))
  const bytes = Buffer.alloc(MAX_PAIR_BYTES * sources.length)
  let offset = 0
  let source = first
  let target = lowest
  for (const [place, next] of sources.entries()) {
    offset = writeNumber(next - source, bytes, offset)
    const distance = (targets[place] as number) - target
    offset = writeNumber(distance < 0 ? -2 * distance - 1 : 2 * distance, bytes, offset)
    source = next
    target += distance
  }
  return {
    sourceFrom: BigInt(first),
    sourceTo: BigInt(source),
    targetFrom: BigInt(lowest),
    targetTo: BigInt(highest),
    rows: sources.length,
    pairs: deflateRawSync(bytes.subarray(0, offset)),
  }
}

/** The pairs of source and target keys of a block, in ascending order of the source keys. */
export function* unpackPairs(
  block: Pick<KeyBlock, 'sourceFrom' | 'targetFrom' | 'pairs'>,
): Generator<readonly [source: number, target: number]> {
  let source = Number(block.sourceFrom)
  let target = Number(block.targetFrom)
  let isSource = true
  for (const number of readNumbers(inflateRawSync(block.pairs))) {
    if (isSource) {
      source += number
    } else {
      target += number % 2 === 1 ? -(number + 1) / 2 : number / 2
      yield [source, target]
    }
    isSource = !isSource
  }
}
