import { describe, expect, it } from '@jest/globals'
import type { PostgresClient } from '../../src/postgres/client.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { withTransaction } from '../../src/postgres/transaction.js'
import { withTestDatabase } from '../support/test-database.js'

const NOTES = 'create table note (id int)'

/** Ends the connection in the middle of COMMIT, when deferred triggers fire. */
const FATAL_COMMIT = `${NOTES};
create function leave() returns trigger language plpgsql as $$
begin
  perform pg_terminate_backend(pg_backend_pid());
  return null;
end $$;
create constraint trigger leave after insert on note initially deferred
for each row execute function leave()`

describe('withTransaction', () => {
  it('keeps what was done when the work resolves, and gives its result', () =>
    withTestDatabase(NOTES, async (client) => {
      const result = await withTransaction(client, async () => {
        await client.query('insert into note values (1)')
        return 'done'
      })

      expect(result).toBe('done')
      expect(await countNotes(client)).toBe(1)
    }))

  it('keeps nothing when the work rejects, and rejects with the same error', () =>
    withTestDatabase(NOTES, async (client) => {
      const failure = new Error('no')

      const running = withTransaction(client, async () => {
        await client.query('insert into note values (1)')
        throw failure
      })

      await expect(running).rejects.toBe(failure)
      expect(await countNotes(client)).toBe(0)
    }))

  it('takes neither the timeouts nor the isolation of the role', () =>
    withTestDatabase(NOTES, async (client) => {
      await client.query(`
set statement_timeout = 100;
set idle_in_transaction_session_timeout = 100;
set default_transaction_isolation = serializable`)

      const found = await withTransaction(client, () =>
        client.query(`
select
  current_setting('statement_timeout') as statement,
  current_setting('idle_in_transaction_session_timeout') as idle,
  current_setting('transaction_isolation') as isolation`),
      )

      expect(found.rows).toEqual([{ statement: '0', idle: '0', isolation: 'read committed' }])
      const after = await client.query('show statement_timeout')
      expect(after.rows).toEqual([{ statement_timeout: '100ms' }])
    }))

  it('has the times of UTC and dates that begin with the year, and the search path of the role', () =>
    withTestDatabase(NOTES, async (client) => {
      await client.query(`
set timezone = 'Asia/Tokyo'; set datestyle = 'German, DMY'; set search_path = app, public`)

      const found = await withTransaction(client, () =>
        client.query(`
select
  current_setting('timezone') as zone,
  current_setting('datestyle') as style,
  current_setting('search_path') as path`),
      )

      expect(found.rows).toEqual([{ zone: 'UTC', style: 'ISO, YMD', path: 'app, public' }])
      const after = await client.query('show timezone')
      expect(after.rows).toEqual([{ TimeZone: 'Asia/Tokyo' }])
    }))

  it('says that the connection is lost, and hides no row in what it says', () =>
    withNewConnection(NOTES, async (client) => {
      const running = withTransaction(client, () =>
        client.query('select pg_terminate_backend(pg_backend_pid())'),
      )

      await expect(running).rejects.toMatchObject({
        code: 'POSTGRES.CONNECTION_LOST',
        details: { why: expect.stringMatching(/terminating connection/), fix: expect.anything() },
        cause: undefined,
      })
    }))

  it('says so when the connection is gone before it begins', () =>
    withNewConnection(NOTES, async (client) => {
      await client.end()

      const running = withTransaction(client, () => Promise.resolve())

      await expect(running).rejects.toMatchObject({
        code: 'POSTGRES.CONNECTION_LOST',
        cause: expect.any(Error),
      })
    }))

  it('says that the outcome is unknown when the connection is lost at COMMIT', () =>
    withNewConnection(FATAL_COMMIT, async (client) => {
      const running = withTransaction(client, () => client.query('insert into note values (1)'))

      await expect(running).rejects.toMatchObject({
        code: 'POSTGRES.OUTCOME_UNKNOWN',
        details: { fix: expect.stringMatching(/Look for one of the rows/) },
        cause: undefined,
      })
    }))

  it('says that the outcome is unknown when the connection is gone by then', () =>
    withNewConnection(NOTES, async (client) => {
      const running = withTransaction(client, () => client.end())

      await expect(running).rejects.toMatchObject({
        code: 'POSTGRES.OUTCOME_UNKNOWN',
        cause: expect.any(Error),
      })
    }))

  it('rejects with what the server says when COMMIT fails', () =>
    withTestDatabase(
      'create table note (id int unique deferrable initially deferred)',
      async (client) => {
        const running = withTransaction(client, () =>
          client.query('insert into note values (1), (1)'),
        )

        await expect(running).rejects.toMatchObject({ code: '23505' })
        expect(await countNotes(client)).toBe(0)
      },
    ))
})

async function countNotes(client: PostgresClient): Promise<number> {
  const { rows } = await client.query<{ count: string }>('select count(*) from note')
  return Number(rows[0]?.count)
}

/** A connection that may be lost: the one of `withTestDatabase` is ended by others. */
function withNewConnection(
  sql: string,
  use: (client: PostgresClient) => Promise<void>,
): Promise<void> {
  return withTestDatabase(sql, (_, { url }) => withConnection(parseDatabaseUrl(url), use))
}
