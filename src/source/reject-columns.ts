/** The columns that stand behind those of the original in a file of rejected rows, in this order. */
export const REJECT_COLUMNS = ['_file', '_line', '_column', '_code', '_reason'] as const

/** How many header cells are of the original: all, unless the five of rejected rows are the last. */
export function countOriginalHeaders(headers: readonly string[]): number {
  const first = headers.length - REJECT_COLUMNS.length
  return REJECT_COLUMNS.every((name, index) => headers[first + index] === name)
    ? first
    : headers.length
}
