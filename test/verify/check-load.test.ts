import { describe, expect, it } from '@jest/globals'
import type { PreparedColumn } from '../../src/plan/prepared-column.js'
import type { PreparedModel, PreparedReference } from '../../src/plan/prepared-import.js'
import type { PostgresClient } from '../../src/postgres/client.js'
import type { Sequence } from '../../src/postgres/sequence.js'
import { type CheckResult, checkLoad } from '../../src/verify/check-load.js'
import { buildFiles, DIALECT } from '../support/source-file.js'
import { withTestDatabase } from '../support/test-database.js'

const TABLES = `
create table "Author" (id serial primary key);
create table "Book" (id serial primary key, author int)`

const SEQUENCE: Sequence = {
  name: '"Book_id_seq"',
  increment: 1n,
  min: 1n,
  max: 2147483647n,
  isUsable: true,
  isReadable: true,
}

const ID: PreparedColumn = {
  header: 'id',
  field: 'id',
  column: 'id',
  type: 'integer',
  highest: 2147483647n,
  isNotNull: false,
  role: { kind: 'key' },
  sequence: SEQUENCE,
  isAlwaysIdentity: false,
  isReadable: true,
}

const AUTHOR: PreparedReference = {
  name: 'author',
  columns: ['author'],
  targetModel: 'Author',
  target: { schema: 'public', table: 'Author' },
  targetColumns: ['id'],
  followed: { column: 'author', owner: 'Author' },
  check: 'look-up',
  knownBy: { column: 'author', owner: 'Author' },
  missing: { policy: 'fail', nulled: [], guards: [], spellings: ['integer'] },
}

const RANGES = new Map([['Author', { from: 5n, to: 9n }]])

function buildBook(parts: Partial<PreparedModel>): PreparedModel {
  return {
    model: 'Book',
    table: { schema: 'public', table: 'Book' },
    isOwner: true,
    source: buildFiles('Book', 'in/Book.csv'),
    dialect: DIALECT,
    technique: 'checked',
    strategy: 'sequential',
    headers: [],
    columns: [],
    made: [],
    primaryKey: null,
    tableColumns: [],
    key: null,
    businessKey: null,
    fixedKey: [],
    identity: null,
    partialMatch: null,
    conflict: null,
    estimatedRows: 1,
    references: [],
    foreignKeys: [],
    partitions: [],
    triggers: [],
    ...parts,
  }
}

