import { describe, expect, it } from '@jest/globals'
import { qualify, quoteIdentifier } from '../../src/postgres/identifier.js'

describe('quoteIdentifier', () => {
  it.each([
    ['Order', '"Order"'],
    ['a"b', '"a""b"'],
    ['x") from stdin; drop table y --', '"x"") from stdin; drop table y --"'],
    ['ä'.repeat(31), `"${'ä'.repeat(31)}"`],
  ])('quotes %j as %s', (name, quoted) => {
    expect(quoteIdentifier(name)).toBe(quoted)
  })

  it.each(['', 'a\0b', 'x'.repeat(64), 'ä'.repeat(32)])('refuses %j', (name) => {
    expect(() => quoteIdentifier(name)).toThrow(
      expect.objectContaining({
        code: 'POSTGRES.INVALID_IDENTIFIER',
        details: expect.objectContaining({ meta: { name, bytes: Buffer.byteLength(name) } }),
      }),
    )
  })
})

describe('qualify', () => {
  it('quotes both parts', () => {
    expect(qualify({ schema: 'a.b', table: 'C' })).toBe('"a.b"."C"')
  })
})
