import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { enumRule } from '../../src/values/enum-rule.js'
import { accepts, applyRule, convert } from './apply-rule.js'

const PLAN = {
  labels: ['free', 'PRO', 'old-plan', 'grün', 'a"b', 'a""b', ''],
  values: [
    { name: 'FREE', value: 'free' },
    { name: 'PRO', value: 'PRO' },
    { name: 'OLD', value: 'old-plan' },
    { name: 'GONE', value: 'gone' },
  ],
}

describe('enumRule', () => {
  it.each(['free', 'PRO', 'old-plan', 'grün', 'a"b'])('lets the value %j pass as it is', (text) => {
    expect(accepts(enumRule(PLAN), text)).toBe(true)
    expect(convert(enumRule(PLAN), text)).toBe(text)
  })

  it.each([
    ['FREE', 'free'],
    ['OLD', 'old-plan'],
    ['', ''],
  ])('makes the value of the name %j: %j', (text, value) => {
    expect(accepts(enumRule(PLAN), text)).toBe(false)
    expect(applyRule(enumRule(PLAN), text)).toBe(value)
  })

  it.each([
    'Free',
    'pro',
    'fre',
    'freed',
    'OLD-PLAN',
    ' PRO',
    'gru\u0308n',
    'gone',
    'GONE',
    '__proto__',
  ])('refuses %j', (text) => {
    expect(applyRule(enumRule(PLAN), text)).toBe('VALUES.UNKNOWN_ENUM_VALUE')
  })

  it('keeps a value that is the name of another', () => {
    const swapped = {
      labels: ['A', 'B'],
      values: [
        { name: 'A', value: 'B' },
        { name: 'B', value: 'A' },
      ],
    }

    expect(['A', 'B'].map((text) => convert(enumRule(swapped), text))).toEqual(['A', 'B'])
  })

  it('does not take a doubled quote for two', () => {
    // As it stands in a file: the text is a"b or a""b.
    expect(accepts(enumRule(PLAN), 'a""b')).toBe(false)
    expect(convert(enumRule(PLAN), 'a""b')).toBe('a""b')
  })

  it('says what is known', () => {
    expect(enumRule(PLAN).convert('PRp')).toEqual({
      code: 'VALUES.UNKNOWN_ENUM_VALUE',
      why:
        'The text is no value of the enum, which has "free", "PRO", "old-plan", "grün", "a"b", ' +
        '"a""b", "", "FREE", "OLD".',
      fix: 'Did you mean "PRO"? Write one of the known values, or add this one to the enum',
    })
  })

  it('lists the first twenty of many', () => {
    const labels = Array.from({ length: 25 }, (_, index) => `label-${index}`)

    expect(enumRule({ labels, values: [] }).convert('?')).toMatchObject({
      why: expect.stringMatching(/"label-18", "label-19" … and 5 more\.$/),
      fix: 'Write one of the known values, or add this one to the enum',
    })
  })

  it('refuses everything where nothing is known', () => {
    expect(applyRule(enumRule({ labels: [], values: [] }), 'x')).toBe('VALUES.UNKNOWN_ENUM_VALUE')
  })

  it('accepts in bytes what is a value', () => {
    const text = fc.string({ unit: fc.constantFrom(...'abcä'), minLength: 1, maxLength: 3 })
    const label = text.filter((value) => !value.includes('ää'))
    fc.assert(
      fc.property(fc.uniqueArray(label, { maxLength: 30 }), label, (labels, value) => {
        const rule = enumRule({ labels, values: [] })

        expect([...labels, value].filter((known) => accepts(rule, known))).toEqual(
          [...labels, value].filter((known) => labels.includes(known)),
        )
      }),
    )
  })
})
