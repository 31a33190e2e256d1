import { describe, expect, it } from '@jest/globals'
import { planRollback } from '../../src/import/plan-rollback.js'
import { rollbackImport } from '../../src/import/rollback-import.js'
import { provesWriter } from '../../src/rollback/read-rollback-batch.js'
import { createRole } from '../support/roles.js'
import { writeBatch } from './hand-written-batch.js'
import { type RollbackStage, withRollbackStage } from './rollback-stage.js'

const SHOP = `
model User {
  id    Int    @id @default(autoincrement())
  email String
  posts Post[]
}

model Post {
  id     Int  @id @default(autoincrement())
  userId Int
  user   User @relation(fields: [userId], references: [id])
}

model Tag {
  label String @id
  rank  Int?
}
`

const FILES = { 'User.csv': 'id,email\n1,a\n2,b\n', 'Tag.csv': 'label,rank\nred,1\n' }

const withShop = (use: (stage: RollbackStage) => Promise<void>) =>
  withRollbackStage(
    { schema: SHOP, files: FILES, rows: `insert into "Tag" values ('red', 0)` },
    use,
  )

describe('a batch', () => {
  it('is not there where nothing was imported', () =>
    withShop(async (stage) => {
      await expect(stage.rollback('7f')).rejects.toMatchObject({
        code: 'HISTORY.NONE',
        message:
          'The database has no history of imports. There is no table prisma_gyro.batch: nothing was imported into it with a history. Check the URL: the batch may be in another database.',
      })
    }))

  it('has to be one of the history, told by as much of its id as no other has', () =>
    withShop(async (stage) => {
      const sql = 'select'
      const first = await writeBatch(stage.client, { sql, models: [] })
      const second = await writeBatch(stage.client, {
        sql,
        models: [],
        name: 'b',
        status: 'FAILED',
      })
      await stage.client.query({
        text: `update prisma_gyro.batch set id = overlay(id::text placing 'abcdef0' from 1)::uuid`,
      })
      const [a, b] = [first, second].map((id) => `abcdef0${id.slice(7)}`)

      await expect(stage.rollback('1')).rejects.toMatchObject({
        code: 'HISTORY.UNKNOWN_BATCH',
        details: { why: 'No id in the history of this database begins with it.' },
      })
      await expect(stage.rollback('%')).rejects.toMatchObject({ code: 'HISTORY.UNKNOWN_BATCH' })
      await expect(stage.rollback('ABCDEF0')).rejects.toMatchObject({
        code: 'HISTORY.AMBIGUOUS_BATCH',
        summary: 'Several batches begin with "ABCDEF0"',
        details: {
          why: expect.stringMatching(`^They are ${b} \\(b, \\S+Z\\), ${a} \\(export, \\S+Z\\)\\.$`),
          meta: { found: [b, a] },
        },
      })
      expect((await stage.planRollback('last')).batch.id).toBe(a)
      await stage.rollback('last')
      await expect(stage.rollback('last')).rejects.toMatchObject({
        code: 'HISTORY.UNKNOWN_BATCH',
        summary: 'There is no completed batch',
      })
      await expect(stage.rollback(a ?? '')).rejects.toMatchObject({
        code: 'ROLLBACK.ALREADY_DONE',
        details: { why: 'Its status is ROLLED_BACK: its rows are gone.' },
      })
    }))

  it('that crashed on its way can be rolled back, one that somebody works on cannot', () =>
    withShop(async (stage) => {
      const sql = `insert into "Tag" values ('blue')`
      const models = [{ model: 'Tag', keyColumn: 'label', loaded: 1 }]
      const batch = await writeBatch(stage.client, { sql, models, status: 'IN_PROGRESS' })
      await stage.client.query({
        text: 'begin; select pg_advisory_xact_lock(7453889121846035507)',
      })
      await expect(stage.rollback(batch)).rejects.toMatchObject({
        code: 'IMPORT.ALREADY_RUNNING',
        summary: 'An import or a rollback runs on this database',
        details: {
          why: expect.stringMatching(/^Another prisma-gyro \(process \d+ of the server, /),
          fix: expect.stringMatching(
            /^Wait until it is done, then roll back again: nothing was written\. .* select pg_terminate_backend\(\d+\)$/,
          ),
        },
      })
      await stage.client.query(`rollback; begin;
select pg_advisory_xact_lock(hashtextextended('${batch}', 7453889121846035507))`)
      await expect(stage.rollback(batch)).rejects.toMatchObject({ code: 'HISTORY.RUNNING' })
      await stage.client.query('rollback')

      const { batch: told } = await stage.rollback(batch)

      expect(told.status).toBe('ROLLED_BACK')
      expect(await stage.query('select kind from prisma_gyro.event order by id')).toEqual([
        ['failed'],
        ['rolled_back'],
        ['undone'],
      ])
      expect(await stage.query('select label from "Tag"')).toEqual([['red']])
    }))

  it('of a newer version of the tool is left to that', () =>
    withShop(async (stage) => {
      const batch = await stage.importBatch({ models: ['User'] })
      await stage.client.query(`insert into prisma_gyro.migration values (99, now(), '9.0.0')`)

      await expect(stage.rollback(batch)).rejects.toMatchObject({ code: 'HISTORY.NEWER' })
    }))

  it('that has emptied tables does not bring back what was in them, and says so', () =>
    withShop(async (stage) => {
      const batch = await stage.importBatch({ models: ['Tag'], truncate: true })

      const { warnings } = await stage.rollback(batch)

      expect(warnings).toEqual([
        'The import has emptied tables first: the rows that were there do not come back (public.Tag).',
      ])
      expect(await stage.query('select * from "Tag"')).toEqual([])
    }))

  it('is of one Prisma schema, and of tables that are still there', () =>
    withShop(async (stage) => {
      const batch = await stage.importBatch({ models: ['User'] })
      const { manifest, url, client } = stage
      const models = manifest.models.filter(({ name }) => name !== 'User')
      const others = manifest.models.map((model) => ({ ...model, table: 'x' }))
      for (const known of [models, others]) {
        await expect(
          rollbackImport({ ...manifest, models: known }, { batch, url }),
        ).rejects.toMatchObject({
          code: 'ROLLBACK.OTHER_MANIFEST',
          details: {
            why: 'It holds models that the manifest does not have, or has with another table: User (public.User).',
          },
        })
      }
      await client.query('alter table "User" rename column id to no')
      await expect(stage.rollback(batch)).rejects.toMatchObject({
        code: 'ROLLBACK.MISSING_TABLE',
        details: { why: 'public.User of User has no column id.' },
      })
      await client.query('alter table "User" rename to other')
      await expect(stage.rollback(batch)).rejects.toMatchObject({
        details: { why: 'public.User of User does not exist.' },
      })
      await client.query('create view "User" as select no as id, email from other')
      await expect(stage.rollback(batch)).rejects.toMatchObject({
        details: {
          why: 'public.User of User is no ordinary table: PostgreSQL does not tell who wrote its rows.',
        },
      })
    }))

  it('cannot be undone without the columns that it has updated', () =>
    withShop(async (stage) => {
      const batch = await stage.importBatch({ models: ['Tag'], onConflict: 'update' })
      await stage.client.query('alter table "Tag" drop column rank')

      const rollback = stage.rollback(batch)

      await expect(rollback).rejects.toMatchObject({
        code: 'ROLLBACK.MISSING_TABLE',
        details: { why: 'public.Tag of Tag has no column rank.' },
      })
    }))

  it('is nothing that a dump can take to another database', () =>
    withShop(async (stage) => {
      const batch = await stage.importBatch({ models: ['User'] })
      await stage.client.query(`create table copy as select * from prisma_gyro.write;
delete from prisma_gyro.write; insert into prisma_gyro.write select * from copy`)
      const before = await stage.snapshot()

      const rollback = stage.rollback(batch)

      await expect(rollback).rejects.toMatchObject({
        code: 'ROLLBACK.OTHER_DATABASE',
        details: {
          fix: 'Roll it back in the database that it was imported into, or restore a backup.',
        },
      })
      expect(await stage.snapshot()).toEqual(before)
    }))

  it('leaves rows that kept their keys alone where numbers of transactions came twice', () =>
    withShop(async (stage) => {
      const sql = `insert into "Tag" values ('blue')`
      const models = [{ model: 'Tag', keyColumn: 'label', loaded: 1 }]
      const batch = await writeBatch(stage.client, { sql, models })
      const next = 2n ** 32n + 100n
      expect(provesWriter('100', '2000')).toBe(true)
      expect(provesWriter(null, '2000')).toBe(true)
      expect(provesWriter(null, String(next))).toBe(false)
      expect(provesWriter(String(next - 50n), String(next))).toBe(false)
      expect(provesWriter(String(2n ** 32n - 1n), String(next))).toBe(true)
      expect(provesWriter('100', String(next))).toBe(false)
      await stage.rollback(batch)
    }))
})

describe('what is asked for', () => {
  it.each([
    [{ batch: '' }, 'The option "batch" has a wrong value'],
    [{ batch: 'last', force: 1 }, 'The option "force" has a wrong value'],
    [{ batch: 'last', cascad: true }, 'There is no option "cascad"'],
  ])('has to be right: %j', (options, summary) =>
    withShop(async ({ manifest, url }) => {
      const given = { url, ...options } as Parameters<typeof planRollback>[1]

      await expect(planRollback(manifest, given)).rejects.toMatchObject({
        code: 'IMPORT.INVALID_OPTION',
        summary,
      })
    }),
  )

  it('has to be allowed on a server elsewhere', () =>
    withShop(async (stage) => {
      const batch = await stage.importBatch({ models: ['User'] })
      // By another name, which nobody knows to be this machine.
      const elsewhere = new URL(stage.url)
      elsewhere.hostname = '0.0.0.0'
      const url = elsewhere.href

      const { problems } = await stage.planRollback(batch, { url })
      await expect(stage.rollback(batch, { url })).rejects.toMatchObject({
        code: 'ROLLBACK.REMOTE',
      })
      await stage.rollback(batch, { url, allowRemote: true })

      expect(problems).toMatchObject([{ code: 'ROLLBACK.REMOTE' }])
    }))
})

describe('a role', () => {
  it('is told in one block what it lacks', () =>
    withShop(async (stage) => {
      const batch = await stage.importBatch({ onConflict: { Tag: 'update' } })
      const url = await createRole(stage, 'grant connect on database DATABASE to ROLE')
      const role = new URL(url).username

      const withoutHistory = stage.rollback(batch, { url })
      await expect(withoutHistory).rejects.toMatchObject({
        code: 'ROLLBACK.MISSING_PRIVILEGE',
        details: { fix: expect.stringContaining('grant usage on schema "prisma_gyro"') },
      })
      await stage.client.query(`
grant usage on schema prisma_gyro to ${role};
grant select, insert, update on all tables in schema prisma_gyro to ${role}`)
      await expect(stage.rollback(batch, { url })).rejects.toMatchObject({
        details: {
          why: 'It lacks delete on prisma_gyro.before_image; delete on prisma_gyro.restored_row.',
        },
      })
      await stage.client.query(`
grant delete on all tables in schema prisma_gyro to ${role};
revoke usage on schema public from public;
revoke temporary on database ${new URL(url).pathname.slice(1)} from public`)
      const error = await stage.rollback(batch, { url }).catch((thrown) => thrown)
      expect(error).toMatchObject({
        code: 'ROLLBACK.MISSING_PRIVILEGE',
        summary: `The role "${role}" may not roll back`,
      })
      const [head, ...grants] = error.details.fix.split('\n')
      expect(head).toBe('Let the owner run:')
      expect(grants).toEqual([
        `grant temporary on database "${new URL(url).pathname.slice(1)}" to "${role}";`,
        `grant usage on schema "public" to "${role}";`,
        `grant select, update, delete on "public"."Tag" to "${role}";`,
        `grant select, update, delete on "public"."User" to "${role}";`,
        `grant select on "public"."Post" to "${role}";`,
      ])
      await stage.client.query(grants.join('\n'))

      const { models } = await stage.rollback(batch, { url })

      expect(models.map((m) => [m.model, m.deleted, m.restored])).toEqual([
        ['Tag', 0, 1],
        ['User', 2, 0],
      ])
    }))

  it('that may not see all rows cannot roll back', () =>
    withShop(async (stage) => {
      const batch = await stage.importBatch({ models: ['User'] })
      const url = await createRole(
        stage,
        `
grant usage on schema prisma_gyro to ROLE;
grant all on all tables in schema prisma_gyro, public to ROLE;
grant all on all sequences in schema prisma_gyro to ROLE;
alter table "User" enable row level security;
create policy mine on "User" using (email <> 'b');
alter table "Post" enable row level security`,
      )
      const { username } = new URL(url)
      const before = await stage.snapshot()

      const rollback = stage.rollback(batch, { url })

      await expect(rollback).rejects.toMatchObject({
        code: 'ROLLBACK.HIDDEN_ROWS',
        summary: `The role "${username}" may not see all rows`,
        details: {
          why: 'Row-level security applies to it on public.User, public.Post: rows of the batch, or rows that refer to them, may be hidden.',
        },
      })
      expect(await stage.snapshot()).toEqual(before)
    }))
})
