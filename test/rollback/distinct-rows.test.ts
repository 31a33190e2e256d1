import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { withCsvFolder } from '../support/csv-folder.js'
import { createRole, INSERT_ONLY } from '../support/roles.js'
import { type RollbackStage, withRollbackStage } from './rollback-stage.js'

const SHOP = `
model User {
  id   Int    @id @default(autoincrement())
  name String
}

model Tag {
  label    String @id
  parentId String?
  parent   Tag?   @relation("Parent", fields: [parentId], references: [label], onUpdate: Cascade, onDelete: Cascade)
  children Tag[]  @relation("Parent")
  rank     Int    @default(0)
}
`

const FILES = {
  'User.csv': 'id,name\n1,Ann\n2,Bea\n',
  'Tag.csv': 'label,parentId\nred,\nblue,red\n',
}

const ROWS = `insert into "Tag" (label) values ('old'), ('older')`

const withTags = (use: (stage: RollbackStage) => Promise<void>) =>
  withRollbackStage({ schema: SHOP, files: FILES, rows: ROWS }, use)

/** A trigger of users that does something to tags. */
function onUser(body: string, when = 'after insert on "User" for each row'): string {
  return `
create function touch() returns trigger language plpgsql as $$ begin ${body} return null; end $$;
create trigger touch ${when} execute function touch()`
}

const isDoubt = (warning: string) => warning.startsWith('Rollback')

const WRITTEN =
  'Rollback will refuse this batch: a trigger, a rule or a foreign key has written to public.Tag as well, and nothing tells which rows are those of the import.'

const UNSEEN =
  'Rollback will refuse this batch: it cannot be seen whether triggers have written to public.Tag as well. The owner of the table can import so that it can be undone.'

