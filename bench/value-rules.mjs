// The rules for values as an import has them: decided by the types of the live catalog.
import { valueTypeOf } from '../dist/src/plan/value-type.js'
import { buildValueRule } from '../dist/src/values/build-value-rule.js'

/** A type as the catalog has it; `modifier` is `atttypmod`. */
export function typeOf(name, { isArray = false, modifier = -1, labels = null } = {}) {
  return { name, isArray, modifier, labels }
}

/** `numeric(precision, scale)`. */
export function numericOf(precision, scale) {
  return typeOf('numeric', { modifier: ((precision << 16) | scale) + 4 })
}

/**
 * What becomes of the fields of a column of this type.
 *
 * @param values What the schema calls the values of an enum.
 */
export function actionOf(type, values = []) {
  const rule = buildValueRule(valueTypeOf(type, values), { allowSpecial: false })
  return rule === null ? { kind: 'copy' } : { kind: 'rule', rule }
}
