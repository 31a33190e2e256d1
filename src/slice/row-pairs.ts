import { SEGMENT_BLOCKS } from './row-segment.js'
import { RowSet } from './row-set.js'

/** Rows and their others as a statement gives them, by segments of the rows: see `PackedRows`. */
export interface PackedPairs {
  readonly oid: number
  readonly segment: Buffer
  /** Pairs of 13 bytes: three of the row, then oid (4), block (4) and offset (2) of the other. */
  readonly pairs: Buffer
}

type Row = readonly [oid: number, block: number, offset: number]

const ROW_BYTES = 3
const PAIR_BYTES = 13

/** Which rows lead to which others, all in memory: 13 bytes a pair. */
export class RowPairs {
  /** By oid and segment, each sorted by its rows. */
  readonly #segments: ReadonlyMap<string, Buffer>

  /** @param packed The pairs of each segment in the order of its rows. */
  constructor(packed: readonly PackedPairs[]) {
    this.#segments = new Map(
      packed.map(({ oid, segment, pairs }) => [
        keyOf(oid, segment.readUIntBE(0, ROW_BYTES)),
        pairs,
      ]),
    )
  }

  /** The others of some rows. */
  othersOf(rows: RowSet): RowSet {
    const others = new RowSet()
    for (const { oid, segment, row } of rows.rows()) {
      const pairs = this.#segments.get(keyOf(oid, segment))
      if (pairs === undefined) continue
      for (let at = findFirst(pairs, row); isOf(pairs, at, row); at += PAIR_BYTES) {
        others.add(...otherAt(pairs, at))
      }
    }
    return others
  }
}

/** The rows of some pairs, each with its other; the oid of one that is not there is 0. */
export function* eachPair({ oid, segment, pairs }: PackedPairs): Generator<readonly [Row, Row]> {
  const first = segment.readUIntBE(0, ROW_BYTES) * SEGMENT_BLOCKS
  for (let at = 0; at < pairs.length; at += PAIR_BYTES) {
    const row = pairs.readUIntBE(at, ROW_BYTES)
    yield [[oid, first + (row >>> 16), row & 0xffff], otherAt(pairs, at)]
  }
}

function keyOf(oid: number, segment: number): string {
  return `${oid} ${segment}`
}

/** Where the first pair of the row would be. */
function findFirst(pairs: Buffer, row: number): number {
  let low = 0
  let high = pairs.length / PAIR_BYTES
  while (low < high) {
    const middle = (low + high) >>> 1
    if (pairs.readUIntBE(middle * PAIR_BYTES, ROW_BYTES) < row) low = middle + 1
    else high = middle
  }
  return low * PAIR_BYTES
}

function isOf(pairs: Buffer, at: number, row: number): boolean {
  return at < pairs.length && pairs.readUIntBE(at, ROW_BYTES) === row
}

function otherAt(pairs: Buffer, at: number): Row {
  return [
    pairs.readUInt32BE(at + ROW_BYTES),
    pairs.readUInt32BE(at + ROW_BYTES + 4),
    pairs.readUInt16BE(at + ROW_BYTES + 8),
  ]
}
