import type { Manifest } from '../manifest/manifest.js'
import { type Discovery, discoverFiles } from '../source/discover-files.js'
import { buildModelFiles } from '../source/source-file.js'
import { withSpooledInput } from '../source/spool-input.js'
import type { ResolvedImportOptions } from './resolve-import-options.js'

/**
 * Finds the files of an import and hands them to `use`. What comes as a stream is a file for as long
 * as that takes.
 *
 * @throws {GyroError} `SOURCE.FOLDER_NOT_FOUND`, `SOURCE.EMPTY_FOLDER`; `SOURCE.UNREADABLE_FILE` for a
 * stream that fails.
 */
export async function withDiscovery<Result>(
  { source, signal }: Pick<ResolvedImportOptions, 'source' | 'signal'>,
  manifest: Manifest,
  use: (discovery: Discovery) => Promise<Result>,
): Promise<Result> {
  if (source.kind === 'folder') {
    return use(await discoverFiles(source.folder, manifest, source.options))
  }
  return withSpooledInput(source.input, signal, (file) =>
    use({ files: [buildModelFiles(source.model, [file])], problems: [], warnings: [] }),
  )
}
