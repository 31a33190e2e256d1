import type { Compression } from './source-file.js'

/** A name of a CSV file, taken apart. */
export interface FileName {
  /** As it stands in the folder. */
  readonly name: string
  /** What has to be the name of a model. */
  readonly stem: string
  /** Number of the part in `Order.001.csv`; null when the name has none. */
  readonly part: bigint | null
  readonly compression: Compression | null
}

const PATTERN = /^(?<stem>.*)\.(?:csv|tsv)(?:\.(?<packed>gz|zst))?$/is
const PART = /^(?<stem>.+)\.(?<digits>\d+)$/s

export function isCsvName(name: string): boolean {
  return PATTERN.test(name)
}

/** Whether tabs are what such a file has between fields. */
export function isTsvName(name: string): boolean {
  return /\.tsv(\.\w+)?$/i.test(name)
}

/** The ways to read a name for which `isCsvName` holds: a number may belong to the model's own name. */
export function readFileName(name: string): readonly [FileName, ...FileName[]] {
  const { stem = '', packed } = PATTERN.exec(name)?.groups ?? {}
  const compression = packed === undefined ? null : /^gz$/i.test(packed) ? 'gzip' : 'zstd'
  const whole: FileName = { name, stem, part: null, compression }
  const { stem: owner, digits } = PART.exec(stem)?.groups ?? {}
  return owner === undefined || digits === undefined
    ? [whole]
    : [whole, { ...whole, stem: owner, part: BigInt(digits) }]
}
