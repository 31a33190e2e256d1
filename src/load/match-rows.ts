import type { GyroError } from '../error/gyro-error.js'
import type { IntegerKeySet } from '../keys/integer-key-set.js'
import { KeyPairs } from '../keys/key-pairs.js'
import { ambiguousBusinessKey, otherKeyThere } from '../keys/keys-error.js'
import type { RowSet } from '../keys/row-set.js'
import type { BusinessKeyColumn } from '../plan/prepared-key.js'
import { type PostgresClient, queryRows } from '../postgres/client.js'
import { readNullsEqual } from '../postgres/unique-nulls.js'
import { expectPosition } from './find-position.js'
import { movedRows, type RowMatch } from './key-staging.js'
import type { LoadContext, ReportProgress } from './load-context.js'
import { readMatches, readOtherKeys } from './read-matches.js'
import { expectNoRepeats, type KeyedModel, withStagedKeys } from './stage-keys.js'

/** What of the files of a model is in its table already. */
export interface RowMatches {
  /** Rows of the files. */
  readonly rows: number
  /** Those that are there. */
  readonly there: RowSet
  /** Source keys of these with the keys that they have there; empty where rows have none of their own. */
  readonly keys: KeyPairs
  /** The source keys of the others; null where keys are no integers. */
  readonly others: IntegerKeySet | null
}

/**
 * Finds the rows of a model in its table by their business keys, all at once: keys and business keys go
 * to the server and are joined there. A
 * NULL equals nothing, as in a unique index, unless that one says otherwise. No row is locked: one that
 * appears before its twin is loaded is in the way of that as a duplicate.
 *
 * @throws {GyroError} `KEYS.AMBIGUOUS_BUSINESS_KEY`, `KEYS.OTHER_KEY_THERE`; what `withStagedKeys`
 * and `expectNoRepeats` throw.
 */
export async function matchRows(
  context: LoadContext,
  model: KeyedModel,
  onProgress: ReportProgress,
): Promise<RowMatches> {
  const { client } = context
  const { table, businessKey, key, partialMatch: partial, fixedKey } = model
  const columns = businessKey.map(({ column }) => column)
  const nullsEqual = partial?.nullsEqual ?? (await readNullsEqual(client, table, columns))
  const match: RowMatch = {
    table,
    businessKey,
    key: key?.column ?? null,
    nullsEqual,
    partial,
    fixedKey,
  }
  const spelling = key?.kind === 'matched' ? key.spelling : 'text'
  return withStagedKeys(context, model, { match, onProgress }, async (rows) => {
    const keys = new KeyPairs(spelling)
    const { there, ambiguous, areDistinct } = await readMatches(context, match, keys)
    // Rows that are alike would be the same row there.
    const areApart = areDistinct && ambiguous === null && there.size === rows
    if (!areApart) await expectNoRepeats(client, model, match)
    if (ambiguous !== null) {
      throw await explainAmbiguous(model, columns, ambiguous)
    }
    if (fixedKey.length > 0) await expectFixedKeys(client, model, match)
    const others = spelling === 'integer' ? await readOtherKeys(context, there, rows) : null
    return { rows, there, keys, others }
  })
}

/** Rows that refer to one by several columns, or through it to another, cannot be given another key. */
async function expectFixedKeys(
  client: PostgresClient,
  model: KeyedModel,
  match: RowMatch,
): Promise<void> {
  const [moved] = await queryRows<{ row: string }>(client, movedRows(match))
  if (moved === undefined) return
  const { fixedKey, businessKey } = model
  const [{ index }] = businessKey
  const at = await expectPosition(Number(moved.row) + 1, index, model)
  const names = (columns: readonly BusinessKeyColumn[]) => columns.map(({ column }) => column)
  const fields = { key: names(fixedKey), businessKey: names(businessKey) }
  throw otherKeyThere(model.model, fields, at)
}

async function explainAmbiguous(
  model: KeyedModel,
  columns: readonly string[],
  { row, count }: { readonly row: number; readonly count: number },
): Promise<GyroError> {
  const [{ index }] = model.businessKey
  const at = await expectPosition(row + 1, index, model)
  return ambiguousBusinessKey(model.model, columns, { at, count })
}
