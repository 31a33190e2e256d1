import { describe, expect, it } from '@jest/globals'
import { GyroError } from '../../src/error/gyro-error.js'
import { connectionLost, outcomeUnknown } from '../../src/postgres/postgres-error.js'
import { writersReused } from '../../src/rollback/rollback-error.js'
import { translateRollbackFailure } from '../../src/rollback/translate-rollback-failure.js'
import { type CutMoment, withCutCommit } from '../support/cut-commit.js'
import { isBlocked } from '../support/is-blocked.js'
import { until } from '../support/until.js'
import { type RollbackStage, withRollbackStage } from './rollback-stage.js'

const SHOP = `
model User {
  id    Int    @id @default(autoincrement())
  email String @unique
}
`

const FILES = { 'User.csv': 'id,email\n1,a\n2,b\n' }

const withBatch = (use: (stage: RollbackStage, batch: string) => Promise<void>) =>
  withRollbackStage({ schema: SHOP, files: FILES }, async (stage) =>
    use(stage, await stage.importBatch()),
  )

describe('a rollback that does not come to its end', () => {
  it.each<CutMoment>(['before COMMIT', 'before COMMIT, unnoticed'])(
    'has done nothing when the network is cut %s',
    (moment) =>
      withBatch(async (stage, batch) => {
        const before = await stage.snapshot()

        const error = await withCutCommit(stage.url, moment, ({ url }) =>
          stage.rollback(batch, { url }).catch((thrown) => thrown),
        )

        expect(error).toMatchObject({
          code: 'POSTGRES.CONNECTION_LOST',
          details: { fix: 'Roll back again when the server is back: nothing was written.' },
        })
        expect(await stage.snapshot()).toEqual(before)
        await stage.rollback(batch)
      }),
  )

  it('says so when it did', () =>
    withBatch(async (stage, batch) => {
      const { warnings } = await withCutCommit(stage.url, 'after COMMIT', ({ url }) =>
        stage.rollback(batch, { url }),
      )

      expect(warnings).toEqual([
        'The connection was lost during COMMIT. The server was asked again: the batch is rolled back.',
      ])
      expect(await stage.query('select * from "User"')).toEqual([])
    }))

  it.each(['rollback', 'planRollback'] as const)(
    'has done nothing when it is stopped: %s',
    (name) =>
      withBatch(async (stage, batch) => {
        const before = await stage.snapshot()
        await stage.client.query('begin; lock table "User"')
        const controller = new AbortController()
        const working = stage[name](batch, { signal: controller.signal }).catch((thrown) => thrown)
        await until(() => isBlocked(stage.client))

        controller.abort()

        expect(await working).toMatchObject({
          code: 'ROLLBACK.INTERRUPTED',
          message:
            'The rollback was stopped. It was asked to stop before COMMIT: the database is as it was, and the batch is still there. Run it again when you like.',
        })
        await stage.client.query('rollback')
        expect(await stage.snapshot()).toEqual(before)
      }),
  )

  it('tells what the server said, and how that can be cured', () =>
    withBatch(async (stage, batch) => {
      await stage.client.query(`begin; lock table "User"`)
      const url = new URL(stage.url)
      url.searchParams.set('options', '-c lock_timeout=50')

      const rollback = stage.rollback(batch, { url: url.href })

      await expect(rollback).rejects.toMatchObject({
        code: 'POSTGRES.REFUSED',
        details: {
          why: 'The server said: canceling statement due to lock timeout (SQLSTATE 55P03).',
          fix: 'Wait until the session is done that holds the lock, or raise lock_timeout of the role, then roll back again: nothing was written.',
        },
      })
      await stage.client.query('rollback')
    }))

  it('keeps what a trigger says to itself, which may hold values', () =>
    withBatch(async (stage, batch) => {
      await stage.client.query(`
create function refuse() returns trigger language plpgsql as
  $$ begin raise exception 'secret %', old.email; end $$;
create trigger refuse before delete on "User" for each row execute function refuse()`)

      const error = await stage.rollback(batch).catch((thrown) => thrown)

      expect(error).toMatchObject({
        code: 'POSTGRES.REFUSED',
        details: { why: 'The server said: it said so in the context of a row (SQLSTATE P0001).' },
      })
      expect(JSON.stringify(error)).not.toContain('secret')
    }))
})

describe('failures', () => {
  const refused = (code: string, constraint?: string) =>
    Object.assign(new Error('no'), { code, severity: 'ERROR', constraint })

  it('of the server are told in terms of a rollback', () => {
    const lost = translateRollbackFailure(new Error('Connection terminated'), '7f')
    const again = translateRollbackFailure(connectionLost(new Error('x')), '7f')
    const unknown = translateRollbackFailure(outcomeUnknown(new Error('x'), '9'), '7f')

    expect(lost).toMatchObject({ code: 'POSTGRES.CONNECTION_LOST' })
    expect(again).toMatchObject({ details: { fix: expect.stringMatching(/^Roll back again/) } })
    expect(unknown).toMatchObject({
      code: 'POSTGRES.OUTCOME_UNKNOWN',
      message:
        'It is not known whether the rollback happened. The connection was lost during COMMIT: x. Either every row is there or none. Roll back again when the server is back: if it did happen, that says that batch 7f is rolled back already.',
    })
  })

  it.each(['23503', '23001'])('of a reference are those of rows that refer: %s', (code) => {
    expect(translateRollbackFailure(refused(code, 'fk'), '7f')).toMatchObject({
      code: 'ROLLBACK.REFERRED',
      message:
        'Other rows refer to rows of the batch. PostgreSQL refused the deletion by fk: rows came to refer to them after they were counted, or a row that is restored refers to one that is gone. Look with --dry-run which they are. Nothing was written.',
    })
  })

  it('that are none of the server stay what they are', () => {
    const bug = new Error('bug')
    const other = new GyroError('HISTORY.NONE', 'a', { why: 'b', fix: 'c' })

    expect(translateRollbackFailure(bug, '7f')).toBe(bug)
    expect(translateRollbackFailure(other, '7f')).toBe(other)
  })

  it('to tell rows name their models', () => {
    expect(writersReused('7f', ['Tag', 'User']).message).toBe(
      'The rows of Tag, User cannot be told. Their keys were kept, so that only the number of the transaction that wrote them tells them; the server has counted so far that others may have the same number as batch 7f. Delete the rows by hand, by what you know of them.',
    )
  })
})
