import { type PostgresClient, queryRows } from '../postgres/client.js'
import type { KeyBlock, KeyOwner, KeyPair, KeyPiece } from './record-keys.js'

/** Integer keys that became others at equal distances, and the place of the piece among those of its model. */
export interface RecordedPiece extends KeyPiece {
  readonly ordinal: number
}

/** A source key and what it became. */
export type RecordedPair = Pick<KeyPair, 'source' | 'target'>

/** The pieces in whose range of source keys a key lies: it may still be in a gap of theirs. */
export function findPiecesOfSource(
  client: PostgresClient,
  owner: KeyOwner,
  source: bigint,
): Promise<RecordedPiece[]> {
  return readPieces(client, owner, {
    condition: 'source_from <= $3 and source_to >= $3',
    values: [String(source)],
  })
}

/** The pieces in whose range of target keys a key lies: it may still be between two steps. */
export function findPiecesOfTarget(
  client: PostgresClient,
  owner: KeyOwner,
  target: bigint,
): Promise<RecordedPiece[]> {
  const last = 'target_from + target_step * (rows - 1)'
  return readPieces(client, owner, {
    condition: `$3::bigint between least(target_from, ${last}) and greatest(target_from, ${last})`,
    values: [String(target)],
  })
}

/** The pieces of a model, one after the other, few in memory at a time. */
export async function* streamPieces(
  client: PostgresClient,
  owner: KeyOwner,
): AsyncGenerator<RecordedPiece> {
  for (let after = -1; ; ) {
    const pieces = await readPieces(client, owner, {
      condition: 'ordinal > $3',
      values: [after],
      limit: PIECES_PER_PAGE,
    })
    yield* pieces
    if (pieces.length < PIECES_PER_PAGE) return
    after = pieces.at(-1)?.ordinal ?? after
  }
}

/** The block in which a source key may be; null where there is none. */
export async function findBlockOfSource(
  client: PostgresClient,
  owner: KeyOwner,
  source: bigint,
): Promise<KeyBlock | null> {
  const [block] = await readBlocks(client, owner, {
    condition: 'source_from <= $3::numeric and source_to >= $3::numeric',
    values: [String(source)],
  })
  return block ?? null
}

/** The blocks in which a target key may be, one after the other: it may be in several. */
export function streamBlocksOfTarget(
  client: PostgresClient,
  owner: KeyOwner,
  target: bigint,
): AsyncGenerator<KeyBlock> {
  return pageBlocks(client, owner, {
    condition: '$3::numeric between target_from and target_to',
    values: [String(target)],
  })
}

/** The blocks of a model in the order of their source keys, few in memory at a time. */
export function streamBlocks(client: PostgresClient, owner: KeyOwner): AsyncGenerator<KeyBlock> {
  return pageBlocks(client, owner, { condition: '$3::boolean', values: [true] })
}

/** The pairs of a model in the order of their source keys, some at a time. */
export async function* streamPairs(
  client: PostgresClient,
  { batch, model }: KeyOwner,
): AsyncGenerator<readonly KeyPair[]> {
  // No key is before the empty text but that itself.
  let after: string | null = null
  for (;;) {
    const pairs: KeyPair[] = await queryRows<KeyPair>(client, {
      text: `\
select source_key as source, target_key as target, is_new as "isNew"
from prisma_gyro.key_map
where batch_id = $1 and model = $2${after === null ? '' : ' and source_key > $3'}
order by source_key
limit ${PAIRS_PER_PAGE}`,
      values: [batch, model, ...(after === null ? [] : [after])],
    })
    yield pairs
    const last = pairs.at(-1)
    if (last === undefined || pairs.length < PAIRS_PER_PAGE) return
    after = last.source
  }
}

/** What a source key became; null for one that is not in the list. */
export async function findTarget(
  client: PostgresClient,
  { batch, model }: KeyOwner,
  source: string,
): Promise<string | null> {
  const [pair] = await queryRows<{ target: string }>(client, {
    text: `\
select target_key as target
from prisma_gyro.key_map
where batch_id = $1 and model = $2 and source_key = $3`,
    values: [batch, model, source],
  })
  return pair?.target ?? null
}

