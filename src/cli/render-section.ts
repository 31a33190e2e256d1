import type { Look } from './terminal.js'
import { wrapText } from './wrap-text.js'

/**
 * A heading and indented lines below it; null when there is no line.
 *
 * @param why One sentence about all lines, below them.
 */
export function renderSection(
  heading: string,
  lines: readonly string[],
  { colors, width }: Look,
  why: string | null = null,
): string | null {
  if (lines.length === 0) {
    return null
  }
  const told = lines.flatMap((line) => wrapText(line, { width, first: '  ', rest: '    ' }))
  const reason = why === null ? [] : wrapText(why, { width, first: '    ', rest: '    ' })
  const body = [...told, ...reason.map((line) => colors.dim(line))]
  return `${colors.bold(heading)}\n${body.join('\n')}`
}
