import type { ColumnAction } from '../keys/column-action.js'
import { IdentityKeys } from '../keys/identity-keys.js'
import type { KeySpelling } from '../keys/key-spelling.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import type { LoadContext, ReportProgress } from './load-context.js'
import { parseCopyRows } from './parse-copy-rows.js'
import { remapColumns } from './remapped-rows.js'

/** The key column of a model. */
interface KeyColumn {
  /** Place in the file, counted from 0. */
  readonly index: number
  readonly spelling: KeySpelling
}

/** The source keys of the files of a model, normalized, some thousand at a time. */
export async function* readKeyTexts(
  context: LoadContext,
  model: PreparedModel,
  { index, spelling, onProgress }: KeyColumn & { readonly onProgress: ReportProgress },
): AsyncGenerator<readonly string[]> {
  const actions = model.columns.map(
    (_, place): ColumnAction =>
      place === index ? { kind: 'textKey', keys: new IdentityKeys(spelling) } : { kind: 'drop' },
  )
  for await (const chunk of remapColumns(context, model, { actions, onProgress }).chunks) {
    yield parseCopyRows(chunk).map(([source]) => source as string)
  }
}
