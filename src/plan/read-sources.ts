import {
  type CsvDialect,
  type CsvOptions,
  dialectOfRows,
  resolveCsvDialect,
} from '../csv/csv-dialect.js'
import { asGyroError, type GyroError } from '../error/gyro-error.js'
import { DELIMITERS, detectDelimiter } from '../source/detect-delimiter.js'
import { isTsvName } from '../source/file-name.js'
import { headerDiffers, unusedIgnore } from '../source/header-error.js'
import {
  type HeaderOptions,
  headerOptionsOf,
  type ModelHeaderOptions,
} from '../source/header-options.js'
import { matchHeaders } from '../source/match-headers.js'
import { type CsvHead, readHead } from '../source/read-head.js'
import type { ModelFiles } from '../source/source-file.js'
import type { Strategy } from './import-plan.js'
import type { SourceModel } from './source-model.js'

/** How files are read and what their columns mean. */
export interface ReadOptions {
  readonly csv: CsvOptions
  readonly columns: HeaderOptions
  readonly strategyOf: (model: string) => Strategy
  /** Whether all rows are looked at later, those of another width too. */
  readonly checksRows: boolean
  /** Schema of models without `@@schema`. */
  readonly schema: string
}

/** The models of an import with what the beginning of their files says. */
export interface ReadSources {
  readonly sources: readonly SourceModel[]
  readonly problems: readonly GyroError[]
  readonly warnings: readonly string[]
}

/** Files that are read at a time: the system is asked for the next ones while others are looked at. */
const FILES_AT_ONCE = 8

/** Reads the beginning of each file and finds the columns that its header names. */
export async function readSources(
  files: readonly ModelFiles[],
  options: ReadOptions,
): Promise<ReadSources> {
  const sources: SourceModel[] = []
  const problems: GyroError[] = []
  const warnings: string[] = []
  const ignoredBy = new Set<string>()
  for (let from = 0; from < files.length; from += FILES_AT_ONCE) {
    const some = files.slice(from, from + FILES_AT_ONCE)
    const reads = await Promise.allSettled(some.map((file) => readSource(file, options)))
    for (const read of reads) {
      if (read.status === 'rejected') {
        problems.push(asGyroError(read.reason))
        continue
      }
      sources.push(read.value.source)
      problems.push(...read.value.problems)
      warnings.push(...read.value.warnings)
      for (const entry of read.value.ignoredBy) ignoredBy.add(entry)
    }
  }
  const headers = sources.flatMap((source) => source.headers)
  // Where a file could not be read, the column may be one of it.
  const unused = options.columns.ignored.filter((entry) => !ignoredBy.has(entry))
  if (sources.length === files.length) {
    problems.push(...unused.map((entry) => unusedIgnore(entry, headers)))
  }
  return { sources, problems, warnings }
}

interface ReadSource {
  readonly source: SourceModel
  readonly problems: readonly GyroError[]
  readonly warnings: readonly string[]
  readonly ignoredBy: readonly string[]
}

/**
 * Reads the beginning of the files of one model.
 *
 * @throws {GyroError} `SOURCE.*`, `CSV.*` where it cannot be read.
 */
export async function readSource(file: ModelFiles, options: ReadOptions): Promise<ReadSource> {
  const { model } = file
  const choices = headerOptionsOf(model.name, options.columns)
  const { dialect, warnings } = await chooseDialect(file, options.csv, choices)
  const [firstPart, ...otherParts] = file.parts
  const first = await readHead(firstPart, dialect, options.checksRows)
  const heads = [first]
  const problems: GyroError[] = []
  for (const part of otherParts) {
    const head = await readHead(part, dialect, options.checksRows)
    heads.push(head)
    problems.push(...compareHeaders({ first: file.path, file: part.path }, first, head))
  }
  const headers = file.fields ?? choices.headers ?? first.headers
  const matched = matchHeaders(
    {
      file: file.path,
      headers,
      model,
      delimiter: String.fromCharCode(dialect.delimiter),
      isHeadless: choices.headers !== null,
    },
    choices,
  )
  const isUniform = heads.every(({ lineEnd }) => lineEnd === first.lineEnd)
  return {
    source: {
      model,
      file,
      dialect: {
        ...dialect,
        lineEnd: isUniform ? first.lineEnd : 'mixed',
        isDetected: options.csv.delimiter === 'auto',
      },
      table: { schema: model.schema ?? options.schema, table: model.table },
      strategy: options.strategyOf(model.name),
      conflict: null,
      headers,
      columns: matched.columns,
      estimatedRows: heads.reduce((sum, head) => sum + head.estimatedRows, 0),
    },
    problems: [...problems, ...matched.problems],
    warnings: [...warnings, ...matched.warnings],
    ignoredBy: matched.ignoredBy,
  }
}

/** The first part decides for all: one that is written otherwise has another header then. */
async function chooseDialect(
  { name, path, model, parts, fields }: ModelFiles,
  csv: CsvOptions,
  { headers, map, ignoredBy }: ModelHeaderOptions,
): Promise<{ readonly dialect: CsvDialect; readonly warnings: readonly string[] }> {
  if (fields !== null) return { dialect: dialectOfRows(fields.length), warnings: [] }
  const headlessWidth = headers?.length ?? null
  if (csv.delimiter !== 'auto') {
    const delimiter = csv.delimiter ?? (isTsvName(name) ? '\t' : ',')
    return { dialect: resolveCsvDialect({ ...csv, delimiter }, headlessWidth), warnings: [] }
  }
  const known = new Set(model.columns.flatMap((column) => column.headers.map(lowerCase)))
  const isKnown = (header: string) =>
    known.has(header.toLowerCase()) || map.has(header) || ignoredBy(header) !== null
  const found = await detectDelimiter(parts[0], { csv, headlessWidth, isKnown })
  const [fallback] = DELIMITERS
  return {
    dialect: resolveCsvDialect({ ...csv, delimiter: found ?? fallback }, headlessWidth),
    warnings: found === null ? [`${path} seems to have one column: read with commas.`] : [],
  }
}

function lowerCase(text: string): string {
  return text.toLowerCase()
}

/** The rows of all parts go to the same columns. */
function compareHeaders(
  place: { readonly first: string; readonly file: string },
  { headers: wanted }: CsvHead,
  { headers: found }: CsvHead,
): readonly GyroError[] {
  const length = Math.max(found.length, wanted.length)
  const index = Array.from({ length }, (_, cell) => cell).find((i) => found[i] !== wanted[i])
  if (index === undefined) {
    return []
  }
  const cell = { index, wanted: wanted[index] ?? null, found: found[index] ?? null }
  return [headerDiffers(place, cell)]
}
