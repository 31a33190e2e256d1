import { hashIdentity, hashKey, MAX_PROBES } from '../keys/hash-key.js'
import { KeyPairs } from '../keys/key-pairs.js'
import { hashesCollide } from '../keys/keys-error.js'
import type { HashedKey } from '../plan/prepared-import.js'
import { type PostgresClient, queryRows } from '../postgres/client.js'
import { copyIn } from '../postgres/copy-in.js'
import { copyOut } from '../postgres/copy-out.js'
import { displayName, qualify, type TableName } from '../postgres/identifier.js'
import {
  collidingRows,
  createHashes,
  hashedKeys,
  retryHashes,
  stagedIdentities,
} from './hash-staging.js'
import type { RowMatch } from './key-staging.js'
import type { LoadContext, ReportProgress } from './load-context.js'
import { parseCopyRows } from './parse-copy-rows.js'
import { type KeyedModel, withStagedKeys } from './stage-keys.js'

/** A model whose keys are hashed. */
export type HashedModel = KeyedModel & { readonly key: HashedKey }

/** Where the hashes of a model go, and those of the models that it refers to are. */
export interface HashPlaces {
  readonly hashes: TableName
  /** By model; those whose keys are hashed. */
  readonly parents: ReadonlyMap<string, TableName>
}

/** Of the digits of an identity. */
const IDENTITY_BYTES = 32

/** Rows that are sent at a time. */
const ROWS_PER_CHUNK = 4096

/**
 * Finds a key for every row that is made of nothing but its business key. Where that is another row's,
 * of the files or of the table, the next one is tried, so that a second import comes to the same keys.
 *
 * @returns Source keys with target keys.
 * @throws {GyroError} `KEYS.HASH_COLLISION`; what `withStagedKeys` throws.
 */
export function hashRows(
  context: LoadContext,
  model: HashedModel,
  { places, onProgress }: { readonly places: HashPlaces; readonly onProgress: ReportProgress },
): Promise<{ readonly rows: number; readonly keys: KeyPairs }> {
  const { client } = context
  const { key, table, businessKey } = model
  const { hashes } = places
  const match = { table, businessKey, key: key.column, nullsEqual: true, partial: null }
  return withStagedKeys(context, model, { match, onProgress }, async (rows) => {
    const identities = await readIdentities(client, model, { places, rows })
    await client.query(createHashes(hashes, key.type).text)
    const columns = ['place', 'key', 'identity']
    await copyIn(client, { ...hashes, columns }, writeHashes(model, identities), context.signal)
    await client.query(`analyze ${qualify(hashes)}`)
    await resolveCollisions(client, model, { hashes, match })
    const keys = new KeyPairs(key.spelling)
    for await (const chunk of copyOut(client, hashedKeys(hashes))) {
      for (const [source, target] of parseCopyRows(chunk)) {
        keys.add(source as string, target as string)
      }
    }
    return { rows, keys }
  })
}

/** What the rows are, one behind the other: 32 bytes each. */
async function readIdentities(
  client: PostgresClient,
  { model, columns, businessKey }: HashedModel,
  { places, rows }: { readonly places: HashPlaces; readonly rows: number },
): Promise<Buffer> {
  const hashed = businessKey.map(({ column, index }) => {
    const role = columns[index]?.role
    const owner = role?.kind === 'reference' ? role.owner : null
    return { column, identities: (owner === null ? null : places.parents.get(owner)) ?? null }
  })
  const kinds = hashed.map(({ identities }) => (identities === null ? 'value' : 'identity'))
  const identities = Buffer.alloc(rows * IDENTITY_BYTES)
  let offset = 0
  // A role may want other texts of its values; hashes are made of these.
  await client.query(PLAIN_TEXTS)
  for await (const chunk of copyOut(client, stagedIdentities(hashed))) {
    for (const row of parseCopyRows(chunk)) {
      const parts = row.map((text, part) => ({ kind: kinds[part] as 'value' | 'identity', text }))
      offset += identities.write(hashIdentity(model, parts), offset, 'hex')
    }
  }
  return identities
}

/** Dates and times are those of ISO 8601 in UTC all along: see `withTransaction`. */
const PLAIN_TEXTS =
  "set local extra_float_digits = 1; set local bytea_output = 'hex'; set local intervalstyle = 'postgres'"

async function* writeHashes(
  { model, key }: HashedModel,
  identities: Buffer,
): AsyncGenerator<Buffer> {
  const kind = { model, type: key.hash }
  const rows = identities.length / IDENTITY_BYTES
  for (let from = 0; from < rows; from += ROWS_PER_CHUNK) {
    let text = ''
    for (let row = from; row < Math.min(from + ROWS_PER_CHUNK, rows); row++) {
      const start = row * IDENTITY_BYTES
      const identity = identities.toString('hex', start, start + IDENTITY_BYTES)
      text += `${row}\t${hashKey(kind, identity, 0)}\t${identity}\n`
    }
    yield Buffer.from(text)
  }
}

async function resolveCollisions(
  client: PostgresClient,
  { model, table, key }: HashedModel,
  { hashes, match }: { readonly hashes: TableName; readonly match: RowMatch & { key: string } },
): Promise<void> {
  for (;;) {
    const colliding = await queryRows<{ place: string; probe: number; identity: string }>(
      client,
      collidingRows(hashes, match),
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
