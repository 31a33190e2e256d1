import { trimBlanks } from './blanks.js'
import { isDecimal } from './decimal-bytes.js'
import type { ValueRule, ValueRuleOptions } from './value-rule.js'
import { notANumber, numberTooPrecise, specialValue } from './values-error.js'

/** The exponent may be of any size: whether the number fits is PostgreSQL's to say. */
const DECIMAL = /^[+-]?(?<whole>\d+)?(?:\.(?<fraction>\d*))?(?:e(?<exponent>[+-]?\d+))?$/i

const SPECIAL = /^[+-]?(nan|inf|infinity)$/i

/** For `numeric` without a scale, `float4` and `float8`: no digit is one too many. */
const ANY_SCALE = Number.MAX_SAFE_INTEGER

/**
 * Decimal numbers that lose nothing: digits beyond the scale of the column must be zeros, as
 * PostgreSQL would round the others in silence. Hexadecimal numbers and digits in groups, which
 * PostgreSQL 16 and later take, are none.
 */
export function numberRule(scale: number | null, { allowSpecial }: ValueRuleOptions): ValueRule {
  const limit = scale ?? ANY_SCALE
  return {
    accepts: (bytes, start, end) => isDecimal(bytes, start, end, limit),
    plain: { kind: 'decimal', limit },
    convert(text) {
      const trimmed = trimBlanks(text)
      if (SPECIAL.test(trimmed)) return allowSpecial ? trimmed : specialValue()
      const digits = countFractionDigits(trimmed)
      if (digits === null) return notANumber()
      return digits > limit ? numberTooPrecise(limit) : trimmed
    },
  }
}

/**
 * An amount may be written as `lc_monetary` of the server has it, such as `$1,234.50`: only a plain
 * number is looked at, which PostgreSQL would round to two digits.
 */
export function moneyRule(): ValueRule {
  return {
    accepts: (bytes, start, end) => isDecimal(bytes, start, end, MONEY_SCALE),
    plain: { kind: 'decimal', limit: MONEY_SCALE },
    convert(text) {
      const digits = countFractionDigits(trimBlanks(text))
      return digits !== null && digits > MONEY_SCALE ? numberTooPrecise(MONEY_SCALE) : text
    },
  }
}

const MONEY_SCALE = 2

/**
 * Digits after the point up to the last that is not 0; below zero when the whole part ends with
 * zeros. The lowest number for 0, null for what is no number.
 */
function countFractionDigits(text: string): number | null {
  const parts = DECIMAL.exec(text)?.groups
  if (parts === undefined) return null
  const { whole = '', fraction = '', exponent = '0' } = parts
  const digits = `${whole}${fraction}`
  if (digits === '') return null
  const significant = countWithoutTrailingZeros(digits)
  if (significant === 0) return Number.NEGATIVE_INFINITY
  return significant - whole.length - Number(exponent)
}

function countWithoutTrailingZeros(digits: string): number {
  let count = digits.length
  while (count > 0 && digits[count - 1] === '0') count--
  return count
}
