import path from 'node:path'
import { resolveCsvDialect } from '../../src/csv/csv-dialect.js'
import type { ManifestModel } from '../../src/manifest/manifest.js'
import type { FileDialect } from '../../src/source/file-dialect.js'
import {
  buildModelFiles,
  type ModelFiles,
  NO_INFLATION_LIMIT,
  type SourceFile,
} from '../../src/source/source-file.js'

/** A file that is neither a link nor an archive. */
export function buildSourceFile(file: string, parts: Partial<SourceFile> = {}): SourceFile {
  return {
    name: path.basename(file),
    path: file,
    opened: file,
    bytes: 9,
    compression: null,
    maxInflated: NO_INFLATION_LIMIT,
    ...parts,
  }
}

/** The files of a model, one or several parts. */
export function buildFiles(
  model: ManifestModel | string,
  file: string,
  ...others: readonly string[]
): ModelFiles {
  const owner = typeof model === 'string' ? ({ name: model } as ManifestModel) : model
  const parts = others.map((other) => buildSourceFile(other))
  return buildModelFiles(owner, [buildSourceFile(file), ...parts])
}

export const DIALECT: FileDialect = { ...resolveCsvDialect(), lineEnd: 'lf', isDetected: false }
