import { describe, expect, it } from '@jest/globals'
import { formatRunTimestamp } from '../../src/values/run-timestamp.js'
import { withTestDatabase } from '../support/test-database.js'

const AT = new Date('2026-11-24T23:05:06.070Z')

describe('formatRunTimestamp', () => {
  it.each([
    ['timestamp', '2026-11-24 23:05:06.070'],
    ['timestamptz', '2026-11-24 23:05:06.070+00'],
    ['date', '2026-11-24'],
    ['time', '23:05:06.070'],
    ['timetz', '23:05:06.070+00'],
  ] as const)('gives the point in time for %s', (base, text) => {
    expect(formatRunTimestamp(AT, base)).toBe(text)
  })

  it('means the same point in time in every time zone of the session', () =>
    withTestDatabase('', async (client) => {
      await client.query(`set timezone = 'Asia/Kathmandu'`)

      const { rows } = await client.query({
        text: 'select $1::timestamptz as stored',
        values: [formatRunTimestamp(AT, 'timestamptz')],
      })

      expect(rows).toEqual([{ stored: AT }])
    }))
})
