import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { findColumn, findTable, readCatalog } from '../../src/postgres/catalog.js'
import type { PostgresClient } from '../../src/postgres/client.js'
import { withConnection } from '../../src/postgres/connect.js'
import { type DatabaseUrl, parseDatabaseUrl } from '../../src/postgres/database-url.js'
import type { IdRun, Sequence } from '../../src/postgres/sequence.js'
import { type BlockRequest, MIN_BLOCK, takeBlock } from '../../src/postgres/sequence-block.js'
import { withSideConnection } from '../../src/postgres/side-connection.js'
import { createRole, OWNER } from '../support/roles.js'
import { withTestDatabase } from '../support/test-database.js'

const TABLE = { schema: 'public', table: 'Order' }

/** As many as are worth a connection. */
const MANY = 100_000

describe('takeBlock', () => {
  it.each([
    ['a fresh sequence', '', null, { from: 1n, step: 1n }, 100_001n],
    [
      'one that was used',
      `insert into "Order" default values`,
      null,
      { from: 2n, step: 1n },
      100_002n,
    ],
    ['one that is behind', '', 70n, { from: 71n, step: 1n }, 100_071n],
    [
      'one that is just past',
      'alter sequence "Order_id_seq" restart 71',
      70n,
      { from: 71n, step: 1n },
      100_071n,
    ],
    [
      'one far ahead',
      'alter sequence "Order_id_seq" restart 900',
      70n,
      { from: 900n, step: 1n },
      100_900n,
    ],
    [
      'an increment',
      'alter sequence "Order_id_seq" increment 5',
      null,
      { from: 1n, step: 5n },
      500_001n,
    ],
    [
      'an increment, behind',
      'alter sequence "Order_id_seq" increment 5',
      16n,
      { from: 21n, step: 5n },
      500_021n,
    ],
    [
      'an increment, between two ids',
      'alter sequence "Order_id_seq" increment 5 restart 21',
      20n,
      { from: 21n, step: 5n },
      500_021n,
    ],
    ['a cache', 'alter sequence "Order_id_seq" cache 20', null, { from: 1n, step: 1n }, 100_001n],
  ])('gives the next ids in one piece: %s', (_, sql, past, run, next) =>
    withOrders(sql, async ({ client, url, sequence }) => {
      const block = await take(client, url, requestOf(sequence, { past }))

      expect(block).toEqual({ ...run, count: MANY })
      expect(await takeNext(client)).toBe(next)
    }),
  )

  it('leaves the sequence as it was declared', () =>
    withOrders('alter sequence "Order_id_seq" increment 3 cache 7 cycle', async (stage) => {
      const { client, url, sequence } = stage
      const before = await readDeclaration(client)

      await take(client, url, requestOf(sequence))

      expect(await readDeclaration(client)).toEqual(before)
    }))

  it('never gives an id that one of two busy writers gets', () =>
    withOrders('', async ({ client, url, sequence }) => {
      const writers = [startWriter(url), startWriter(url)]
      await Promise.all(writers.map(({ started }) => started))
      const blocks = []

      for (let round = 0; round < 20; round++) {
        blocks.push(await take(client, url, requestOf(sequence)))
      }
      const written = (await Promise.all(writers.map(({ stop }) => stop()))).flat()

      const taken = blocks.flatMap((block) => (block === null ? [] : [Number(block.from)]))
      const lost = written.filter((id) => taken.some((from) => id >= from && id < from + MANY))
      expect(taken.length).toBeGreaterThan(0)
      expect(taken.every((from, index) => from >= (taken[index - 1] ?? -MANY) + MANY)).toBe(true)
      expect(lost).toEqual([])
      expect(new Set(written).size).toBe(written.length)
    }))

  it.each([
    ['few ids', '', { count: MIN_BLOCK - 1 }],
    ['a descending sequence', 'alter sequence "Order_id_seq" increment -1 minvalue -900000', {}],
    ['a sequence that ends too soon', 'alter sequence "Order_id_seq" maxvalue 99999', {}],
    ['a column that ends too soon', '', { highest: 99_999n }],
  ])('takes nothing for %s', (_, sql, wanted) =>
    withOrders(sql, async ({ client, url, sequence }) => {
      expect(await take(client, url, requestOf(sequence, wanted))).toBeNull()
      expect(await takeNext(client)).toBe(1n)
    }),
  )

  it('takes nothing while a transaction that took an id is open', () =>
    withOrders('', ({ client, url, sequence }) =>
      withConnection(url, async (writer) => {
        await writer.query('begin')
        const first = await takeNext(writer)

        expect(await take(client, url, requestOf(sequence))).toBeNull()
        expect([first, await takeNext(client)]).toEqual([1n, 2n])
      }),
    ))

  it('takes nothing where no other connection can be had', () =>
    withOrders('', async ({ client, sequence }) => {
      const nowhere = parseDatabaseUrl('postgresql://127.0.0.1:1/none')

      expect(await take(client, nowhere, requestOf(sequence))).toBeNull()
    }))

  it('takes nothing where the other connection is kept waiting', () =>
    withOrders('', async ({ client, url, sequence }) => {
      const block = await withFullPooler(url, (pooled) => take(client, pooled, requestOf(sequence)))

      expect(block).toBeNull()
      expect(await takeNext(client)).toBe(1n)
    }))

  it.each([
    ['takes ids for the owner', OWNER, { from: 1n, count: MANY, step: 1n }],
    [
      'takes nothing for who may only use it',
      'grant usage on sequence "Order_id_seq" to ROLE',
      null,
    ],
  ])('%s', (_, grants, block) =>
    withOrders('', async (stage) => {
      const { url, client, sequence } = stage
      const roleUrl = parseDatabaseUrl(
        await createRole({ client, url: url.connectionString }, grants),
      )

      const taken = await withConnection(roleUrl, (role) =>
        take(role, roleUrl, requestOf(sequence)),
      )

      expect(taken).toEqual(block)
    }),
  )
})

