import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { PostgresClient } from '../../src/postgres/client.js'
import { buildValueRule } from '../../src/values/build-value-rule.js'
import type { ValueRule, ValueType } from '../../src/values/value-rule.js'
import { withTestDatabase } from '../support/test-database.js'
import { accepts, applyRule, buildValueType, convert } from './apply-rule.js'
import { copyTexts, SESSIONS, tryTexts } from './copy-texts.js'

const PLAN = { labels: ['free', 'PRO'], values: [{ name: 'FREE', value: 'free' }] }

describe('listRule', () => {
  it.each(['{}', '{a}', '{a,b,NULL}', '{ä,1.5,2026-01-31}'])('lets %j pass as it is', (text) => {
    expect(accepts(listOf({ base: 'text' }), text)).toBe(true)
  })

  it.each([
    // Elements that need no rule.
    ['text', '{a b, c }', ['a b', 'c']],
    ['text', ' { "a\\"b" , NULL,"NULL",null } ', ['a"b', null, 'NULL', null]],
    ['text', '{\\N,\\NULL,a\\ }', ['N', 'NULL', 'a ']],
    [
      'text',
      '["a","b\\"\\\\\\n\\u00e4😀",null,"","NULL","{x}"]',
      ['a', 'b"\\\nä😀', null, '', 'NULL', '{x}'],
    ],
    ['text', ' [ ] ', []],
    ['text', '[1.50, true,\n1e400]', ['1.50', 'true', '1e400']],
    ['int8', '[9007199254740993,null]', ['9007199254740993', null]],
    ['int4', '{1,2}', ['1', '2']],
    ['uuid', '["6ba7b810-9dad-11d1-80b4-00c04fd430c8"]', ['6ba7b810-9dad-11d1-80b4-00c04fd430c8']],
    // Elements that need one.
    ['timestamp', '{"2026-01-31T23:30:00-02:00",NULL}', ['2026-02-01 01:30:00', null]],
    ['timestamp', '["2026-01-31T23:30:00-02:00",null]', ['2026-02-01 01:30:00', null]],
    ['timestamptz', '{2026-01-31}', ['2026-01-31 00:00:00+00']],
    ['date', '["2026-01-31T23:30:00-02:00"]', ['2026-02-01']],
    ['bool', '{yes,f}', ['true', 'false']],
    ['bool', '[true,false,"0"]', ['true', 'false', 'false']],
    ['bytea', '{"\\\\x00ff",AA==}', ['\\x00ff', '\\x00']],
    ['bytea', '["AP8=","\\\\x01"]', ['\\x00ff', '\\x01']],
    [
      'numeric',
      '[123456789012345678901234567890.123456789,-0.10]',
      ['123456789012345678901234567890.123456789', '-0.10'],
    ],
    // JSON in lists: each element is the text of JSON.
    [
      'jsonb',
      '[{"a": [1, 2]}, "x,]", null, 1.0, [{"b":"]"}]]',
      ['{"a": [1, 2]}', '"x,]"', 'null', '1.0', '[{"b": "]"}]'],
    ],
    ['json', '{"{\\"a\\": 1}",NULL,null,1}', ['{"a": 1}', null, null, '1']],
  ])('stores a list of %s from %j', (base, text, elements) =>
    withTestDatabase('', async (client) => {
      for (const session of SESSIONS) {
        const sent = applyRule(listOf({ base }), text)

        const [stored] = await copyTexts(
          client,
          { type: `${base}[]`, show: 'to_json(v::text[])', session },
          [sent],
        )

        expect(JSON.parse(stored ?? '')).toEqual(elements)
      }
    }),
  )

  it.each([
    ['{FREE,free,PRO}', '{"free","free","PRO"}'],
    ['["FREE","PRO",null]', '{"free","PRO",NULL}'],
    ['{{FREE},{PRO}}', '{{"free"},{"PRO"}}'],
    ['[0:1]={FREE,PRO}', '[0:1]={"free","PRO"}'],
    [' [1:1][0:1] = {{FREE,NULL}}', ' [1:1][0:1] ={{"free",NULL}}'],
    ['{free,PRO}', '{free,PRO}'],
  ])('makes values of the names in %j: %s', (text, sent) => {
    expect(applyRule(listOf({ enum: PLAN }), text)).toBe(sent)
  })

  it.each([
    ...[
      '',
      ' ',
      'a',
      'a,b',
      '{',
      '}',
      '{a',
      'a}',
      '{a,}',
      '{,a}',
      '{a,,b}',
      '{a}b',
      '{a}{b}',
      '{a}}',
    ],
    ...[
      '{"a}',
      '{"a"b}',
      '{a"b"}',
      '{"a" "b"}',
      '{a{b}}',
      '{{a}b}',
      '{{a},}',
      '{a\\',
      '{a\\}',
      '{"a\\"}',
    ],
    ...[
      '{"a": 1}',
      '[0:1]=',
      '[0:1]=a',
      '[0:1]={a,b',
      '[0:1]',
      '[a]',
      '[1,]',
      "['a']",
      '["a"',
      '["a"]x',
    ],
    ...['"a"', '1', 'null', '{}{}', '[[1]]', '[{}]', '[1,{"a":2}]'],
    ...['["\\u0000"]', '["\\ud800"]'],
  ])('refuses %j', (text) => {
    expect(applyRule(listOf({ base: 'text' }), text)).toBe('VALUES.INVALID_LIST')
  })

  it.each([
    [{ enum: PLAN }, '{free,GONE}', 'VALUES.UNKNOWN_ENUM_VALUE'],
    [{ enum: PLAN }, '["free","GONE"]', 'VALUES.UNKNOWN_ENUM_VALUE'],
    [{ base: 'numeric', scale: 1 }, '{1.5,1.55}', 'VALUES.TOO_PRECISE'],
    [{ base: 'float8' }, '{1,NaN}', 'VALUES.SPECIAL'],
    [{ base: 'varchar', maxLength: 2 }, '{ab,abc}', 'VALUES.TOO_LONG'],
    [{ base: 'varchar', maxLength: 2 }, '["ab","abc"]', 'VALUES.TOO_LONG'],
  ])('refuses what the elements %j refuse: %j', (parts, text, code) => {
    expect(listOf(parts).convert(text)).toMatchObject({
      code,
      why: expect.stringMatching(/^Element 2 of the list: The /),
    })
  })

  it.each(['[[1]]', '[1,{"a":2}]'])('says which element of %j is no plain value', (text) => {
    expect(listOf({ base: 'int4' }).convert(text)).toMatchObject({
      why: expect.stringMatching(/^Element [12] of the list: /),
    })
  })

  it('leaves boxes, which are separated otherwise, to PostgreSQL', () => {
    expect(buildValueRule(buildValueType({ base: 'box', isArray: true }), STRICT)).toBeNull()
  })

  it('takes an array to be what PostgreSQL takes it to be', () =>
    withTestDatabase('', async (client) => {
      const unit = fc.constantFrom(...'{}{},,""\\\\ aB1\t\n', 'NULL', '{a', 'b}', '"a"', '{{', '}}')
      const inside = fc.string({ unit, maxLength: 7 })
      const texts = fc
        .sample(
          fc.oneof(
            inside,
            inside.map((text) => `{${text}}`),
          ),
          { numRuns: 4000, seed: 1 },
        )
        .filter((text) => !text.startsWith('['))
      const rule = listOf({ base: 'text' })

      const own = await tryLists(client, texts)

      const sent = texts.map((text) => applyRule(rule, text))
      const converted = texts.map((text) => convert(rule, text))
      expect(own.filter((outcome) => outcome !== 'refused').length).toBeGreaterThan(200)
      expect(await tryLists(client, sent)).toEqual(own)
      expect(await tryLists(client, converted)).toEqual(own)
    }))

  it('takes a JSON array to be what JSON.parse takes it to be', () =>
    withTestDatabase('', (client) =>
      fc.assert(
        fc.asyncProperty(fc.array(jsonArray(), { minLength: 50 }), async (texts) => {
          const stored = await storeLists(client, 'text', texts)

          const meant = texts.map((text) => JSON.parse(text).map(textOf))
          expect(stored).toEqual(meant)
        }),
        { numRuns: 20 },
      ),
    ))

  it('keeps JSON in lists as it is', () =>
    withTestDatabase('', (client) =>
      fc.assert(
        fc.asyncProperty(fc.array(fc.array(fc.jsonValue()), { minLength: 20 }), async (values) => {
          const texts = values.map((list) => JSON.stringify(list, null, 1))
          const stored = await storeLists(client, 'json', texts)

          expect(stored.map((list) => list.map((json) => JSON.parse(json ?? '')))).toEqual(
            values.map((list) => JSON.parse(JSON.stringify(list))),
          )
        }),
        { numRuns: 20 },
      ),
    ))
})

