import { isRefusal, type ValueRule, type ValueType } from '../../src/values/value-rule.js'

/** A type of the catalog; a test states what matters. */
export function buildValueType(parts: Partial<ValueType>): ValueType {
  return { base: 'text', isArray: false, maxLength: null, scale: null, enum: null, ...parts }
}

/** What a rule sends to COPY for a text, or the code of its refusal. */
export function applyRule(rule: ValueRule, text: string): string {
  return accepts(rule, text) ? text : convert(rule, text)
}

/** What the slow way makes of a text, or the code of its refusal. */
export function convert(rule: ValueRule, text: string): string {
  const converted = rule.convert(text)
  return isRefusal(converted) ? converted.code : converted
}

/** Whether the bytes of the text go as they are, whatever stands before and after them. */
export function accepts(rule: ValueRule, text: string): boolean {
  const bytes = Buffer.from(text)
  const answers = ['', '9', 'Z', 'x', '+00', '-', '{"'].map((around) => {
    const file = Buffer.concat([Buffer.from(around), bytes, Buffer.from(around)])
    return rule.accepts(file, around.length, around.length + bytes.length)
  })
  if (new Set(answers).size > 1) throw new Error(`looks beyond the field: ${text}`)
  return answers[0] === true
}
