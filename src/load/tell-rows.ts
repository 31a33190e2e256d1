import type { CsvPosition } from '../csv/csv-error.js'
import type { ColumnAction } from '../keys/column-action.js'
import { duplicateBusinessKey, duplicateKey } from '../keys/keys-error.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import type { BusinessKeyColumn, PreparedIdentity } from '../plan/prepared-key.js'
import { qualify, type TableName } from '../postgres/identifier.js'
import { createKeyStaging, KEY_STAGING } from './key-staging.js'
import { listHashed, type ToldModel } from './list-hashed.js'
import type { LoadContext, ReportProgress } from './load-context.js'
import { readIdentities, writeIdentities } from './read-identities.js'
import { buildAction, remapColumns } from './remapped-rows.js'
import { sendByCopy } from './send-rows.js'
import { findRepeats } from './stage-keys.js'
import {
  createIdentities,
  IDENTITIES,
  IDENTITIES_SENT,
  IDENTITY_COLUMN,
  keepTold,
} from './told-staging.js'
import { explainCopyFailure } from './translate-refusal.js'

/** A model that hashes of others are made of, and whose own keys are not hashed. */
export type TellableModel = PreparedModel & { readonly identity: PreparedIdentity }

/** Where the rows of a model go that are told, and those that it refers to are. */
interface ToldPlaces {
  readonly staging: TableName
  /** By model. */
  readonly parents: ReadonlyMap<string, ToldModel>
}

/**
 * Has the rows of a model on the server by the keys that they get, with what they are: that of a row of
 * the same business key in every run and database, whatever its key is.
 *
 * @throws {GyroError} `KEYS.DUPLICATE`, `KEYS.DUPLICATE_BUSINESS_KEY`; `CSV.*`, `KEYS.*`, `VALUES.*`,
 * `LOAD.*` for the files.
 */
export async function tellRows(
  context: LoadContext,
  model: TellableModel,
  { places, onProgress }: { readonly places: ToldPlaces; readonly onProgress: ReportProgress },
): Promise<{ readonly rows: number; readonly told: ToldModel }> {
  const { client, signal, sendRows = sendByCopy } = context
  const { identity, table } = model
  const { staging, parents } = places
  const columns = listHashed(identity, parents)
  const rows = await stageRows(context, model, onProgress)
  await expectNoRepeats(context, model)
  const identities = await readIdentities(context, model.model, { columns, rows })
  await client.query(createIdentities().text)
  const into = { ...IDENTITIES, columns: IDENTITIES_SENT }
  const text = writeIdentities(identities, () => '')
  await sendRows(client, into, text, signal)
  await client.query(`analyze ${qualify(IDENTITIES)}`)
  await client.query(keepTold(staging).text)
  await client.query(`drop table ${qualify(KEY_STAGING)}, ${qualify(IDENTITIES)}`)
  await client.query(`analyze ${qualify(staging)}`)
  return { rows, told: { staging, identity: IDENTITY_COLUMN, key: null, told: { table, columns } } }
}

/** Sends the keys and the business keys of all rows; gives how many rows there are. */
async function stageRows(
  context: LoadContext,
  model: TellableModel,
  onProgress: ReportProgress,
): Promise<number> {
  const { client, signal, sendRows = sendByCopy } = context
  const staged = listStaged(model)
  const match = { businessKey: staged, key: null, partial: null, fixedKey: [] }
  await client.query(createKeyStaging(match).text)
  const isStaged = (index: number) => staged.some((each) => each.index === index)
  const actions = model.columns.map(
    (column, index): ColumnAction =>
      isStaged(index) ? buildAction(context, model, column) : { kind: 'drop' },
  )
  const columns = model.columns.filter((_, index) => isStaged(index))
  const { chunks } = remapColumns(context, model, { actions, onProgress })
  let rows: number
  try {
    rows = await sendRows(client, { ...KEY_STAGING, columns }, chunks, signal)
  } catch (error) {
    throw await explainCopyFailure(context, error, { model, into: KEY_STAGING.table, before: 0 })
  }
  await client.query(`analyze ${qualify(KEY_STAGING)}`)
  return rows
}

/** A column of the key may be one of the business key, too. */
function listStaged({ identity }: TellableModel): readonly BusinessKeyColumn[] {
  const { key, parts } = identity
  return [...key.filter(({ index }) => !parts.some((part) => part.index === index)), ...parts]
}

/** A row that is known by a key, or told by a business key, is one. */
async function expectNoRepeats({ client }: LoadContext, model: TellableModel): Promise<void> {
  const { key, parts } = model.identity
  const keys = await findRepeated(key)
  const [{ index: at } = { index: 0 }] = key
  const header = model.headers[at] ?? ''
  if (keys !== null) throw duplicateKey({ model: model.model, header }, keys)
  const rows = await findRepeated(parts)
  const columns = parts.map(({ column }) => column)
  if (rows !== null) throw duplicateBusinessKey(model.model, columns, rows)

  async function findRepeated(
    among: readonly BusinessKeyColumn[],
  ): Promise<readonly CsvPosition[] | null> {
    const [first] = among
    if (first === undefined) return null
    const names = among.map(({ column }) => column)
    const by = { index: first.index, columns: names, among: { nullsEqual: true, partial: null } }
    return findRepeats(client, model, by)
  }
}
