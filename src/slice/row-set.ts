import { RowSegment, SEGMENT_BLOCKS } from './row-segment.js'

/** Rows of one table, ready to be bound. */
export interface RowChunk {
  /** Of the table: a partition, where the model's is divided. */
  readonly oid: number
  readonly rows: number
  /** The rows as a `tid[]` in binary, in ascending order. */
  readonly tids: Buffer
}

/** Rows as a statement gives them: see `packedRows`. */
export interface PackedRows {
  readonly oid: number
  /** The upper three bytes of their block numbers. */
  readonly segment: Buffer
  /** For each the last byte of the block number and two bytes of offset. */
  readonly rows: Buffer
}

const PACKED_BYTES = 3

/** OID of the type `tid`. */
const TID_OID = 27
const ARRAY_HEADER_BYTES = 20
const ARRAY_ITEM_BYTES = 10

/**
 * A set of rows, by the places where the server keeps them (`tableoid` and `ctid`): within one snapshot
 * these stay. Takes 40 bytes for a full page of the smallest rows, 4 bytes for a row far from others.
 */
export class RowSet {
  #size = 0
  /** By oid, then by segment. */
  readonly #tables = new Map<number, Map<number, RowSegment>>()

  get size(): number {
    return this.#size
  }

  /** Whether the row was not there before. */
  add(oid: number, block: number, offset: number): boolean {
    const segment = this.#segmentOf(oid, Math.floor(block / SEGMENT_BLOCKS))
    const isNew = segment.add(((block % SEGMENT_BLOCKS) << 16) | offset)
    if (isNew) this.#size++
    return isNew
  }

  has(oid: number, block: number, offset: number): boolean {
    const segment = this.#tables.get(oid)?.get(Math.floor(block / SEGMENT_BLOCKS))
    return segment?.has(((block % SEGMENT_BLOCKS) << 16) | offset) ?? false
  }

  addPacked({ oid, segment, rows }: PackedRows): void {
    const target = this.#segmentOf(oid, segment.readUIntBE(0, PACKED_BYTES))
    const before = target.size
    for (let at = 0; at < rows.length; at += PACKED_BYTES) {
      target.add(rows.readUIntBE(at, PACKED_BYTES))
    }
    this.#size += target.size - before
  }

  addAll(other: RowSet): void {
    for (const { oid, number, segment } of other.#segments()) {
      const target = this.#segmentOf(oid, number)
      const before = target.size
      for (const row of segment.rows()) target.add(row)
      this.#size += target.size - before
    }
  }

  copy(): RowSet {
    const copy = new RowSet()
    copy.addAll(this)
    return copy
  }

  /** The rows that are not in the other set. */
  minus(other: RowSet): RowSet {
    return this.#filter(other, false)
  }

  /** The rows that are in the other set too. */
  intersect(other: RowSet): RowSet {
    return this.#filter(other, true)
  }

  /** In the order of oid, block and offset. A row within a segment is 65 536 × block + offset. */
  *rows(): Generator<{ readonly oid: number; readonly segment: number; readonly row: number }> {
    for (const { oid, number, segment } of this.#segments()) {
      for (const row of segment.rows()) yield { oid, segment: number, row }
    }
  }

  /**
   * All rows in their order, none of more than one table in a chunk.
   *
   * @param size Rows of a chunk at most.
   */
  *chunks(size: number): Generator<RowChunk> {
    for (const [oid, segments] of this.#sortedTables()) {
      let rest = segments.reduce((sum, [, segment]) => sum + segment.size, 0)
      let chunk = new TidArray(Math.min(rest, size))
      for (const [number, segment] of segments) {
        for (const row of segment.rows()) {
          chunk.push(number * SEGMENT_BLOCKS + (row >>> 16), row & 0xffff)
          if (!chunk.isFull) continue
          yield { oid, rows: chunk.length, tids: chunk.bytes }
          rest -= chunk.length
          chunk = new TidArray(Math.min(rest, size))
        }
      }
    }
  }

  #filter(other: RowSet, keeps: boolean): RowSet {
    const kept = new RowSet()
    for (const { oid, number, segment } of this.#segments()) {
      const against = other.#tables.get(oid)?.get(number)
      if (against === undefined && keeps) continue
      for (const row of segment.rows()) {
        if ((against?.has(row) ?? false) === keeps) {
          kept.#segmentOf(oid, number).add(row)
          kept.#size++
        }
      }
    }
    return kept
  }

  *#segments(): Generator<{ oid: number; number: number; segment: RowSegment }> {
    for (const [oid, segments] of this.#sortedTables()) {
      for (const [number, segment] of segments) yield { oid, number, segment }
    }
  }

  #sortedTables(): readonly (readonly [number, readonly (readonly [number, RowSegment])[]])[] {
    return [...this.#tables]
      .toSorted(([a], [b]) => a - b)
      .map(([oid, segments]) => [oid, [...segments].toSorted(([a], [b]) => a - b)])
  }

  #segmentOf(oid: number, number: number): RowSegment {
    const segments = this.#tables.get(oid) ?? new Map<number, RowSegment>()
    this.#tables.set(oid, segments)
    const segment = segments.get(number) ?? new RowSegment()
    segments.set(number, segment)
    return segment
  }
}

/** Adds rows to one of several sets, which begins with them if need be. */
export function addRows<Key>(sets: Map<Key, RowSet>, key: Key, rows: RowSet): void {
  const set = sets.get(key) ?? new RowSet()
  set.addAll(rows)
  sets.set(key, set)
}

/** A `tid[]` in binary, as it is filled. */
class TidArray {
  readonly bytes: Buffer
  readonly #capacity: number
  length = 0

  constructor(capacity: number) {
    this.#capacity = capacity
    this.bytes = Buffer.allocUnsafe(ARRAY_HEADER_BYTES + capacity * ARRAY_ITEM_BYTES)
    // One dimension, no NULL, its type, its length, its first subscript.
    const header = [1, 0, TID_OID, capacity, 1]
    for (const [index, number] of header.entries()) this.bytes.writeInt32BE(number, index * 4)
  }

  get isFull(): boolean {
    return this.length === this.#capacity
  }

  push(block: number, offset: number): void {
    const at = ARRAY_HEADER_BYTES + this.length * ARRAY_ITEM_BYTES
    this.bytes.writeInt32BE(6, at)
    this.bytes.writeUInt32BE(block, at + 4)
    this.bytes.writeUInt16BE(offset, at + 8)
    this.length++
  }
}

/** The rows of a chunk as the server writes them: `(0,1)`. */
export function renderTids({ rows, tids }: RowChunk): readonly string[] {
  return Array.from({ length: rows }, (_, index) => {
    const at = ARRAY_HEADER_BYTES + index * ARRAY_ITEM_BYTES
    return `(${tids.readUInt32BE(at + 4)},${tids.readUInt16BE(at + 8)})`
  })
}
