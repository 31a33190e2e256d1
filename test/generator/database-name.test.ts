import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { databaseName } from '../../generator/database-name.js'
import { queryRows } from '../../src/postgres/client.js'
import { withTestDatabase } from '../support/test-database.js'

describe('databaseName', () => {
  it.each([
    ['x'.repeat(63), 'x'.repeat(63)],
    ['x'.repeat(64), 'x'.repeat(63)],
    ['é'.repeat(31), 'é'.repeat(31)],
    ['é'.repeat(32), 'é'.repeat(31)],
    [`x${'é'.repeat(31)}`, `x${'é'.repeat(31)}`],
    [`x${'🙂'.repeat(16)}`, `x${'🙂'.repeat(15)}`],
    ['', ''],
  ])('keeps whole characters within 63 bytes: %s', (name, expected) => {
    expect(databaseName(name)).toBe(expected)
  })

  it('is what PostgreSQL makes of a name', () =>
    withTestDatabase('', (client) =>
      fc.assert(
        fc.asyncProperty(NAME, async (name) => {
          const [row] = await queryRows<{ name: string }>(client, {
            text: 'select cast($1 as name)::text as name',
            values: [name],
          })

          expect(databaseName(name)).toBe(row?.name)
        }),
      ),
    ))
})

const NAME = fc.string({
  unit: fc.constantFrom('a', ' ', '"', 'ß', '日', '🙂'),
  minLength: 1,
  maxLength: 80,
})
