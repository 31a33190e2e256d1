import { type PostgresClient, queryRows } from '../postgres/client.js'
import type { KeyOwner, KeyPair, KeyPiece } from './record-keys.js'

/** Pieces that are fetched at a time: each may hold some 100 KB. */
const PIECES_PER_FETCH = 100

/** Pairs that are fetched at a time. */
const PAIRS_PER_FETCH = 10_000

/** Reads what `recordKeyRanges` wrote, in that order. Must be read to its end inside a transaction. */
export async function* readKeyRanges(
  client: PostgresClient,
  { batch, model }: KeyOwner,
): AsyncGenerator<KeyPiece> {
  const pieces = readByCursor<FoundPiece>(client, {
    select: `\
select
  source_from::text as "sourceFrom",
  source_to::text as "sourceTo",
  target_from::text as "targetFrom",
  target_step::text as "targetStep",
  rows::float8 as rows,
  runs
from prisma_gyro.key_range
where batch_id = $1 and model = $2
order by ordinal`,
    values: [batch, model],
    count: PIECES_PER_FETCH,
  })
  for await (const some of pieces) {
    for (const { sourceFrom, sourceTo, targetFrom, targetStep, ...piece } of some) {
      yield {
        ...piece,
        sourceFrom: BigInt(sourceFrom),
        sourceTo: BigInt(sourceTo),
        targetFrom: BigInt(targetFrom),
        targetStep: BigInt(targetStep),
      }
    }
  }
}

interface FoundPiece extends Pick<KeyPiece, 'rows' | 'runs'> {
  readonly sourceFrom: string
  readonly sourceTo: string
  readonly targetFrom: string
  readonly targetStep: string
}

/** Reads what `recordKeyPairs` wrote, in any order. Must be read to its end inside a transaction. */
export function readKeyMap(
  client: PostgresClient,
  { batch, model }: KeyOwner,
): AsyncGenerator<readonly KeyPair[]> {
  return readByCursor<KeyPair>(client, {
    select: `\
select source_key as source, target_key as target, is_new as "isNew"
from prisma_gyro.key_map
where batch_id = $1 and model = $2`,
    values: [batch, model],
    count: PAIRS_PER_FETCH,
  })
}

async function* readByCursor<Row>(
  client: PostgresClient,
  query: { readonly select: string; readonly values: readonly unknown[]; readonly count: number },
): AsyncGenerator<readonly Row[]> {
  const { select, values, count } = query
  const text = `declare prisma_gyro_keys no scroll cursor for ${select}`
  await queryRows(client, { text, values })
  while (true) {
    const rows = await queryRows<Row>(client, {
      text: `fetch ${count} from prisma_gyro_keys`,
      values: [],
    })
    if (rows.length > 0) yield rows
    if (rows.length < count) break
  }
  await client.query('close prisma_gyro_keys')
}
