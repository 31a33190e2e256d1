import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { buildValueDecoder } from '../../src/hooks/value-decoder.js'
import type { ManifestColumn } from '../../src/manifest/manifest.js'
import { buildValueEncoder } from '../../src/rows/value-encoder.js'
import { columnOf } from './column-of.js'

const ENUMS = [
  { name: 'Role', schema: null, type: 'Role', values: [{ name: 'READER', value: 'reader' }] },
]

type Type = ManifestColumn['type']

function decode(type: Type, text: string, isList = false): unknown {
  return buildValueDecoder(columnOf('a', type, isList), ENUMS)(text)
}

const date = (text: string) => new Date(text)

describe('buildValueDecoder', () => {
  it.each<[Type, string, unknown]>([
    ['Int', ' +12 ', 12],
    ['Int', '1.5', undefined],
    ['Int', '0x1F', undefined],
    ['Int', '9007199254740993', undefined],
    ['BigInt', '9007199254740993', 9007199254740993n],
    ['BigInt', '+5', 5n],
    ['BigInt', 'five', undefined],
    ['Float', '1e3', 1000],
    ['Float', '-Infinity', Number.NEGATIVE_INFINITY],
    ['Float', 'inf', Number.POSITIVE_INFINITY],
    ['Float', 'nan', Number.NaN],
    ['Float', '1,5', undefined],
    ['Decimal', '1.50', '1.50'],
    ['Decimal', '12,50', '12,50'],
    ['Boolean', 't', true],
    ['Boolean', 'YES', true],
    ['Boolean', 'on', true],
    ['Boolean', 'off', false],
    ['Boolean', '0', false],
    ['Boolean', 'maybe', undefined],
    ['DateTime', '2026-01-31 12:00:00.123456', date('2026-01-31T12:00:00.123Z')],
    ['DateTime', '2026-01-31 12:00:00.5+02', date('2026-01-31T10:00:00.500Z')],
    ['DateTime', '2026-01-31', date('2026-01-31')],
    ['DateTime', '12:30', date('1970-01-01T12:30:00Z')],
    ['DateTime', '0044-03-15 BC', date('-000043-03-15')],
    ['DateTime', 'never', undefined],
    ['Bytes', '\\x00ff', Uint8Array.of(0, 255)],
    ['Bytes', 'AP8=', Uint8Array.of(0, 255)],
    ['Bytes', '', Uint8Array.of()],
    ['Bytes', '?', undefined],
    ['Json', '{"a": [1]}', { a: [1] }],
    ['Json', 'null', null],
    ['Json', '{', undefined],
    ['Enum', 'reader', 'READER'],
    ['Enum', 'READER', 'READER'],
    ['Enum', 'other', 'other'],
    ['String', ' a ', ' a '],
    ['Unsupported', '(1,2)', '(1,2)'],
  ])('%s: %s', (type, text, value) => {
    expect(decode(type, text)).toEqual(value)
  })

  it.each(['280000-01-01', '-infinity', 'now'])(
    'an invalid Date for what none can be: %s',
    (text) => {
      const value = decode('DateTime', text)

      expect(value instanceof Date && Number.isNaN(value.getTime())).toBe(true)
    },
  )

  it.each<[Type, string, unknown]>([
    ['Int', '{1,NULL,3}', [1, null, 3]],
    ['Int', '[0:1]={1,2}', [1, 2]],
    ['Int', '[1,null]', [1, null]],
    ['Int', '{}', []],
    ['Int', '{{1},{2}}', undefined],
    ['Int', '{1,x}', undefined],
    ['Int', '{1', undefined],
    ['Int', 'x', undefined],
    ['String', '{"a b",c\\,d}', ['a b', 'c,d']],
    ['Json', '[null, {"a": 1}]', [null, { a: 1 }]],
  ])('a list of %s: %s', (type, text, value) => {
    expect(decode(type, text, true)).toEqual(value)
  })

  it('is the way back of what the encoder of rows writes', () => {
    const values = fc.oneof<fc.Arbitrary<[Type, unknown]>[]>(
      fc.integer().map((value) => ['Int', value]),
      fc.bigInt().map((value) => ['BigInt', value]),
      fc.double().map((value) => ['Float', value]),
      fc.boolean().map((value) => ['Boolean', value]),
      fc
        .date({ min: date('0001-01-01'), max: date('9999-12-31'), noInvalidDate: true })
        .map((value) => ['DateTime', value]),
      fc.uint8Array().map((value) => ['Bytes', value]),
      fc
        .json()
        .filter((text) => !text.includes('-0'))
        .map((value) => ['Json', JSON.parse(value)]),
      fc.string().map((value) => ['String', value]),
    )
    fc.assert(
      fc.property(values, fc.boolean(), ([type, value], isList) => {
        const column = columnOf('a', type, isList)
        const given = isList ? [value, value] : value
        // NULL, and -0, which is written as 0.
        fc.pre(value !== null && !Object.is(value, -0))

        const text = buildValueEncoder(column, ENUMS).encode(given)

        expect(buildValueDecoder(column, ENUMS)(String(text))).toEqual(given)
      }),
    )
  })
})
