import { describe, expect, it } from '@jest/globals'
import { buildFieldCheck } from '../../src/check/field-check.js'
import { resolveCsvDialect } from '../../src/csv/csv-dialect.js'
import { CsvScanner } from '../../src/csv/csv-scanner.js'
import type { PreparedColumn } from '../../src/plan/prepared-column.js'
import { characterLimitRule } from '../../src/values/length-rule.js'
import { buildPrepared, buildPreparedColumn } from '../plan/plan-builders.js'

const REFERENCE = { kind: 'reference', owner: 'Shop', target: 'Shop' } as const
const LIMITED = { kind: 'rule', rule: characterLimitRule(3) } as const

/** The code of what is wrong with a field of a file; null for nothing. */
function check(field: string, parts: Partial<PreparedColumn>, quote = '"'): string | null {
  const dialect = { ...resolveCsvDialect({ quote }), lineEnd: 'lf', isDetected: false } as const
  const column = buildPreparedColumn('a', parts)
  const model = buildPrepared('Order', { columns: [column], dialect })
  const scanner = new CsvScanner(dialect, 'Order.csv')
  scanner.push(Buffer.from(`a,b\n${field},\n`))
  scanner.scan()
  return buildFieldCheck(column, model)?.(scanner, 2)?.code ?? null
}

describe('buildFieldCheck', () => {
  it.each<[string, Partial<PreparedColumn>, string | null]>([
    ['1', { role: { kind: 'key' } }, null],
    ['', { role: { kind: 'key' } }, 'KEYS.NULL_KEY'],
    ['+1', { role: { kind: 'key' } }, 'KEYS.NOT_AN_INTEGER'],
    ['9223372036854775807', { role: { kind: 'key' } }, null],
    ['9223372036854775808', { role: { kind: 'key' } }, 'KEYS.NOT_AN_INTEGER'],
    ['x', { role: REFERENCE, type: 'uuid' }, 'KEYS.INVALID_UUID'],
    ['x', { role: REFERENCE, type: 'text' }, null],
    ['', { role: REFERENCE, type: 'uuid' }, null],
    ['x', { role: { kind: 'track' } }, 'KEYS.NOT_AN_INTEGER'],
    ['x', { role: { kind: 'drop' }, isNotNull: true }, null],
    ['', { isNotNull: true }, 'LOAD.NULL_VALUE'],
    ['""', { isNotNull: true, type: 'text' }, null],
    ['', { type: 'text', isNotNull: false }, null],
    ['2147483647', {}, null],
    ['-2147483648', {}, null],
    [' +7 ', {}, null],
    ['2147483648', {}, 'VALUES.INVALID_INTEGER'],
    ['-2147483649', {}, 'VALUES.INVALID_INTEGER'],
    ['99999999999999999999', {}, 'VALUES.INVALID_INTEGER'],
    ['1.5', {}, 'VALUES.INVALID_INTEGER'],
    ['0x1F', {}, null],
    ['1_000', {}, null],
    ['9223372036854775807', { type: 'bigint', highest: 2n ** 63n - 1n }, null],
    ['9223372036854775808', { type: 'bigint', highest: 2n ** 63n - 1n }, 'VALUES.INVALID_INTEGER'],
    ['x', { type: 'bigint', highest: null }, null],
    ['x', { type: 'uuid' }, 'KEYS.INVALID_UUID'],
    ['{', { type: 'jsonb' }, 'VALUES.INVALID_JSON'],
    ['"{""a"": [1, null]}"', { type: 'json' }, null],
    ['x', { type: 'inet' }, null],
    ['abc', { role: LIMITED, type: 'character varying(3)' }, null],
    ['abcd', { role: LIMITED, type: 'character varying(3)' }, 'VALUES.TOO_LONG'],
    ['"""""""', { role: LIMITED, type: 'character varying(3)' }, null],
    ['ééé', { role: LIMITED, type: 'character varying(3)' }, null],
  ])('finds what is wrong with %s: %#', (field, parts, code) => {
    expect(check(field, parts)).toBe(code)
  })

  it('reads what stands between quotes of another kind', () => {
    expect(check("'a''bc'", { role: LIMITED }, "'")).toBe('VALUES.TOO_LONG')
    expect(check("'a''b'", { role: LIMITED }, "'")).toBeNull()
  })

  it.each(['row', 'statement'] as const)('leaves NULL to a trigger for each %s', (level) => {
    const column = buildPreparedColumn('a', { isNotNull: true, type: 'text' })
    const trigger = { name: 't', timing: 'before', level, function: 'public.f' } as const
    const model = buildPrepared('Order', { columns: [column], triggers: [trigger] })

    expect(buildFieldCheck(column, model) === null).toBe(level === 'row')
  })
})
