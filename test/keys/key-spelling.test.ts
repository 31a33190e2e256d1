import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { normalizeKey } from '../../src/keys/key-spelling.js'
import { isServerError } from '../../src/postgres/postgres-error.js'
import { withTestDatabase } from '../support/test-database.js'

const ID = '0b50e9a1-6a5c-4a5e-9d2f-0123456789ab'

describe('normalizeKey', () => {
  it.each([
    [ID, ID],
    [ID.toUpperCase(), ID],
    [`{${ID}}`, ID],
    [ID.replaceAll('-', ''), ID],
    ['0b50-e9a1-6a5c-4a5e-9d2f-0123-4567-89ab', ID],
    ['{0B50E9A1-6a5c4a5e-9d2f01234567-89AB}', ID],
    [`{${ID}`, null],
    [`${ID}}`, null],
    [`${ID}-`, null],
    [` ${ID}`, null],
    [ID.slice(1), null],
    [`${ID}0`, null],
    ['0-b50e9a16a5c4a5e9d2f0123456789ab', null],
    ['', null],
  ])('reads the uuid %j', (text, key) => {
    expect(normalizeKey('uuid', text)).toBe(key)
  })

  it('takes the uuids that PostgreSQL takes, and for the same', () =>
    withTestDatabase('', (client) =>
      fc.assert(
        fc.asyncProperty(
          fc.stringMatching(/^\{?[0-9a-fA-F]{4}(-?[0-9a-f]{4}){6}-?[0-9a-fA-F]{3}[0-9g-]\}?$/),
          async (text) => {
            const stored = await client
              .query<{ id: string }>({ text: 'select $1::text::uuid as id', values: [text] })
              .then(({ rows: [row] }) => row?.id)
              .catch((error) => {
                if (isServerError(error)) return null
                throw error
              })

            expect(normalizeKey('uuid', text)).toBe(stored)
          },
        ),
        { numRuns: 100 },
      ),
    ))

  it.each([
    ['7', '7'],
    ['-007', '-7'],
    ['-0', '0'],
    ['9223372036854775807', '9223372036854775807'],
    ['9223372036854775808', null],
    ['+7', null],
    ['7.0', null],
    ['', null],
  ])('reads the integer %j', (text, key) => {
    expect(normalizeKey('integer', text)).toBe(key)
  })

  it('leaves texts alone, but for blanks that pad them', () => {
    expect(normalizeKey('text', ' A  ')).toBe(' A  ')
    expect(normalizeKey('blankPadded', ' A  ')).toBe(' A')
  })
})
