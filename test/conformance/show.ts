import { isUtf8 } from 'node:buffer'
import type { Row } from './conformance-case.js'

/** Longer ones are cut in the middle. */
const MAX_CHARACTERS = 160

/** A file as Markdown code. Bytes that are not UTF-8 are shown one by one. */
export function showBytes(file: Buffer): string {
  return showCode(escapeText(file.toString(isUtf8(file) ? 'utf8' : 'latin1')))
}

/** Text in quotes as Markdown code. */
export function showText(text: string): string {
  return showCode(inQuotes(text))
}

/** Rows as Markdown code: `['1', NULL] ['2', '']`. */
export function showRows(rows: readonly Row[]): string {
  const shown = rows.map((row) => {
    const fields = row.map((field) => (field === null ? 'NULL' : inQuotes(field)))
    return `[${fields.join(', ')}]`
  })
  return shown.length === 0 ? 'no row' : showCode(shown.join(' '))
}

function inQuotes(text: string): string {
  return `'${escapeText(text).replaceAll("'", "\\'")}'`
}

/** As in a JavaScript string, so that nothing is invisible; a long run of one character is counted. */
function escapeText(text: string): string {
  const escaped = text.replace(/\\|\p{C}|(?! )\p{Z}/gu, escapeCharacter)
  return escaped.replace(/(.+?)\1{40,}/g, (run: string, one: string) => {
    return `${one}…(${run.length / one.length} times)`
  })
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

function escapeCharacter(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16)
  return ESCAPES[character] ?? (code.length > 2 ? `\\u{${code}}` : `\\x${code.padStart(2, '0')}`)
}

/** In tables a bar ends the cell, in code too; code that holds backticks is put between longer ones. */
function showCode(text: string): string {
  const half = MAX_CHARACTERS / 2
  const short =
    text.length > MAX_CHARACTERS ? `${text.slice(0, half)} … ${text.slice(-half)}` : text
  const fence = short.includes('`') ? '``' : '`'
  return short === '' ? 'nothing' : `${fence}${short.replaceAll('|', '\\|')}${fence}`
}