describe('checkLoad', () => {
  it('finds nothing wrong with nothing', () =>
    withTestDatabase(TABLES, async (client) => {
      expect(await checkLoad(client, [], new Map())).toEqual([
        { name: 'rows', ok: true, detail: '0 rows read, 0 loaded.' },
        { name: 'references', ok: true, detail: 'There are no references.' },
        { name: 'sequences', ok: true, detail: 'Sequences past the highest key: 0 of 0.' },
      ])
    }))

  it('compares the rows read with those loaded', () =>
    withTestDatabase(TABLES, async (client) => {
      const models = [
        { prepared: buildBook({}), read: 3, loaded: 3, updated: 0, skipped: 0, rejected: 0 },
        { prepared: buildBook({}), read: 4, loaded: 2, updated: 0, skipped: 0, rejected: 0 },
      ]

      const [rows] = await checkLoad(client, models, new Map())

      expect(rows).toEqual({ name: 'rows', ok: false, detail: '7 rows read, 5 loaded.' })
    }))

  it.each<
    [
      string,
      readonly PreparedReference[],
      ReadonlyMap<string, { from: bigint; to: bigint }>,
      boolean,
      string,
    ]
  >([
    [
      'finds rows that refer to nothing',
      [AUTHOR],
      RANGES,
      false,
      'Dangling references: Book.author (2 rows).',
    ],
    [
      'leaves to PostgreSQL what a foreign key checks',
      [
        { ...AUTHOR, check: 'foreign key' },
        { ...AUTHOR, check: 'foreign key' },
        { ...AUTHOR, check: 'none' },
      ],
      RANGES,
      true,
      'No dangling references: 2 checked by PostgreSQL, 1 without a foreign key and left unchecked.',
    ],
    [
      'looks at no row of others',
      [AUTHOR],
      new Map([['Author', { from: 8n, to: 8n }]]),
      true,
      'No dangling references: 1 looked up.',
    ],
    [
      'looks at nothing where no keys were given',
      [AUTHOR],
      new Map(),
      true,
      'No dangling references: 1 looked up.',
    ],
    [
      'looks at no row of another transaction where no new key tells them',
      [{ ...AUTHOR, followed: null, knownBy: null }],
      RANGES,
      true,
      'No dangling references: 1 looked up.',
    ],
  ])('%s', (_, references, ranges, ok, detail) =>
    withTestDatabase(TABLES, async (client) => {
      await client.query(`
insert into "Author" values (5), (8);
insert into "Book" (author) values (5), (6), (7), (8), (null), (99)`)

      const checks = await verifyBook(client, { references }, ranges)

      expect(checks[1]).toEqual({ name: 'references', ok, detail })
    }),
  )

  it('finds rows of its own transaction where no new key tells them', () =>
    withTestDatabase(TABLES, async (client) => {
      const references = [{ ...AUTHOR, followed: null, knownBy: null }]
      await client.query('insert into "Book" (author) values (1)')
      await client.query('begin; insert into "Book" (author) values (2), (3), (null)')

      const checks = await verifyBook(client, { references }, RANGES)

      expect(checks[1]?.detail).toBe('Dangling references: Book.author (2 rows).')
      await client.query('rollback')
    }))

  it.each<[string, string, Partial<PreparedColumn>, boolean, string]>([
    [
      'past the highest',
      `insert into "Book" default values`,
      {},
      true,
      'Sequences past the highest key: 1 of 1.',
    ],
    [
      'behind it',
      'insert into "Book" values (1)',
      {},
      false,
      'Behind the highest key: "Book_id_seq".',
    ],
    [
      'behind a kept value',
      'insert into "Book" values (1)',
      { role: { kind: 'track' } },
      false,
      'Behind the highest key: "Book_id_seq".',
    ],
    ['of a table without values', '', {}, true, 'Sequences past the highest key: 1 of 1.'],
    [
      'of a column that refers to other rows',
      'insert into "Book" values (1)',
      { role: { kind: 'reference', owner: 'Author', target: 'Author' } },
      true,
      'Sequences past the highest key: 0 of 0.',
    ],
    [
      'that is none',
      'insert into "Book" values (1)',
      { sequence: null },
      true,
      'Sequences past the highest key: 0 of 0.',
    ],
    [
      'that may not be read',
      'insert into "Book" values (1)',
      { sequence: { ...SEQUENCE, isReadable: false } },
      true,
      'Sequences past the highest key: 0 of 0.',
    ],
    [
      'of a column that may not be read',
      'insert into "Book" values (1)',
      { isReadable: false },
      true,
      'Sequences past the highest key: 0 of 0.',
    ],
    [
      'that descends',
      'insert into "Book" values (1)',
      { sequence: { ...SEQUENCE, increment: -1n } },
      true,
      'Sequences past the highest key: 0 of 0.',
    ],
  ])('looks at a sequence %s', (_, rows, column, ok, detail) =>
    withTestDatabase(TABLES, async (client) => {
      await client.query(rows)

      const checks = await verifyBook(client, { columns: [{ ...ID, ...column }] }, new Map())

      expect(checks[2]).toEqual({ name: 'sequences', ok, detail })
    }),
  )

  it('does not look at the sequences of a table that got no rows', () =>
    withTestDatabase(TABLES, async (client) => {
      await client.query('insert into "Book" values (1)')
      const prepared = buildBook({ columns: [ID] })

      const checks = await checkLoad(
        client,
        [{ prepared, read: 0, loaded: 0, updated: 0, skipped: 0, rejected: 0 }],
        new Map(),
      )

      expect(checks[2]?.ok).toBe(true)
    }))
})

function verifyBook(
  client: PostgresClient,
  parts: Partial<PreparedModel>,
  ranges: ReadonlyMap<string, { readonly from: bigint; readonly to: bigint }>,
): Promise<readonly CheckResult[]> {
  return checkLoad(
    client,
    [{ prepared: buildBook(parts), read: 1, loaded: 1, updated: 0, skipped: 0, rejected: 0 }],
    ranges,
  )
}
