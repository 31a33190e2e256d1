import { describe, expect, it } from '@jest/globals'
import type { GyroError } from '../../src/error/gyro-error.js'
import { type PostgresClient, queryRows } from '../../src/postgres/client.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { type CutMoment, withCutCommit } from '../support/cut-commit.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'
import { countBlocked, isBlocked } from '../support/is-blocked.js'
import { createRole, INSERT_ONLY } from '../support/roles.js'
import { until } from '../support/until.js'
import {
  expectUntouched,
  FREE,
  filesOf,
  HELD_COPY,
  HELD_WAYS,
  optionsOf,
  readTarget,
  rowsOf,
  withHeldStage,
} from './failure-stage.js'

describe.each(HELD_WAYS)('an import by $way, in the middle of $moment,', (heldWay) => {
  const options = optionsOf(heldWay.way)

  it('leaves everything as it was when its session is terminated', () =>
    withHeldStage(heldWay, async (stage, held) => {
      const before = await readTarget(stage.client)
      const failing = failureOf(stage.importModels(options))
      await until(held.isReached)

      const statements = await terminateOthers(stage.client)

      expect(statements).toEqual([expect.stringMatching(heldWay.statement)])
      expect(await failing).toMatchObject({
        code: 'POSTGRES.CONNECTION_LOST',
        details: {
          why: expect.stringMatching(/terminating connection.*undoes what was not committed/),
          fix: 'Import again when the server is back: nothing was written.',
        },
      })
      await expectUntouched({ client: stage.client, before, held }, () =>
        stage.importModels(options),
      )
    }))

  it('leaves everything as it was when it is stopped', () =>
    withHeldStage(heldWay, async (stage, held) => {
      const before = await readTarget(stage.client)
      const controller = new AbortController()
      const failing = failureOf(stage.importModels({ ...options, signal: controller.signal }))
      await until(held.isReached)

      controller.abort()

      expect(await failing).toMatchObject({ code: 'IMPORT.INTERRUPTED' })
      await expectUntouched({ client: stage.client, before, held }, () =>
        stage.importModels(options),
      )
    }))

  it('leaves everything as it was when the disk of the server is full', () =>
    withHeldStage(heldWay, async (stage, held) => {
      // The server cannot be made to run out of space everywhere: this is what it would say.
      const { rows } = await stage.client.query<{ hold: string }>(
        "select pg_get_functiondef('hold'::regproc) as hold",
      )
      await stage.client.query(`
create or replace function hold(title text) returns text immutable language plpgsql as $$
begin
  if title = 'held' then
    raise exception 'could not extend file "base/1/2": No space left on device' using errcode = '53100';
  end if;
  return title;
end $$`)
      const before = await readTarget(stage.client)

      const error = await failureOf(stage.importModels(options))

      expect(['LOAD.REFUSED', 'POSTGRES.REFUSED']).toContain(error.code)
      expect(error.details.why).toMatch(/\(SQLSTATE 53100\)/)
      expect(error.details.fix).toBe(
        'Make room on a disk of the server, then import again: nothing was written.',
      )
      const again = async () => {
        await stage.client.query(String(rows[0]?.hold))
        return stage.importModels(options)
      }
      await expectUntouched({ client: stage.client, before, held }, again)
    }))
})

describe.each(['checked', 'cycle', 'rebuild'] as const)('an import by %s', (way) => {
  it.each<CutMoment>(['before COMMIT', 'before COMMIT, unnoticed'])(
    'leaves everything as it was when the network is cut %s',
    (moment) =>
      withFreeStage(way, async (stage) => {
        const before = await readTarget(stage.client)

        const error = await withCutCommit(stage.url, moment, ({ url }) =>
          failureOf(stage.importModels({ ...optionsOf(way), url })),
        )

        expect(error).toMatchObject({ code: 'POSTGRES.CONNECTION_LOST' })
        expect(error.details.why).toMatch(/the server says that it was rolled back/)
        await expectUntouched({ client: stage.client, before, held: FREE }, () =>
          stage.importModels(optionsOf(way)),
        )
      }),
  )

  it('has done everything, and says so, when the network is cut after COMMIT', () =>
    withFreeStage(way, async (stage) => {
      const { structure } = await readTarget(stage.client)

      const { models, warnings } = await withCutCommit(stage.url, 'after COMMIT', ({ url }) =>
        stage.importModels({ ...optionsOf(way), url }),
      )

      expect(models.map(({ loaded }) => loaded)).toEqual([2, 2])
      expect(warnings.at(-1)).toBe(
        'The connection was lost during COMMIT. The server was asked again: every row is there.',
      )
      const titles = await stage.query('select title from "Book" order by 1')
      expect(titles).toEqual([['held'], ['old'], ['t']])
      expect((await readTarget(stage.client)).structure).toEqual(structure)
    }))
})

