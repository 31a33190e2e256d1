import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import type { PostgresClient } from '../../src/postgres/client.js'
import { withConnection } from '../../src/postgres/connect.js'
import { copyIn } from '../../src/postgres/copy-in.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { withTestDatabase } from '../support/test-database.js'

const TABLE = 'create table "No""te" (id int check (id < 1000000), "a ""b""" text)'
const TARGET = { schema: 'public', table: 'No"te', columns: ['a "b"', 'id'] }

describe('copyIn', () => {
  it('loads the columns it names and counts the rows', () =>
    withTestDatabase(TABLE, async (client) => {
      const rows = await copyIn(client, TARGET, chunks('x\\t', '\t1\n\\N\t2\n'))

      expect(rows).toBe(2)
      const stored = await client.query('select * from "No""te"')
      expect(stored.rows).toEqual([
        { id: 1, 'a "b"': 'x\t' },
        { id: 2, 'a "b"': null },
      ])
    }))

  it('loads nothing from nothing', () =>
    withTestDatabase(TABLE, async (client) => {
      expect(await copyIn(client, TARGET, chunks())).toBe(0)
    }))

  it('keeps nothing when a row is refused, and the connection can be used again', () =>
    withTestDatabase(TABLE, async (client) => {
      const copying = copyIn(client, TARGET, chunks('x\t1\n', 'x\t9999999\n'))

      await expect(copying).rejects.toMatchObject({ code: '23514' })
      expect(await countNotes(client)).toBe(0)
    }))

  it('keeps nothing when the source fails, and rejects with its error', () =>
    withTestDatabase(TABLE, async (client) => {
      const failure = new Error('disk')
      async function* source() {
        yield Buffer.from('x\t1\n')
        await sleep(50)
        throw failure
      }

      const copying = copyIn(client, TARGET, source())

      await expect(copying).rejects.toBe(failure)
      expect(await countNotes(client)).toBe(0)
    }))

  it('keeps nothing when it is aborted while the source is slow', () =>
    withTestDatabase(TABLE, async (client) => {
      const controller = new AbortController()
      async function* source() {
        for (let id = 0; ; id++) {
          yield Buffer.from(`x\t${id}\n`)
          await sleep(5)
          if (id === 10) controller.abort()
        }
      }

      const copying = copyIn(client, TARGET, source(), controller.signal)

      await expect(copying).rejects.toMatchObject({ name: 'AbortError' })
      expect(await countNotes(client)).toBe(0)
    }))

  it('rejects when the connection is lost while the source is slow', () =>
    withTestDatabase(TABLE, async (client, { url }) => {
      await withConnection(parseDatabaseUrl(url), async (other) => {
        const { rows } = await other.query<{ pid: number }>('select pg_backend_pid() as pid')
        async function* source() {
          for (let id = 0; ; id++) {
            yield Buffer.from(`x\t${id}\n`)
            if (id === 3) await client.query(`select pg_terminate_backend(${rows[0]?.pid})`)
            await sleep(5)
          }
        }

        const copying = copyIn(other, TARGET, source())

        await expect(copying).rejects.toThrow(/terminat/)
        expect(await countNotes(client)).toBe(0)
      })
    }))

  it('reads no faster than the server takes', () =>
    withTestDatabase(
      `${TABLE}; create table gate (id int);
create function wait() returns trigger language plpgsql as $$
begin
  lock table gate;
  return new;
end $$;
create trigger wait before insert on "No""te" for each row when (new.id = 1) execute function wait()`,
      async (client, { url }) => {
        await client.query('begin; lock table gate')
        let given = 0
        async function* source() {
          const padding = 'x'.repeat(60_000)
          for (let id = 1; id <= 1000; id++) {
            given++
            yield Buffer.from(`${padding}\t${id}\n`)
          }
        }

        const { rows, before } = await withConnection(parseDatabaseUrl(url), async (other) => {
          const copying = copyIn(other, TARGET, source())
          await sleep(500)
          const waiting = given
          await client.query('commit')
          return { rows: await copying, before: waiting }
        })

        // 60 MB do not fit into the buffers between us and a server that waits.
        expect(before).toBeLessThan(500)
        expect(rows).toBe(1000)
      },
    ))
})

async function* chunks(...texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text)
}

async function countNotes(client: PostgresClient): Promise<number> {
  const { rows } = await client.query<{ count: string }>('select count(*) from "No""te"')
  return Number(rows[0]?.count)
}
