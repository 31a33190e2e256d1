import type { PostgresClient } from '../postgres/client.js'
import { readNumberingOf } from '../postgres/numbering.js'
import {
  advanceSequence,
  countBehind,
  type IdRun,
  isSequenceEnd,
  lockAgainstInserts,
  nextAfter,
  readHighest,
  type Sequence,
  takeFromSequence,
} from '../postgres/sequence.js'
import { takeBlock } from '../postgres/sequence-block.js'
import type { SideConnection } from '../postgres/side-connection.js'
import { type KeyColumn, lowestOf } from './id-remapping-strategy.js'
import type { IntegerKeySet } from './integer-key-set.js'
import { KeyMap } from './key-map.js'
import { keysOutOfRange, sequenceEnded, sequenceTooShort } from './keys-error.js'
import { ReservedKeys } from './reserved-keys.js'

/**
 * The next ids after what exists, in the order of the source keys. A sequence gives them, so that
 * live writers never get the same; where there is none, the table is locked against inserts until the
 * transaction ends and the ids after the highest one are used. Runs in the transaction of the load.
 */
export class SequentialRemappingStrategy {
  readonly name = 'sequential'
  readonly #client: PostgresClient
  readonly #side: SideConnection | null

  /** @param side To the database of the client: many ids are taken by it. Null where there can be none. */
  constructor(client: PostgresClient, side: SideConnection | null) {
    this.#client = client
    this.#side = side
  }

  /** @throws {GyroError} `KEYS.OUT_OF_RANGE` when the column or its sequence ends before. */
  async mapKeys(source: IntegerKeySet, column: KeyColumn): Promise<KeyMap> {
    const runs = source.size === 0 ? [] : await this.#reserve(source.size, column)
    const target = new ReservedKeys(runs)
    const last = isDescending(column) ? target.lowest : target.highest
    if (last !== null) {
      expectRoom(column, last)
    }
    return new KeyMap(source, target)
  }

  #reserve(count: number, column: KeyColumn): Promise<readonly IdRun[]> {
    return column.sequence === null
      ? this.#reserveAfterHighest(count, column)
      : this.#reserveFromSequence(count, column, column.sequence)
  }

  async #reserveFromSequence(
    count: number,
    column: KeyColumn,
    sequence: Sequence,
  ): Promise<readonly IdRun[]> {
    // Rows inserted with explicit ids leave a sequence behind: it would give ids that are taken.
    const { highest: past, next } = await readNumberingOf(this.#client, column)
    if (next !== null) {
      // Told before a single id is taken, as ids cannot be given back.
      const skipped = past === null ? 0n : countBehind(sequence, next, past)
      expectRoom(column, next + (skipped + BigInt(count - 1)) * sequence.increment)
    }
    const runs = await this.#take(count, column, { sequence, past })
    expectOneWay(column, sequence, runs)
    return runs
  }

  /** @throws {GyroError} `KEYS.OUT_OF_RANGE` when nobody could tell before, or others took the ids. */
  async #take(
    count: number,
    column: KeyColumn,
    { sequence, past }: { readonly sequence: Sequence; readonly past: bigint | null },
  ): Promise<readonly IdRun[]> {
    try {
      const { highest } = column
      const block = await takeBlock(this.#client, this.#side, { sequence, count, past, highest })
      if (block !== null) {
        return [block]
      }
      if (past !== null) {
        await advanceSequence(this.#client, { sequence, table: column.table, past })
      }
      return await takeFromSequence(this.#client, sequence, count)
    } catch (error) {
      throw isSequenceEnd(error) ? sequenceEnded(column, sequence) : error
    }
  }

  async #reserveAfterHighest(count: number, column: KeyColumn): Promise<readonly IdRun[]> {
    await this.#client.query(lockAgainstInserts(column.table))
    const from = nextAfter(await readHighest(this.#client, column.table, column.column))
    return [{ from, count, step: 1n }]
  }
}

function isDescending({ sequence }: KeyColumn): boolean {
  return sequence !== null && sequence.increment < 0n
}

/** @throws {GyroError} `KEYS.OUT_OF_RANGE` when the last of the new keys is too far. */
function expectRoom(column: KeyColumn, last: bigint): void {
  const { highest, sequence } = column
  if (last > highest || last < lowestOf(column)) {
    throw keysOutOfRange(column, last)
  }
  if (sequence !== null && (last > sequence.max || last < sequence.min)) {
    throw sequenceTooShort(column, sequence, last)
  }
}

/**
 * A sequence with CYCLE begins anew at its end, with ids that rows have.
 *
 * @throws {GyroError} `KEYS.OUT_OF_RANGE`.
 */
function expectOneWay(column: KeyColumn, sequence: Sequence, runs: readonly IdRun[]): void {
  let last: bigint | null = null
  for (const { from, count, step } of runs) {
    if (last !== null && (step > 0n ? from <= last : from >= last)) {
      throw sequenceEnded(column, sequence)
    }
    last = from + BigInt(count - 1) * step
  }
}