interface OrdersStage {
  readonly client: PostgresClient
  readonly url: DatabaseUrl
  readonly sequence: Sequence
}

/** A table "Order" with a serial key. */
function withOrders(sql: string, use: (stage: OrdersStage) => Promise<void>): Promise<void> {
  return withTestDatabase(
    'create table "Order" (id serial primary key)',
    async (client, database) => {
      await client.query(sql)
      const sequence = findColumn(
        findTable(await readCatalog(client, [TABLE]), TABLE),
        'id',
      )?.sequence
      if (!sequence) throw new Error('no sequence')
      return use({ client, url: parseDatabaseUrl(database.url), sequence })
    },
  )
}

function take(
  client: PostgresClient,
  url: DatabaseUrl,
  request: BlockRequest,
): Promise<IdRun | null> {
  return withSideConnection(url, (side) => takeBlock(client, side, request))
}

function requestOf(sequence: Sequence, wanted: Partial<BlockRequest> = {}): BlockRequest {
  return { sequence, count: MANY, past: null, highest: 2_147_483_647n, ...wanted }
}

async function takeNext(client: PostgresClient): Promise<bigint> {
  const { rows } = await client.query<{ id: string }>(`select nextval('"Order_id_seq"') as id`)
  return BigInt(rows[0]?.id ?? 0)
}

async function readDeclaration(client: PostgresClient): Promise<unknown> {
  const { rows } = await client.query(`\
select s.*, d.deptype, d.refobjsubid
from pg_sequence s join pg_depend d on d.objid = s.seqrelid and d.deptype = 'a'
where s.seqrelid = '"Order_id_seq"'::regclass`)
  return rows
}

/** A pooler that lets everyone in, and has no connection left for their statements. */
async function withFullPooler<Result>(
  { connectionString, schema }: DatabaseUrl,
  use: (url: DatabaseUrl) => Promise<Result>,
): Promise<Result> {
  const { hostname: host, port } = new URL(connectionString)
  const sockets: Socket[] = []
  const pooler = createServer((near) => {
    const far = connect({ host, port: Number(port) })
    sockets.push(near, far)
    near.on('data', (bytes) => {
      if (!bytes.includes('begin')) far.write(bytes)
    })
    far.on('data', (bytes) => near.write(bytes))
  })
  pooler.listen(0, '127.0.0.1')
  await once(pooler, 'listening')
  const pooled = new URL(connectionString)
  pooled.port = String((pooler.address() as AddressInfo).port)
  try {
    return await use({ connectionString: pooled.href, schema, poolerSign: null })
  } finally {
    for (const socket of sockets) socket.destroy()
    pooler.close()
  }
}

/** Inserts one row after the other over a connection of its own, until it is stopped. */
function startWriter(url: DatabaseUrl): {
  readonly started: Promise<void>
  readonly stop: () => Promise<readonly number[]>
} {
  let isStopped = false
  let start = (_?: unknown) => {}
  const started = new Promise<void>((resolve) => {
    start = () => resolve()
  })
  const writing = withConnection(url, async (client) => {
    const ids: number[] = []
    while (!isStopped) {
      const { rows } = await client.query<{ id: number }>(
        'insert into "Order" default values returning id',
      )
      ids.push(...rows.map(({ id }) => id))
      start()
    }
    return ids
  })
  // A writer that cannot start must not keep the test waiting.
  writing.catch(start)
  return {
    started,
    stop: () => {
      isStopped = true
      return writing
    },
  }
}
