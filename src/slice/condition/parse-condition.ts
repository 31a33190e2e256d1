import type { ManifestModel } from '../../manifest/manifest.js'
import {
  COMPARISONS,
  type Comparison,
  type Expression,
  type Operator,
  OTHER_OPERATORS,
  PRODUCTS,
  SUMS,
} from './expression.js'
import { OperandParser } from './operand-parser.js'

/** What a condition says, and what its placeholders stand for. */
export interface ConditionText {
  readonly sql: string
  readonly values: readonly unknown[]
}

/**
 * Reads a condition as PostgreSQL would, with its precedence, where it is one of the few things that are
 * allowed.
 *
 * @throws {GyroError} `SLICE.INVALID_CONDITION`, `SLICE.UNKNOWN_COLUMN`, each with the place.
 */
export function parseCondition(model: ManifestModel, { sql, values }: ConditionText): Expression {
  return new ConditionParser(model, sql, values).parse()
}

class ConditionParser extends OperandParser {
  parse(): Expression {
    const expression = this.parseOr()
    if (this.tokens.token.kind !== 'end') {
      throw this.tokens.fail(`the condition ends here, but ${this.tokens.describe()} follows`)
    }
    this.expectAllUsed()
    return expression
  }

  protected override parseOr(): Expression {
    return this.tokens.nest(() => this.#parseList('or', () => this.#parseAnd()))
  }

  #parseAnd(): Expression {
    return this.#parseList('and', () => this.#parseNot())
  }

  #parseList(kind: 'and' | 'or', parse: () => Expression): Expression {
    const first = parse()
    const parts = [first]
    while (this.tokens.takeWord(kind)) parts.push(parse())
    return parts.length === 1 ? first : { kind, parts }
  }

  #parseNot(): Expression {
    if (!this.tokens.takeWord('not')) return this.#parseIs()
    return { kind: 'not', operand: this.tokens.nest(() => this.#parseNot()) }
  }

  #parseIs(): Expression {
    let operand = this.#parseComparison()
    while (this.tokens.takeWord('is')) {
      this.tokens.link()
      const isNegated = this.tokens.takeWord('not')
      if (this.tokens.takeWord('distinct')) {
        this.tokens.expectWord('from')
        operand = { kind: 'distinct', left: operand, right: this.#parseComparison(), isNegated }
        continue
      }
      const what = (['null', 'true', 'false'] as const).find((word) => this.tokens.takeWord(word))
      if (what === undefined) throw this.tokens.expected('null, true, false or distinct from')
      operand = { kind: 'is', operand, what, isNegated }
    }
    return operand
  }

  /** Comparisons are not chained: `a < b < c` is refused by PostgreSQL as well. */
  #parseComparison(): Expression {
    const left = this.#parseRange()
    const operator = this.tokens.takeSymbol(COMPARISONS)
    if (operator === null) return left
    const compared = this.#parseQuantified(left, operator) ?? {
      kind: 'binary' as const,
      operator,
      left,
      right: this.#parseRange(),
    }
    if (this.tokens.isSymbol(COMPARISONS)) {
      throw this.tokens.fail('comparisons are not chained: write a < b and b < c')
    }
    return compared
  }

  #parseQuantified(left: Expression, operator: Comparison): Expression | null {
    const quantifier = (['any', 'all'] as const).find((word) => this.tokens.takeWord(word))
    if (quantifier === undefined) return null
    this.tokens.expectSymbol('(')
    const array = this.parseOr()
    this.tokens.expectSymbol(')')
    return { kind: 'quantified', left, operator, quantifier, array }
  }

  #parseRange(): Expression {
    const operand = this.#parseOther()
    const isNegated = this.tokens.isWord('not')
    if (isNegated) this.tokens.pass()
    if (this.tokens.takeWord('in'))
      return { kind: 'in', operand, list: this.parseItems(), isNegated }
    if (this.tokens.takeWord('between')) {
      const low = this.#parseOther()
      this.tokens.expectWord('and')
      return { kind: 'between', operand, low, high: this.#parseOther(), isNegated }
    }
    const match = (['like', 'ilike'] as const).find((word) => this.tokens.takeWord(word))
    if (match !== undefined) {
      const operator = isNegated ? (`not ${match}` as const) : match
      return { kind: 'binary', operator, left: operand, right: this.#parseOther() }
    }
    if (isNegated) throw this.tokens.expected('in, between, like or ilike')
    return operand
  }

  #parseOther(): Expression {
    return this.#parseChain(OTHER_OPERATORS, () =>
      this.#parseChain(SUMS, () => this.#parseChain(PRODUCTS, () => this.#parseNegative())),
    )
  }

  #parseChain(operators: readonly Operator[], parse: () => Expression): Expression {
    let left = parse()
    for (;;) {
      const operator = this.tokens.takeSymbol(operators)
      if (operator === null) return left
      this.tokens.link()
      left = { kind: 'binary', operator, left, right: parse() }
    }
  }

  #parseNegative(): Expression {
    if (this.tokens.takeSymbol(['-']) === null) return this.parseCast()
    return { kind: 'negative', operand: this.tokens.nest(() => this.#parseNegative()) }
  }
}
