import type { LineShifts } from '../csv/line-shifts.js'
import type { ErrorCode } from '../error/error-codes.js'
import type { ManifestModel } from '../manifest/manifest.js'
import type { UnwrittenRow } from '../rows/row-fault.js'
import type { LeftOutRows } from './left-out-rows.js'

/** One file with rows of a model: all that is needed to read it. */
export interface SourceFile {
  /** Name inside the folder; `stdin` for what came as a stream, `rows.Order` for rows of a program. */
  readonly name: string
  /** Path as given to the program, for people. */
  readonly path: string
  /** Path that is opened: where a link leads, or where a stream was kept. */
  readonly opened: string
  /** Size on disk. */
  readonly bytes: number
  readonly compression: Compression | null
  readonly maxInflated: InflationLimit
  /** What an export says of it that wrote it. Default: none did. */
  readonly exported?: { readonly bytes: number; readonly sha256: string }
  /** Default: none. */
  readonly leftOut?: LeftOutRows
  /** Where its lines stand in the original, of which it is a changed copy. Default: where they are. */
  readonly shifts?: LineShifts
}

export type Compression = 'gzip' | 'zstd'

/** How much a compressed file may become. Infinity where a number is no limit. */
export interface InflationLimit {
  /** Times the size of the compressed file. Counts only beyond 64 MiB. */
  readonly ratio: number
  readonly bytes: number
}

/** For what is no archive. */
export const NO_INFLATION_LIMIT: InflationLimit = {
  ratio: Number.POSITIVE_INFINITY,
  bytes: Number.POSITIVE_INFINITY,
}

/** The file of a model, or all of several that hold one part each. */
export interface ModelFiles {
  readonly model: ManifestModel
  /** Name and path of the first part. */
  readonly name: string
  readonly path: string
  /** Of all parts together. */
  readonly bytes: number
  /** In the order of their rows. */
  readonly parts: readonly [SourceFile, ...SourceFile[]]
  /**
   * The fields that the columns hold, where a program gave the rows: these are kept as RFC 4180 has
   * it, without a header. Null where the files say so themselves.
   */
  readonly fields: readonly string[] | null
  /** What is wrong with rows of a program that could not be written, by row, counted from 0. */
  readonly unwritten: ReadonlyMap<number, UnwrittenRow>
  /** What the parts are changed copies of, row by row. Default: they are the originals. */
  readonly originals?: OriginalFiles
}

/** The files of a model as they were before a program changed rows of them. */
interface OriginalFiles extends Pick<ModelFiles, 'parts' | 'bytes'> {
  /** The rows that the program rejected, counted from 0 through all files. */
  readonly rejected: ReadonlyMap<number, RejectedSource>
}

/** Why a row is not to be loaded. */
export interface RejectedSource {
  /** Place in the file, counted from 0; null when the whole row is meant. */
  readonly column: number | null
  readonly code: ErrorCode
  /** Whole sentences. */
  readonly why: string
}

/** What is known of rows that a program gave. */
type GivenRows = Pick<ModelFiles, 'fields' | 'unwritten'>

export function buildModelFiles(
  model: ManifestModel,
  parts: readonly [SourceFile, ...SourceFile[]],
  { fields, unwritten }: GivenRows = { fields: null, unwritten: new Map() },
): ModelFiles {
  const [{ name, path }] = parts
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
  return { model, name, path, bytes, parts, fields, unwritten }
}
