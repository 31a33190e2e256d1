import { readdir } from 'node:fs/promises'
import { asGyroError, type GyroError } from '../error/gyro-error.js'
import type { ExcludedModel, Manifest, ManifestModel } from '../manifest/manifest.js'
import { type ArrangedParts, arrangeParts } from './arrange-parts.js'
import { changedSinceExport } from './changed-since-export.js'
import {
  EXPORT_RECORD,
  type ExportedModel,
  type ExportRecord,
  readExportRecord,
} from './export-record.js'
import { type FileName, isCsvName, readFileName } from './file-name.js'
import { findSourceFile } from './find-source-file.js'
import type { FolderOptions } from './folder-options.js'
import {
  ambiguousFile,
  emptyFolder,
  excludedModel,
  exportIncomplete,
  folderNotFound,
  unknownFile,
} from './source-error.js'
import { buildModelFiles, type ModelFiles } from './source-file.js'

export interface Discovery {
  /** In byte order of their names. */
  readonly files: readonly ModelFiles[]
  readonly problems: readonly FileProblem[]
  /** Files that were left alone, and why. */
  readonly warnings: readonly string[]
  /** Whether an export of ours wrote the files. */
  readonly isExport: boolean
}

/** What is wrong with a file, and the models whose rows it may hold. */
interface FileProblem {
  readonly models: readonly string[]
  readonly error: GyroError
}

/**
 * Finds the CSV files of a folder and the model of each. Reads no file. Hidden files and folders are
 * left alone. A name must be that of a model, of its table or of `schema.table`; case matters only
 * where two would fit otherwise. Behind it may stand the number of a part: `Order.001.csv`.
 *
 * @throws {GyroError} `SOURCE.FOLDER_NOT_FOUND`, `SOURCE.EMPTY_FOLDER`.
 */
export async function discoverFiles(
  folder: string,
  manifest: Manifest,
  options: FolderOptions,
): Promise<Discovery> {
  const names = await listFiles(folder)
  const csvNames = names.filter(isCsvName)
  const record = names.includes(EXPORT_RECORD) ? await readExportRecord(folder) : null
  if (csvNames.length === 0 && (record?.models.length ?? 0) === 0) {
    throw emptyFolder(folder)
  }
  const warnings = names
    .filter((name) => !isCsvName(name) && !(name === EXPORT_RECORD && record !== null))
    .map((name) => `${name} is no .csv file: it is left alone.`)
  const exported = new Map(record?.models.map((each) => [each.file, each]))
  const problems = findMissingFiles(folder, names, record)
  const byModel = new Map<ManifestModel, readonly [FileName, ...FileName[]]>()
  for (const name of csvNames) {
    const { file, models } = matchName(name, manifest.models)
    const reason = models.length > 0 ? null : whyLeftAlone(name, manifest, options)
    if (reason !== null) {
      warnings.push(`${name} ${reason}: it is left alone.`)
      continue
    }
    try {
      const model = expectOne(file, models, manifest)
      byModel.set(model, [...(byModel.get(model) ?? []), file] as [FileName])
    } catch (error) {
      problems.push({ models: models.map((model) => model.name), error: asGyroError(error) })
    }
  }
  const files: ModelFiles[] = []
  for (const [model, found] of byModel) {
    const { parts, error } = arrangeParts(model.name, found)
    if (error !== null) problems.push({ models: [model.name], error })
    try {
      const found = await findModelFiles(folder, { model, parts }, { ...options, exported })
      files.push(found)
      warnings.push(...warnOfSizes(found))
    } catch (wrong) {
      problems.push({ models: [model.name], error: asGyroError(wrong) })
    }
  }
  return { files, problems, warnings, isExport: record !== null }
}

/** Files that an export wrote and that are gone. */
function findMissingFiles(
  folder: string,
  names: readonly string[],
  record: ExportRecord | null,
): FileProblem[] {
  const missing = record?.models.filter(({ file }) => !names.includes(file)) ?? []
  return missing.map(({ model, file }) => ({
    models: [model],
    error: exportIncomplete(folder, model, file),
  }))
}

/** Files of another size than an export has written: no need to read them. */
function warnOfSizes({ parts }: ModelFiles): readonly string[] {
  return parts
    .filter(({ bytes, exported }) => exported !== undefined && exported.bytes !== bytes)
    .map(({ path }) => changedSinceExport(path))
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

/** How a name is read, and what it fits: as it is, else without the number of a part. */
function matchName<Model extends NamedModel>(
  name: string,
  models: readonly Model[],
): { readonly file: FileName; readonly models: readonly Model[] } {
  const [asItIs, asPart = asItIs] = readFileName(name)
  const matched = matchStem(asItIs, models)
  return matched.length > 0
    ? { file: asItIs, models: matched }
    : { file: asPart, models: matchStem(asPart, models) }
}

type NamedModel = Pick<ExcludedModel, 'name' | 'files'>

/** Those that a stem fits, by the first rule that fits any. */
function matchStem<Model extends NamedModel>(
  { stem }: FileName,
  models: readonly Model[],
): readonly Model[] {
  const lower = stem.toLowerCase()
  const rules: readonly ((model: Model) => boolean)[] = [
    (model) => model.name === stem,
    (model) => model.files.includes(stem),
    (model) => model.files.some((file) => file.toLowerCase() === lower),
  ]
  return rules.map((rule) => models.filter(rule)).find((fitting) => fitting.length > 0) ?? []
}

/** Why a file of no model is none of our business; null when it may be a mistake. */
function whyLeftAlone(
  name: string,
  { excluded }: Manifest,
  { ignoreUnknown }: FolderOptions,
): string | null {
  const [model] = matchName(name, excluded).models
  if (model?.reason === 'skipped') return `belongs to ${model.name}, which @gyro.skip leaves out`
  return model === undefined && ignoreUnknown ? 'matches no model' : null
}

/** @throws {GyroError} `SOURCE.UNKNOWN_MODEL`, `SOURCE.EXCLUDED_MODEL`, `SOURCE.AMBIGUOUS_FILE`. */
function expectOne(
  { name, stem }: FileName,
  [model, ...others]: readonly ManifestModel[],
  { models, excluded }: Manifest,
): ManifestModel {
  const [left] = matchName(name, excluded).models
  if (model === undefined && left !== undefined) {
    throw excludedModel(name, left)
  }
  if (model === undefined) {
    const known = models.flatMap(({ files }) => files)
    throw unknownFile(name, stem, known)
  }
  if (others.length > 0) {
    const names = [model, ...others].map((candidate) => candidate.name)
    throw ambiguousFile(name, names)
  }
  return model
}

/** By the name of the file: what an export says of it. */
type ExportedFiles = ReadonlyMap<string, ExportedModel>

/** @throws {GyroError} what `findSourceFile` throws for one of the parts. */
async function findModelFiles(
  folder: string,
  {
    model,
    parts: [first, ...others],
  }: { readonly model: ManifestModel } & Pick<ArrangedParts, 'parts'>,
  { exported, ...options }: FolderOptions & { readonly exported: ExportedFiles },
): Promise<ModelFiles> {
  const find = async (part: FileName) => {
    const file = await findSourceFile(folder, part, options)
    const written = exported.get(part.name)
    return written === undefined ? file : { ...file, exported: written }
  }
  return buildModelFiles(model, [await find(first), ...(await Promise.all(others.map(find)))])
}
