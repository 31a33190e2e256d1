import { asGyroError } from '../error/gyro-error.js'
import type { PreparedImport, PreparedModel } from '../plan/prepared-import.js'
import type { PostgresClient } from '../postgres/client.js'
import { readUniqueColumns } from '../postgres/unique-columns.js'
import { ModelRows, type UniqueTuple } from './model-rows.js'
import { RowCheck } from './row-check.js'

/**
 * Reads all files of an import and looks at their rows: at each alone, whether its width is that of the
 * header and its values are such as their columns take; then at all of them, whether keys and uniques
 * are different and references have a row. Writes nothing. What only PostgreSQL can tell is left to it.
 */
export async function checkRows(
  client: PostgresClient,
  { models, pins }: Pick<PreparedImport, 'models' | 'pins'>,
  signal?: AbortSignal,
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
    await rows.read(signal).catch((error: unknown) => {
      signal?.throwIfAborted()
      rows.unreadable = asGyroError(error)
    })
  }
  const check = new RowCheck(checked)
  await check.compare(signal)
  return check
}

/** Tells the models which of the others, and which columns of them, their rows refer to. */
function connect(checked: readonly ModelRows[], pinned: ReadonlySet<string>): void {
  const byName = new Map(checked.map((rows) => [rows.model.model, rows]))
  for (const rows of checked) {
    for (const reference of rows.model.references) {
      const owner = byName.get(reference.targetModel)
      const target = owner?.target(reference.targetColumns) ?? null
      if (owner === undefined || target === null) continue
      const isFollowed = reference.followed !== null && !pinned.has(reference.followed.owner)
      const isExact = owner.isComparable(reference.targetColumns)
      rows.refer(reference, target, isFollowed && isExact)
    }
  }
}

/** Those of the table; rows that are told by a business key must be different in that. */
async function listUniques(
  client: PostgresClient,
  { table, businessKey, identity }: PreparedModel,
): Promise<readonly UniqueTuple[]> {
  const business = (businessKey ?? identity?.parts ?? []).map(({ column }) => column)
  // Of two rows with NULL there, a hash would be the same.
  const isHashed = identity !== null
  const nameOf = (columns: readonly string[]) => JSON.stringify([...columns].sort())
  const uniques = (await readUniqueColumns(client, table)).map(
    ({ columns, isPrimaryKey, nullsEqual }): UniqueTuple => {
      const code = isPrimaryKey ? 'KEYS.DUPLICATE' : 'LOAD.DUPLICATE'
      const isBusiness = nameOf(columns) === nameOf(business)
      return isBusiness
        ? { columns, nullsEqual: nullsEqual || isHashed, code: 'KEYS.DUPLICATE_BUSINESS_KEY' }
        : { columns, nullsEqual, code }
    },
  )
  const isKnown = uniques.some(({ columns }) => nameOf(columns) === nameOf(business))
  return business.length === 0 || isKnown
    ? uniques
    : [...uniques, { columns: business, nullsEqual: isHashed, code: 'KEYS.DUPLICATE_BUSINESS_KEY' }]
}