describe('rows that keep their keys', () => {
  it('are never taken for those of others that a trigger of the import has changed', () =>
    withTags(async (stage) => {
      await stage.client.query(onUser(`update "Tag" set rank = rank + 1 where label = 'old';`))

      const { batch, warnings } = await stage.importModels()
      // As many are gone as are too many: no number tells any more.
      await stage.client.query(`delete from "Tag" where label = 'blue'`)
      const before = await stage.snapshot()

      expect([batch.isUndoable, warnings.filter(isDoubt)]).toEqual([false, [WRITTEN]])
      await expect(stage.rollback(batch.id, { force: true })).rejects.toMatchObject({
        code: 'ROLLBACK.INDISTINCT',
        message:
          'The rows of Tag cannot be told from others. Their keys do not tell them, and the number of the transaction that wrote them does neither: when they were imported, triggers, rules or foreign keys wrote to the table as well, or it could not be seen whether they did. Delete the rows of the batch by hand, by what you know of them, or restore a backup.',
      })
      expect(await stage.snapshot()).toEqual(before)
    }))

  it.each([
    [
      'deletes one of them and changes another row',
      `delete from "Tag" where label = 'blue'; update "Tag" set rank = 1 where label = 'old';`,
    ],
    ['adds rows', `insert into "Tag" (label) values ('more');`],
    [
      'renames what others refer to',
      `insert into "Tag" values ('kid', 'old'); update "Tag" set label = 'new' where label = 'old';`,
    ],
    [
      'changes one of them where errors are caught, and another row where they are not',
      `begin update "Tag" set rank = 1 where label = 'blue'; exception when division_by_zero then null; end; update "Tag" set rank = 1 where label = 'old';`,
    ],
  ])('cannot be told where a trigger %s', (_, body) =>
    withTags(async (stage) => {
      await stage.client.query(onUser(body, 'after insert on "User" for each statement'))

      const { batch, warnings } = await stage.importModels()

      expect([batch.isUndoable, warnings.filter(isDoubt)]).toEqual([false, [WRITTEN]])
      await expect(stage.planRollback(batch.id)).rejects.toMatchObject({
        code: 'ROLLBACK.INDISTINCT',
      })
    }),
  )

  it('cannot be told where a trigger waits for the end of the import', () =>
    withTags(async (stage) => {
      await stage.client.query(`
create function touch() returns trigger language plpgsql as
  $$ begin update "Tag" set rank = 1 where label = 'old'; return null; end $$;
create constraint trigger touch after insert on "User" initially deferred
  for each row execute function touch()`)

      const { batch } = await stage.importModels()

      expect(batch.isUndoable).toBe(false)
    }))

  it('are told where triggers change nothing but them', () =>
    withTags(async (stage) => {
      const before = await stage.rows()
      await stage.client.query(onUser(`update "Tag" set rank = rank + 1 where label = 'red';`))

      const { batch, warnings } = await stage.importModels()
      const { models } = await stage.rollback(batch.id)

      expect([batch.isUndoable, warnings.filter(isDoubt)]).toEqual([true, []])
      expect(models[0]).toMatchObject({ model: 'Tag', deleted: 2, changed: 0, missing: 0 })
      expect(await stage.rows()).toEqual(before)
    }))

  it('are told where savepoints were undone and others write meanwhile', () =>
    withTags((stage) =>
      withCsvFolder({}, async (folder) => {
        await stage.client.query(`alter table "User" add check (name <> 'Bea')`)
        const rejects = path.join(folder, 'rejects')

        const { batch, models } = await stage.importModels({ onBadRow: 'reject', rejects })
        await stage.client.query(`insert into "Tag" (label) values ('new')`)
        await stage.rollback(batch.id)

        expect(batch.isUndoable).toBe(true)
        expect(models.map(({ loaded, rejected }) => [loaded, rejected])).toEqual([
          [2, 0],
          [1, 1],
        ])
        expect(await stage.query('select label from "Tag" order by 1')).toEqual([
          ['new'],
          ['old'],
          ['older'],
        ])
      }),
    ))

  it('are told where they meet rows that are there, and a trigger has changed none of these', () =>
    withTags(async (stage) => {
      await stage.client.query(`insert into "Tag" (label, rank) values ('red', 7)`)
      const before = await stage.rows()

      const { batch } = await stage.importModels({ onConflict: { Tag: 'skip' } })
      await stage.rollback(batch.id)

      expect(batch.isUndoable).toBe(true)
      expect(await stage.rows()).toEqual(before)
    }))

  it('cannot be told where they meet rows that are there, and a trigger has changed one', () =>
    withTags(async (stage) => {
      await stage.client.query(`insert into "Tag" (label) values ('red');
${onUser(`update "Tag" set rank = rank + 1 where label = 'red';`)}`)

      const { batch } = await stage.importModels({ onConflict: { Tag: 'skip' } })

      expect(batch.isUndoable).toBe(false)
    }))

  it('can be told by a role that may only insert, where no trigger writes', () =>
    withTags(async (stage) => {
      const grants = `${INSERT_ONLY}; grant create on database DATABASE to ROLE`
      const url = await createRole(stage, grants)

      const { batch, warnings } = await stage.importModels({ url })

      expect([batch.isUndoable, warnings.filter(isDoubt)]).toEqual([true, []])
    }))

  it('cannot be told by a role that does not see them, where a trigger writes', () =>
    withTags(async (stage) => {
      await stage.client.query(
        onUser(`update "Tag" set rank = rank + 1 where label = 'red';`).replace(
          'language plpgsql',
          'language plpgsql security definer',
        ),
      )
      const grants = `${INSERT_ONLY}; grant create on database DATABASE to ROLE`
      const url = await createRole(stage, grants)

      const { batch, warnings } = await stage.importModels({ url })

      expect([batch.isUndoable, warnings.filter(isDoubt)]).toEqual([false, [UNSEEN]])
    }))

  it('cannot be told where the server does not count', () =>
    withTags(async (stage) => {
      await stage.client.query(`
do $$ begin execute format('alter database %I set track_counts = off', current_database()); end $$`)

      const { batch, warnings } = await stage.importModels()

      expect([batch.isUndoable, warnings.filter(isDoubt)]).toEqual([false, [UNSEEN]])
    }))
})

describe('rows that get new keys', () => {
  it('are told by these, whatever triggers do', () =>
    withTags(async (stage) => {
      await stage.client.query(`insert into "User" (name) values ('old');
${onUser(`update "User" set name = 'x' where name = 'old';`)}`)

      const { batch } = await stage.importModels()
      const { models } = await stage.rollback(batch.id)

      expect(batch.isUndoable).toBe(true)
      expect(models[1]).toMatchObject({ model: 'User', deleted: 2 })
    }))
})
