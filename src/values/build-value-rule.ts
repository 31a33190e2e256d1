import { booleanRule } from './boolean-rule.js'
import { bytesRule } from './bytes-rule.js'
import { dateTimeRule } from './date-time-rule.js'
import { enumRule } from './enum-rule.js'
import { byteLimitRule, characterLimitRule } from './length-rule.js'
import { listRule } from './list-rule.js'
import { moneyRule, numberRule } from './number-rule.js'
import type { ValueRule, ValueRuleOptions, ValueType } from './value-rule.js'

/** Bytes of the types of PostgreSQL's own catalog that are cut off in silence. */
const MAX_NAME_BYTES = 63
const MAX_CHAR_BYTES = 1

/**
 * The rule for the fields of a column; null when every text goes to PostgreSQL as it is, which then
 * stores it or refuses it: integers, text without a limit, uuid, JSON, inet, bit strings and all
 * others. JSON null is the text `null`; SQL NULL never comes here.
 */
export function buildValueRule(type: ValueType, options: ValueRuleOptions): ValueRule | null {
  const rule = buildElementRule(type, options)
  // The one type whose arrays are not separated by commas.
  if (!type.isArray || type.base === 'box') return rule
  return listRule({ rule, isJson: type.base === 'json' || type.base === 'jsonb' })
}

function buildElementRule(type: ValueType, options: ValueRuleOptions): ValueRule | null {
  if (type.enum !== null) return enumRule(type.enum)
  switch (type.base) {
    case 'timestamp':
    case 'timestamptz':
    case 'date':
    case 'time':
    case 'timetz':
      return dateTimeRule(type.base, options)
    case 'numeric':
    case 'float4':
    case 'float8':
      return numberRule(type.scale, options)
    case 'money':
      return moneyRule()
    case 'bool':
      return booleanRule
    case 'bytea':
      return bytesRule
    case 'varchar':
    case 'bpchar':
      return type.maxLength === null ? null : characterLimitRule(type.maxLength)
    case 'name':
      return byteLimitRule(MAX_NAME_BYTES)
    case 'char':
      return byteLimitRule(MAX_CHAR_BYTES)
    default:
      return null
  }
}
