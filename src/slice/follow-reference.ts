import { queryRows } from '../postgres/client.js'
import type { LiveReference } from './live-reference.js'
import { eachPair, type PackedPairs, RowPairs } from './row-pairs.js'
import { RowSet } from './row-set.js'
import { type RowSource, readCount, readRowsOf } from './row-source.js'
import {
  allPairs,
  childrenOf,
  countRows,
  danglingOf,
  parentsOf,
  targetsOf,
} from './slice-statements.js'

/** A step costs as much as to read so many rows at once. */
const ROWS_OF_A_STEP = 20_000

/** Rows of a model whose references are held in memory at most: 130 MB. */
const MOST_PAIRS = 10_000_000

/**
 * Follows one reference, from sets of rows to sets of rows. A long chain, such as a linked list, takes
 * as many steps as it has rows: after some steps, which may not cost more than that, all pairs of the
 * reference are read at once, and further steps ask nobody.
 */
export class ReferenceFollower {
  readonly live: LiveReference
  readonly #source: RowSource
  readonly #steps = { children: 0, parents: 0 }
  readonly #pairs = new Map<'children' | 'parents', RowPairs | null>()

  constructor(live: LiveReference, source: RowSource) {
    this.live = live
    this.#source = source
  }

  /** The rows that refer to some of these. */
  childrenOf(parents: RowSet): Promise<RowSet> {
    return this.#follow('children', parents)
  }

  /** The rows that some of these refer to. */
  parentsOf(children: RowSet): Promise<RowSet> {
    return this.#follow('parents', children)
  }

  /** Those of the rows that refer to something that is not among the targets. */
  async findLost(children: RowSet, targets: RowSet): Promise<RowSet> {
    const lost = new RowSet()
    const held = new RowSet()
    for (const chunk of children.chunks(this.#source.chunkRows)) {
      const packed = await queryRows<PackedPairs>(this.#source.client, targetsOf(this.live, chunk))
      for (const pairs of packed) {
        for (const [row, target] of eachPair(pairs)) {
          const set = targets.has(...target) ? held : lost
          set.add(...row)
        }
      }
    }
    // Without a foreign key there may be several targets: one is enough.
    return lost.minus(held)
  }

  /** How many of the rows refer to a row that is not there. */
  async countDangling(children: RowSet): Promise<number> {
    let dangling = 0
    for (const chunk of children.chunks(this.#source.chunkRows)) {
      dangling += await readCount(this.#source.client, danglingOf(this.live, chunk))
    }
    return dangling
  }

  async #follow(to: 'children' | 'parents', rows: RowSet): Promise<RowSet> {
    if (rows.size === 0) return rows
    const pairs = await this.#pairsOf(to)
    if (pairs !== null) return pairs.othersOf(rows)
    const build = to === 'children' ? childrenOf : parentsOf
    return readRowsOf(this.#source, rows, (chunk) => build(this.live, chunk))
  }

  async #pairsOf(to: 'children' | 'parents'): Promise<RowPairs | null> {
    const known = this.#pairs.get(to)
    if (known !== undefined) return known
    const { estimatedRows } = this.live.from
    if (++this.#steps[to] <= Math.max(this.#source.chainSteps, estimatedRows / ROWS_OF_A_STEP))
      return null
    const pairs = await this.#readPairs(to === 'children' ? 'parents' : 'children')
    this.#pairs.set(to, pairs)
    return pairs
  }

  /** Null when they are too many. */
  async #readPairs(by: 'children' | 'parents'): Promise<RowPairs | null> {
    const { client } = this.#source
    const count = await readCount(client, countRows(this.live.from))
    if (count > MOST_PAIRS) return null
    return new RowPairs(await queryRows<PackedPairs>(client, allPairs(this.live, by)))
  }
}
