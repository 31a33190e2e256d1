import { type PostgresClient, queryRow, queryRows, runAll } from '../postgres/client.js'
import { qualify } from '../postgres/identifier.js'
import { type BatchRows, type GoneRows, type KeyRange, rangeOf } from './batch-rows.js'
import { countGone } from './count-statements.js'
import { createPieces, fillPieces, hullsOfPieces, KEY_PIECES } from './key-pieces.js'
import { changedRows, createMarks, goneRows, markChanged, markGone } from './mark-statements.js'
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

/** How rows are marked. */
export interface MarkingOptions {
  /** Whether marked rows are kept from others until COMMIT. */
  readonly isLocking: boolean
  /** Whether rows may be marked that are not of the batch. */
  readonly isOpen: boolean
}

/**
 * The rows that a rollback is about, in temporary tables that are gone with the transaction. Looks all
 * up once, so that what is counted is what is done. Rows of which the keys are one range need no such
 * table: nobody else can have their keys while they are locked.
 */
export class RowMarks {
  readonly #client: PostgresClient
  readonly #options: MarkingOptions
  readonly #marked = new Map<ScopeTable, MarkedRows>()
  readonly #ranges = new Map<ScopeTable, KeyRange>()

  constructor(client: PostgresClient, options: MarkingOptions) {
    this.#client = client
    this.#options = options
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
    const { from, target } = reference
    const own = this.#marked.has(from) ? this.goneRows(from) : null
    return { reference, own, target: this.goneRows(target) }
  }

  /** What tells which rows of a table will be deleted. */
  goneRows(table: ScopeTable): GoneRows {
    return this.#ranges.get(table) ?? 'marked'
  }

  /** Reads which integer keys a batch has, by model. */
  async readHulls(batch: string): Promise<ReadonlyMap<string, KeyHull>> {
    await runAll(this.#client, createPieces())
    await queryRows(this.#client, fillPieces(batch))
    await this.#client.query(`analyze ${qualify(KEY_PIECES)}`)
    const hulls = await queryRows<KeyHull>(this.#client, hullsOfPieces())
    return new Map(hulls.map((hull) => [hull.model, hull]))
  }

  /** Counts rows of a batch as marked, unchanged, that are found without marks. */
  count(table: ScopeTable, gone: number): void {
    this.#marked.set(table, { ...NOTHING, gone })
  }

  /**
   * Marks what a batch wrote into a table.
   *
   * @param images The columns of its before-images: a list for each set of columns that there is.
   */
  async mark(
    part: Omit<BatchRows, 'isLocking'>,
    images: readonly (readonly string[])[],
  ): Promise<void> {
    const { table } = part
    const { isLocking, isOpen } = this.#options
    const locked = { ...part, isLocking }
    const range = isOpen || images.length > 0 ? null : rangeOf(part)
    if (range !== null) {
      const counted = await queryRow<CountedRows>(this.#client, countGone(locked))
      this.#ranges.set(table, range)
      this.#marked.set(table, { ...NOTHING, ...counted })
      return
    }
    await this.#create(table)
    for (const columns of images) {
      await queryRows(this.#client, markChanged(locked, columns))
    }
    await queryRows(this.#client, markGone(locked, images.length > 0))
    await this.#count(table)
  }

  /** Marks the rows that refer to those of the round before. Gives how many there are. */
  async markAlong(reference: ScopeReference, round: number): Promise<number> {
    const { from } = reference
    if (!this.#marked.has(from)) {
      await this.#create(from)
    }
    const before = this.of(from).along
    const options = { round, isLocking: this.#options.isLocking }
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

type CountedRows = Pick<MarkedRows, 'gone' | 'goneChanged'>

const NOTHING: MarkedRows = {
  gone: 0,
  goneChanged: 0,
  back: 0,
  backChanged: 0,
  along: 0,
  restored: [],
}
