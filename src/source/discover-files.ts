import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { asGyroError, type GyroError } from '../error/gyro-error.js'
import type { Manifest, ManifestModel } from '../manifest/manifest.js'
import {
  ambiguousFile,
  duplicateFile,
  emptyFolder,
  folderNotFound,
  unknownFile,
  unreadableFile,
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
  readonly problems: readonly FileProblem[]
}

/** What is wrong with a file, and the models whose rows it may hold. */
interface FileProblem {
  readonly models: readonly string[]
  readonly error: GyroError
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
  const files: SourceFile[] = []
  const problems: FileProblem[] = []
  for (const name of csvNames) {
    const models = matchModels(name, manifest)
    const taken = files.find(({ model }) => models.includes(model))
    try {
      const model = expectOne(name, models, manifest)
      if (taken !== undefined) throw duplicateFile(model.name, [taken.name, name])
      const file = path.join(folder, name)
      files.push({ model, name, path: file, bytes: await readSize(file) })
    } catch (error) {
      problems.push({ models: models.map((model) => model.name), error: asGyroError(error) })
    }
  }
  const others = names.filter((name) => !csvNames.includes(name))
  return { files, others, problems }
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

/** The models that a file name fits, by the first rule that fits any. */
function matchModels(name: string, { models }: Manifest): readonly ManifestModel[] {
  const stem = stemOf(name)
  const lower = stem.toLowerCase()
  const rules: readonly ((model: ManifestModel) => boolean)[] = [
    (model) => model.name === stem,
    (model) => model.files.includes(stem),
    (model) => model.files.some((file) => file.toLowerCase() === lower),
  ]
  return rules.map((rule) => models.filter(rule)).find((fitting) => fitting.length > 0) ?? []
}

function stemOf(name: string): string {
  return name.slice(0, -'.csv'.length)
}

/** @throws {GyroError} `SOURCE.UNKNOWN_MODEL`, `SOURCE.AMBIGUOUS_FILE`. */
function expectOne(
  name: string,
  [model, ...others]: readonly ManifestModel[],
  { models }: Manifest,
): ManifestModel {
  if (model === undefined) {
    throw unknownFile(
      name,
      stemOf(name),
      models.flatMap(({ files }) => files),
    )
  }
  if (others.length > 0) {
    throw ambiguousFile(
      name,
      [model, ...others].map((candidate) => candidate.name),
    )
  }
  return model
}

/** @throws {GyroError} `SOURCE.UNREADABLE_FILE`: also for a pipe, which can be read only once. */
async function readSize(file: string): Promise<number> {
  const found = await stat(file).catch((cause: unknown) => {
    throw unreadableFile(file, cause)
  })
  if (!found.isFile()) {
    throw unreadableFile(file, new Error('it is no regular file'))
  }
  return found.size
}
