// Hot code: speed beats shape here. Guarded by the "byte path" part of `npm run bench`.
import type { EnumType, ValueRule } from './value-rule.js'
import { unknownEnumValue } from './values-error.js'

/**
 * A value of the database stays, also where the schema calls another value by this name; a name of
 * the schema becomes its value. Values that only the schema knows are unknown.
 */
export function enumRule({ labels, values }: EnumType): ValueRule {
  const texts = new Map(labels.map((label) => [label, label]))
  for (const { name, value } of values) {
    if (texts.get(value) === value && !texts.has(name)) texts.set(name, value)
  }
  // In bytes, what stands twice may be a quote that stands for one.
  const known = new LabelSet(labels.filter((label) => !/([^\p{L}\p{N}])\1/u.test(label)))
  return {
    accepts: (bytes, start, end) => known.has(bytes, start, end),
    convert: (text) => texts.get(text) ?? unknownEnumValue(text, [...texts.keys()]),
  }
}

/** Short texts, found among bytes without making a string of them. */
class LabelSet {
  /** By `slotOf`: the labels that may be meant. */
  readonly #slots: readonly (readonly Buffer[])[]
  readonly #mask: number

  constructor(labels: readonly string[]) {
    // Four slots to a label or more: most hold one label or none.
    const size = 2 ** Math.ceil(Math.log2(4 * Math.max(1, labels.length)))
    const slots = Array.from({ length: size }, (): Buffer[] => [])
    this.#mask = size - 1
    for (const label of labels.map((text) => Buffer.from(text))) {
      slots[this.#slotOf(label, 0, label.length)]?.push(label)
    }
    this.#slots = slots
  }

  has(bytes: Buffer, start: number, end: number): boolean {
    if (start === end) return false
    const candidates = this.#slots[this.#slotOf(bytes, start, end)] as readonly Buffer[]
    for (const label of candidates) {
      if (isSame(label, bytes, start, end)) return true
    }
    return false
  }

  /** By length, first and last byte. */
  #slotOf(bytes: Buffer, start: number, end: number): number {
    const first = bytes[start] as number
    const last = bytes[end - 1] as number
    return (first + 7 * last + 31 * (end - start)) & this.#mask
  }
}

function isSame(label: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (label.length !== end - start) return false
  for (let i = 0; i < label.length; i++) {
    if (label[i] !== bytes[start + i]) return false
  }
  return true
}
