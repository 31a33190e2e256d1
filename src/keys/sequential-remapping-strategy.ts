import type { PostgresClient } from '../postgres/client.js'
import { displayName } from '../postgres/identifier.js'
import {
  advanceSequence,
  type IdRun,
  lockAgainstInserts,
  nextAfter,
  readHighest,
  readNext,
  type Sequence,
  takeFromSequence,
} from '../postgres/sequence.js'
import type { IdRemappingStrategy, KeyColumn } from './id-remapping-strategy.js'
import type { IntegerKeySet } from './integer-key-set.js'
import { KeyMap } from './key-map.js'
import { keysOutOfRange } from './keys-error.js'
import { ReservedKeys } from './reserved-keys.js'

/**
 * The next ids after what exists, in the order of the source keys. A sequence gives them, so that
 * live writers never get the same; where there is none, the table is locked against inserts until the
 * transaction ends and the ids after the highest one are used. Runs in the transaction of the load.
 */
export class SequentialRemappingStrategy implements IdRemappingStrategy {
  readonly name = 'sequential'
  readonly #client: PostgresClient

  constructor(client: PostgresClient) {
    this.#client = client
  }

  /** @throws {GyroError} `KEYS.OUT_OF_RANGE` when the column or its sequence ends before. */
  async mapKeys(source: IntegerKeySet, column: KeyColumn): Promise<KeyMap> {
    const runs = source.size === 0 ? [] : await this.#reserve(source.size, column)
    const target = new ReservedKeys(runs)
    if (target.highest !== null) {
      expectRoom(column, target.highest, { what: 'The type', highest: column.highest })
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
    const past = column.isReadable
      ? await readHighest(this.#client, column.table, column.column)
      : null
    if (past !== null) {
      await advanceSequence(this.#client, { sequence, table: column.table, past })
    }
    if (sequence.isReadable) {
      // Told before a single id is taken, as ids cannot be given back.
      const next = await readNext(this.#client, sequence)
      const last = next + sequence.increment * BigInt(count - 1)
      expectRoom(column, last, { what: 'The type', highest: column.highest })
      expectRoom(column, last, { what: 'The sequence', highest: sequence.max })
    }
    return takeFromSequence(this.#client, sequence, count)
  }

  async #reserveAfterHighest(count: number, column: KeyColumn): Promise<readonly IdRun[]> {
    await this.#client.query(lockAgainstInserts(column.table))
    const from = nextAfter(await readHighest(this.#client, column.table, column.column))
    return [{ from, count, step: 1n }]
  }
}

/** @throws {GyroError} `KEYS.OUT_OF_RANGE`. */
function expectRoom(
  { table, column }: KeyColumn,
  wanted: bigint,
  limit: { readonly what: string; readonly highest: bigint },
): void {
  if (wanted > limit.highest) {
    throw keysOutOfRange({ table: displayName(table), column }, { ...limit, wanted })
  }
}
