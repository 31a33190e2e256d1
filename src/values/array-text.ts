import { isBlank } from './blanks.js'
import { isRefusal, type Refusal } from './value-rule.js'
import { inElement } from './values-error.js'

/** Lower bounds that are not 1, as PostgreSQL writes them: `[0:2]=`. */
const BOUNDS = /^[ \t-\r]*(?:\[[+-]?\d+:[+-]?\d+\])+[ \t-\r]*=/

/** What becomes of the text of an element. */
type ElementConversion = (text: string) => string | Refusal

/** A mark of the syntax, or an element: its text, null for NULL. */
interface Token {
  readonly kind: '{' | '}' | ',' | 'element'
  readonly text: string | null
  /** Where the next one begins. */
  readonly end: number
}

/** Whether the text begins as an array of PostgreSQL does, and not as one of JSON. */
export function looksLikeArray(text: string): boolean {
  return text[skipBlanks(text, 0)] === '{' || BOUNDS.test(text)
}

/**
 * The array of PostgreSQL with each element but NULL converted; null when the text is none. Arrays in
 * arrays stay, and so do bounds; whether all have one length is PostgreSQL's to say.
 */
export function mapArrayText(text: string, convert: ElementConversion): string | Refusal | null {
  const parts = BOUNDS.exec(text)?.slice(0, 1) ?? []
  let last: Token['kind'] | null = null
  let depth = 0
  let position = 0
  let at = skipBlanks(text, parts.join('').length)
  while (at < text.length) {
    const token = readToken(text, at)
    if (token === null || !mayFollow(last, token.kind)) return null
    last = token.kind
    at = token.end
    if (token.kind === 'element') {
      position++
      const converted = token.text === null ? null : convert(token.text)
      if (converted !== null && isRefusal(converted)) return inElement(position, converted)
      parts.push(renderElement(converted))
    } else {
      depth += DEPTH[token.kind]
      parts.push(token.kind)
      if (depth === 0) return at === text.length ? parts.join('') : null
    }
  }
  return null
}

/** The elements of a flat array of PostgreSQL, null for NULL; null when the text is no such array. */
export function splitArrayText(text: string): readonly (string | null)[] | null {
  const [bounds = ''] = BOUNDS.exec(text) ?? []
  const elements: (string | null)[] = []
  let last: Token['kind'] | null = null
  let at = skipBlanks(text, bounds.length)
  while (at < text.length) {
    const token = readToken(text, at)
    const isNested = token?.kind === '{' && last !== null
    if (token === null || isNested || !mayFollow(last, token.kind)) return null
    last = token.kind
    at = token.end
    if (token.kind === 'element') elements.push(token.text)
    if (token.kind === '}') return at === text.length ? elements : null
  }
  return null
}

/** An array of PostgreSQL; null is NULL. */
export function renderArray(elements: readonly (string | null)[]): string {
  return `{${elements.map(renderElement).join()}}`
}

const DEPTH = { '{': 1, '}': -1, ',': 0 } as const

/** What may stand before each; null is the beginning. An array may stand where an element may. */
const BEFORE: Readonly<Record<Token['kind'], readonly (Token['kind'] | null)[]>> = {
  '{': [null, '{', ','],
  '}': ['{', '}', 'element'],
  ',': ['}', 'element'],
  element: ['{', ','],
}

function mayFollow(last: Token['kind'] | null, next: Token['kind']): boolean {
  return BEFORE[next].includes(last)
}

/** The token at `start`, which is no blank, with the blanks after it; null when a quote is not closed. */
function readToken(text: string, start: number): Token | null {
  const character = text[start]
  if (character === '{' || character === '}' || character === ',') {
    return { kind: character, text: null, end: skipBlanks(text, start + 1) }
  }
  return character === '"' ? readQuoted(text, start + 1) : readPlain(text, start)
}

function readQuoted(text: string, start: number): Token | null {
  let end = start
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
  if (end >= text.length) return null
  return {
    kind: 'element',
    text: withoutBackslashes(text.slice(start, end)),
    end: skipBlanks(text, end + 1),
  }
}

/** Blanks inside belong to the element, and one after a backslash does at its end too. */
function readPlain(text: string, start: number): Token | null {
  let end = start
  let next = start
  while (next < text.length && !'{},"'.includes(text.charAt(next))) {
    const isEscaped = text[next] === '\\'
    const isBlankHere = isBlank(text.charCodeAt(next))
    next += isEscaped ? 2 : 1
    if (!isBlankHere) end = next
  }
  if (next > text.length) return null
  const written = text.slice(start, end)
  const isNull = written.toUpperCase() === 'NULL'
  return { kind: 'element', text: isNull ? null : withoutBackslashes(written), end: next }
}

function withoutBackslashes(text: string): string {
  return text.replace(/\\(.)/gs, '$1')
}

function renderElement(text: string | null): string {
  return text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`
}

function skipBlanks(text: string, start: number): number {
  let at = start
  while (isBlank(text.charCodeAt(at))) at++
  return at
}
