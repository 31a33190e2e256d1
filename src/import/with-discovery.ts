import type { Manifest } from '../manifest/manifest.js'
import { EncodedRows } from '../rows/encoded-rows.js'
import type { UnwrittenRow } from '../rows/row-fault.js'
import { nameRows } from '../rows/rows-error.js'
import { type Discovery, discoverFiles } from '../source/discover-files.js'
import { buildModelFiles, type ModelFiles } from '../source/source-file.js'
import { type Spool, STREAM_NAME, withSpool } from '../source/spool-input.js'
import type { ResolvedImportOptions } from './resolve-import-options.js'
import type { ImportSource } from './resolve-import-source.js'

/**
 * Finds the files of an import and hands them to `use`. What comes as a stream or as rows is a file for
 * as long as that takes.
 *
 * @throws {GyroError} `SOURCE.FOLDER_NOT_FOUND`, `SOURCE.EMPTY_FOLDER`; `SOURCE.UNREADABLE_FILE` for a
 * stream that fails; `ROWS.*` for rows.
 */
export async function withDiscovery<Result>(
  { source, signal, checksRows }: Pick<ResolvedImportOptions, 'source' | 'signal' | 'checksRows'>,
  manifest: Manifest,
  use: (discovery: Discovery) => Promise<Result>,
): Promise<Result> {
  if (source.kind === 'folder') {
    return use(await discoverFiles(source.folder, manifest, source.options))
  }
  return withSpool(signal, async (spool) => {
    const files =
      source.kind === 'rows'
        ? await spoolRows(source, manifest, { spool, checksRows })
        : [buildModelFiles(source.model, [await spool(STREAM_NAME, source.input)])]
    return use({ files, problems: [], warnings: [], isExport: false })
  })
}

/**
 * One model after the other, in the order in which they are given. Where rows are checked later, one
 * that cannot be written does not end that.
 */
async function spoolRows(
  { rows }: Extract<ImportSource, { kind: 'rows' }>,
  { enums }: Manifest,
  { spool, checksRows }: { readonly spool: Spool; readonly checksRows: boolean },
): Promise<readonly ModelFiles[]> {
  const files: ModelFiles[] = []
  for (const { model, input } of rows) {
    const unwritten = new Map<number, UnwrittenRow>()
    const onUnwritten = checksRows
      ? (row: number, fault: UnwrittenRow) => void unwritten.set(row, fault)
      : null
    const encoded = new EncodedRows(model, enums, { rows: input, onUnwritten })
    const file = await spool(nameRows(model.name), encoded)
    files.push(buildModelFiles(model, [file], { fields: encoded.fields, unwritten }))
  }
  return files
}
