import type { ColumnAction } from '../keys/column-action.js'
import { IdentityKeys } from '../keys/identity-keys.js'
import { SourceKeys } from '../keys/source-keys.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import type { LoadContext, ReportProgress } from './load-context.js'
import { parseCopyRows } from './parse-copy-rows.js'
import { remapColumns } from './remapped-rows.js'
import type { SoughtKeys } from './sought-keys.js'

/**
 * Reads what stands in some columns of the files of a model. Rows with a NULL there are none that could
 * be referred to.
 *
 * @throws {GyroError} `CSV.*`, `KEYS.*` for the files.
 */
export async function readSourceKeys(
  context: LoadContext,
  model: PreparedModel,
  { columns, spellings }: Pick<SoughtKeys, 'columns' | 'spellings'>,
  onProgress: ReportProgress,
): Promise<{ readonly rows: number; readonly keys: SourceKeys }> {
  const keys = new SourceKeys(spellings)
  const actions = model.columns.map(({ column }): ColumnAction => {
    const spelling = spellings[columns.indexOf(column)]
    return spelling === undefined
      ? { kind: 'drop' }
      : { kind: 'textReference', keys: new IdentityKeys(spelling), target: model.model }
  })
  const inFile = model.columns.map(({ column }) => column).filter((name) => columns.includes(name))
  const places = columns.map((column) => inFile.indexOf(column))
  const { chunks, sent } = remapColumns(context, model, { actions, onProgress })
  for await (const chunk of chunks) {
    for (const row of parseCopyRows(chunk)) {
      const values = places.flatMap((place) => row[place] ?? [])
      if (values.length === columns.length) keys.add(values)
    }
  }
  return { rows: sent.rows, keys }
}
