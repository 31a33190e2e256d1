import { batchIsPruned, noKeyMap, unknownBatchModel } from '../history/history-error.js'
import { expectReadableHistory } from '../history/history-rights.js'
import {
  type RecordedBatch,
  type RecordedModel,
  readBatch,
  readModels,
} from '../history/read-batch.js'
import type { KeySpelling } from '../keys/key-spelling.js'
import type { Manifest, ManifestColumn, ManifestModel } from '../manifest/manifest.js'
import type { PostgresClient } from '../postgres/client.js'

/** Whose keys are looked up. */
export interface KeyQuestion {
  /** The id of the batch, the beginning of it, or `last`. */
  readonly batch: string
  /** The Prisma name. */
  readonly model: string
}

/** Where the keys of a model are told. */
export interface KeyList {
  readonly batch: RecordedBatch
  /** The model that was asked for. */
  readonly model: string
  /** The model whose keys they are: another one where the key is a reference to that. */
  readonly owner: RecordedModel
  readonly spelling: KeySpelling
  readonly type: KeyType
}

/** The Prisma type of keys; `String` stands for all that Prisma Client has as text, or does not know. */
export type KeyType = 'Int' | 'BigInt' | 'String'

/**
 * Finds where the keys of a model are told. A key that is a reference follows the keys of the model that
 * it refers to, whose list is given then.
 *
 * @throws {GyroError} `HISTORY.NONE`, `HISTORY.UNKNOWN_BATCH`, `HISTORY.AMBIGUOUS_BATCH`, `HISTORY.PRUNED`,
 * `HISTORY.UNKNOWN_MODEL`; `HISTORY.NO_KEY_MAP` for a key of several columns, none of which got new
 * values of its own.
 */
export async function findKeyList(
  client: PostgresClient,
  manifest: Manifest,
  question: KeyQuestion,
): Promise<KeyList> {
  await expectReadableHistory(client)
  const batch = await readBatch(client, question.batch)
  if (batch.prunedAt !== null) {
    throw batchIsPruned(batch.id, batch.prunedAt)
  }
  const models = await readModels(client, batch.id)
  const recorded = models.find(({ model }) => model === question.model)
  if (recorded === undefined) {
    const known = models.map(({ model }) => model)
    throw unknownBatchModel(question.model, { batch: batch.id, known })
  }
  const owner = followReferences(recorded, models, manifest)
  const column = findColumn(owner, manifest)
  const spelling = spellingOf(column)
  const type = column?.type === 'Int' || column?.type === 'BigInt' ? column.type : 'String'
  return { batch, model: question.model, owner, spelling, type }
}

/** The model whose keys a key is one of. A reference to a model that was not imported keeps its value. */
function followReferences(
  start: RecordedModel,
  models: readonly RecordedModel[],
  manifest: Manifest,
): RecordedModel {
  const seen = new Set([start])
  for (let owner = start; ; ) {
    const known = manifest.models.find(({ name }) => name === owner.model)
    if (owner.keyColumn !== null || known === undefined) return owner
    const fields = known.primaryKey ?? known.uniques[0] ?? []
    if (lacksKey(owner, known)) throw keysWereMade(owner.model)
    if (fields.length > 1) throw severalColumns(known, fields)
    const target = findFollowed(known, fields, { models, manifest })
    if (target === null || seen.has(target)) return owner
    seen.add(target)
    owner = target
  }
}

/** The model whose new keys a field holds; null where it holds what the file held. */
function findFollowed(
  { references }: ManifestModel,
  fields: readonly string[],
  { models, manifest }: { readonly models: readonly RecordedModel[]; readonly manifest: Manifest },
): RecordedModel | null {
  const reference = references.find((each) => each.fields.join() === fields.join())
  const target = models.find(({ model }) => model === reference?.target)
  const known = manifest.models.find(({ name }) => name === reference?.target)
  if (reference === undefined || target === undefined || known === undefined) return null
  const names = known.columns.filter(({ field }) => reference.targetFields.includes(field))
  // A reference to another unique than the key follows nothing.
  const isKey =
    target.keyColumn === null
      ? known.primaryKey?.join() === reference.targetFields.join()
      : names.some(({ column }) => column === target.keyColumn)
  return isKey ? target : null
}

/** Whether no file had the primary key: what was not read has no place in `key_columns`. */
function lacksKey({ keyColumns, keyKind }: RecordedModel, model: ManifestModel): boolean {
  const key = model.primaryKey ?? []
  const columns = model.columns.filter(({ field }) => key.includes(field))
  return keyKind === 'kept' && columns.some(({ column }) => !keyColumns.includes(column))
}

function keysWereMade(model: string) {
  return noKeyMap(model, {
    why: 'Its files had no keys: the database or the import made them.',
    fix: 'There is nothing to look up. Find the rows by what else the files say of them.',
  })
}

function severalColumns({ name, references }: ManifestModel, fields: readonly string[]) {
  const parts = references.filter((each) => each.fields.some((field) => fields.includes(field)))
  const owners = parts.map((each) => `${each.fields.join(', ')} in ${each.target}`)
  return noKeyMap(name, {
    why: `Its key is made of several fields (${fields.join(', ')}), none of which got new values of its own.`,
    fix:
      owners.length === 0
        ? 'There is nothing to look up: they hold what the file held.'
        : `Look up each field in the model that it refers to: ${owners.join('; ')}. The others hold what the file held.`,
  })
}

function findColumn(
  { model, keyColumn, keyColumns }: RecordedModel,
  { models }: Manifest,
): ManifestColumn | undefined {
  const name = keyColumn ?? keyColumns[0]
  const known = models.find((each) => each.name === model)
  return known?.columns.find(({ column }) => column === name)
}

/** How a key may be spelled, as far as the schema tells. */
function spellingOf(column: ManifestColumn | undefined): KeySpelling {
  const native = column?.nativeType?.name
  if (native === 'Uuid') return 'uuid'
  if (native === 'Char') return 'blankPadded'
  return column?.type === 'Int' || column?.type === 'BigInt' ? 'integer' : 'text'
}
