import { describe, expect, it } from '@jest/globals'
import { readNumbering } from '../../src/postgres/numbering.js'
import type { Sequence } from '../../src/postgres/sequence.js'
import { withTestDatabase } from '../support/test-database.js'

const SEQUENCE: Sequence = {
  name: 'public."Note_id_seq"',
  increment: 5n,
  min: 1n,
  max: 9223372036854775807n,
  isUsable: true,
  isReadable: true,
}

const NOTE = {
  table: { schema: 'public', table: 'Note' },
  column: 'id',
  isReadable: true,
  sequence: SEQUENCE,
}

describe('readNumbering', () => {
  it.each<[string, string, bigint | null, bigint | null]>([
    ['an empty table', '', null, 1n],
    ['a sequence that was used', `select nextval('"Note_id_seq"')`, null, 6n],
    [
      'ids beyond what a number holds',
      'insert into "Note" values (9007199254740993)',
      9007199254740993n,
      1n,
    ],
    [
      'a sequence at its end',
      `select setval('"Note_id_seq"', 9223372036854775807)`,
      null,
      9223372036854775812n,
    ],
  ])('tells how far %s has come', (_, rows, highest, next) =>
    withTestDatabase('create table "Note" (id bigserial primary key)', async (client) => {
      await client.query(`alter sequence "Note_id_seq" increment 5; ${rows}`)

      expect(await readNumbering(client, [NOTE])).toEqual([{ highest, next }])
    }),
  )

  it('tells of many columns in their order, and nothing of what may not be read', () =>
    withTestDatabase('create table "Note" (id bigserial primary key)', async (client) => {
      await client.query('insert into "Note" values (7)')

      const found = await readNumbering(client, [
        { ...NOTE, isReadable: false },
        { ...NOTE, sequence: null },
        { ...NOTE, sequence: { ...SEQUENCE, isReadable: false } },
        NOTE,
      ])

      expect(found).toEqual([
        { highest: null, next: 1n },
        { highest: 7n, next: null },
        { highest: 7n, next: null },
        { highest: 7n, next: 1n },
      ])
    }))

  it('tells nothing of no columns', () =>
    withTestDatabase('', async (client) => {
      expect(await readNumbering(client, [])).toEqual([])
    }))
})