/** The source keys that became a target key: several where rows were merged. Reads the whole list. */
export async function findSources(
  client: PostgresClient,
  { batch, model }: KeyOwner,
  target: string,
): Promise<readonly string[]> {
  const pairs = await queryRows<{ source: string }>(client, {
    text: `\
select source_key as source
from prisma_gyro.key_map
where batch_id = $1 and model = $2 and target_key = $3
order by source_key`,
    values: [batch, model, target],
  })
  return pairs.map(({ source }) => source)
}

async function* pageBlocks(
  client: PostgresClient,
  owner: KeyOwner,
  { condition, values }: Pick<PieceQuery, 'condition' | 'values'>,
): AsyncGenerator<KeyBlock> {
  for (let after: string | null = null; ; ) {
    const blocks: readonly KeyBlock[] = await readBlocks(client, owner, {
      condition: `${condition} and source_from > coalesce($4::bigint, source_from - 1)`,
      values: [...values, after],
    })
    yield* blocks
    if (blocks.length < PIECES_PER_PAGE) return
    after = String(blocks.at(-1)?.sourceTo)
  }
}

async function readBlocks(
  client: PostgresClient,
  { batch, model }: KeyOwner,
  { condition, values }: Pick<PieceQuery, 'condition' | 'values'>,
): Promise<readonly KeyBlock[]> {
  const rows = await queryRows<BlockRow>(client, {
    text: `\
select
  source_from as "sourceFrom",
  source_to as "sourceTo",
  target_from as "targetFrom",
  target_to as "targetTo",
  rows,
  pairs
from prisma_gyro.key_block
where batch_id = $1 and model = $2 and ${condition}
order by source_from
limit ${PIECES_PER_PAGE}`,
    values: [batch, model, ...values],
  })
  return rows.map(({ sourceFrom, sourceTo, targetFrom, targetTo, ...row }) => ({
    ...row,
    sourceFrom: BigInt(sourceFrom),
    sourceTo: BigInt(sourceTo),
    targetFrom: BigInt(targetFrom),
    targetTo: BigInt(targetTo),
  }))
}

/** A piece holds up to some 100 KB. */
const PIECES_PER_PAGE = 64
const PAIRS_PER_PAGE = 4096

interface PieceQuery {
  /** About `$3`. */
  readonly condition: string
  readonly values: readonly unknown[]
  readonly limit?: number
}

/** Integers of 64 bits come as text. */
type PieceRow = Pick<RecordedPiece, 'ordinal' | 'runs'> &
  Readonly<Record<Exclude<keyof KeyPiece, 'runs'>, string>>

type BlockRow = Pick<KeyBlock, 'rows' | 'pairs'> &
  Readonly<Record<Exclude<keyof KeyBlock, 'rows' | 'pairs'>, string>>

async function readPieces(
  client: PostgresClient,
  { batch, model }: KeyOwner,
  { condition, values, limit }: PieceQuery,
): Promise<RecordedPiece[]> {
  const rows = await queryRows<PieceRow>(client, {
    text: `\
select
  ordinal,
  source_from as "sourceFrom",
  source_to as "sourceTo",
  target_from as "targetFrom",
  target_step as "targetStep",
  rows,
  runs
from prisma_gyro.key_range
where batch_id = $1 and model = $2 and ${condition}
order by ordinal${limit === undefined ? '' : `\nlimit ${limit}`}`,
    values: [batch, model, ...values],
  })
  return rows.map((row) => ({
    ordinal: row.ordinal,
    sourceFrom: BigInt(row.sourceFrom),
    sourceTo: BigInt(row.sourceTo),
    targetFrom: BigInt(row.targetFrom),
    targetStep: BigInt(row.targetStep),
    rows: Number(row.rows),
    runs: row.runs,
  }))
}
