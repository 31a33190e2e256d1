import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { GyroError } from '../error/gyro-error.js'
import type { Manifest, ManifestModel } from '../manifest/manifest.js'
import {
  ambiguousFile,
  duplicateFile,
  emptyFolder,
  folderNotFound,
  unknownFile,
} from './source-error.js'

/** One CSV file and the model whose rows it holds. */
export interface SourceFile {
  readonly model: ManifestModel
  /** Name inside the folder. */
  readonly name: string
  /** Path as given to the program. */
  readonly path: string
  readonly bytes: number
}

export interface Discovery {
  /** In byte order of their names. */
  readonly files: readonly SourceFile[]
  /** Names of files that are no CSV files and were left alone. */
  readonly others: readonly string[]
  readonly problems: readonly GyroError[]
}

/**
 * Finds the CSV files of a folder and the model of each. Reads no file. Hidden files and folders are
 * left alone. A name must be that of a model, of its table or of `schema.table`; case matters only
 * where two would fit otherwise.
 *
 * @throws {GyroError} `SOURCE.FOLDER_NOT_FOUND`, `SOURCE.EMPTY_FOLDER`.
 */
export async function discoverFiles(folder: string, manifest: Manifest): Promise<Discovery> {
  const names = await listFiles(folder)
  const csvNames = names.filter((name) => /\.csv$/i.test(name))
  if (csvNames.length === 0) {
    throw emptyFolder(folder)
  }
  const problems: GyroError[] = []
  const byModel = new Map<string, SourceFile>()
  for (const name of csvNames) {
    const model = matchModel(name, manifest)
    if (model instanceof Error) {
      problems.push(model)
      continue
    }
    const other = byModel.get(model.name)
    if (other !== undefined) {
      problems.push(duplicateFile(model.name, [other.name, name]))
      continue
    }
    const file = path.join(folder, name)
    byModel.set(model.name, { model, name, path: file, bytes: (await stat(file)).size })
  }
  const others = names.filter((name) => !csvNames.includes(name))
  return { files: [...byModel.values()], others, problems }
}

/** Names of the files of a folder in byte order. */
async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw folderNotFound(folder, cause)
  })
  return entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort()
}

function matchModel(name: string, manifest: Manifest): ManifestModel | GyroError {
  const stem = name.slice(0, -'.csv'.length)
  const lower = stem.toLowerCase()
  const rules: readonly ((model: ManifestModel) => boolean)[] = [
    (model) => model.name === stem,
    (model) => model.files.includes(stem),
    (model) => model.files.some((file) => file.toLowerCase() === lower),
  ]
  for (const rule of rules) {
    const models = manifest.models.filter(rule)
    if (models.length > 1) {
      return ambiguousFile(
        name,
        models.map((model) => model.name),
      )
    }
    if (models[0] !== undefined) {
      return models[0]
    }
  }
  return unknownFile(
    name,
    stem,
    manifest.models.flatMap((model) => model.files),
  )
}
