import { GyroError } from '../error/gyro-error.js'
import { didYouMean } from '../error/suggest.js'
import type { ExcludedModel } from '../manifest/manifest.js'
import type { InflationLimit, SourceFile } from './source-file.js'

export function folderNotFound(folder: string, cause: unknown): GyroError {
  return new GyroError('SOURCE.FOLDER_NOT_FOUND', `The folder ${folder} cannot be read`, {
    why: `The attempt ended with: ${describeFailure(cause)}.`,
    fix: 'Name a folder that holds one CSV file per model.',
    meta: { folder },
    cause,
  })
}

export function unreadableFile(file: string, cause: unknown): GyroError {
  return new GyroError('SOURCE.UNREADABLE_FILE', `${file} cannot be read`, {
    why: `The attempt ended with: ${describeFailure(cause)}.`,
    fix: 'Make the file readable, or remove it from the folder.',
    meta: { file },
    cause,
  })
}

function describeFailure(cause: unknown): string {
  return (cause as Error).message
}

export function emptyFolder(folder: string): GyroError {
  return new GyroError('SOURCE.EMPTY_FOLDER', `${folder} holds no CSV file`, {
    why: 'A file is one model: its name is that of the model or of its table, and it ends in .csv or .tsv, packed or not.',
    fix: 'Name the folder that holds the CSV files.',
    meta: { folder },
  })
}

export function unknownFile(file: string, stem: string, known: readonly string[]): GyroError {
  return new GyroError('SOURCE.UNKNOWN_MODEL', `${file} matches no model`, {
    why: `No model and no table of the manifest is called "${stem}".`,
    fix: `${didYouMean(stem, known)}Rename the file, move it out of the folder or leave it alone with --ignore-unknown; after a change of the schema run npx prisma generate.`,
    meta: { file, stem },
  })
}

export function ambiguousFile(file: string, models: readonly string[]): GyroError {
  return new GyroError('SOURCE.AMBIGUOUS_FILE', `${file} matches several models`, {
    why: `It could be ${models.join(' or ')}.`,
    fix: `Rename the file to the name of the model, such as ${models[0]}.csv.`,
    meta: { file, models },
  })
}

export function duplicateFile(model: string, files: readonly string[]): GyroError {
  return new GyroError('SOURCE.DUPLICATE_FILE', `Two files belong to ${model}`, {
    why: `${files.join(' and ')} both match it.`,
    fix: `Keep one of them, or number them as parts: ${model}.001.csv, ${model}.002.csv.`,
    meta: { model, files },
  })
}

/** A file of something that the schema has but an import never loads. */
export function excludedModel(
  file: string,
  { name, reason }: Pick<ExcludedModel, 'name' | 'reason'>,
): GyroError {
  const why =
    reason === 'view' ? 'is a view: it holds no rows of its own' : 'has @@ignore in the schema'
  return new GyroError(
    'SOURCE.EXCLUDED_MODEL',
    `${file} belongs to ${name}, which is not imported`,
    {
      why: `${name} ${why}.`,
      fix: 'Move the file out of the folder.',
      meta: { file, model: name, reason },
    },
  )
}

export function missingPart(
  model: string,
  { missing, found }: { readonly missing: bigint; readonly found: string },
): GyroError {
  return new GyroError('SOURCE.MISSING_PART', `A part of ${model} is missing`, {
    why: `The numbers of its files run from 0 or 1 without a gap, but ${found} stands where number ${missing} should.`,
    fix: `Add part ${missing}, or number the files again if no rows are missing.`,
    meta: { model, missing: String(missing), found },
  })
}

export function notAFile(file: string, kind: string): GyroError {
  const fix =
    kind === 'a link'
      ? 'Follow links inside the folder with --follow-symlinks, or put the file itself there.'
      : 'Put a regular file there, or send the rows of one model through standard input.'
  return new GyroError('SOURCE.NOT_A_FILE', `${file} is no regular file`, {
    why: `It is ${kind}.`,
    fix,
    meta: { file, kind },
  })
}

export function linkOutside(file: string): GyroError {
  return new GyroError('SOURCE.LINK_OUTSIDE', `${file} leads out of the folder`, {
    why: 'Links are followed to files inside the folder only.',
    fix: 'Put the file itself into the folder.',
    meta: { file },
  })
}

export function noZstd(file: string, version: string): GyroError {
  return new GyroError('SOURCE.NO_ZSTD', `${file} cannot be read by this version of Node`, {
    why: `Node ${version} has no zstd; 22.15, 23.8 and later have.`,
    fix: `Run it with a newer Node, or unpack the file: zstd -d ${file}`,
    meta: { file, version },
  })
}

export function badArchive(file: string, cause: Error): GyroError {
  return new GyroError('SOURCE.BAD_ARCHIVE', `${file} is damaged or no archive`, {
    why: `Unpacking it ended with: ${cause.message}.`,
    fix: 'Pack or copy the file again, then import again: nothing was written.',
    meta: { file },
    cause,
  })
}

export function inflatedTooFar(
  { path: file, bytes, maxInflated }: Pick<SourceFile, 'path' | 'bytes' | 'maxInflated'>,
  limit: number,
): GyroError {
  return new GyroError('SOURCE.INFLATED_TOO_FAR', `${file} becomes larger than it may`, {
    why: `Its ${bytes} bytes hold more than ${limit}: ${describeLimit(maxInflated)}.`,
    fix: 'If the file is what it should be, allow more: --max-inflated 1000x or --max-inflated 200GB.',
    meta: { file, bytes, limit },
  })
}

function describeLimit({ ratio, bytes }: InflationLimit): string {
  const limits = [
    ...(ratio === Number.POSITIVE_INFINITY ? [] : [`${ratio} times its size (beyond 64 MiB)`]),
    ...(bytes === Number.POSITIVE_INFINITY ? [] : [`${bytes} bytes`]),
  ]
  return `the limit is ${limits.join(' or ')}`
}

export function emptyFile(file: string): GyroError {
  return new GyroError('SOURCE.EMPTY_FILE', `${file} has no header`, {
    why: 'It holds no row at all; a model without rows still needs its line of column names.',
    fix: 'Write the column names as the first line, or remove the file.',
    meta: { file },
  })
}

/** A file that an export wrote is gone. */
export function exportIncomplete(folder: string, model: string, file: string): GyroError {
  return new GyroError('SOURCE.EXPORT_INCOMPLETE', `The export lacks ${file}`, {
    why: `export.json in ${folder} says that it holds the rows of ${model}, and it is not there.`,
    fix: 'Copy the whole folder again, or leave the model out with --models.',
    meta: { folder, model, file },
  })
}

/** @param version As the file says. */
export function otherExportRecord(file: string, version: unknown): GyroError {
  return new GyroError('SOURCE.EXPORT_RECORD', `${file} is of another version of prisma-gyro`, {
    why: `It is of version ${JSON.stringify(version) ?? 'none'}; this program reads version 1.`,
    fix: 'Update prisma-gyro, or export again with this version.',
    meta: { file },
  })
}

export function badExportRecord(file: string): GyroError {
  return new GyroError('SOURCE.EXPORT_RECORD', `${file} is not as an export writes it`, {
    why: 'What it says of its files is missing or of another shape.',
    fix: 'Export again; or remove it, if the files are what you want to import.',
    meta: { file },
  })
}
