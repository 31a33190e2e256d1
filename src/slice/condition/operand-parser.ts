import type { ManifestColumn, ManifestModel } from '../../manifest/manifest.js'
import { unknownColumn, unknownFunction } from './condition-error.js'
import {
  CAST_TYPES,
  type CastType,
  CONSTANTS,
  type Expression,
  FUNCTIONS,
  type FunctionName,
} from './expression.js'
import { TokenReader } from './token-reader.js'

/** Words that begin what PostgreSQL would understand, but that no condition may be. */
const REFUSED_WORDS: Readonly<Record<string, string>> = {
  select: 'subqueries are not allowed',
  exists: 'subqueries are not allowed',
  with: 'subqueries are not allowed',
  case: 'case is not allowed: use and, or and not',
  cast: 'cast is written with colons: x::text',
  extract: "extract is not allowed: write date_part('year', x)",
  array: "arrays are written as texts: '{1,2}'",
  row: 'rows are not allowed',
}

const AGGREGATES = ['count', 'sum', 'avg', 'min', 'max', 'array_agg', 'string_agg', 'bool_and']

/** Words that stand for no column unless they are in double quotes. */
const KEYWORDS = new Set([
  ...['and', 'or', 'not', 'in', 'between', 'is', 'like', 'ilike', 'any', 'all', 'some', 'distinct'],
  ...['from', 'where', 'union', 'order', 'group', 'limit', 'as', 'similar', 'collate', 'escape'],
])

/** Reads what operators stand between: columns, values, calls and what is in parentheses. */
export abstract class OperandParser {
  protected readonly tokens: TokenReader
  readonly #model: ManifestModel
  readonly #values: readonly unknown[]
  readonly #used = new Set<number>()

  /** @param values What placeholders stand for. */
  constructor(model: ManifestModel, text: string, values: readonly unknown[]) {
    this.tokens = new TokenReader(model, text)
    this.#model = model
    this.#values = values
  }

  /** A whole expression. */
  protected abstract parseOr(): Expression

  /** @throws {GyroError} `SLICE.INVALID_CONDITION` where a value has no placeholder. */
  protected expectAllUsed(): void {
    const unused = this.#values.findIndex((_, index) => !this.#used.has(index + 1))
    if (unused !== -1) throw this.tokens.fail(`nothing uses the value of $${unused + 1}`)
  }

  /** `( a, b )`, at least one. */
  protected parseItems(): readonly Expression[] {
    this.tokens.expectSymbol('(')
    const items = [this.parseOr()]
    while (this.tokens.takeSymbol([',']) !== null) items.push(this.parseOr())
    this.tokens.expectSymbol(')')
    return items
  }

  /** An operand and the casts behind it. */
  protected parseCast(): Expression {
    let operand = this.#parsePrimary()
    while (this.tokens.takeSymbol(['::']) !== null) {
      this.tokens.link()
      const { kind, text } = this.tokens.token
      const type = text.toLowerCase()
      if (kind !== 'word' || !Object.hasOwn(CAST_TYPES, type)) {
        const known = Object.keys(CAST_TYPES)
        throw this.tokens.fail(
          `${this.tokens.describe()} is none of the types that are allowed: ${known.join(', ')}`,
        )
      }
      this.tokens.pass()
      operand = { kind: 'cast', operand, type: type as CastType }
    }
    return operand
  }

  #parsePrimary(): Expression {
    const { kind, text, at } = this.tokens.token
    if (kind === 'symbol' && text === '(') {
      this.tokens.pass()
      const inner = this.parseOr()
      this.tokens.expectSymbol(')')
      return inner
    }
    if (kind === 'end' || kind === 'symbol') throw this.tokens.expected('a column or a value')
    if (kind === 'word') return this.#parseWord(text)
    this.tokens.pass()
    if (kind === 'text') return { kind: 'text', text, at }
    if (kind === 'number') return { kind: 'number', digits: text }
    return kind === 'placeholder'
      ? { kind: 'value', value: this.#valueOf(Number(text), at) }
      : { kind: 'column', column: this.#findColumn(text, at) }
  }

  #parseWord(text: string): Expression {
    const { at } = this.tokens.token
    const word = text.toLowerCase()
    const follower = this.tokens.follower
    const isCall = follower?.kind === 'symbol' && follower.text === '('
    const constant = CONSTANTS.find((each) => each === word)
    const refused = Object.hasOwn(REFUSED_WORDS, word) ? REFUSED_WORDS[word] : undefined
    const isColumn = refused !== undefined && !isCall && this.tokens.hasColumn(text)
    if (refused !== undefined && !isColumn) throw this.tokens.fail(refused)
    if (KEYWORDS.has(word)) throw this.tokens.expected('a column or a value')
    this.tokens.pass()
    if (constant !== undefined) return { kind: 'constant', word: constant }
    if (isCall) return this.#parseCall(word, at)
    const typed = (['date', 'timestamp', 'timestamptz', 'interval'] as const).find(
      (type) => type === word && follower?.kind === 'text',
    )
    if (typed !== undefined) return { kind: 'cast', operand: this.#parsePrimary(), type: typed }
    return { kind: 'column', column: this.#findColumn(text, at) }
  }

  #parseCall(word: string, at: number): Expression {
    if (AGGREGATES.includes(word)) {
      throw this.tokens.fail('aggregates are not allowed: a condition is about one row', at)
    }
    if (!Object.hasOwn(FUNCTIONS, word)) {
      throw unknownFunction(this.tokens.placeOf(at), word, Object.keys(FUNCTIONS))
    }
    const name = word as FunctionName
    const { least, most } = FUNCTIONS[name]
    const follower = this.tokens.follower
    const isEmpty = follower?.kind === 'symbol' && follower.text === ')'
    if (isEmpty) {
      this.tokens.pass()
      this.tokens.pass()
    }
    const args = isEmpty ? [] : this.parseItems()
    if (args.length < least || args.length > most) {
      const wanted = least === most ? String(least) : `${least} to ${most}`
      throw this.tokens.fail(`${name} takes ${wanted} arguments, not ${args.length}`, at)
    }
    return { kind: 'call', name, args }
  }

  #valueOf(position: number, at: number): unknown {
    if (position < 1 || position > this.#values.length) {
      throw this.tokens.fail(`$${position} has no value`, at)
    }
    this.#used.add(position)
    return this.#values[position - 1]
  }

  /** A field comes before a column of the same name. */
  #findColumn(name: string, at: number): ManifestColumn {
    const { columns } = this.#model
    const found =
      columns.find(({ field }) => field === name) ?? columns.find(({ column }) => column === name)
    if (found !== undefined) return found
    const known = columns.flatMap(({ field, column }) => [field, column])
    throw unknownColumn(this.tokens.placeOf(at), name, known)
  }
}
