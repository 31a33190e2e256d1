import { describe, expect, it } from '@jest/globals'
import { type Catalog, findColumn, findTable, readCatalog } from '../../src/postgres/catalog.js'
import type { PostgresClient } from '../../src/postgres/client.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import {
  advanceSequence,
  countBehind,
  lockAgainstInserts,
  nextAfter,
  readHighest,
  readNext,
  type Sequence,
  takeFromSequence,
  takeRuns,
} from '../../src/postgres/sequence.js'
import { withTestDatabase } from '../support/test-database.js'

const TABLE = { schema: 'public', table: 'Order' }

const SEQUENCE: Sequence = {
  name: 'public."Order_id_seq"',
  increment: 1n,
  min: 1n,
  max: 2147483647n,
  isUsable: true,
  isReadable: true,
}

describe('takeFromSequence', () => {
  it('gives the next ids as one run', () =>
    withOrders('', async (client, sequence) => {
      const first = await takeFromSequence(client, sequence, 3)
      const second = await takeFromSequence(client, sequence, 1000)

      expect(first).toEqual([{ from: 1n, count: 3, step: 1n }])
      expect(second).toEqual([{ from: 4n, count: 1000, step: 1n }])
    }))

  it.each([
    ['an increment', 'increment 5', [{ from: 1n, count: 4, step: 5n }], 21n],
    [
      'a descending one',
      'increment -2 maxvalue 100 minvalue -100 start 100',
      [{ from: 100n, count: 4, step: -2n }],
      92n,
    ],
    ['a cache', 'cache 10', [{ from: 1n, count: 4, step: 1n }], 11n],
  ])('honours %s', (_, options, runs, next) =>
    withOrders(`alter sequence "Order_id_seq" ${options} restart`, async (client, sequence) => {
      expect(await takeFromSequence(client, sequence, 4)).toEqual(runs)
      expect(await readNext(client, sequence)).toBe(next)
    }),
  )

  it('gives no id to two who take at once', () =>
    withOrders('', (client, sequence, url) =>
      withConnection(parseDatabaseUrl(url), async (other) => {
        const taking = Array.from({ length: 8 }, (_, index) =>
          takeFromSequence(index % 2 === 0 ? client : other, sequence, 2000),
        )

        const runs = (await Promise.all(taking)).flat()

        const ids = runs.flatMap(({ from, count }) =>
          Array.from({ length: count }, (_, index) => Number(from) + index),
        )
        expect(new Set(ids).size).toBe(16_000)
        expect(Math.max(...ids)).toBe(16_000)
      }),
    ))

  it('says in one statement what it takes', () => {
    expect(takeRuns(SEQUENCE, 7)).toEqual({
      text: `\
select min(id)::text as "from", count(*)::text as count
from (
  select n, nextval($1::regclass) as id
  from (select generate_series(1, $2::bigint) as n) series
) taken
group by id - $3::bigint * n
order by min(n)`,
      values: ['public."Order_id_seq"', 7, '1'],
    })
  })

  it('starts from above where a sequence descends', () => {
    const { text } = takeRuns({ ...SEQUENCE, increment: -1n }, 7)

    expect(text).toContain('select max(id)::text as "from"')
  })
})

