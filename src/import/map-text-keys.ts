import { FollowedKeys } from '../keys/followed-keys.js'
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
import type { ToldModel } from '../load/list-hashed.js'
import { type CustomModel, mapByStrategy } from '../load/map-by-strategy.js'
import { matchRows } from '../load/match-rows.js'
import type { KeyedModel } from '../load/stage-keys.js'
import { type TellableModel, tellRows } from '../load/tell-rows.js'
import { toldStaging } from '../load/told-staging.js'
import { cannotPin } from '../plan/key-error.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import type { MadeKey, MatchedKey, PreparedPin } from '../plan/prepared-key.js'
import { hasRow } from '../postgres/has-row.js'
import { qualify } from '../postgres/identifier.js'
import { withSideConnection } from '../postgres/side-connection.js'
import { type ImportContext, withFileProgress } from './import-context.js'
import { orderToldModels } from './order-told-models.js'

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
  const keyed = orderToldModels(models)
  if (custom.length > 0 || keyed.length > 0) context.onProgress({ type: 'phase', phase: 'survey' })
  for (const model of custom) {
    const strategy = customStrategies.get(model.model) as IdRemappingStrategy
    await mapCustomKeys(context, model, strategy)
  }
  const told = new Map<string, ToldModel>()
  for (const model of keyed) {
    context.signal.throwIfAborted()
    if (isHashed(model)) {
      await hashModel(context, model, told)
      continue
    }
    if (isKeyed(model)) await matchModel(context, model, make)
    if (isTellable(model)) await tellModel(context, model, told)
  }
  for (const { staging } of told.values()) {
    await context.client.query(`drop table ${qualify(staging)}`)
  }
}

/**
 * No row of the model is loaded: all are the one that is there.
 *
 * @throws {GyroError} `PLAN.PIN`.
 */
export async function pinModel(
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

function isKeyed(model: PreparedModel): model is KeyedModel {
  return model.businessKey !== null
}

function isTellable(model: PreparedModel): model is TellableModel {
  return model.identity !== null
}

function isHashed(model: PreparedModel): model is HashedModel {
  return model.key?.kind === 'hashed' && isKeyed(model) && isTellable(model)
}

async function hashModel(
  context: ImportContext,
  model: HashedModel,
  told: Map<string, ToldModel>,
): Promise<void> {
  const staging = hashStaging(told.size)
  const places = { hashes: staging, parents: told }
  const { keys } = await withFileProgress(context, 'survey', model, (onProgress) =>
    hashRows(context, model, { places, onProgress }),
  )
  told.set(model.model, { staging, identity: 'identity', key: 'key', told: null })
  context.keyMaps.set(model.model, new PairedKeys(model.key.spelling, keys))
}

/** Rows that get their keys some other way, but that hashes of others are made of. */
async function tellModel(
  context: ImportContext,
  model: TellableModel,
  told: Map<string, ToldModel>,
): Promise<void> {
  const places = { staging: toldStaging(told.size), parents: told }
  const found = await withFileProgress(context, 'survey', model, (onProgress) =>
    tellRows(context, model, { places, onProgress }),
  )
  told.set(model.model, found.told)
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
  { client, url, keyMaps }: ImportContext,
  { model, table, key: { otherwise, spelling } }: KeyedModel & { readonly key: MatchedKey },
  { make, others }: { readonly make: MakeKeys; readonly others: IntegerKeySet | null },
): Promise<UnmatchedKeys> {
  switch (otherwise?.kind) {
    case 'made':
      return make(model, otherwise)
    case 'reserved':
      return withSideConnection(url, (side) =>
        new SequentialRemappingStrategy(client, side).mapKeys(others as IntegerKeySet, {
          ...otherwise,
          table,
        }),
      )
    case 'followed': {
      const keys = otherwise.owner === null ? undefined : keyMaps.get(otherwise.owner)
      return keys === undefined ? null : new FollowedKeys(spelling, keys)
    }
    default:
      return null
  }
}
