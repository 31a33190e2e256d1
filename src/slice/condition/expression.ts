import type { ManifestColumn } from '../../manifest/manifest.js'

/** A condition as it was read: nothing else can be rendered. */
export type Expression =
  | { readonly kind: 'column'; readonly column: ManifestColumn }
  /** Digits, perhaps with a point and an exponent. */
  | { readonly kind: 'number'; readonly digits: string }
  /** What stood in quotes, without them. `at` is its place in the text. */
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  /** What the program gave for a placeholder. */
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'constant'; readonly word: Constant }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not' | 'negative'; readonly operand: Expression }
  | {
      readonly kind: 'binary'
      readonly operator: Operator
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly kind: 'cast'; readonly operand: Expression; readonly type: CastType }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly args: readonly Expression[] }
  | {
      readonly kind: 'in'
      readonly operand: Expression
      readonly list: readonly Expression[]
      readonly isNegated: boolean
    }
  | {
      readonly kind: 'between'
      readonly operand: Expression
      readonly low: Expression
      readonly high: Expression
      readonly isNegated: boolean
    }
  | {
      readonly kind: 'is'
      readonly operand: Expression
      readonly what: 'null' | 'true' | 'false'
      readonly isNegated: boolean
    }
  | {
      readonly kind: 'distinct'
      readonly left: Expression
      readonly right: Expression
      readonly isNegated: boolean
    }
  | {
      readonly kind: 'quantified'
      readonly left: Expression
      readonly operator: Comparison
      readonly quantifier: 'any' | 'all'
      readonly array: Expression
    }

export const COMPARISONS = ['=', '<>', '<', '<=', '>', '>='] as const
export type Comparison = (typeof COMPARISONS)[number]

/** Operators that bind as tightly as each other, looser than `+`. */
export const OTHER_OPERATORS = ['||', '->', '->>', '@>', '<@'] as const
export const SUMS = ['+', '-'] as const
export const PRODUCTS = ['*', '/', '%'] as const
/** Regular expressions are left out: one can keep the server busy for hours. */
const MATCHES = ['like', 'ilike', 'not like', 'not ilike'] as const

export type Operator =
  | Comparison
  | (typeof OTHER_OPERATORS)[number]
  | (typeof SUMS)[number]
  | (typeof PRODUCTS)[number]
  | (typeof MATCHES)[number]

export const CONSTANTS = ['true', 'false', 'null', 'current_date', 'current_timestamp'] as const
type Constant = (typeof CONSTANTS)[number]

/** What a cast may name, and the type as it is written to PostgreSQL: never one of the search path. */
export const CAST_TYPES = {
  int: 'pg_catalog.int4',
  integer: 'pg_catalog.int4',
  smallint: 'pg_catalog.int2',
  bigint: 'pg_catalog.int8',
  numeric: 'pg_catalog."numeric"',
  decimal: 'pg_catalog."numeric"',
  text: 'pg_catalog.text',
  date: 'pg_catalog.date',
  time: 'pg_catalog."time"',
  timestamp: 'pg_catalog."timestamp"',
  timestamptz: 'pg_catalog.timestamptz',
  interval: 'pg_catalog."interval"',
  uuid: 'pg_catalog.uuid',
  boolean: 'pg_catalog.bool',
  json: 'pg_catalog.json',
  jsonb: 'pg_catalog.jsonb',
} as const
export type CastType = keyof typeof CAST_TYPES

/** Functions, as they are written to PostgreSQL, and how many arguments they take. */
export const FUNCTIONS = {
  abs: { sql: 'pg_catalog.abs', least: 1, most: 1 },
  coalesce: { sql: 'coalesce', least: 1, most: 100 },
  date_part: { sql: 'pg_catalog.date_part', least: 2, most: 2 },
  date_trunc: { sql: 'pg_catalog.date_trunc', least: 2, most: 2 },
  length: { sql: 'pg_catalog.length', least: 1, most: 1 },
  lower: { sql: 'pg_catalog.lower', least: 1, most: 1 },
  now: { sql: 'pg_catalog.now', least: 0, most: 0 },
  upper: { sql: 'pg_catalog.upper', least: 1, most: 1 },
} as const
export type FunctionName = keyof typeof FUNCTIONS
