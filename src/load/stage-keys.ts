import type { CsvPosition } from '../csv/csv-error.js'
import type { ColumnAction } from '../keys/column-action.js'
import { IdentityKeys } from '../keys/identity-keys.js'
import { duplicateBusinessKey, duplicateKey } from '../keys/keys-error.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import type { BusinessKey } from '../plan/prepared-key.js'
import { type PostgresClient, queryRows } from '../postgres/client.js'
import { qualify } from '../postgres/identifier.js'
import { expectPosition } from './find-position.js'
import {
  createKeyStaging,
  KEY_STAGING,
  listStaged,
  type RowMatch,
  repeatedRows,
  SOURCE_COLUMN,
} from './key-staging.js'
import type { LoadContext, ReportProgress } from './load-context.js'
import { buildAction, remapColumns } from './remapped-rows.js'
import { type SentColumn, sendByCopy } from './send-rows.js'
import { explainCopyFailure } from './translate-refusal.js'

/** A model whose rows are told by a business key. */
export type KeyedModel = PreparedModel & { readonly businessKey: BusinessKey }

/**
 * Has keys and business keys on the server while `use` looks at them, with references replaced and
 * values as they would be loaded.
 *
 * @param use Gets how many rows there are.
 * @throws {GyroError} `CSV.*`, `KEYS.*`, `VALUES.*`, `LOAD.*` for the files.
 */
export async function withStagedKeys<Result>(
  context: LoadContext,
  model: KeyedModel,
  { match, onProgress }: { readonly match: RowMatch; readonly onProgress: ReportProgress },
  use: (rows: number) => Promise<Result>,
): Promise<Result> {
  const { client } = context
  await client.query(createKeyStaging(match).text)
  const rows = await stageKeys(context, model, onProgress)
  await client.query(`analyze ${qualify(KEY_STAGING)}`)
  const result = await use(rows)
  await client.query(`drop table ${qualify(KEY_STAGING)}`)
  return result
}

/** Sends the key and the business key of every row; gives how many rows there are. */
async function stageKeys(
  context: LoadContext,
  model: KeyedModel,
  onProgress: ReportProgress,
): Promise<number> {
  const { client, signal, sendRows = sendByCopy } = context
  const { key, businessKey, partialMatch: partial, fixedKey } = model
  const staged = listStaged({ businessKey, partial, fixedKey })
  const actions = model.columns.map((column, index): ColumnAction => {
    if (key !== null && 'spelling' in key && index === key.index) {
      return { kind: 'textKey', keys: new IdentityKeys(key.spelling) }
    }
    const isStaged = staged.some((each) => each.index === index)
    return isStaged ? buildAction(context, model, column) : { kind: 'drop' }
  })
  const columns = model.columns.flatMap(({ column, type }, index): readonly SentColumn[] => {
    if (actions[index]?.kind === 'drop') return []
    return [index === key?.index ? { column: SOURCE_COLUMN, type: 'text' } : { column, type }]
  })
  const { chunks } = remapColumns(context, model, { actions, onProgress })
  try {
    return await sendRows(client, { ...KEY_STAGING, columns }, chunks, signal)
  } catch (error) {
    throw await explainCopyFailure(context, error, { model, into: KEY_STAGING.table, before: 0 })
  }
}

/**
 * Sees to it that no two staged rows have the same key or business key: which of two would be the one
 * that is there could not be told.
 *
 * @throws {GyroError} `KEYS.DUPLICATE`, `KEYS.DUPLICATE_BUSINESS_KEY`.
 */
export async function expectNoRepeats(
  client: PostgresClient,
  model: KeyedModel,
  match: RowMatch,
): Promise<void> {
  const { key, businessKey } = model
  if (key !== null) {
    const { index } = key
    const among = { nullsEqual: true, partial: null }
    const places = await findRepeats(client, model, { index, columns: [SOURCE_COLUMN], among })
    if (places !== null) throw duplicateKey({ model: model.model, header: key.header }, places)
  }
  const columns = businessKey.map(({ column }) => column)
  const [{ index }] = businessKey
  const places = await findRepeats(client, model, { index, columns, among: match })
  if (places !== null) throw duplicateBusinessKey(model.model, columns, places)
}

/** The places of two rows with the same values, in the column of the file at `index`; null for none. */
export async function findRepeats(
  client: PostgresClient,
  model: PreparedModel,
  by: {
    readonly index: number
    readonly columns: readonly string[]
    readonly among: Pick<RowMatch, 'nullsEqual' | 'partial'>
  },
): Promise<readonly CsvPosition[] | null> {
  const statement = repeatedRows(by.columns, by.among)
  const [repeat] = await queryRows<{ first: string; last: string }>(client, statement)
  if (repeat === undefined) {
    return null
  }
  const rows = [Number(repeat.first), Number(repeat.last)]
  return Promise.all(rows.map((row) => expectPosition(row + 1, by.index, model)))
}
