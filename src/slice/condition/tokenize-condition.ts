import { invalidCondition } from './condition-error.js'

/** A piece of the text of a condition. */
export interface Token {
  /** `word` is a bare name or a keyword, `name` one in double quotes, `end` what is behind the last. */
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'placeholder' | 'symbol' | 'end'
  /** The content: without quotes, `!=` as `<>`, of a placeholder its number. */
  readonly text: string
  /** Offset in the text. */
  readonly at: number
}

/** Longer ones are lists of keys, which `roots` takes. */
const MOST_CHARACTERS = 1_000_000

/** Each from where the last token ended. The longest symbol first. */
const BLANKS = /[ \t\r\n\f]*/y
const WORD = /[\p{L}_][\p{L}\p{M}\p{N}_$]*/uy
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,4})?/iy
const GOES_ON = /[\p{L}\p{N}_.$]/uy
const TEXT = /'((?:[^']|'')*)'/y
const NAME = /"((?:[^"]|"")*)"/y
const PLACEHOLDER = /\$(\d{1,5})/y
const SYMBOL = /::|<>|!=|<=|>=|->>|->|\|\||@>|<@|[-+*/%=<>(),]/y

/** What people write that is SQL, but may not be in a condition. */
const REFUSED: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  { pattern: /--|\/\*/y, why: 'comments are not allowed' },
  { pattern: /;/y, why: 'a condition is one expression, without a semicolon' },
  { pattern: /\$\d*[\p{L}_$]/uy, why: 'texts stand in single quotes, not between dollar signs' },
  { pattern: /(?:[ebxn]|u&)['"]/iy, why: "texts stand in plain quotes: '…', with '' for a quote" },
  { pattern: /'/y, why: 'the text that begins here has no closing quote' },
  { pattern: /"/y, why: 'the name that begins here has no closing quote' },
  { pattern: /\./y, why: 'columns are named without the model or table: id, not t.id' },
  { pattern: /!?~/y, why: 'regular expressions are not allowed: use like or ilike' },
]

/**
 * Cuts a condition into tokens, the last of which is `end`.
 *
 * @throws {GyroError} `SLICE.INVALID_CONDITION` for anything that no condition holds, comments and
 * semicolons outside of quotes among it.
 */
export function tokenizeCondition(model: string, text: string): readonly Token[] {
  const refuse = (at: number, why: string) =>
    invalidCondition({ model, column: columnAt(text, at) }, why)
  if (text.length > MOST_CHARACTERS) {
    throw refuse(MOST_CHARACTERS, 'a condition has at most a million characters')
  }
  const zero = text.indexOf('\0')
  if (zero !== -1) throw refuse(zero, 'PostgreSQL takes no NUL')
  const tokens: Token[] = []
  let at = skipBlanks(text, 0)
  while (at < text.length) {
    const next = readToken(text, at)
    if (next === null) throw refuse(at, findReason(text, at))
    tokens.push(next.token)
    // `1a` is no two tokens.
    const isTorn = next.token.kind === 'number' && match(GOES_ON, text, next.end) !== null
    if (isTorn) throw refuse(at, 'a number goes on with what is none')
    at = skipBlanks(text, next.end)
  }
  return [...tokens, { kind: 'end', text: '', at: text.length }]
}

/** The column of an offset, in characters from 1. */
export function columnAt(text: string, at: number): number {
  return [...text.slice(0, at)].length + 1
}

function skipBlanks(text: string, at: number): number {
  return at + (match(BLANKS, text, at)?.[0].length ?? 0)
}

/** The token at an offset and where it ends; null where there is none. */
function readToken(
  text: string,
  at: number,
): { readonly token: Token; readonly end: number } | null {
  const isRefused = REFUSED.slice(0, 4).some(({ pattern }) => match(pattern, text, at) !== null)
  if (isRefused) return null
  for (const { kind, pattern, read } of KINDS) {
    const found = match(pattern, text, at)
    if (found !== null) {
      const token = { kind, text: read(found[1] ?? found[0]), at }
      return { token, end: at + found[0].length }
    }
  }
  return null
}

const KINDS = [
  { kind: 'word', pattern: WORD, read: asIs },
  { kind: 'number', pattern: NUMBER, read: asIs },
  { kind: 'text', pattern: TEXT, read: (text: string) => text.replaceAll("''", "'") },
  { kind: 'name', pattern: NAME, read: (text: string) => text.replaceAll('""', '"') },
  { kind: 'placeholder', pattern: PLACEHOLDER, read: asIs },
  { kind: 'symbol', pattern: SYMBOL, read: (text: string) => (text === '!=' ? '<>' : text) },
] as const

function asIs(text: string): string {
  return text
}

function findReason(text: string, at: number): string {
  const known = REFUSED.find(({ pattern }) => match(pattern, text, at) !== null)
  return known?.why ?? 'this character has no meaning in a condition'
}

/** @param pattern Sticky. */
function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}
