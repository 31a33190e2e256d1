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

const EXTENSION = /\.[ct]sv(?:\.gz|\.zst)?$/i

/** `Order.rejected.csv` holds rows of Order. */
const REJECTED = /\.rejected$/i

export function isCsvName(name: string): boolean {
  return EXTENSION.test(name)
}

/** Whether tabs are what such a file has between fields. */
export function isTsvName(name: string): boolean {
  return /\.tsv(?:\.\w+)?$/i.test(name)
}

/**
 * The ways to read a name for which `isCsvName` holds: a number may belong to the model's own name, and
 * so may the ending of files with rejected rows.
 */
export function readFileName(name: string): readonly [FileName, ...FileName[]] {
  const stem = name.replace(EXTENSION, '')
  if (REJECTED.test(stem)) {
    const read = { name, part: null, compression: compressionOf(name) }
    return [
      { ...read, stem },
      { ...read, stem: stem.replace(REJECTED, '') },
    ]
  }
  const whole = { name, stem, part: null, compression: compressionOf(name) }
  const [, digits] = /[^.]\.(\d+)$/.exec(stem) ?? []
  return digits === undefined
    ? [whole]
    : [whole, { ...whole, stem: stem.slice(0, -digits.length - 1), part: BigInt(digits) }]
}

function compressionOf(name: string): Compression | null {
  if (/\.gz$/i.test(name)) return 'gzip'
  return /\.zst$/i.test(name) ? 'zstd' : null
}
