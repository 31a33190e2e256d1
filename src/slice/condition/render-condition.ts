import { suggest } from '../../error/suggest.js'
import type { ManifestColumn, ManifestEnum } from '../../manifest/manifest.js'
import { quoteIdentifier } from '../../postgres/identifier.js'
import { unusableCondition } from './condition-error.js'
import { CAST_TYPES, COMPARISONS, type Expression, FUNCTIONS } from './expression.js'

/** What a condition is rendered with. */
export interface RenderedModel {
  readonly name: string
  /** Of the manifest. */
  readonly enums: readonly ManifestEnum[]
}

/**
 * Writes a condition as SQL over a row `t`: every name quoted, every text and value a parameter, each
 * operation in parentheses. Nothing of the text that was given is copied.
 *
 * @param values Gets the values of the parameters; those in it come before.
 * @throws {GyroError} `SLICE.INVALID_CONDITION` where an enum has no value of a text.
 */
export function renderCondition(
  expression: Expression,
  model: RenderedModel,
  values: unknown[],
): string {
  return new ConditionRenderer(model, values).render(expression)
}

class ConditionRenderer {
  readonly #model: RenderedModel
  readonly #values: unknown[]

  constructor(model: RenderedModel, values: unknown[]) {
    this.#model = model
    this.#values = values
  }

  /** @param beside The column that a text is compared with: of an enum, a text is the name of a value. */
  render(node: Expression, beside: ManifestColumn | null = null): string {
    switch (node.kind) {
      case 'column':
        return `t.${quoteIdentifier(node.column.column)}`
      case 'number':
        return node.digits
      case 'text':
        return this.#bind(this.#storedValue(node.text, beside))
      case 'value':
        return this.#bind(this.#storedValue(node.value, beside))
      case 'constant':
        return node.word
      case 'and':
      case 'or':
        return `(${node.parts.map((part) => this.render(part)).join(` ${node.kind} `)})`
      case 'not':
        return `(not ${this.render(node.operand)})`
      case 'negative':
        return `(- ${this.render(node.operand)})`
      case 'cast':
        return `(${this.render(node.operand)}::${CAST_TYPES[node.type]})`
      case 'call':
        return `${FUNCTIONS[node.name].sql}(${node.args.map((each) => this.render(each)).join(', ')})`
      default:
        return `(${this.#renderComparison(node)})`
    }
  }

  #renderComparison(node: Comparison): string {
    switch (node.kind) {
      case 'binary': {
        const isCompared = COMPARISONS.some((operator) => operator === node.operator)
        const [left, right] = isCompared
          ? this.#renderBoth(node.left, node.right)
          : [this.render(node.left), this.render(node.right)]
        return `${left} ${node.operator} ${right}`
      }
      case 'distinct': {
        const [left, right] = this.#renderBoth(node.left, node.right)
        return `${left} is ${negate(node)}distinct from ${right}`
      }
      case 'is':
        return `${this.render(node.operand)} is ${negate(node)}${node.what}`
      case 'in': {
        const beside = columnOf(node.operand)
        const operand = this.render(node.operand)
        const list = node.list.map((each) => this.render(each, beside))
        return `${operand} ${negate(node)}in (${list.join(', ')})`
      }
      case 'between': {
        const beside = columnOf(node.operand)
        const [operand, low, high] = [node.operand, node.low, node.high].map((each) =>
          this.render(each, beside),
        )
        return `${operand} ${negate(node)}between ${low} and ${high}`
      }
      case 'quantified': {
        const [left, array] = this.#renderBoth(node.left, node.array)
        return `${left} ${node.operator} ${node.quantifier} (${array})`
      }
    }
  }

  #renderBoth(left: Expression, right: Expression): readonly [string, string] {
    return [this.render(left, columnOf(right)), this.render(right, columnOf(left))]
  }

  #bind(value: unknown): string {
    this.#values.push(value)
    return `$${this.#values.length}`
  }

  /** The database may store something else for a value of an enum than its name. */
  #storedValue(value: unknown, beside: ManifestColumn | null): unknown {
    const type = this.#model.enums.find(({ name }) => name === beside?.enum)
    if (type === undefined) return value
    if (Array.isArray(value)) return value.map((each) => this.#storedValue(each, beside))
    // Whole arrays in a text are left to PostgreSQL.
    return typeof value === 'string' && !value.startsWith('{')
      ? this.#storedName(value, type)
      : value
  }

  #storedName(value: string, { name, values }: ManifestEnum): string {
    const found =
      values.find((each) => each.name === value) ?? values.find((each) => each.value === value)
    if (found !== undefined) return found.value
    const names = values.map((each) => each.name)
    const near = suggest(value, names)
    const fix = `${near === null ? '' : `Did you mean "${near}"? `}Name one of its values: ${names.join(', ')}.`
    throw unusableCondition(this.#model.name, `A text in it is no value of the enum ${name}`, fix)
  }
}

type Comparison = Extract<
  Expression,
  { readonly kind: 'binary' | 'distinct' | 'is' | 'in' | 'between' | 'quantified' }
>

function columnOf(node: Expression): ManifestColumn | null {
  return node.kind === 'column' ? node.column : null
}

function negate({ isNegated }: { readonly isNegated: boolean }): string {
  return isNegated ? 'not ' : ''
}
