import { printable } from './printable.js'

/** Longer lines are hard to read, however wide the terminal is. */
const MAX_WIDTH = 100

/** How the lines of a paragraph begin and where they end. */
export interface Paragraph {
  /** Columns of the terminal; infinite leaves the lines as they are. */
  readonly width: number
  /** In front of the first line. */
  readonly first: string
  /** In front of the others. */
  readonly rest: string
}

/** Breaks a text between words, safe to print. Its own line breaks stay; a long word is not cut. */
export function wrapText(text: string, { width, first, rest }: Paragraph): string[] {
  const limit = Number.isFinite(width) ? Math.min(width, MAX_WIDTH) : width
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    let line = lines.length === 0 ? first : rest
    let isBlank = true
    for (const word of printable(paragraph).split(' ')) {
      if (!isBlank && line.length + 1 + word.length > limit) {
        lines.push(line)
        line = rest
        isBlank = true
      }
      line += isBlank ? word : ` ${word}`
      isBlank = false
    }
    lines.push(line)
  }
  return lines
}
