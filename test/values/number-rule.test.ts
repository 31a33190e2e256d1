import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { moneyRule, numberRule } from '../../src/values/number-rule.js'
import { withTestDatabase } from '../support/test-database.js'
import { accepts, applyRule, convert } from './apply-rule.js'
import { copyTexts, tryTexts } from './copy-texts.js'

const STRICT = { allowSpecial: false }

describe('numberRule', () => {
  it.each([
    ['0', 2, true],
    ['-12.34', 2, true],
    ['+.5', 2, true],
    ['5.', 2, true],
    ['12.34', 1, false],
    ['12.340', 2, false],
    ['12', 0, true],
    ['12.', 0, true],
    ['1200', -2, false],
    ['1e2', 2, false],
    [' 1', 2, false],
    ['12.3.4', 9, false],
    ['.', 2, false],
    ['-', 2, false],
    ['-.', 2, false],
    ['', 2, false],
    ['12x', 2, false],
    ['0.00000000000000000001', null, true],
  ])('looks at %j for a scale of %j', (text, scale, isAccepted) => {
    expect(accepts(numberRule(scale, STRICT), text)).toBe(isAccepted)
  })

  it.each([
    ['12.34', 2, '12.34'],
    ['12.3400', 2, '12.3400'],
    [' 12.34\n', 2, '12.34'],
    ['12.345', 2, 'VALUES.TOO_PRECISE'],
    ['-0.001', 2, 'VALUES.TOO_PRECISE'],
    ['0.000', 2, '0.000'],
    ['1.5e1', 0, '1.5e1'],
    ['1.5E0', 0, 'VALUES.TOO_PRECISE'],
    ['150e-1', 0, '150e-1'],
    ['155e-1', 0, 'VALUES.TOO_PRECISE'],
    ['1e-7', 6, 'VALUES.TOO_PRECISE'],
    ['1e-7', 7, '1e-7'],
    ['0e-99999999999999999999', 0, '0e-99999999999999999999'],
    ['1e-99999999999999999999', 30, 'VALUES.TOO_PRECISE'],
    ['1200', -2, '1200'],
    ['1230', -2, 'VALUES.TOO_PRECISE'],
    ['0', -2, '0'],
    ['1.', 0, '1.'],
    ['.5', 1, '.5'],
    ['12.3456789', null, '12.3456789'],
    ['1e5', null, '1e5'],
  ])('takes %j for a scale of %j: %s', (text, scale, outcome) => {
    expect(applyRule(numberRule(scale, STRICT), text)).toBe(outcome)
  })

  it.each([
    ...['', ' ', '.', '-', 'e5', '1e', '1e+', '1.2.3', '--1', '+-1', '1 2', '1,5', '1,000.00'],
    ...['0x1F', '0b1', '0o7', '1_000', '$5', '5%', '1e1.5', '٣', '1\u00a0'],
  ])('refuses %j, which is not decimal', (text) => {
    expect(applyRule(numberRule(2, STRICT), text)).toBe('VALUES.INVALID_NUMBER')
  })

  it.each(['NaN', 'nan', 'Infinity', '-Infinity', '+inf', 'inf', ' NaN '])(
    'refuses the word %j unless it is allowed',
    (text) => {
      expect(applyRule(numberRule(null, STRICT), text)).toBe('VALUES.SPECIAL')
      expect(applyRule(numberRule(null, { allowSpecial: true }), text)).toBe(text.trim())
    },
  )

  it('lets PostgreSQL round nothing', () =>
    withTestDatabase('', (client) =>
      fc.assert(
        fc.asyncProperty(
          fc.array(writtenNumber(), { minLength: 300, maxLength: 300 }),
          fc.constantFrom(-3, -1, 0, 1, 2, 5, 30),
          async (texts, scale) => {
            const rule = numberRule(scale, STRICT)
            const exact = await tryTexts(client, { type: 'numeric' }, texts)
            const rounded = await tryTexts(client, { type: `numeric(65,${scale})` }, texts)

            const codes = texts.map((text) => convert(rule, text))

            // Each is compared without its zeros at the end.
            const isKept = exact.map((text, index) => trimZeros(text) === trimZeros(rounded[index]))
            expect(codes).toEqual(
              texts.map((text, index) => (isKept[index] ? text : 'VALUES.TOO_PRECISE')),
            )
            expect(
              texts.filter((text) => accepts(rule, text)).map((text) => convert(rule, text)),
            ).toEqual(texts.filter((text) => accepts(rule, text)))
          },
        ),
        { numRuns: 20 },
      ),
    ))

  it('sends only what every PostgreSQL reads as decimal', () =>
    withTestDatabase('', async (client) => {
      const unit = fc.constantFrom(...'0123456789.+-eE_x \n')
      const texts = fc.sample(fc.string({ unit, maxLength: 6 }), { numRuns: 3000, seed: 1 })
      const rule = numberRule(null, STRICT)

      const sent = texts
        .map((text) => applyRule(rule, text))
        .filter((text) => !isCode(text) && !/e.{3}/i.test(text))

      expect(sent.length).toBeGreaterThan(100)
      const asNumeric = await copyTexts(client, { type: 'numeric', show: 'v::float8' }, sent)
      // Plus zero: numeric has no negative one.
      expect(asNumeric.map(Number)).toEqual(sent.map((text) => Number(text) + 0))
    }))
})

describe('moneyRule', () => {
  it.each([
    ['12.34', '12.34'],
    ['12', '12'],
    ['12.500', '12.500'],
    ['12.345', 'VALUES.TOO_PRECISE'],
    ['-12.345', 'VALUES.TOO_PRECISE'],
    ['$1,234.50', '$1,234.50'],
    ['1.234,50 €', '1.234,50 €'],
  ])('takes %j: %s', (text, outcome) => {
    expect(applyRule(moneyRule(), text)).toBe(outcome)
  })
})

function writtenNumber(): fc.Arbitrary<string> {
  const digits = fc.string({ unit: fc.constantFrom(...'00012345'), maxLength: 8 })
  return fc
    .record({
      sign: fc.constantFrom('', '', '-', '+'),
      whole: digits,
      fraction: fc.option(digits),
      exponent: fc.option(fc.integer({ min: -12, max: 12 })),
    })
    .filter(({ whole, fraction }) => `${whole}${fraction ?? ''}` !== '')
    .map(
      ({ sign, whole, fraction, exponent }) =>
        `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : `e${exponent}`}`,
    )
}

function trimZeros(number: string | undefined): string | undefined {
  return number?.includes('.') ? number.replace(/\.?0+$/, '') : number
}

function isCode(outcome: string): boolean {
  return outcome.startsWith('VALUES.')
}
