import { GyroError } from '../error/gyro-error.js'
import { didYouMean } from '../error/suggest.js'

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
    why: 'A file is one model: its name is that of the model or of its table, and it ends in .csv.',
    fix: 'Name the folder that holds the CSV files.',
    meta: { folder },
  })
}

export function unknownFile(file: string, stem: string, known: readonly string[]): GyroError {
  return new GyroError('SOURCE.UNKNOWN_MODEL', `${file} matches no model`, {
    why: `No model and no table of the manifest is called "${stem}".`,
    fix: `${didYouMean(stem, known)}Rename the file or move it out of the folder; after a change of the schema run npx prisma generate.`,
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
    fix: 'Keep one of them, or put the rows of both into one file.',
    meta: { model, files },
  })
}

export function emptyFile(file: string): GyroError {
  return new GyroError('SOURCE.EMPTY_FILE', `${file} has no header`, {
    why: 'It holds no row at all; a model without rows still needs its line of column names.',
    fix: 'Write the column names as the first line, or remove the file.',
    meta: { file },
  })
}

export function unknownHeader(
  file: string,
  wrong: { readonly header: string; readonly column: number; readonly model: string },
  known: readonly string[],
): GyroError {
  const { header, column, model } = wrong
  return new GyroError('SOURCE.UNKNOWN_HEADER', `${file} has a column that ${model} does not`, {
    why: `Column ${column} of line 1 is "${header}", which is no field and no column of ${model}.`,
    fix: `${didYouMean(header, known)}Rename the column, or remove it from the file.`,
    meta: { file, line: 1, column, header, model },
  })
}

export function duplicateHeader(
  file: string,
  field: string,
  headers: readonly [string, string],
): GyroError {
  return new GyroError('SOURCE.DUPLICATE_HEADER', `${file} has a column twice`, {
    why: `"${headers[0]}" and "${headers[1]}" of line 1 both mean the field "${field}".`,
    fix: 'Remove one of the two columns.',
    meta: { file, line: 1, field, headers },
  })
}
