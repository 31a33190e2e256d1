import { describe, expect, it } from '@jest/globals'
import { buildValueRule } from '../../src/values/build-value-rule.js'
import type { ValueType } from '../../src/values/value-rule.js'
import { applyRule, buildValueType } from './apply-rule.js'

const STRICT = { allowSpecial: false }

describe('buildValueRule', () => {
  it.each<[Partial<ValueType>, string, string]>([
    [{ base: 'timestamp' }, '2026-01-31T12:00:00+02:00', '2026-01-31 10:00:00'],
    [{ base: 'timestamptz' }, '2026-01-31 12:00:00', '2026-01-31 12:00:00+00'],
    [{ base: 'date' }, '2026-01-31T12:00:00+13:00', '2026-01-30'],
    [{ base: 'time' }, '12:00:00+02', '10:00:00'],
    [{ base: 'timetz' }, '12:00:00', '12:00:00+00'],
    [{ base: 'numeric', scale: 2 }, '1.005', 'VALUES.TOO_PRECISE'],
    [{ base: 'numeric' }, '1.005', '1.005'],
    [{ base: 'float4' }, 'inf', 'VALUES.SPECIAL'],
    [{ base: 'float8' }, '1,5', 'VALUES.INVALID_NUMBER'],
    [{ base: 'money' }, '1.005', 'VALUES.TOO_PRECISE'],
    [{ base: 'bool' }, 'tr', 'VALUES.INVALID_BOOLEAN'],
    [{ base: 'bytea' }, 'AA==', '\\x00'],
    [{ base: 'varchar', maxLength: 3 }, 'abc ', 'VALUES.TOO_LONG'],
    [{ base: 'bpchar', maxLength: 3 }, 'abc ', 'VALUES.TOO_LONG'],
    [{ base: 'name' }, 'x'.repeat(64), 'VALUES.TOO_LONG'],
    [{ base: 'char' }, 'ab', 'VALUES.TOO_LONG'],
    [{ base: 'Plan', enum: { labels: ['a'], values: [] } }, 'b', 'VALUES.UNKNOWN_ENUM_VALUE'],
    [{ base: 'text', isArray: true }, '["a"]', '{"a"}'],
  ])('has a rule for %j', (parts, text, outcome) => {
    const rule = buildValueRule(buildValueType(parts), STRICT)

    expect(rule && applyRule(rule, text)).toBe(outcome)
  })

  it.each([
    ...[
      'text',
      'citext',
      'varchar',
      'bpchar',
      'int2',
      'int4',
      'int8',
      'oid',
      'uuid',
      'json',
      'jsonb',
    ],
    ...['xml', 'inet', 'cidr', 'bit', 'varbit', 'interval', 'point', 'tsvector'],
  ])('leaves %s to PostgreSQL', (base) => {
    expect(buildValueRule(buildValueType({ base }), STRICT)).toBeNull()
  })

  it('allows special values where that is wanted', () => {
    const rule = buildValueRule(buildValueType({ base: 'date' }), { allowSpecial: true })

    expect(rule?.convert('infinity')).toBe('infinity')
  })
})
