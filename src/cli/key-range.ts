import { formatCount } from './quantity.js'

/** Lowest and highest key as decimal text. */
export interface KeyRange {
  readonly from: string
  readonly to: string
  /** Whether `to` is only about right. */
  readonly isEstimate?: boolean
}

/**
 * Gives what writes the ranges of a column: `    41 – 52`, `90 001 – 131 203`, their dashes below each
 * other. A single key is no range, and texts stay as they are.
 */
export function alignRanges(
  ranges: readonly (KeyRange | string)[],
): (range: KeyRange | string) => string {
  const widths = ranges.map((range) =>
    typeof range === 'string' ? 0 : formatCount(range.from).length,
  )
  const width = Math.max(...widths)
  return (range) => {
    if (typeof range === 'string') {
      return range
    }
    const from = formatCount(range.from).padStart(width)
    if (range.from === range.to && range.isEstimate !== true) return from
    const to = `${range.isEstimate === true ? '≈' : ''}${formatCount(range.to)}`
    return `${from} – ${to}`
  }
}
