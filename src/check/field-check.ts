import type { CsvDialect } from '../csv/csv-dialect.js'
import { type CsvScanner, FieldKind } from '../csv/csv-scanner.js'
import { parseBigIntegerField, parseIntegerField } from '../csv/integer-field.js'
import { isNullField } from '../csv/is-null-field.js'
import { normalizeKey } from '../keys/key-spelling.js'
import type { PreparedColumn } from '../plan/prepared-column.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import { trimBlanks } from '../values/blanks.js'
import { isRefusal, type Refusal, type ValueRule } from '../values/value-rule.js'
import {
  integerOutOfRange,
  invalidJson,
  notAnIntegerKey,
  notAUuid,
  notAWholeNumber,
  nullKeyField,
  nullValue,
} from './check-error.js'
import { spellingOf } from './spelling-of.js'

/** Says what is wrong with a field, at an index of the scanner's `starts`; null when nothing is. */
export type FieldCheck = (scanner: CsvScanner, index: number) => Refusal | null

type ValueCheck = FieldCheck

/**
 * What can be told of the fields of a column without the server; null when nothing can. What passes may
 * still be refused by PostgreSQL, but what does not pass always is.
 */
export function buildFieldCheck(column: PreparedColumn, model: PreparedModel): FieldCheck | null {
  const { dialect } = model
  const check = buildValueCheck(column, model)
  const refusal = refuseNull(column, model)
  if (column.role.kind === 'drop' || (check === null && refusal === null)) {
    return null
  }
  return (scanner, index) =>
    isNullField(scanner, index, dialect) ? refusal : (check?.(scanner, index) ?? null)
}

/** A trigger may fill in what is NULL. */
function refuseNull(
  { role, isNotNull }: PreparedColumn,
  { triggers }: PreparedModel,
): Refusal | null {
  if (role.kind === 'key') return nullKeyField()
  const mayFill = triggers.some(({ timing, level }) => timing === 'before' && level === 'row')
  return isNotNull && !mayFill ? nullValue() : null
}

function buildValueCheck(column: PreparedColumn, model: PreparedModel): ValueCheck | null {
  const { role } = column
  switch (role.kind) {
    case 'key':
    case 'reference':
      return buildKeyCheck(column)
    case 'track':
      return checkKeyInteger
    case 'rule':
      return buildRuleCheck(role.rule, model.dialect)
    default:
      return buildTypeCheck(column)
  }
}

/** Keys are compared: they are to be spelled as the byte path reads them. */
function buildKeyCheck({ type }: PreparedColumn): ValueCheck | null {
  switch (spellingOf(type)) {
    case 'integer':
      return checkKeyInteger
    case 'uuid':
      return checkUuid
    default:
      return null
  }
}

function checkKeyInteger({ bytes, starts, ends }: CsvScanner, index: number): Refusal | null {
  const start = starts[index] as number
  const end = ends[index] as number
  if (!Number.isNaN(parseIntegerField(bytes, start, end))) return null
  const big = parseBigIntegerField(bytes, start, end)
  return big === null || BigInt.asIntN(64, big) !== big ? notAnIntegerKey() : null
}

function checkUuid(scanner: CsvScanner, index: number): Refusal | null {
  return normalizeKey('uuid', scanner.textAt(index)) === null ? notAUuid() : null
}

function buildRuleCheck(rule: ValueRule, { quote, escaper }: CsvDialect): ValueCheck {
  const doublesQuotes = quote === DOUBLE_QUOTE && escaper === DOUBLE_QUOTE
  return (scanner, index) => {
    const { bytes, starts, ends, kinds } = scanner
    const isReadable = doublesQuotes || kinds[index] !== FieldKind.QuotedEscaped
    if (isReadable && rule.accepts(bytes, starts[index] as number, ends[index] as number)) {
      return null
    }
    const converted = rule.convert(scanner.textAt(index))
    return isRefusal(converted) ? converted : null
  }
}

const DOUBLE_QUOTE = 0x22

/** Types that the byte path leaves to PostgreSQL, which refuses them one at a time. */
function buildTypeCheck({ type, highest }: PreparedColumn): ValueCheck | null {
  switch (type) {
    case 'smallint':
    case 'integer':
    case 'bigint':
      return highest === null ? null : buildIntegerCheck(type, highest)
    case 'uuid':
      return checkUuid
    case 'json':
    case 'jsonb':
      return (scanner, index) => (isJson(scanner.textAt(index)) ? null : invalidJson())
    default:
      return null
  }
}

function buildIntegerCheck(type: string, highest: bigint): ValueCheck {
  const limit = Number(highest)
  return (scanner, index) => {
    const { bytes, starts, ends } = scanner
    const value = parseIntegerField(bytes, starts[index] as number, ends[index] as number)
    // Of bigint, this is true of every number that is read exactly.
    if (value <= limit && value >= -limit) return null
    const text = trimBlanks(scanner.textAt(index))
    if (!/^[+-]?\d+$/.test(text)) {
      // PostgreSQL 16 and later read 0x1F and 1_000.
      return /^[+-]?\d[\d_xob a-f]*$/i.test(text) ? null : notAWholeNumber()
    }
    const exact = BigInt(text.replace(/^\+/, ''))
    return exact <= highest && exact >= -highest - 1n ? null : integerOutOfRange(type)
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
