import { FreshKeys } from '../keys/fresh-keys.js'
import type { IdRemappingStrategy } from '../keys/id-remapping-strategy.js'
import type { IntegerKeySet } from '../keys/integer-key-set.js'
import { MatchedKeys, type UnmatchedKeys } from '../keys/matched-keys.js'
import { PairedKeys } from '../keys/paired-keys.js'
import { PinnedKeys } from '../keys/pinned-keys.js'
import { ALL_ROWS } from '../keys/row-set.js'
import { SequentialRemappingStrategy } from '../keys/sequential-remapping-strategy.js'
import { type HashedModel, hashRows } from '../load/hash-rows.js'
import { hashStaging } from '../load/hash-staging.js'
import { type CustomModel, mapByStrategy } from '../load/map-by-strategy.js'
import { matchRows } from '../load/match-rows.js'
import type { KeyedModel } from '../load/stage-keys.js'
import { cannotPin } from '../plan/key-error.js'
import type { MadeKey, MatchedKey, PreparedModel, PreparedPin } from '../plan/prepared-import.js'
import { hasRow } from '../postgres/has-row.js'
import { qualify, type TableName } from '../postgres/identifier.js'
import { type ImportContext, withFileProgress } from './import-context.js'

/** What keys are made of beside their files. */
export interface KeySources {
  /** Random bytes of this run, `SECRET_BYTES` of them. */
  readonly secret: Buffer
  readonly pins: readonly PreparedPin[]
  /** Those of the user, by model. */
  readonly customStrategies: ReadonlyMap<string, IdRemappingStrategy>
}

type MakeKeys = (model: string, key: MadeKey) => FreshKeys

/**
 * Says what becomes of keys that are not counted: those that are made, for which no file is read, those
 * that a strategy of the user maps, and those of rows that are told by a business key.
 */
export async function mapTextKeys(
  context: ImportContext,
  { secret, pins, customStrategies }: KeySources,
): Promise<void> {
  const { models, keyMaps, runAt } = context
  for (const pin of pins) await pinModel(context, pin)
  const make: MakeKeys = (model, { spelling, shape }) =>
    new FreshKeys({ model, spelling, shape, runAt, secret })
  for (const { model, key } of models) {
    if (key?.kind === 'made') keyMaps.set(model, make(model, key))
  }
  const custom = models.filter(isCustom)
  const keyed = inOrder(models)
  if (custom.length > 0 || keyed.length > 0) context.onProgress({ type: 'phase', phase: 'survey' })
  for (const model of custom) {
    const strategy = customStrategies.get(model.model) as IdRemappingStrategy
    await mapCustomKeys(context, model, strategy)
  }
  const hashes = new Map<string, TableName>()
  for (const model of keyed) {
    context.signal.throwIfAborted()
    if (isHashed(model)) await hashModel(context, model, hashes)
    else await matchModel(context, model, make)
  }
  for (const table of hashes.values()) await context.client.query(`drop table ${qualify(table)}`)
}

/** No row of the model is loaded: all are the one that is there. */
async function pinModel(
  { client, keyMaps, skipped }: ImportContext,
  { model, table, column, type, key }: PreparedPin,
): Promise<void> {
  if (!(await hasRow(client, table, { column, type, value: key }))) {
    throw cannotPin(model, 'the database has no row with that key')
  }
  keyMaps.set(model, new PinnedKeys(key))
  skipped.set(model, ALL_ROWS)
}

function isCustom(model: PreparedModel): model is CustomModel {
  return model.key?.kind === 'custom'
}

async function mapCustomKeys(
  context: ImportContext,
  model: CustomModel,
  strategy: IdRemappingStrategy,
): Promise<void> {
  const { keys } = await withFileProgress(context, 'survey', model, (onProgress) =>
    mapByStrategy(context, model, strategy, onProgress),
  )
  context.keyMaps.set(model.model, new PairedKeys(model.key.spelling, keys))
}

/** The models that are told by a business key, each after those whose keys its business key is made of. */
function inOrder(models: readonly PreparedModel[]): readonly KeyedModel[] {
  const ordered = new Set<KeyedModel>()
  const visit = (model: PreparedModel) => {
    if (!isKeyed(model) || ordered.has(model)) return
    for (const { index } of model.businessKey) {
      const role = model.columns[index]?.role
      const owner = role?.kind === 'reference' ? role.owner : null
      for (const other of models.filter((each) => each.model === owner)) visit(other)
    }
    ordered.add(model)
  }
  for (const model of models) visit(model)
  return [...ordered]
}

function isKeyed(model: PreparedModel): model is KeyedModel {
  return model.businessKey !== null
}

function isHashed(model: KeyedModel): model is HashedModel {
  return model.key?.kind === 'hashed'
}

async function hashModel(
  context: ImportContext,
  model: HashedModel,
  hashes: Map<string, TableName>,
): Promise<void> {
  const table = hashStaging(hashes.size)
  const places = { hashes: table, parents: hashes }
  const { keys } = await withFileProgress(context, 'survey', model, (onProgress) =>
    hashRows(context, model, { places, onProgress }),
  )
  hashes.set(model.model, table)
  context.keyMaps.set(model.model, new PairedKeys(model.key.spelling, keys))
}

async function matchModel(
  context: ImportContext,
  model: KeyedModel,
  make: MakeKeys,
): Promise<void> {
  const { rows, there, keys, others } = await withFileProgress(context, 'survey', model, (report) =>
    matchRows(context, model, report),
  )
  // Those that are updated go in like the others, with the key that they have there.
  if (model.conflict === null) context.skipped.set(model.model, there)
  const { key } = model
  if (key?.kind !== 'matched') return
  const mapped = {
    matched: keys,
    others: await mapOthers(context, { ...model, key }, { make, others }),
  }
  context.keyMaps.set(model.model, new MatchedKeys(key.spelling, rows, mapped))
}

/** New keys for the rows that are not there; null where their keys stay. */
async function mapOthers(
  { client, url }: ImportContext,
  { model, table, key: { otherwise } }: KeyedModel & { readonly key: MatchedKey },
  { make, others }: { readonly make: MakeKeys; readonly others: IntegerKeySet | null },
): Promise<UnmatchedKeys> {
  switch (otherwise?.kind) {
    case 'made':
      return make(model, otherwise)
    case 'reserved': {
      const strategy = new SequentialRemappingStrategy(client, url)
      return strategy.mapKeys(others as IntegerKeySet, { ...otherwise, table })
    }
    default:
      return null
  }
}