describe('advanceSequence', () => {
  it.each([
    ['a value below', '', 0n, 1n],
    ['a value that it would give next', '', 1n, 2n],
    ['a small gap', '', 5000n, 5001n],
    ['a large gap', '', 2_000_000_000n, 2_000_000_001n],
    ['a value that it gave', `select setval('"Order_id_seq"', 100)`, 70n, 101n],
    ['a value in front of a large start', `select setval('"Order_id_seq"', 100)`, -5n, 101n],
    ['steps', 'alter sequence "Order_id_seq" increment 10 restart', 11n, 21n],
    ['steps, far', 'alter sequence "Order_id_seq" increment 10 restart', 20_000_002n, 20_000_011n],
    ['its end', 'alter sequence "Order_id_seq" maxvalue 20', 30n, 21n],
    ['its end, far', '', 9_999_999_999n, 2_147_483_648n],
    [
      'nothing when it descends',
      'alter sequence "Order_id_seq" increment -1 minvalue -9 maxvalue 9 restart 5',
      7n,
      5n,
    ],
  ])('moves past %s', (_, sql, past, next) =>
    withOrders(sql, async (client, sequence) => {
      await client.query('begin')
      await advanceSequence(client, { sequence, table: TABLE, past })
      await client.query('commit')

      expect(await readNext(client, sequence)).toBe(next)
    }),
  )

  it.each([
    ['below its end', '', 7n, 8n],
    ['at its end', 'alter sequence "Order_id_seq" maxvalue 7', 7n, 8n],
    ['behind it', 'alter sequence "Order_id_seq" restart 100', 7n, 101n],
  ])('takes an id to look where nothing tells: %s', (_, sql, past, next) =>
    withOrders(sql, async (client, sequence) => {
      await advanceSequence(client, {
        sequence: { ...sequence, isReadable: false },
        table: TABLE,
        past,
      })

      expect(await readNext(client, sequence)).toBe(next)
    }),
  )

  it('takes no id to look where it may call the sequence, and somebody did', () =>
    withOrders(`select setval('"Order_id_seq"', 100)`, async (client, sequence) => {
      await advanceSequence(client, {
        sequence: { ...sequence, isReadable: false },
        table: TABLE,
        past: 7n,
      })

      expect(await readNext(client, sequence)).toBe(101n)
    }))

  it('never moves back, whatever others take meanwhile', () =>
    withOrders('', (client, sequence, url) =>
      withConnection(parseDatabaseUrl(url), async (other) => {
        const given: bigint[] = []
        const take = async () => {
          for (let i = 0; i < 200; i++) {
            for (const { from } of await takeFromSequence(other, sequence, 1)) given.push(from)
          }
        }
        const advance = async () => {
          for (let past = 10n; past < 4_000_000n; past *= 3n) {
            await client.query('begin')
            await advanceSequence(client, { sequence, table: TABLE, past })
            await client.query('commit')
          }
        }

        await Promise.all([take(), advance()])

        expect(given).toEqual(given.toSorted((a, b) => (a < b ? -1 : 1)))
        expect(new Set(given).size).toBe(200)
      }),
    ))

  it('keeps others from inserting while it jumps over a large gap', () =>
    withOrders('', (client, sequence, url) =>
      withConnection(parseDatabaseUrl(url), async (other) => {
        await client.query('begin')
        await advanceSequence(client, { sequence, table: TABLE, past: 2_000_000n })
        await other.query('set lock_timeout = 50')

        const inserting = other.query('insert into "Order" default values')

        await expect(inserting).rejects.toMatchObject({ code: '55P03' })
        await client.query('commit')
      }),
    ))

  it.each([
    ['neither', ''],
    ['only the table', 'grant update on "Order" to ROLE;'],
    ['only the sequence', 'grant update, select on sequence "Order_id_seq" to ROLE;'],
    [
      'no reading',
      'grant update on "Order" to ROLE; grant update on sequence "Order_id_seq" to ROLE;',
    ],
  ])('tells what to grant for a large gap to a role that may change %s', (_, grants) =>
    withOrders('', async (client) => {
      const role = `"jumper ${Math.random()}"`
      await client.query(`
create role ${role};
grant usage on schema public to ${role};
grant usage on sequence "Order_id_seq" to ${role};
${grants.replaceAll('ROLE', role)}
set role ${role}`)
      const sequence = await readSequence(client)

      const moving = advanceSequence(client, { sequence, table: TABLE, past: 5_000_000n })

      await expect(moving).rejects.toMatchObject({
        code: 'POSTGRES.MISSING_PRIVILEGE',
        details: {
          meta: {
            grants: [
              `grant select, update on sequence public."Order_id_seq" to ${role};`,
              `grant update on table "public"."Order" to ${role};`,
            ],
          },
        },
      })
    }),
  )
})

describe('readHighest', () => {
  it('is exact for the highest of all integers, and null without rows', () =>
    withOrders('alter table "Order" alter id type bigint', async (client) => {
      const none = await readHighest(client, TABLE, 'id')
      await client.query('insert into "Order" values (-3), (9223372036854775807)')

      expect(none).toBeNull()
      expect(await readHighest(client, TABLE, 'id')).toBe(9223372036854775807n)
    }))
})

describe('nextAfter', () => {
  it.each([
    [null, 1n],
    [-7n, 1n],
    [0n, 1n],
    [9n, 10n],
  ])('follows %s with %s', (highest, next) => {
    expect(nextAfter(highest)).toBe(next)
  })
})

describe('countBehind', () => {
  it.each<[Partial<Sequence>, bigint, bigint, bigint]>([
    [{}, 1n, 0n, 0n],
    [{}, 1n, 1n, 1n],
    [{}, 5n, 9n, 5n],
    [{ increment: 10n }, 1n, 20n, 2n],
    [{ increment: 10n }, 1n, 21n, 3n],
    [{ max: 12n }, 10n, 99n, 3n],
    [{ max: 12n }, 13n, 99n, 0n],
    [{ increment: -1n }, 1n, 99n, 0n],
  ])('counts with %o from %s to %s: %s', (parts, next, past, count) => {
    expect(countBehind({ ...SEQUENCE, ...parts }, next, past)).toBe(count)
  })
})

describe('lockAgainstInserts', () => {
  it('names the table', () => {
    expect(lockAgainstInserts({ schema: 'a"b', table: 'C d' })).toBe(
      'lock table "a""b"."C d" in share row exclusive mode',
    )
  })
})

function withOrders(
  sql: string,
  use: (client: PostgresClient, sequence: Sequence, url: string) => Promise<void>,
): Promise<void> {
  return withTestDatabase('create table "Order" (id serial)', async (client, { url }) => {
    await client.query(sql)
    return use(client, await readSequence(client), url)
  })
}

async function readSequence(client: PostgresClient): Promise<Sequence> {
  const catalog: Catalog = await readCatalog(client, [TABLE])
  return findColumn(findTable(catalog, TABLE), 'id')?.sequence as Sequence
}
