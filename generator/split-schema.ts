import type { SchemaFile } from '../src/project/read-schema-files.js'

/** A place in the user's schema. Lines and columns count from 1. */
export interface SchemaPlace {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** What follows `///`. */
export interface DocComment {
  readonly text: string
  /** Where `text` begins. */
  readonly place: SchemaPlace
}

/** A line of a schema: Prisma's language has every statement on a line of its own. */
export interface SchemaLine {
  /** The statement without comments and the space around it; empty when there is none. */
  readonly code: string
  readonly doc: DocComment | null
  /** Whether the line has nothing at all, not even a comment. */
  readonly isBlank: boolean
}

/** Splits a schema into lines. A comment in slashes and stars is left out, however long it is. */
export function* splitSchema({ path: file, content }: SchemaFile): Iterable<SchemaLine> {
  let number = 1
  let start = 0
  let line = emptyLine()
  for (const { 0: part, 1: code, 2: doc, 3: end, index } of content.matchAll(PART)) {
    if (code !== undefined) {
      line.code += code.trim()
    } else if (doc !== undefined) {
      const column = index - start + '///'.length + 1
      line.doc = { text: doc, place: { file, line: number, column } }
    } else if (end !== undefined) {
      line.isBlank &&= line.code === '' && line.doc === null
      yield line
      number += 1
      start = index + end.length
      line = emptyLine()
    } else {
      for (const { 0: newline, index: inside } of part.matchAll(NEWLINE)) {
        number += 1
        start = index + inside + newline.length
      }
      line.isBlank = false
    }
  }
}

/**
 * Code, with strings as a whole, as they may hold what begins a comment; a doc comment; the end of a
 * line or of the file; another comment.
 */
const PART =
  /((?:[^"/\r\n]+|"(?:[^"\\\r\n]|\\.)*"|\/(?![/*]))+)|\/\/\/([^\r\n]*)|(\r\n|\n|\r|$)|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g

const NEWLINE = /\r\n|\n|\r/g

function emptyLine(): { -readonly [Key in keyof SchemaLine]: SchemaLine[Key] } {
  return { code: '', doc: null, isBlank: true }
}
