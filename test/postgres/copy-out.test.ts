import { describe, expect, it } from '@jest/globals'
import { copyOut } from '../../src/postgres/copy-out.js'
import { withTestDatabase } from '../support/test-database.js'

describe('copyOut', () => {
  it('gives whole rows as COPY text, however many', () =>
    withTestDatabase('', async (client) => {
      const chunks: string[] = []
      const query = `select g, repeat('x', 20), null from generate_series(1, 20000) g`

      for await (const chunk of copyOut(client, query)) chunks.push(chunk.toString())

      const rows = chunks.join('').split('\n').slice(0, -1)
      expect(chunks.length).toBeGreaterThan(1)
      expect(chunks.filter((chunk) => !chunk.endsWith('\n'))).toEqual([])
      expect(rows).toEqual(
        Array.from({ length: 20_000 }, (_, row) => `${row + 1}\t${'x'.repeat(20)}\t\\N`),
      )
    }))

  it('gives rows that are larger than a chunk of the connection', () =>
    withTestDatabase('', async (client) => {
      const chunks: Buffer[] = []

      for await (const chunk of copyOut(
        client,
        `select repeat('x', 300000) from generate_series(1, 3)`,
      )) {
        chunks.push(chunk)
      }

      expect(Buffer.concat(chunks).length).toBe(900_003)
    }))

  it('rejects with what the server says, and the connection goes on', () =>
    withTestDatabase('', async (client) => {
      const read = async () => {
        for await (const _ of copyOut(client, 'select 1 / 0'));
      }

      await expect(read()).rejects.toMatchObject({ code: '22012' })
      const { rows } = await client.query('select 1 as one')
      expect(rows).toEqual([{ one: 1 }])
    }))
})
