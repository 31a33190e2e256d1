import { describe, expect, it } from '@jest/globals'
import { writeBatch } from './hand-written-batch.js'
import { type RollbackStage, withRollbackStage } from './rollback-stage.js'

const SHOP = `
model User {
  id    Int    @id @default(autoincrement())
  email String @unique
  name  String?
  note  String?
}

model Tag {
  label String @id
  rank  Int    @default(0)
}
`

const FILES = {
  'User.csv': 'id,email,name\n1,a@x,Ann\n2,b@x,Bea\n3,c@x,Cy\n',
  'Tag.csv': 'label\nred\nblue\n',
}

const ROWS = `insert into "User" (email, name) values ('a@x', 'old'), ('o@x', 'other')`

function withUsers(use: (stage: RollbackStage & { readonly batch: string }) => Promise<void>) {
  return withRollbackStage({ schema: SHOP, rows: ROWS, files: FILES }, async (stage) => {
    const batch = await stage.importBatch({ onConflict: { User: 'update' } })
    return use({ ...stage, batch })
  })
}

describe('rows that were changed since the import', () => {
  it('keep it from being rolled back', () =>
    withUsers(async (stage) => {
      await stage.client.query(`update "User" set note = 'x' where email in ('a@x', 'b@x', 'o@x');
update "Tag" set rank = 1 where label = 'red'`)
      const before = await stage.snapshot()

      const plan = await stage.planRollback(stage.batch)
      const rollback = stage.rollback(stage.batch)

      expect(plan.models).toEqual([
        {
          ...{ model: 'Tag', table: 'public.Tag', deleted: 1, restored: 0 },
          ...{ changed: 0, missing: 1, isUncertain: true },
        },
        {
          ...{ model: 'User', table: 'public.User', deleted: 2, restored: 1 },
          ...{ changed: 2, missing: 0, isUncertain: false },
        },
      ])
      await expect(rollback).rejects.toMatchObject({
        code: 'ROLLBACK.CHANGED',
        details: {
          why: 'Tag: 1 changed or gone; User: 2 changed. Rows that kept their keys cannot be told any more once they are changed: they would stay.',
          fix: 'If a later batch has updated them, roll that back first. To lose the changes, add --force.',
        },
      })
      expect(await stage.snapshot()).toEqual(before)
    }))

  it('are deleted and restored all the same where that is asked for', () =>
    withUsers(async (stage) => {
      await stage.client.query(`update "User" set note = 'x', name = 'y' where email in ('a@x', 'b@x');
update "Tag" set rank = 1 where label = 'red'`)

      const { models } = await stage.rollback(stage.batch, { force: true })

      expect(models.map((m) => [m.model, m.deleted, m.restored, m.changed, m.missing])).toEqual([
        ['Tag', 1, 0, 0, 1],
        ['User', 2, 1, 2, 0],
      ])
      expect(await stage.query('select email, name, note from "User" order by 1')).toEqual([
        ['a@x', 'old', 'x'],
        ['o@x', 'other', null],
      ])
      expect(await stage.query('select label from "Tag"')).toEqual([['red']])
    }))

  it('are not in the way when they are gone, or are what they were', () =>
    withUsers(async (stage) => {
      await stage.client.query(`update "User" set name = 'old' where email = 'a@x';
delete from "User" where email = 'c@x'`)

      const { models } = await stage.rollback(stage.batch)

      expect(models[1]).toMatchObject({ deleted: 1, restored: 0, changed: 0, missing: 2 })
      expect(await stage.query('select email, name from "User" order by 1')).toEqual([
        ['a@x', 'old'],
        ['o@x', 'other'],
      ])
    }))

  it('cannot be told from others where more look like them than were loaded', () =>
    withRollbackStage({ schema: SHOP, files: FILES }, async (stage) => {
      const batch = await writeBatch(stage.client, {
        sql: `insert into "Tag" values ('red'), ('blue'), ('old')`,
        models: [{ model: 'Tag', keyColumn: 'label', loaded: 2 }],
      })
      const before = await stage.snapshot()

      const rollback = stage.rollback(batch, { force: true })

      await expect(rollback).rejects.toMatchObject({
        code: 'ROLLBACK.INDISTINCT',
        details: {
          why: 'The import has loaded 2, but 3 look like these: others have taken keys of the import, or numbers of transactions came round again.',
        },
      })
      expect(await stage.snapshot()).toEqual(before)
    }))

  it('are in the way of what rows were, where they have taken its place', () =>
    withUsers(async (stage) => {
      await stage.client.query(`create unique index one_name on "User" (name);
insert into "User" (email, name) values ('n@x', 'old')`)

      const rollback = stage.rollback(stage.batch)

      await expect(rollback).rejects.toMatchObject({
        code: 'ROLLBACK.CANNOT_RESTORE',
        details: { why: 'Other rows are in the way by now: one_name refuses it.' },
      })
    }))

  it('were changed by triggers of the import itself, which does not count', () =>
    withRollbackStage({ schema: SHOP, files: FILES }, async (stage) => {
      await stage.client.query(`
create function note() returns trigger language plpgsql as
  $$ begin update "User" set note = email where id = new.id; return new; end $$;
create trigger note after insert on "User" for each row execute function note()`)
      const batch = await stage.importBatch()

      const { models } = await stage.rollback(batch)

      expect(models[1]).toMatchObject({ deleted: 3, changed: 0, missing: 0 })
    }))
})

describe('rows that triggers keep or change', () => {
  it('are missed when they stay', () =>
    withUsers(async (stage) => {
      await stage.client.query(`
create function keep() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger keep before delete on "Tag" for each row when (old.label = 'red') execute function keep()`)
      const before = await stage.snapshot()

      const { triggers } = await stage.planRollback(stage.batch)
      const rollback = stage.rollback(stage.batch)

      expect(triggers).toEqual([{ table: 'public.Tag', name: 'keep' }])
      await expect(rollback).rejects.toMatchObject({
        code: 'ROLLBACK.ROW_COUNT',
        details: {
          why: '2 rows were to be deleted or restored, 1 were: a trigger, a rule or a policy keeps them.',
        },
      })
      expect(await stage.snapshot()).toEqual(before)
    }))

  it('are found by their keys though a trigger changes them on the way', () =>
    withUsers(async (stage) => {
      await stage.client.query(`
create function note_label() returns trigger language plpgsql as
  $$ begin update "User" set note = old.label; return old; end $$;
create trigger count after delete on "Tag" for each row execute function note_label()`)

      const { models } = await stage.rollback(stage.batch)

      expect(models[1]).toMatchObject({ deleted: 2, restored: 1 })
    }))
})
