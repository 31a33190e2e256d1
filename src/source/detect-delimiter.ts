import { type CsvOptions, resolveCsvDialect } from '../csv/csv-dialect.js'
import { CsvScanner } from '../csv/csv-scanner.js'
import { isGyroError } from '../error/gyro-error.js'
import { openSourceFile } from './open-source-file.js'
import type { SourceFile } from './source-file.js'

/** What may stand between fields, the likelier first. */
export const DELIMITERS = [',', ';', '\t', '|'] as const

/** Looked at from the beginning of a file. */
const SAMPLE_BYTES = 64 * 1024

/** What a file is compared with. */
export interface DelimiterClues {
  readonly csv: CsvOptions
  /** Fields of a row where no line holds the header. */
  readonly headlessWidth: number | null
  /** Whether a header cell is one of the model. */
  readonly isKnown: (header: string) => boolean
}

/** How the beginning of a file reads with a delimiter. */
interface Reading {
  readonly delimiter: string
  /** Fields of the first row. */
  readonly width: number
  /** Header cells that the model knows. */
  readonly known: number
  readonly isRegular: boolean
}

/**
 * Finds out what stands between the fields of a file: what makes most header cells known, else what
 * gives all rows the same width. Null when there is but one column, whichever it is.
 *
 * @throws {GyroError} `CSV.INVALID_DIALECT`, `SOURCE.BAD_ARCHIVE`.
 */
export async function detectDelimiter(
  file: SourceFile,
  clues: DelimiterClues,
): Promise<string | null> {
  const sample = await readSample(file)
  const [best] = DELIMITERS.flatMap((delimiter) => readWith(delimiter, sample, clues) ?? [])
    .filter(({ width }) => width > 1)
    // Stable: of equals the likelier stays first.
    .sort(
      (a, b) => b.known - a.known || Number(b.isRegular) - Number(a.isRegular) || b.width - a.width,
    )
  return best?.delimiter ?? null
}

interface Sample {
  readonly bytes: Buffer
  readonly isWhole: boolean
}

async function readSample(file: SourceFile): Promise<Sample> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of openSourceFile(file)) {
    chunks.push(Buffer.from(chunk))
    size += chunk.length
    if (size >= SAMPLE_BYTES) {
      return { bytes: Buffer.concat(chunks).subarray(0, SAMPLE_BYTES), isWhole: false }
    }
  }
  return { bytes: Buffer.concat(chunks), isWhole: true }
}

/** Null when the delimiter means something else already, or the first row does not end. */
function readWith(
  delimiter: string,
  { bytes, isWhole }: Sample,
  { csv, headlessWidth, isKnown }: DelimiterClues,
): Reading | null {
  if (csv.quote === delimiter || csv.escape === delimiter || csv.null?.includes(delimiter)) {
    return null
  }
  const scanner = new CsvScanner(resolveCsvDialect({ ...csv, delimiter }, headlessWidth), '')
  scanner.push(bytes)
  if (isWhole) scanner.end()
  let isRegular = true
  try {
    scanner.scan()
  } catch (error) {
    if (!isGyroError(error)) throw error
    // The rows before the one that is wrong are there all the same.
    isRegular = false
  }
  if (scanner.rows === 0) {
    return null
  }
  const cells = Array.from({ length: scanner.width }, (_, field) => scanner.textOf(0, field))
  const known = headlessWidth === null ? cells.filter(isKnown).length : 0
  return { delimiter, width: scanner.width, known, isRegular }
}
