import { asGyroError } from '../error/gyro-error.js'
import type { PreparedImport, PreparedModel } from '../plan/prepared-import.js'
import type { PostgresClient } from '../postgres/client.js'
import { readUniqueColumns } from '../postgres/unique-columns.js'
import { findRowsThere } from './find-rows-there.js'
import { ModelRows, type ModelTuple, type UniqueTuple } from './model-rows.js'
import { RowCheck } from './row-check.js'
import type { RowFaults } from './row-fault.js'
import { RowNumbers } from './row-numbers.js'
import { RowTuple } from './row-tuple.js'

/** Reads the files of a model by `work`, between telling of its start and of its end. */
export type TrackCheck = (
  model: PreparedModel,
  work: (report: (bytes: number, rows: number) => void) => Promise<{ readonly rows: number }>,
) => Promise<unknown>

/**
 * Reads all files of an import and looks at their rows: at each alone, whether its width is that of the
 * header and its values are such as their columns take; then at all of them, whether keys and uniques
 * are different and references have a row. Writes nothing. What only PostgreSQL can tell is left to it.
 */
export async function checkRows(
  client: PostgresClient,
  { models, pins }: Pick<PreparedImport, 'models' | 'pins'>,
  { track, signal }: { readonly track: TrackCheck; readonly signal: AbortSignal },
): Promise<RowCheck> {
  const pinned = new Set(pins.map(({ model }) => model))
  const checked: ModelRows[] = []
  for (const model of models) {
    // Of a pinned model no row is loaded, whatever is in it.
    if (pinned.has(model.model)) continue
    checked.push(new ModelRows(model, await listUniques(client, model), pinned))
  }
  connect(checked, pinned)
  for (const rows of checked) {
    const reading = track(rows.model, (report) => rows.read(report, signal))
    await reading.catch((error: unknown) => {
      signal.throwIfAborted()
      rows.unreadable = asGyroError(error)
    })
  }
  return compareRows(client, checked, signal)
}

/** Once more when rows with a fault turn out to be there already: others may have followed them. */
async function compareRows(
  client: PostgresClient,
  checked: readonly ModelRows[],
  signal: AbortSignal,
): Promise<RowCheck> {
  const own = checked.map(({ faults }) => new Map(faults))
  for (;;) {
    const check = new RowCheck(checked)
    await check.compare(signal)
    let found = 0
    for (const rows of checked) {
      const there = await findRowsThere(client, rows, signal)
      for (const row of there) rows.there.add(row)
      found += there.length
    }
    if (found === 0) return check
    for (const [index, rows] of checked.entries()) rows.restoreFaults(own[index] as RowFaults)
  }
}

/** Tells the models which of the others, and which columns of them, their rows refer to. */
function connect(checked: readonly ModelRows[], pinned: ReadonlySet<string>): void {
  const byName = new Map(checked.map((rows) => [rows.model.model, rows]))
  for (const rows of checked) {
    for (const reference of rows.model.references) {
      const { targetModel, targetColumns, followed, missing } = reference
      // All of its rows are one that is there.
      if (pinned.has(targetModel)) continue
      const owner = byName.get(targetModel)
      const target = owner === undefined ? nowhere(rows) : owner.target(targetColumns)
      if (target === null) continue
      const isAwaited = missing.policy === 'fail' || missing.policy === 'reject'
      const isTold = followed === null || !pinned.has(followed.owner)
      const isExact = owner?.isComparable(targetColumns) ?? true
      const isRequired = isAwaited && isTold && isExact
      if (owner === undefined && missing.policy === 'keep') continue
      rows.refer(reference, target, isRequired)
    }
  }
}

/** What rows refer to whose model is not part of the import: no row. */
function nowhere({ model }: ModelRows): ModelTuple {
  return { tuple: new RowTuple([], model.dialect), numbers: new RowNumbers() }
}

/**
 * Those of the table; rows that are told by a business key must be different in that. Where rows may be
 * there already, the others are left to PostgreSQL: one of two rows may not go in.
 */
async function listUniques(
  client: PostgresClient,
  { table, businessKey, identity, partialMatch, key, conflict }: PreparedModel,
): Promise<readonly UniqueTuple[]> {
  // Rows that a partial index is not about may have the same.
  const told = partialMatch === null ? (businessKey ?? identity?.parts ?? []) : []
  const business = told.map(({ column }) => column)
  // Of two rows with NULL there, a hash would be the same.
  const isHashed = identity !== null
  const mayBeThere = conflict !== null || (businessKey !== null && !isHashed)
  const nameOf = (columns: readonly string[]) => JSON.stringify([...columns].sort())
  const telling = [business, conflict?.target ?? []].map(nameOf)
  const uniques = (await readUniqueColumns(client, table)).flatMap(
    ({ columns, isPrimaryKey, nullsEqual }): readonly UniqueTuple[] => {
      const isBusiness = nameOf(columns) === nameOf(business)
      const isMapped = isPrimaryKey && key !== null
      if (mayBeThere && !isMapped && !telling.includes(nameOf(columns))) return []
      const code = isPrimaryKey ? 'KEYS.DUPLICATE' : 'LOAD.DUPLICATE'
      return isBusiness
        ? [{ columns, nullsEqual: nullsEqual || isHashed, code: 'KEYS.DUPLICATE_BUSINESS_KEY' }]
        : [{ columns, nullsEqual, code }]
    },
  )
  const isKnown = uniques.some(({ columns }) => nameOf(columns) === nameOf(business))
  return business.length === 0 || isKnown
    ? uniques
    : [...uniques, { columns: business, nullsEqual: isHashed, code: 'KEYS.DUPLICATE_BUSINESS_KEY' }]
}
