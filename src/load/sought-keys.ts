import type { KeySpelling } from '../keys/key-spelling.js'
import type { PreparedModel, PreparedReference } from '../plan/prepared-import.js'

/** Columns of a model that are looked through for the rows of references. */
export interface SoughtKeys {
  /** For `LoadContext.sourceKeys`. */
  readonly name: string
  readonly model: string
  /** Database names. */
  readonly columns: readonly string[]
  readonly spellings: readonly KeySpelling[]
}

/** The name of the keys that a reference is looked up in. */
export function nameSoughtKeys({
  targetModel,
  targetColumns,
}: Pick<PreparedReference, 'targetModel' | 'targetColumns'>): string {
  return JSON.stringify([targetModel, targetColumns])
}

/** The keys that the references of some models are looked up in, each once. */
export function listSoughtKeys(models: readonly PreparedModel[]): readonly SoughtKeys[] {
  const sought = models
    .flatMap(({ references }) => references)
    .filter(({ missing }) => missing.guards.length > 0)
    .map((reference): SoughtKeys => {
      const { targetModel: model, targetColumns: columns, missing } = reference
      return { name: nameSoughtKeys(reference), model, columns, spellings: missing.spellings ?? [] }
    })
  return [...new Map(sought.map((keys) => [keys.name, keys])).values()]
}
