import { hashKey, MAX_PROBES } from '../keys/hash-key.js'
import { KeyPairs } from '../keys/key-pairs.js'
import { hashesCollide } from '../keys/keys-error.js'
import type { HashedKey, PreparedIdentity } from '../plan/prepared-key.js'
import { type PostgresClient, queryRows } from '../postgres/client.js'
import { displayName, qualify, type TableName } from '../postgres/identifier.js'
import { collidingRows, createHashes, hashedKeys, retryHashes, sentHashes } from './hash-staging.js'
import type { HashedColumn } from './hashed-column.js'
import { listHashed, type ToldModel } from './list-hashed.js'
import type { LoadContext, ReportProgress } from './load-context.js'
import { readIdentities, writeIdentities } from './read-identities.js'
import { readByCopy } from './read-rows.js'
import { sendByCopy } from './send-rows.js'
import { expectNoRepeats, type KeyedModel, withStagedKeys } from './stage-keys.js'

/** A model whose keys are hashed. */
export type HashedModel = KeyedModel & {
  readonly key: HashedKey
  readonly identity: PreparedIdentity
}

/** Where the hashes of a model go, and the rows that it refers to are told. */
export interface HashPlaces {
  readonly hashes: TableName
  /** By model. */
  readonly parents: ReadonlyMap<string, ToldModel>
}

/**
 * Finds a key for every row that is made of nothing but its business key. Where that is another row's,
 * of the files or of the table, the next one is tried, so that a second import comes to the same keys.
 *
 * @returns Source keys with target keys.
 * @throws {GyroError} `KEYS.HASH_COLLISION`; what `withStagedKeys` and `expectNoRepeats` throw.
 */
export function hashRows(
  context: LoadContext,
  model: HashedModel,
  { places, onProgress }: { readonly places: HashPlaces; readonly onProgress: ReportProgress },
): Promise<{ readonly rows: number; readonly keys: KeyPairs }> {
  const { client, signal, sendRows = sendByCopy, readRows = readByCopy } = context
  const { key, table, businessKey } = model
  const { hashes, parents } = places
  const columns = listHashed(model.identity, parents)
  const match = {
    table,
    businessKey,
    key: key.column,
    nullsEqual: true,
    partial: null,
    fixedKey: [] as const,
  }
  return withStagedKeys(context, model, { match, onProgress }, async (rows) => {
    await expectNoRepeats(client, model, match)
    const identities = await readIdentities(context, model.model, { columns, rows })
    await client.query(createHashes(hashes, key.type).text)
    const kind = { model: model.model, type: key.hash }
    const writeHashes = (all: Buffer) =>
      writeIdentities(all, (identity) => `\t${hashKey(kind, identity, 0)}`)
    const target = { ...hashes, columns: sentHashes(key.type) }
    await sendRows(client, target, writeHashes(identities), signal)
    await client.query(`analyze ${qualify(hashes)}`)
    await resolveCollisions(client, model, { hashes, columns })
    const keys = new KeyPairs(key.spelling)
    for await (const pairs of readRows(client, hashedKeys(hashes), 2)) {
      for (const [source, target] of pairs) {
        keys.add(source as string, target as string)
      }
    }
    return { rows, keys }
  })
}

async function resolveCollisions(
  client: PostgresClient,
  { model, table, key }: HashedModel,
  { hashes, columns }: { readonly hashes: TableName; readonly columns: readonly HashedColumn[] },
): Promise<void> {
  for (;;) {
    const colliding = await queryRows<{ place: string; probe: number; identity: string }>(
      client,
      collidingRows(hashes, { table, key: key.column, columns }),
    )
    if (colliding.length === 0) return
    if (colliding.some(({ probe }) => probe + 1 === MAX_PROBES)) {
      throw hashesCollide(model, displayName(table), MAX_PROBES)
    }
    const retries = colliding.map(({ place, probe, identity }) => ({
      place,
      key: hashKey({ model, type: key.hash }, identity, probe + 1),
    }))
    await queryRows(client, retryHashes(hashes, key.type, retries))
  }
}
