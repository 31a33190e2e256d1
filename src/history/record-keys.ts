import type { TableName } from '../postgres/identifier.js'
import { historyTable } from './history-schema.js'

/** Sends COPY text into a table, in whatever way rows travel. */
export type SendText = (
  target: TableName & { readonly columns: readonly SentColumn[] },
  text: AsyncIterable<Buffer>,
) => Promise<unknown>

interface SentColumn {
  readonly column: string
  readonly type: string
}

/** Whose keys they are. */
export interface KeyOwner {
  readonly batch: string
  readonly model: string
}

/** Source keys in a row, and the ids that they became: a row of `prisma_gyro.key_range`. */
export interface KeyPiece {
  readonly sourceFrom: bigint
  readonly sourceTo: bigint
  readonly targetFrom: bigint
  readonly targetStep: bigint
  readonly rows: number
  /** Null where all keys from `sourceFrom` to `sourceTo` are meant. */
  readonly runs: Buffer | null
}

/** Integer keys of rows that were there: a row of `prisma_gyro.key_block`. */
export interface KeyBlock {
  readonly sourceFrom: bigint
  readonly sourceTo: bigint
  readonly targetFrom: bigint
  readonly targetTo: bigint
  readonly rows: number
  readonly pairs: Buffer
}

/** A source key and its target key: a row of `prisma_gyro.key_map`. */
export interface KeyPair {
  readonly source: string
  readonly target: string
  /** False for that of a row that was there; null where its row tells. */
  readonly isNew: boolean | null
}

/** Writes the map of integer keys. */
export async function recordKeyRanges(
  send: SendText,
  { batch, model }: KeyOwner,
  pieces: Iterable<KeyPiece>,
): Promise<void> {
  const owner = `${batch}\t${escapeText(model)}`
  async function* lines(): AsyncGenerator<Buffer> {
    let ordinal = 0
    for (const { sourceFrom, sourceTo, targetFrom, targetStep, rows, runs } of pieces) {
      const numbers = [ordinal++, sourceFrom, sourceTo, targetFrom, targetStep, rows].join('\t')
      const bytes = runs === null ? '\\N' : `\\\\x${runs.toString('hex')}`
      yield Buffer.from(`${owner}\t${numbers}\t${bytes}\n`)
    }
  }
  await send({ ...historyTable('key_range'), columns: RANGE_COLUMNS }, lines())
}

/** Writes integer keys of rows that were there already. */
export async function recordKeyBlocks(
  send: SendText,
  { batch, model }: KeyOwner,
  blocks: Iterable<KeyBlock>,
): Promise<void> {
  const owner = `${batch}\t${escapeText(model)}`
  async function* lines(): AsyncGenerator<Buffer> {
    for (const { sourceFrom, sourceTo, targetFrom, targetTo, rows, pairs } of blocks) {
      const numbers = [sourceFrom, sourceTo, targetFrom, targetTo, rows].join('\t')
      yield Buffer.from(`${owner}\t${numbers}\t\\\\x${pairs.toString('hex')}\n`)
    }
  }
  await send({ ...historyTable('key_block'), columns: BLOCK_COLUMNS }, lines())
}

/** Writes keys that follow no rule. No source key may come twice. */
export async function recordKeyPairs(
  send: SendText,
  { batch, model }: KeyOwner,
  pairs: AsyncIterable<readonly KeyPair[]>,
): Promise<void> {
  const owner = `${batch}\t${escapeText(model)}`
  async function* lines(): AsyncGenerator<Buffer> {
    for await (const some of pairs) {
      const text = some.map(
        ({ source, target, isNew }) =>
          `${owner}\t${escapeText(source)}\t${escapeText(target)}\t${isNew ?? '\\N'}\n`,
      )
      yield Buffer.from(text.join(''))
    }
  }
  await send({ ...historyTable('key_map'), columns: MAP_COLUMNS }, lines())
}

const OWNER_COLUMNS: readonly SentColumn[] = [
  { column: 'batch_id', type: 'uuid' },
  { column: 'model', type: 'text' },
]

const RANGE_COLUMNS: readonly SentColumn[] = [
  ...OWNER_COLUMNS,
  { column: 'ordinal', type: 'integer' },
  ...['source_from', 'source_to', 'target_from', 'target_step', 'rows'].map((column) => ({
    column,
    type: 'bigint',
  })),
  { column: 'runs', type: 'bytea' },
]

const BLOCK_COLUMNS: readonly SentColumn[] = [
  ...OWNER_COLUMNS,
  ...['source_from', 'source_to', 'target_from', 'target_to'].map((column) => ({
    column,
    type: 'bigint',
  })),
  { column: 'rows', type: 'integer' },
  { column: 'pairs', type: 'bytea' },
]

const MAP_COLUMNS: readonly SentColumn[] = [
  ...OWNER_COLUMNS,
  { column: 'source_key', type: 'text' },
  { column: 'target_key', type: 'text' },
  { column: 'is_new', type: 'boolean' },
]

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
}

/** As COPY TEXT has it. */
function escapeText(text: string): string {
  return text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] as string)
}
