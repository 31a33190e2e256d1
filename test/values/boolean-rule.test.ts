import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { booleanRule } from '../../src/values/boolean-rule.js'
import { withTestDatabase } from '../support/test-database.js'
import { accepts, applyRule, convert } from './apply-rule.js'
import { copyTexts } from './copy-texts.js'

const TRUE = ['t', 'true', '1', 'yes', 'y', 'on', 'T', 'TRUE', 'True', 'YES', 'Y', 'ON', 'oN']
const FALSE = ['f', 'false', '0', 'no', 'n', 'off', 'F', 'FALSE', 'False', 'NO', 'N', 'OFF', 'ofF']

describe('booleanRule', () => {
  it('lets true and false pass as they are, and PostgreSQL reads them so', () =>
    withTestDatabase('', async (client) => {
      const texts = [...TRUE, ...FALSE]

      const stored = await copyTexts(client, { type: 'bool' }, texts)

      expect(texts.filter((text) => !accepts(booleanRule, text))).toEqual([])
      expect(stored).toEqual([...TRUE.map(() => 'true'), ...FALSE.map(() => 'false')])
    }))

  it('takes no notice of blanks around them', () => {
    expect(applyRule(booleanRule, ' true\r')).toBe('true')
  })

  it.each([
    ...['', ' ', 'tr', 'tru', 'fal', 'ye', 'of', 'o', 'truee', 'falsy', 'nope', 'yess', 'offf'],
    ...[
      '2',
      '-1',
      '01',
      '1.0',
      'ja',
      'wahr',
      'x',
      'null',
      '\u0014',
      'T\u0012',
      '\u017f',
      'true\u00a0',
    ],
  ])('refuses %j', (text) => {
    expect(applyRule(booleanRule, text)).toBe('VALUES.INVALID_BOOLEAN')
  })

  it('accepts in bytes what it takes as text', () => {
    const unit = fc.constantFrom(...'truefalsyon01TRUEFALSYON\u0000\u0014 ')
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit, maxLength: 6 }), fc.string()), (text) => {
        expect(accepts(booleanRule, text)).toBe(convert(booleanRule, text) === text)
      }),
      { numRuns: 2000 },
    )
  })
})
