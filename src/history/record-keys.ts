import type { PostgresClient } from '../postgres/client.js'
import { copyIn } from '../postgres/copy-in.js'
import { historyTable } from './history-schema.js'

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

/** A source key and its target key: a row of `prisma_gyro.key_map`. */
export interface KeyPair {
  readonly source: string
  readonly target: string
  /** False for that of a row that was there; null where its row tells. */
  readonly isNew: boolean | null
}

/** Writes the map of integer keys. */
export async function recordKeyRanges(
  client: PostgresClient,
  { batch, model }: KeyOwner,
  pieces: Iterable<KeyPiece>,
): Promise<void> {
  const columns = [
    ...['batch_id', 'model', 'ordinal', 'source_from', 'source_to'],
    ...['target_from', 'target_step', 'rows', 'runs'],
  ]
  const owner = `${batch}\t${escapeText(model)}`
  async function* lines(): AsyncGenerator<Buffer> {
    let ordinal = 0
    for (const { sourceFrom, sourceTo, targetFrom, targetStep, rows, runs } of pieces) {
      const numbers = [ordinal++, sourceFrom, sourceTo, targetFrom, targetStep, rows].join('\t')
      const bytes = runs === null ? '\\N' : `\\\\x${runs.toString('hex')}`
      yield Buffer.from(`${owner}\t${numbers}\t${bytes}\n`)
    }
  }
  await copyIn(client, { ...historyTable('key_range'), columns }, lines())
}

/** Writes keys that follow no rule. No source key may come twice. */
export async function recordKeyPairs(
  client: PostgresClient,
  { batch, model }: KeyOwner,
  pairs: AsyncIterable<readonly KeyPair[]>,
): Promise<void> {
  const columns = ['batch_id', 'model', 'source_key', 'target_key', 'is_new']
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
  await copyIn(client, { ...historyTable('key_map'), columns }, lines())
}

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
