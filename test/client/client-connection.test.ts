import { describe, expect, it, jest } from '@jest/globals'
import { ClientConnection } from '../../src/client/client-connection.js'
import type { PostgresClient } from '../../src/postgres/client.js'
import { withPrismaClient } from '../support/prisma-client.js'
import { withTestDatabase } from '../support/test-database.js'

// A Client is generated the first time that its schema is met.
jest.setTimeout(240_000)

const TABLES = `
create table parent (id int primary key);
create table child (
  id int primary key check (id < 100),
  "the parent" int not null references parent deferrable,
  name varchar(3)
)`

describe('the connection of a Prisma Client', () => {
  it('gives values as pg does', () =>
    withConnections(async (client, pg) => {
      const statement = {
        text: `select 1::int8 as a, 1.5::numeric as b, true as c, array['x', null] as d, array[1::int8] as e,
          '{"f": 1}'::jsonb as f, 'g'::name as g, 1.5::float8 as h, null::text as i, $1::text[] as j, $2::int as k`,
        values: [['x', null, 'a"b\\,'], 5],
      }

      const { rows, rowCount } = await client.query(statement)

      expect({ rows, rowCount }).toEqual({
        rows: (await pg.query(statement)).rows,
        rowCount: 1,
      })
    }))

  it.each([
    ['insert into child values (1, 7)'],
    ['insert into parent values (1), (1)'],
    ['insert into child values (1, null)'],
    ['insert into child values (100, 1)'],
    [`insert into child values (1, 1, 'long')`],
    ['with added as (insert into parent values (1), (1) returning 1) select * from added'],
    ['insert into parent select * from unnest($1::int[]::text[]::int[])', [['1', '1']]],
    [`insert into parent select id::int from unnest($1::text[]) r(id)`, [['1', "it's", '\\']]],
    ['create unique index "un""ique" on nowhere (id)'],
    [`update parent set id = id / 0; insert into parent select 1 / 0`],
  ])('tells of an error what pg does: %s', (text, values: unknown[] = []) =>
    withConnections(async (client, pg) => {
      const said = await errorOf(client, { text, values })

      expect(said).toEqual(await errorOf(pg, { text, values }))
      // The transaction goes on.
      expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    }),
  )

  it('leaves nothing of a statement that is refused the first time only', () =>
    withConnections(async (client) => {
      await client.query('create sequence once')

      // An id that a sequence gave stays given.
      const said = await errorOf(client, {
        text: `insert into parent select 1 / (nextval('once') - 1)::int`,
        values: [],
      })

      expect(said).toMatchObject({ code: '22012' })
      expect((await client.query('select from parent')).rowCount).toBe(0)
    }))

  it('counts rows that were written', () =>
    withConnections(async (client) => {
      const { rows, rowCount } = await client.query('insert into parent values (1), (2)')

      expect({ rows, rowCount }).toEqual({ rows: [], rowCount: 2 })
    }))
})

/** Both in a transaction of the same database. */
function withConnections(
  use: (client: PostgresClient, pg: PostgresClient) => Promise<void>,
): Promise<void> {
  return withTestDatabase(TABLES, (pg, { url }) =>
    withPrismaClient({ schema: 'model Any {\n  id Int @id\n}', url }, (prisma) =>
      prisma.$transaction(
        async (transaction) => {
          await pg.query('begin')
          await use(new ClientConnection(transaction), pg)
          await pg.query('rollback')
        },
        { timeout: 60_000 },
      ),
    ),
  )
}

/** What the rest of the program looks at. */
async function errorOf(
  client: PostgresClient,
  statement: { text: string; values: unknown[] },
): Promise<unknown> {
  await client.query('savepoint before')
  const error: unknown = await client.query(statement).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  await client.query('rollback to savepoint before')
  const names = ['code', 'severity', 'schema', 'table', 'column', 'constraint', 'detail', 'where']
  return Object.fromEntries(
    names.flatMap((name) => {
      const value: unknown = Reflect.get(Object(error), name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