it('does not know what became of COMMIT where the server does not tell, stopped or not', () =>
  withFreeStage('checked', async (stage) => {
    const role = await createRole(
      stage,
      `${INSERT_ONLY}; revoke execute on function pg_control_system() from public`,
    )
    const controller = new AbortController()

    const error = await withCutCommit(role, 'after COMMIT', ({ url }) =>
      failureOf(
        stage.importModels({
          url,
          signal: controller.signal,
          onProgress: (event) => {
            if (event.type === 'phase' && event.phase === 'commit') controller.abort()
          },
        }),
      ),
    )

    expect(error).toMatchObject({ code: 'POSTGRES.OUTCOME_UNKNOWN' })
  }))

it('knows by its history what became of COMMIT where the server does not tell', () =>
  withFreeStage('checked', async (stage) => {
    await stage.client.query('revoke execute on function pg_control_system() from public')
    const role = await createRole(
      stage,
      `${INSERT_ONLY}; grant create on database DATABASE to ROLE`,
    )

    const { batch, warnings } = await withCutCommit(role, 'after COMMIT', ({ url }) =>
      stage.importModels({ url }),
    )

    expect(warnings.at(-1)).toMatch(/^The connection was lost during COMMIT/)
    expect(await stage.query('select id::text, status from prisma_gyro.batch')).toEqual([
      [batch.id, 'COMPLETED'],
    ])
  }))

describe('a deadlock with a writer', () => {
  it('that the import loses leaves everything as it was, and says what to do', () =>
    withHeldStage(HELD_COPY, async (stage, held) => {
      const before = await readTarget(stage.client)
      // Whoever looks finds the deadlock and gives way: the import, which is the last to wait.
      await setDeadlockTimeout(stage, '10ms')
      const failing = failureOf(stage.importModels())
      await until(held.isReached)
      await withWriter(stage, '10min', async (writer) => {
        const waiting = writer.query(`insert into "Author" (name) values ('a')`)
        await until(async () => (await countBlocked(stage.client)) === 2)

        await held.release()
        const error = await failing
        await waiting
        await writer.query('rollback')

        expect(error).toMatchObject({ code: 'LOAD.REFUSED', details: { meta: { line: 3 } } })
        expect(error.details.why).toMatch(/\(SQLSTATE 40P01\)/)
        expect(error.details.fix).toMatch(/^Wait until the session is done .*, then import again/)
      })
      await expectUntouched({ client: stage.client, before, held }, () => stage.importModels())
    }))

  it('that the writer loses leaves the import alone', () =>
    withFreeStage('checked', async (stage) => {
      await setDeadlockTimeout(stage, '10min')
      await withWriter(stage, '10ms', async (writer) => {
        const importing = stage.importModels()
        await until(() => isBlocked(stage.client))

        const writing = writer.query(`insert into "Author" (name) values ('a')`)

        await expect(writing).rejects.toMatchObject({ code: '40P01' })
        await writer.query('rollback')
        const { models } = await importing
        expect(models.map(({ loaded }) => loaded)).toEqual([2, 2])
      })
    }))

  /** A session that has a book in its transaction which the import has, too. */
  function withWriter(
    { url }: ImportStage,
    deadlockTimeout: string,
    use: (writer: PostgresClient) => Promise<void>,
  ): Promise<void> {
    return withConnection(parseDatabaseUrl(url), async (writer) => {
      await writer.query(`
set deadlock_timeout = '${deadlockTimeout}';
begin;
insert into "Book" (title, "authorId") values ('t', 1)`)
      await use(writer)
    })
  }

  /** For sessions to come. */
  async function setDeadlockTimeout({ client }: ImportStage, timeout: string): Promise<void> {
    await client.query(`do $$ begin
      execute format('alter database %I set deadlock_timeout = ''${timeout}''', current_database());
    end $$`)
  }
})

describe.each(['cycle', 'rebuild'] as const)('an import by %s', (way) => {
  it('waits for a lock as long as the role has it wait, and leaves everything as it was', () =>
    withFreeStage(way, async (stage) => {
      const before = await readTarget(stage.client)
      await stage.client.query(`do $$ begin
        execute format('alter database %I set lock_timeout = 50', current_database());
      end $$`)
      await stage.client.query('begin; lock table "Book" in exclusive mode')

      const error = await failureOf(stage.importModels(optionsOf(way)))
      await stage.client.query('rollback')

      expect(error.details.why).toMatch(/lock timeout|55P03/)
      expect(error.details.fix).toMatch(/^Wait until the session is done that holds the lock/)
      await expectUntouched({ client: stage.client, before, held: FREE }, () =>
        stage.importModels(optionsOf(way)),
      )
    }))
})

function withFreeStage(
  way: Parameters<typeof filesOf>[0],
  use: (stage: ImportStage) => Promise<void>,
): Promise<void> {
  return withImportStage({ ...filesOf(way), rows: rowsOf(way) }, use)
}

async function failureOf(importing: Promise<unknown>): Promise<GyroError> {
  return importing.then(
    () => expect(importing).rejects.toBeDefined(),
    (error) => error,
  )
}

/** Gives the statements that they were at. */
async function terminateOthers(client: PostgresClient): Promise<readonly string[]> {
  const ended = await queryRows<{ query: string }>(client, {
    text: `\
select query, pg_terminate_backend(pid)
from pg_stat_activity
where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`,
    values: [],
  })
  return ended.map(({ query }) => query)
}
