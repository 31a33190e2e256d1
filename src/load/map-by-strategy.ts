import type { CsvPosition } from '../csv/csv-error.js'
import type { GyroError } from '../error/gyro-error.js'
import type { IdRemappingStrategy } from '../keys/id-remapping-strategy.js'
import { KeyPairs } from '../keys/key-pairs.js'
import { normalizeKey } from '../keys/key-spelling.js'
import { duplicateKey, strategyFailed } from '../keys/keys-error.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import type { CustomKey } from '../plan/prepared-key.js'
import { readNumberingOf } from '../postgres/numbering.js'
import { advanceSequence } from '../postgres/sequence.js'
import { expectPosition } from './find-position.js'
import type { LoadContext, ReportProgress } from './load-context.js'
import { readKeyTexts } from './read-key-texts.js'

/** A model whose keys are mapped by a strategy of the user. */
export type CustomModel = PreparedModel & { readonly key: CustomKey }

/**
 * Hands the source keys of a model to a strategy of the user and keeps what it gives. The sequence of
 * the column, where it has one, is moved past the highest of them.
 *
 * @throws {GyroError} `KEYS.STRATEGY_FAILED`, `KEYS.DUPLICATE`; `CSV.*`, `KEYS.*` for the files.
 */
export async function mapByStrategy(
  context: LoadContext,
  model: CustomModel,
  strategy: IdRemappingStrategy,
  onProgress: ReportProgress,
): Promise<{ readonly rows: number; readonly keys: KeyPairs }> {
  const { spelling } = model.key
  const keys = new KeyPairs(spelling)
  let highest: bigint | null = null
  for await (const sources of readKeyTexts(context, model, { ...model.key, onProgress })) {
    const repeated = findRepeated(sources, keys)
    if (repeated !== null) {
      throw await explainRepeated(context, model, repeated)
    }
    const targets = await callStrategy(strategy, sources, model)
    for (const [place, source] of sources.entries()) {
      const target = targets[place] as string
      keys.add(source, target)
      if (spelling === 'integer' && (highest === null || BigInt(target) > highest)) {
        highest = BigInt(target)
      }
    }
  }
  if (highest !== null) {
    await movePast(context, model, highest)
  }
  return { rows: keys.size, keys }
}

/** A source key that came before; null when there is none. */
function findRepeated(sources: readonly string[], keys: KeyPairs): string | null {
  const seen = new Set<string>()
  for (const source of sources) {
    if (seen.has(source) || keys.targetOf(source) !== null) return source
    seen.add(source)
  }
  return null
}

async function explainRepeated(
  context: LoadContext,
  model: CustomModel,
  repeated: string,
): Promise<GyroError> {
  const places: CsvPosition[] = []
  let row = 0
  for await (const sources of readKeyTexts(context, model, {
    ...model.key,
    onProgress: () => {},
  })) {
    for (const source of sources) {
      row++
      if (source === repeated && places.length < 2) {
        places.push(await expectPosition(row, model.key.index, model))
      }
    }
  }
  return duplicateKey({ model: model.model, header: model.key.header }, places)
}

/** Target keys as PostgreSQL writes them. */
async function callStrategy(
  strategy: IdRemappingStrategy,
  sources: readonly string[],
  { model, table, key }: CustomModel,
): Promise<readonly string[]> {
  const { column, type, spelling } = key
  const failed = (why: string, cause?: unknown) =>
    strategyFailed(model, { strategy: strategy.name, why, cause })
  let targets: unknown
  try {
    targets = await strategy.mapKeys(sources, { model, table, column, type })
  } catch (error) {
    throw failed('Its mapKeys threw an error, which is the cause of this one', error)
  }
  if (!Array.isArray(targets) || targets.length !== sources.length) {
    throw failed(`Its mapKeys must give an array of ${sources.length} keys for as many`)
  }
  return targets.map((target) => {
    const key = typeof target === 'string' ? normalizeKey(spelling, target) : null
    if (key === null) throw failed(`Its mapKeys gave a key that is no text for the type ${type}`)
    return key
  })
}

/** Rows that are there may be above those that come. */
async function movePast(
  { client }: LoadContext,
  { table, key }: CustomModel,
  highest: bigint,
): Promise<void> {
  const { sequence } = key
  if (sequence === null) return
  const { highest: stored } = await readNumberingOf(client, { ...key, table })
  const past = stored !== null && stored > highest ? stored : highest
  await advanceSequence(client, { sequence, table, past })
}
