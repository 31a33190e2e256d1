import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { PostgresClient } from '../../src/postgres/client.js'
import { dateTimeRule } from '../../src/values/date-time-rule.js'
import { withTestDatabase } from '../support/test-database.js'
import { accepts, applyRule, convert } from './apply-rule.js'
import { copyTexts, SESSIONS, tryTexts } from './copy-texts.js'
import { instantOf, writtenDateTime } from './reference-date-time.js'

const BASES = ['timestamp', 'timestamptz', 'date', 'time', 'timetz'] as const

type Base = (typeof BASES)[number]

describe('dateTimeRule', () => {
  it('stores the date and the time in UTC, whatever the session', () =>
    withTestDatabase('', async (client) => {
      await expectStored(client, BASES, [
        [
          '2026-01-31T23:30:00+02:00',
          '2026-01-31 21:30:00',
          '2026-01-31 21:30:00+00',
          '2026-01-31',
          '21:30:00',
          '23:30:00+02',
        ],
        [
          '2026-01-31T23:30:00.125-03:30',
          '2026-02-01 03:00:00.125',
          '2026-02-01 03:00:00.125+00',
          '2026-02-01',
          '03:00:00.125',
          '23:30:00.125-03:30',
        ],
        [
          '2026-01-31 12:00:00',
          '2026-01-31 12:00:00',
          '2026-01-31 12:00:00+00',
          '2026-01-31',
          '12:00:00',
          '12:00:00+00',
        ],
        [
          '2026-01-31T12:00:00.000Z',
          '2026-01-31 12:00:00',
          '2026-01-31 12:00:00+00',
          '2026-01-31',
          '12:00:00',
          '12:00:00+00',
        ],
        [
          ' 2026-01-31t12:00z\n',
          '2026-01-31 12:00:00',
          '2026-01-31 12:00:00+00',
          '2026-01-31',
          '12:00:00',
          '12:00:00+00',
        ],
        [
          '2026-01-31 12:00:00 UTC',
          '2026-01-31 12:00:00',
          '2026-01-31 12:00:00+00',
          '2026-01-31',
          '12:00:00',
          '12:00:00+00',
        ],
        [
          '0044-03-15 12:00:00+0130 BC',
          '0044-03-15 10:30:00 BC',
          '0044-03-15 10:30:00+00 BC',
          '0044-03-15 BC',
          '10:30:00',
          '12:00:00+01:30',
        ],
        [
          '0001-01-01 00:30:00+01:00:30',
          '0001-12-31 23:29:30 BC',
          '0001-12-31 23:29:30+00 BC',
          '0001-12-31 BC',
          '23:29:30',
          '00:30:00+01:00:30',
        ],
        [
          '12345-12-31 23:30:00-01',
          '12346-01-01 00:30:00',
          '12346-01-01 00:30:00+00',
          '12346-01-01',
          '00:30:00',
          '23:30:00-01',
        ],
        [
          '2026-12-31 24:00:00',
          '2027-01-01 00:00:00',
          '2027-01-01 00:00:00+00',
          '2027-01-01',
          '00:00:00',
          '24:00:00+00',
        ],
        [
          '2026-12-31 23:59:60Z',
          '2027-01-01 00:00:00',
          '2027-01-01 00:00:00+00',
          '2027-01-01',
          '00:00:00',
          '24:00:00+00',
        ],
        // Rounded to the microseconds of the types.
        [
          '2026-12-31 23:59:58.12345678Z',
          '2026-12-31 23:59:58.123457',
          '2026-12-31 23:59:58.123457+00',
          '2026-12-31',
          '23:59:58.123457',
          '23:59:58.123457+00',
        ],
      ])
    }))

  it('takes a date for its midnight in UTC', () =>
    withTestDatabase('', async (client) => {
      await expectStored(
        client,
        ['timestamp', 'timestamptz', 'date'],
        [
          ['2026-01-31', '2026-01-31 00:00:00', '2026-01-31 00:00:00+00', '2026-01-31'],
          ['0005-02-29 BC', '0005-02-29 00:00:00 BC', '0005-02-29 00:00:00+00 BC', '0005-02-29 BC'],
        ],
      )
    }))

  it('takes a time for one in UTC', () =>
    withTestDatabase('', async (client) => {
      await expectStored(
        client,
        ['time', 'timetz'],
        [
          ['12:30', '12:30:00', '12:30:00+00'],
          ['00:30:00.5+02', '22:30:00.5', '00:30:00.5+02'],
          ['23:30-01:00', '00:30:00', '23:30:00-01'],
          ['24:00:00', '24:00:00', '24:00:00+00'],
          ['12:00:60', '12:01:00', '12:01:00+00'],
        ],
      )
    }))

  it('stores every point in time as a calculation of its own has it', () =>
    withTestDatabase('', (client) =>
      fc.assert(
        fc.asyncProperty(
          fc.array(writtenDateTime(), { minLength: 100, maxLength: 100 }),
          fc.constantFrom(...SESSIONS),
          async (written, session) => {
            const instants = written.map(instantOf)
            for (const base of ['timestamp', 'timestamptz'] as const) {
              const rule = dateTimeRule(base, { allowSpecial: false })

              const texts = written.map(({ text }) => applyRule(rule, text))

              const show = 'extract(epoch from v) * 1000000'
              const stored = await copyTexts(client, { type: base, show, session }, texts)
              expect(stored.map((micros) => BigInt(micros?.split('.')[0] ?? ''))).toEqual(instants)
            }
          },
        ),
        { numRuns: 20 },
      ),
    ))

  it('stores what it accepts as what it converts, and else leaves it to be refused', () =>
    withTestDatabase('', async (client) => {
      const texts = fc.sample(shapedDateTime(), { numRuns: 4000, seed: 1 })
      for (const base of BASES) {
        for (const session of SESSIONS) {
          const rule = dateTimeRule(base, { allowSpecial: false })
          const accepted = texts.filter((text) => accepts(rule, text))

          const asTheyAre = await tryTexts(client, { type: base, session }, accepted)

          const converted = accepted.map((text) => convert(rule, text))
          const meant = await tryTexts(client, { type: base }, converted)
          expect(accepted.length).toBeGreaterThan(100)
          expect(asTheyAre.map(refusedOr)).toEqual(meant.map(refusedOr))
        }
      }
    }))

  it.each([
    ['timestamp', '2026-01-31 12:00:00.123'],
    ['timestamp', '2026-01-31T12:00:00.123Z'],
    ['timestamp', '2026-01-31T12:00:00+00:00'],
    ['timestamp', '2026-01-31 12:00-0000'],
    ['timestamp', '2026-01-31'],
    ['timestamptz', '2026-01-31 12:00:00.123456+00'],
    ['timestamptz', '2026-01-31 12:00:00-0330'],
    ['timestamptz', '2026-01-31T12:00Z'],
    ['date', '2026-01-31'],
    ['date', '2026-01-31T00:00:00.000Z'],
    ['time', '12:00:00'],
    ['timetz', '12:00:00+05:30'],
  ] as const)('lets %s %j pass as it is', (base, text) => {
    expect(accepts(dateTimeRule(base, { allowSpecial: false }), text)).toBe(true)
  })

  it.each([
    '',
    ' ',
    '1769860800',
    '1769860800000',
    '20260131',
    '20260131T120000Z',
    '01/02/2020',
    '2020/01/02',
    '02.01.2020',
    '31 Jan 2026',
    'January 31, 2026',
    'Sat Jan 31 2026 12:00:00 GMT+0000',
    '26-01-31',
    '2026-1-31',
    '2026-01-31T',
    '2026-01-31 12',
    '2026-01-31 12:0',
    '2026-01-31 12:00:',
    '2026-01-31 12:00:0',
    '2026-01-31 12:00:00.',
    '2026-01-31 12:00:00.x',
    '2026-01-31 12:00:00,5',
    '2026-01-31 12:00:00x5',
    '2026-01-31 12:00:x0',
    '2026-01-31 12.00',
    '2026-01-31 12:00.00',
    '2026-01-31_12:00:00',
    '2026-01-31  12:00:00',
    '2026-01-31 12:00:00 PM',
    '2026-01-31 12:00:00 CET',
    '2026-01-31 12:00:00+2',
    '2026-01-31 12:00:00+2:00',
    '2026-01-31 12:00:00+',
    '2026-01-31+02',
    '12345678-01-01 00:00+01',
    '2026-W05-6',
    '2026-031',
  ])('refuses %j', (text) => {
    const codes = BASES.map((base) => applyRule(dateTimeRule(base, { allowSpecial: false }), text))

    expect(codes).toEqual(BASES.map(() => 'VALUES.INVALID_DATE_TIME'))
  })

  it.each([
    ['timestamp', '12:00:00'],
    ['timestamptz', '12:00:00+00'],
    ['date', '12:00:00'],
    ['time', '2026-01-31'],
    ['timetz', '2026-01-31'],
  ] as const)('refuses for %s what lacks a part: %j', (base, text) => {
    expect(applyRule(dateTimeRule(base, { allowSpecial: false }), text)).toBe(
      'VALUES.INVALID_DATE_TIME',
    )
  })

  it('refuses what does not exist, or leaves that to PostgreSQL', () =>
    withTestDatabase('', async (client) => {
      const texts = [
        '2026-13-01 00:00+01',
        '2026-00-01 00:00+01',
        '2026-02-29 00:00+01',
        '1900-02-29 00:00+01',
        '2026-01-00 00:00+01',
        '0000-01-01 00:00+01',
        '2026-01-31 12:60+01',
        '2026-01-31 12:00:61+01',
        '2026-01-31 24:00:01+01',
        '2026-01-31 24:00:00.0001+01',
        '2026-01-31 23:59:60.5+01',
        '2026-01-31 12:00:00+16',
        '2026-01-31 12:00:00+02:60',
        '2026-01-31 12:00:00+02:00:60',
      ]
      for (const base of BASES) {
        const rule = dateTimeRule(base, { allowSpecial: false })
        const sent = texts.map((text) => applyRule(rule, text))

        const outcomes = await tryTexts(client, { type: base }, sent)

        expect(texts.map((text) => convert(rule, text))).toEqual(
          texts.map(() => 'VALUES.INVALID_DATE_TIME'),
        )
        expect(outcomes.map(refusedOr)).toEqual(texts.map(() => 'refused'))
      }
    }))

  it.each([
    'infinity',
    '-infinity',
    '+Infinity',
    'now',
    'NOW',
    'today',
    'tomorrow',
    'yesterday',
    'epoch',
    'allballs',
  ])('refuses the word %j unless it is allowed', (text) => {
    const refused = BASES.map((base) =>
      applyRule(dateTimeRule(base, { allowSpecial: false }), text),
    )
    const allowed = BASES.map((base) => applyRule(dateTimeRule(base, { allowSpecial: true }), text))

    expect(refused).toEqual(BASES.map(() => 'VALUES.SPECIAL'))
    expect(allowed).toEqual(BASES.map(() => text))
  })
})

