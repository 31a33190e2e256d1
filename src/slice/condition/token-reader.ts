import type { ManifestModel } from '../../manifest/manifest.js'
import { type ConditionPlace, invalidCondition } from './condition-error.js'
import { columnAt, type Token, tokenizeCondition } from './tokenize-condition.js'

/** Of parentheses in each other: PostgreSQL and we ourselves have a stack. */
const MOST_DEPTH = 100

/** Of operators in rows, of the whole condition: `1 + 1 + 1` is a deep tree too. */
const MOST_LINKS = 1000

/** The tokens of a condition, one after the other, and errors that say where they are. */
export class TokenReader {
  readonly #model: ManifestModel
  readonly #text: string
  readonly #tokens: readonly Token[]
  #next = 0
  #depth = 0
  #links = 0

  /** @throws {GyroError} `SLICE.INVALID_CONDITION` where the text has no tokens of a condition. */
  constructor(model: ManifestModel, text: string) {
    this.#model = model
    this.#text = text
    this.#tokens = tokenizeCondition(model.name, text)
  }

  /** The token behind the next one. */
  get follower(): Token | undefined {
    return this.#tokens[this.#next + 1]
  }

  /** Goes on behind the next token. */
  pass(): void {
    this.#next++
  }

  /** The next token. */
  get token(): Token {
    return this.#tokens[this.#next] as Token
  }

  /** Whether the next token is a keyword, in capitals or not. */
  isWord(word: string): boolean {
    return this.token.kind === 'word' && this.token.text.toLowerCase() === word
  }

  /** Goes on behind a keyword if it is the next token. */
  takeWord(word: string): boolean {
    const isTaken = this.isWord(word)
    if (isTaken) this.#next++
    return isTaken
  }

  expectWord(word: string): void {
    if (!this.takeWord(word)) throw this.expected(word)
  }

  isSymbol(symbols: readonly string[]): boolean {
    return this.token.kind === 'symbol' && symbols.includes(this.token.text)
  }

  /** Goes on behind one of some symbols if it is the next token, and gives it. */
  takeSymbol<Symbol extends string>(symbols: readonly Symbol[]): Symbol | null {
    if (!this.isSymbol(symbols)) return null
    return this.#tokens[this.#next++]?.text as Symbol
  }

  expectSymbol(symbol: string): void {
    if (this.takeSymbol([symbol]) === null) throw this.expected(symbol)
  }

  /** What is read one level deeper. */
  nest<Result>(parse: () => Result): Result {
    if (++this.#depth > MOST_DEPTH) throw this.fail(`it is nested deeper than ${MOST_DEPTH} levels`)
    const result = parse()
    this.#depth--
    return result
  }

  /** One more operator that takes what another gave. */
  link(): void {
    if (++this.#links > MOST_LINKS)
      throw this.fail(`it has more than ${MOST_LINKS} operators in rows`)
  }

  /** The error for another token than one that is wanted. */
  expected(wanted: string): Error {
    const { kind, text } = this.token
    const isName = kind === 'word' && this.hasColumn(text)
    const hint = isName ? `; as the name of a column it is written "${text}"` : ''
    return this.fail(`${wanted} is expected here, not ${this.describe()}${hint}`)
  }

  /** The error for what stands at an offset, the next token's where none is given. */
  fail(why: string, at = this.token.at): Error {
    return invalidCondition(this.placeOf(at), why)
  }

  placeOf(at: number): ConditionPlace {
    return { model: this.#model.name, column: columnAt(this.#text, at) }
  }

  /** The token for people, without what may be a value. */
  describe(): string {
    const { kind, text } = this.token
    const name = kind === 'word' && text.length <= 63 ? text : 'a long word'
    return { ...DESCRIPTIONS, word: name, symbol: `"${text}"`, placeholder: `$${text}` }[kind]
  }

  /** Whether the model has a field or column of a name. */
  hasColumn(name: string): boolean {
    return this.#model.columns.some(({ field, column }) => field === name || column === name)
  }
}

const DESCRIPTIONS = {
  text: 'a text',
  number: 'a number',
  name: 'a name in quotes',
  end: 'the end',
} as const
