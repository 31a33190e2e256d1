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
  /** Where the statement begins; else where the line does. */
  readonly place: SchemaPlace
  readonly doc: DocComment | null
  /** Whether the line has nothing at all, not even a comment. */
  readonly isBlank: boolean
}

/** Splits a schema into lines. A comment in slashes and stars is left out, however long it is. */
export function splitSchema({ path: file, content }: SchemaFile): readonly SchemaLine[] {
  const lines: SchemaLine[] = []
  let number = 1
  let start = 0
  let line = emptyLine({ file, line: number, column: 1 })
  for (const { 0: part, 1: code, 2: doc, 3: end, index } of content.matchAll(PART)) {
    const column = index - start + 1
    if (code !== undefined) {
      addCode(line, code, { file, line: number, column })
    } else if (doc !== undefined) {
      line.doc = { text: doc, place: { file, line: number, column: column + '///'.length } }
      line.isBlank = false
    } else if (end !== undefined) {
      lines.push(line)
      number += 1
      start = index + end.length
      line = emptyLine({ file, line: number, column: 1 })
    } else {
      for (const { 0: newline, index: inside } of part.matchAll(NEWLINE)) {
        number += 1
        start = index + inside + newline.length
      }
      line.isBlank = false
    }
  }
  return lines
}

/**
 * Code, with strings as a whole, as they may hold what begins a comment; a doc comment; the end of a
 * line or of the file; another comment.
 */
const PART =
  /((?:[^"/\r\n]+|"(?:[^"\\\r\n]|\\.)*"|\/(?![/*]))+)|\/\/\/([^\r\n]*)|(\r\n|\n|\r|$)|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g

const NEWLINE = /\r\n|\n|\r/g

type Draft<T> = { -readonly [K in keyof T]: T[K] }

function emptyLine(place: SchemaPlace): Draft<SchemaLine> {
  return { code: '', place, doc: null, isBlank: true }
}

function addCode(line: Draft<SchemaLine>, part: string, place: SchemaPlace): void {
  const code = part.trim()
  if (code === '') {
    return
  }
  if (line.code === '') {
    line.place = { ...place, column: place.column + part.indexOf(code) }
  }
  line.code += code
  line.isBlank = false
}
