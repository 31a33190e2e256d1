import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { byteLimitRule, characterLimitRule } from '../../src/values/length-rule.js'
import { withTestDatabase } from '../support/test-database.js'
import { accepts, applyRule, convert } from './apply-rule.js'
import { copyTexts } from './copy-texts.js'

describe('characterLimitRule', () => {
  it.each(['', 'abc', 'äöü', '漢字。', '😀😀😀', '   '])('lets %j pass where three fit', (text) => {
    expect(accepts(characterLimitRule(3), text)).toBe(true)
    expect(convert(characterLimitRule(3), text)).toBe(text)
  })

  it.each(['abcd', 'abc ', 'äöüä', '😀😀😀😀', '    '])('refuses %j where three fit', (text) => {
    expect(applyRule(characterLimitRule(3), text)).toBe('VALUES.TOO_LONG')
  })

  it('counts a doubled quote once', () => {
    // As it stands in a file: the text is a"b.
    expect(accepts(characterLimitRule(3), 'a""b')).toBe(false)
    expect(convert(characterLimitRule(3), 'a"b')).toBe('a"b')
  })

  it('says how long the text is and may be', () => {
    expect(characterLimitRule(3).convert('😀äöü')).toMatchObject({
      why: 'The text has 4 characters, trailing blanks included; the column takes 3.',
    })
  })

  it.each(['varchar', 'char'])('takes what fits into %s, and nothing that is cut', (type) =>
    withTestDatabase('', (client) =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.string({ unit: fc.constantFrom(...'aä漢😀 '), maxLength: 6 })),
          fc.integer({ min: 1, max: 5 }),
          async (texts, limit) => {
            const rule = characterLimitRule(limit)
            const fitting = texts.filter((text) => accepts(rule, text))

            const stored = await copyTexts(client, { type: `${type}(${limit})` }, fitting)

            const padded = type === 'char' ? fitting.map((text) => text.trimEnd()) : fitting
            expect(stored.map((text) => (type === 'char' ? text?.trimEnd() : text))).toEqual(padded)
            expect(fitting).toEqual(texts.filter((text) => [...text].length <= limit))
          },
        ),
        { numRuns: 30 },
      ),
    ),
  )
})

describe('byteLimitRule', () => {
  it.each([
    ['ab', 'ab'],
    ['ä', 'ä'],
    ['äa', 'VALUES.TOO_LONG'],
    ['abc', 'VALUES.TOO_LONG'],
  ])('takes %j where two bytes fit: %s', (text, outcome) => {
    expect(applyRule(byteLimitRule(2), text)).toBe(outcome)
    expect(convert(byteLimitRule(2), text)).toBe(outcome)
  })
})
