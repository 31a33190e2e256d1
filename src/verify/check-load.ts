import type { PreparedColumn } from '../plan/prepared-column.js'
import type { PreparedModel, PreparedReference } from '../plan/prepared-import.js'
import type { PostgresClient } from '../postgres/client.js'
import { countDangling } from '../postgres/dangling.js'
import { type Numbering, readNumbering } from '../postgres/numbering.js'

/** One thing that was looked at after a load. */
export interface CheckResult {
  readonly name: 'rows' | 'references' | 'sequences'
  readonly ok: boolean
  /** One sentence for people. */
  readonly detail: string
}

/** A model after its load. */
export interface VerifiedModel {
  readonly prepared: PreparedModel
  readonly read: number
  readonly loaded: number
  /** Rows that were there and are changed. */
  readonly updated: number
  /** Rows that were there already and were left alone. */
  readonly skipped: number
  /** Rows that could not be loaded. */
  readonly rejected: number
  /**
   * Numbers of the transactions that wrote its rows.
   * @default null: this one did
   */
  readonly writers?: readonly string[] | null
}

/** Lowest and highest new key of each model that got new keys. */
export type KeyRanges = ReadonlyMap<string, { readonly from: bigint; readonly to: bigint }>

/** Looks at what an import did, in its transaction. Repairs nothing. */
export async function checkLoad(
  client: PostgresClient,
  models: readonly VerifiedModel[],
  keyRanges: KeyRanges,
): Promise<readonly CheckResult[]> {
  return [
    verifyRows(models),
    await verifyReferences(client, models, keyRanges),
    await verifySequences(client, models),
  ]
}

function verifyRows(models: readonly VerifiedModel[]): CheckResult {
  const read = models.reduce((sum, model) => sum + model.read, 0)
  const loaded = models.reduce((sum, model) => sum + model.loaded, 0)
  const skipped = models.reduce((sum, model) => sum + model.skipped, 0)
  const updated = models.reduce((sum, model) => sum + model.updated, 0)
  const rejected = models.reduce((sum, model) => sum + model.rejected, 0)
  const changed = updated === 0 ? '' : `, ${updated} updated`
  const there = skipped === 0 ? '' : `, ${skipped} there already`
  const aside = rejected === 0 ? '' : `, ${rejected} rejected`
  const detail = `${read} rows read, ${loaded} loaded${changed}${there}${aside}.`
  return { name: 'rows', ok: read === loaded + updated + skipped + rejected, detail }
}

/** What a foreign key enforces PostgreSQL has checked; references without one are looked up. */
async function verifyReferences(
  client: PostgresClient,
  models: readonly VerifiedModel[],
  keyRanges: KeyRanges,
): Promise<CheckResult> {
  const counts = { 'foreign key': 0, load: 0, 'look-up': 0, none: 0 }
  const dangling: string[] = []
  for (const { prepared, writers = null } of models) {
    const { model, table, references } = prepared
    for (const reference of references) {
      counts[reference.check]++
      const { name, knownBy } = reference
      const keys = knownBy === null ? null : keyRanges.get(knownBy.owner)
      // Without a range there are no new keys, and no row that holds one.
      if (reference.check !== 'look-up' || keys === undefined) continue
      const range = knownBy && keys && { ...keys, column: knownBy.column }
      const count = await countDangling(client, { ...reference, from: table, range, writers })
      if (count > 0) dangling.push(`${model}.${name} (${count} rows)`)
    }
  }
  return {
    name: 'references',
    ok: dangling.length === 0,
    detail:
      dangling.length === 0
        ? describeReferences(counts)
        : `Dangling references: ${dangling.join(', ')}.`,
  }
}

function describeReferences(counts: Readonly<Record<PreparedReference['check'], number>>): string {
  const ways = [
    { count: counts['foreign key'], how: 'checked by PostgreSQL' },
    { count: counts.load + counts['look-up'], how: 'looked up' },
    { count: counts.none, how: 'without a foreign key and left unchecked' },
  ]
  const told = ways.filter(({ count }) => count > 0).map(({ count, how }) => `${count} ${how}`)
  return told.length === 0
    ? 'There are no references.'
    : `No dangling references: ${told.join(', ')}.`
}

/**
 * Every sequence gives next what no row has yet. One whose column got no value is none of our
 * business, and nor is that of a column that refers to other rows and takes their keys, or that holds
 * hashes, which are far above.
 */
async function verifySequences(
  client: PostgresClient,
  models: readonly VerifiedModel[],
): Promise<CheckResult> {
  const numbered = models
    .filter(({ loaded }) => loaded > 0)
    .flatMap(({ prepared: { table, key, columns } }) =>
      columns
        .filter(({ role }) => role.kind !== 'key' || key?.kind !== 'hashed')
        .map((column) => ({ ...column, table }))
        .filter(isNumbered),
    )
  const numberings = await readNumbering(client, numbered)
  const behind = numbered.filter((_, index) => {
    const { highest, next } = numberings[index] as Numbering
    return highest !== null && next !== null && next <= highest
  })
  const count = numbered.length
  return {
    name: 'sequences',
    ok: behind.length === 0,
    detail:
      behind.length === 0
        ? `Sequences past the highest key: ${count} of ${count}.`
        : `Behind the highest key: ${behind.map(({ sequence }) => sequence?.name).join(', ')}.`,
  }
}

function isNumbered({ role, sequence, isReadable }: PreparedColumn): boolean {
  if (role.kind !== 'key' && role.kind !== 'track') {
    return false
  }
  return isReadable && sequence?.isReadable === true && sequence.increment > 0n
}