/** Each row is a text, and what the types hold of it in the end. */
async function expectStored(
  client: PostgresClient,
  bases: readonly Base[],
  rows: readonly (readonly [string, ...string[]])[],
): Promise<void> {
  for (const session of SESSIONS) {
    for (const [index, base] of bases.entries()) {
      const rule = dateTimeRule(base, { allowSpecial: false })
      const sent = rows.map(([text]) => applyRule(rule, text))

      const stored = await copyTexts(client, { type: base, session }, sent)

      expect(stored).toEqual(rows.map((row) => row[index + 1]))
    }
  }
}

/** Text that looks like a date, a time or both, most of which do not exist. */
function shapedDateTime(): fc.Arbitrary<string> {
  const pair = fc.oneof(
    fc.integer({ min: 0, max: 31 }),
    fc.constantFrom(0, 1, 12, 23, 24, 29, 59, 60, 61, 99),
  )
  const text = pair.map((value) => String(value).padStart(2, '0'))
  const date = fc.tuple(fc.constantFrom('2026', '2024', '0000', '0001', '9999'), text, text)
  const time = fc.oneof(
    fc.tuple(text, text),
    fc.tuple(text, text, text),
    fc.tuple(text, text, fc.constantFrom('59.5', '60.5', '60.0', '00.000', '59.999999')),
  )
  const zone = fc.oneof(
    fc.constantFrom('', '', '', 'Z', '+00', '-00:00', '+0000'),
    fc.tuple(fc.constantFrom('+', '-'), text, fc.constantFrom('', '00', ':00', ':60', ':30')),
  )
  return fc
    .record({
      date: fc.option(date.map((parts) => parts.join('-'))),
      separator: fc.constantFrom('T', ' '),
      time: fc.option(time.map((parts) => parts.join(':'))),
      zone: zone.map((parts) => [parts].flat().join('')),
    })
    .map(({ date, separator, time, zone }) =>
      time === null ? `${date}` : `${date === null ? '' : `${date}${separator}`}${time}${zone}`,
    )
}

/** Whatever PostgreSQL says when it refuses. */
function refusedOr(outcome: string): string {
  return /^22\d{3}$/.test(outcome) ? 'refused' : outcome
}
