import { type PostgresClient, queryRow, queryRows, runAll } from '../postgres/client.js'
import { qualify } from '../postgres/identifier.js'
import { createPieces, fillPieces, hullsOfPieces, KEY_PIECES } from './key-pieces.js'
import {
  type BatchRows,
  changedRows,
  createMarks,
  goneRows,
  markChanged,
  markGone,
} from './mark-statements.js'
import { markReferring, type ReferringRows } from './reference-statements.js'
import type { ScopeReference, ScopeTable } from './rollback-scope.js'

/** How many rows of a table are marked. */
export interface MarkedRows {
  /** Of the batch, to be deleted; and how many of these somebody else has changed since. */
  readonly gone: number
  readonly goneChanged: number
  /** Updated by the batch, to be restored; and how many of these somebody else has changed since. */
  readonly back: number
  readonly backChanged: number
  /** Of others, to be deleted as they refer to rows that are. */
  readonly along: number
  /** Columns that get back what they held. */
  readonly restored: readonly string[]
}

/** The range of integer keys of a model. */
export interface KeyHull {
  readonly model: string
  readonly from: string
  readonly to: string
  readonly hasGaps: boolean
}

/**
 * The rows that a rollback is about, in temporary tables that are gone with the transaction. Looks all
 * up once, so that what is counted is what is done.
 */
export class RowMarks {
  readonly #client: PostgresClient
  readonly #isLocking: boolean
  readonly #marked = new Map<ScopeTable, MarkedRows>()

  /** @param isLocking Whether marked rows are kept from others until COMMIT. */
  constructor(client: PostgresClient, { isLocking }: { readonly isLocking: boolean }) {
    this.#client = client
    this.#isLocking = isLocking
  }

  /** What is marked of a table. */
  of(table: ScopeTable): MarkedRows {
    return this.#marked.get(table) ?? NOTHING
  }

  /** Whether rows of a table will be deleted. */
  isDeletedFrom(table: ScopeTable): boolean {
    const { gone, along } = this.of(table)
    return gone + along > 0
  }

  /** Rows that refer to marked ones by a reference, as statements take them. */
  referring(reference: ScopeReference): ReferringRows {
    return { reference, isMarked: this.#marked.has(reference.from) }
  }

  /** Reads which integer keys a batch has, by model. */
  async readHulls(batch: string): Promise<ReadonlyMap<string, KeyHull>> {
    await runAll(this.#client, createPieces())
    await queryRows(this.#client, fillPieces(batch))
    await this.#client.query(`analyze ${qualify(KEY_PIECES)}`)
    const hulls = await queryRows<KeyHull>(this.#client, hullsOfPieces())
    return new Map(hulls.map((hull) => [hull.model, hull]))
  }

  /**
   * Marks what a batch wrote into a table.
   *
   * @param images The columns of its before-images: a list for each set of columns that there is.
   */
  async mark(
    part: Omit<BatchRows, 'isLocking'>,
    images: readonly (readonly string[])[],
  ): Promise<MarkedRows> {
    const { table } = part
    await this.#create(table)
    const locked = { ...part, isLocking: this.#isLocking }
    for (const columns of images) {
      await queryRows(this.#client, markChanged(locked, columns))
    }
    await queryRows(this.#client, markGone(locked, images.length > 0))
    return this.#count(table)
  }

  /** Marks the rows that refer to those of the round before. Gives how many there are. */
  async markAlong(reference: ScopeReference, round: number): Promise<number> {
    const { from } = reference
    if (!this.#marked.has(from)) {
      await this.#create(from)
    }
    const before = this.of(from).along
    const options = { round, isLocking: this.#isLocking }
    await queryRows(this.#client, markReferring(this.referring(reference), options))
    const { along } = await this.#count(from)
    return along - before
  }

  async #create(table: ScopeTable): Promise<void> {
    await runAll(this.#client, createMarks(table))
    this.#marked.set(table, NOTHING)
  }

  async #count(table: ScopeTable): Promise<MarkedRows> {
    await runAll(this.#client, [
      `analyze ${qualify(goneRows(table))}`,
      `analyze ${qualify(changedRows(table))}`,
    ])
    const counted = await queryRow<MarkedRows>(this.#client, {
      text: `\
select g.*, b.*
from (
  select
    count(*) filter (where round = 0)::float8 as gone,
    count(*) filter (where not is_ours)::float8 as "goneChanged",
    count(*) filter (where round > 0)::float8 as along
  from ${qualify(goneRows(table))}
) g, (
  select
    count(*)::float8 as back,
    count(*) filter (where not is_ours)::float8 as "backChanged",
    array(
      select distinct name
      from ${qualify(changedRows(table))} i, unnest(i.columns) name
      order by name
    ) as restored
  from ${qualify(changedRows(table))}
) b`,
      values: [],
    })
    this.#marked.set(table, counted)
    return counted
  }
}

const NOTHING: MarkedRows = {
  gone: 0,
  goneChanged: 0,
  back: 0,
  backChanged: 0,
  along: 0,
  restored: [],
}
