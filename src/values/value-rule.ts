import type { ErrorCode } from '../error/error-codes.js'
import type { ManifestEnum } from '../manifest/manifest.js'

/** What the fields of one column may be, and what becomes of them. NULL is never asked about. */
export interface ValueRule {
  /**
   * Hot: whether the bytes at [start, end) go to COPY as they are. They are those of the file between
   * the quotes, in which a quote still stands twice. False only means: ask `convert`.
   */
  accepts(bytes: Buffer, start: number, end: number): boolean
  /** A form of which any text is accepted: the byte path finds it without asking. Most have none. */
  readonly plain?: PlainForm
  /** Slow: what PostgreSQL is to get for this text, not yet escaped for COPY. Right for every text. */
  convert(text: string): string | Refusal
}

/** Texts that tell by themselves where they end, or that are known by their length. */
type PlainForm =
  /** A number that `endOfDecimal` finds, with so many digits behind the point at most. */
  | { readonly kind: 'decimal'; readonly limit: number }
  /** A date and time that `endOfTimestamp` finds. */
  | { readonly kind: 'timestamp' }
  /** Text of so many bytes at most. */
  | { readonly kind: 'limited'; readonly limit: number }

/** Why a text cannot be stored. Who knows the place makes an error of it. */
export interface Refusal {
  readonly code: ErrorCode
  /** A whole sentence, without the text itself. */
  readonly why: string
  /** An instruction without its full stop: something may follow. */
  readonly fix: string
}

/** The type of a column as the catalog has it, domains resolved. */
export interface ValueType {
  /** `typname` of the type, or of the elements of an array: `timestamptz`, `bpchar`, `Plan`. */
  readonly base: string
  readonly isArray: boolean
  /** The most characters of `varchar(n)` and `char(n)`; null for every other type. */
  readonly maxLength: number | null
  /** Digits after the point of `numeric(p,s)`; null for every other type. */
  readonly scale: number | null
  /** Null for a type that is no enum. */
  readonly enum: EnumType | null
}

export interface EnumType {
  /** What the database takes now. */
  readonly labels: readonly string[]
  /** What the schema calls them. */
  readonly values: ManifestEnum['values']
}

export interface ValueRuleOptions {
  /** Whether `infinity`, `NaN`, `now` and their like go to PostgreSQL. */
  readonly allowSpecial: boolean
}

/** Whether `convert` gave a reason and no text. */
export function isRefusal(result: string | Refusal): result is Refusal {
  return typeof result !== 'string'
}