const STRICT = { allowSpecial: false }

function listOf(parts: Partial<ValueType>): ValueRule {
  const rule = buildValueRule(buildValueType({ ...parts, isArray: true }), STRICT)
  if (rule === null) throw new Error('no rule')
  return rule
}

/** What PostgreSQL makes of each text, or that it refuses it. */
async function tryLists(
  client: PostgresClient,
  texts: readonly string[],
): Promise<readonly string[]> {
  const outcomes = await tryTexts(client, { type: 'text[]' }, texts)
  return outcomes.map((outcome) => (/^[\dA-Z]{5}$/.test(outcome) ? 'refused' : outcome))
}

async function storeLists(
  client: PostgresClient,
  base: string,
  texts: readonly string[],
): Promise<readonly (readonly (string | null)[])[]> {
  const sent = texts.map((text) => applyRule(listOf({ base }), text))
  const stored = await copyTexts(client, { type: `${base}[]`, show: 'to_json(v::text[])' }, sent)
  return stored.map((list) => JSON.parse(list ?? ''))
}

/** Plain values in a JSON array, written with and without blanks. */
function jsonArray(): fc.Arbitrary<string> {
  const text = fc
    .string({ unit: fc.oneof(fc.constantFrom(...'"\\{}[],: \n\t', 'NULL'), fc.string()) })
    .filter((value) => !/\0|\p{Surrogate}/u.test(value))
  const value = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null))
  return fc
    .tuple(fc.array(value), fc.constantFrom(undefined, 1, '\t'))
    .map(([values, indent]) => JSON.stringify(values, null, indent))
}

function textOf(value: unknown): string | null {
  return value === null ? null : String(value)
}
