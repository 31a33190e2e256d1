import { describe, expect, it } from '@jest/globals'
import { withImportStage } from '../support/import-stage.js'
import { createRole, INSERT_ONLY, ROLES } from '../support/roles.js'
import { itUnlessClient } from '../support/unless-client.js'
import { STORED, TEAM_ROWS, TEAMS, WANTED, withTeams } from './teams.js'

/** Two circles: in one a compound key and a self relation, the other refers to it. */
const RINGS = `
model Ring {
  id        Int     @id @default(autoincrement())
  nextId    Int?
  next      Ring?   @relation("next", fields: [nextId], references: [id])
  before    Ring[]  @relation("next")
  hubTenant Int
  hubCode   String
  hub       Hub     @relation("hub", fields: [hubTenant, hubCode], references: [tenant, code])
  hubs      Hub[]   @relation("ring")
  rights    Right[]
}

model Hub {
  tenant   Int
  code     String
  ringId   Int
  ring     Ring    @relation("ring", fields: [ringId], references: [id])
  upTenant Int?
  upCode   String?
  up       Hub?    @relation("up", fields: [upTenant, upCode], references: [tenant, code])
  downs    Hub[]   @relation("up")
  rings    Ring[]  @relation("hub")

  @@id([tenant, code])
}

model Left {
  id      Int     @id @default(autoincrement())
  rightId Int
  right   Right   @relation("right", fields: [rightId], references: [id])
  rights  Right[] @relation("left")
}

model Right {
  id     Int    @id @default(autoincrement())
  leftId Int?
  left   Left?  @relation("left", fields: [leftId], references: [id])
  lefts  Left[] @relation("right")
  ringId Int
  ring   Ring   @relation(fields: [ringId], references: [id])
  leaves Leaf[]
}

model Leaf {
  id      Int   @id @default(autoincrement())
  rightId Int
  right   Right @relation(fields: [rightId], references: [id])
}
`

const RING_ROWS = `
with h as (insert into "Hub" values (9, 'z', 1, null, null))
insert into "Ring" ("hubTenant", "hubCode") select 9, 'z' from generate_series(1, 7)`

const RINGS_STORED = `
select id, "nextId", "hubTenant", "hubCode" from "Ring" where id > 7 order by id`

/** The tables of the teams, made anew by hand. */
const VARIETY = `
drop table "Team", "User";
create type mood as enum ('well', 'ill');
create domain name_of_team as varchar(9) check (value <> '');
create table "Team" (
  id int generated always as identity primary key,
  name name_of_team not null,
  size int,
  "ownerId" int not null
);
create table "User" (
  id int generated always as identity primary key,
  twice int generated always as (id * 2) stored,
  mood mood not null default 'well',
  uid text not null,
  tags text[],
  seen timestamp(3),
  "teamId" int not null references "Team",
  "bossId" int references "User"
) partition by range (id);
create table low partition of "User" for values from (1) to (12);
create table high partition of "User" for values from (12) to (1000);
alter table "Team" add constraint owner foreign key ("ownerId") references "User";
create table "Log" (id int);
create function log() returns trigger language plpgsql as
'begin insert into "Log" values (new.id); return new; end';
${TEAM_ROWS};
create trigger log after insert on "User" for each row execute function log()`

describe('models that refer to each other in a circle', () => {
  describe.each(ROLES)('are loaded by $name', ({ grants }) => {
    it.each([
      ['from temporary tables', ''],
      ['from parameters', 'revoke temporary on database DATABASE from public'],
    ])('%s', (_, sql) =>
      withTeams(async (stage) => {
        const url = await createRole(stage, `${grants}; ${sql}`)

        const { models, checks } = await stage.importModels({ url })

        expect(await stage.query(STORED)).toEqual(WANTED)
        expect(models.map(({ model, technique, loaded }) => [model, technique, loaded])).toEqual([
          ['Team', 'cycle', 2],
          ['User', 'cycle', 3],
        ])
        expect(checks.map(({ ok }) => ok)).toEqual([true, true, true])
        expect(await stage.query('select distinct length(uid) from "User" where id > 10')).toEqual([
          [36],
        ])
      }),
    )
  })

  it('follow new keys through several circles, compound references and NULLs', () =>
    withImportStage(
      {
        schema: RINGS,
        rows: RING_ROWS,
        files: {
          'Ring.csv': 'id,nextId,hubTenant,hubCode\n1,2,1,h\n2,1,2,h\n3,,2,h\n',
          'Hub.csv': 'tenant,code,ringId,upTenant,upCode\n1,h,2,2,h\n2,h,1,,\n',
          'Left.csv': 'id,rightId\n1,2\n2,1\n',
          'Right.csv': 'id,leftId,ringId\n1,2,3\n2,,1\n',
          'Leaf.csv': 'id,rightId\n1,2\n',
        },
      },
      async (stage) => {
        const { steps } = await stage.planImport()

        const { models } = await stage.importModels()

        expect(steps.map((step) => [step.models, step.technique])).toEqual([
          [['Hub', 'Ring'], 'cycle'],
          [['Left', 'Right'], 'cycle'],
          [['Leaf'], 'checked'],
        ])
        expect(models.map(({ model, loaded }) => [model, loaded])).toEqual([
          ['Hub', 2],
          ['Ring', 3],
          ['Left', 2],
          ['Right', 2],
          ['Leaf', 1],
        ])
        expect(await stage.query(RINGS_STORED)).toEqual([
          [8, 9, 1, 'h'],
          [9, 8, 2, 'h'],
          [10, null, 2, 'h'],
        ])
        expect(await stage.query('select * from "Hub" where tenant < 9 order by 1')).toEqual([
          [1, 'h', 9, 2, 'h'],
          [2, 'h', 8, null, null],
        ])
        expect(await stage.query('select * from "Right" order by 1')).toEqual([
          [1, 2, 10],
          [2, null, 8],
        ])
      },
    ))

  it.each([
    ['temporary tables', INSERT_ONLY],
    ['parameters', `${INSERT_ONLY}; revoke temporary on database DATABASE from public`],
  ])('may have partitions, identities, domains, defaults and triggers, from %s', (_, grants) =>
    withTeams(
      async (stage) => {
        const url = await createRole(stage, grants)
        const { steps } = await stage.planImport({ url })

        await stage.importModels({ url })

        expect(steps.map(({ technique }) => technique)).toEqual(['cycle'])
        expect(await stage.query(STORED)).toEqual(WANTED)
        expect(await stage.query('select count(*)::int from "Log"')).toEqual([[3]])
        expect(await stage.query('select distinct twice - 2 * id, mood from "User"')).toEqual([
          [0, 'well'],
        ])
      },
      { rows: VARIETY },
    ),
  )

  it('are read from several files', () =>
    withImportStage(
      {
        schema: TEAMS,
        rows: TEAM_ROWS,
        files: {
          'Team.csv': 'id,name,size,ownerId\n1,a,,2\n2,"b\t\\",3,1\n',
          'User.001.csv': 'id,tags,seen,teamId,bossId\n1,"{x,y}",2024-01-02T03:04:05Z,1,3\n',
          'User.002.csv': 'id,tags,seen,teamId,bossId\n2,{},,2,2\n3,"{""a b""}",,1,\n',
        },
      },
      async (stage) => {
        await stage.importModels()

        expect(await stage.query(STORED)).toEqual(WANTED)
      },
    ))

  it('are copied one after the other where no foreign key holds them', () =>
    withTeams(
      async (stage) => {
        const { steps } = await stage.planImport()

        const { checks } = await stage.importModels()

        expect(steps.map(({ models, technique }) => [models, technique])).toEqual([
          [['Team', 'User'], 'checked'],
        ])
        expect(checks[1]?.detail).toBe('No dangling references: 3 looked up.')
        expect(await stage.query(STORED)).toEqual(WANTED)
      },
      {
        rows: `
alter table "Team" drop constraint "Team_ownerId_fkey";
alter table "User" drop constraint "User_teamId_fkey", drop constraint "User_bossId_fkey"`,
      },
    ))

  const itStops = itUnlessClient('A statement of a Client cannot be stopped.')
  itStops('are as they were when the import is stopped in the middle of the statement', () =>
    withTeams(
      async (stage) => {
        const before = await stage.snapshot()
        const started = performance.now()

        const importing = stage.importModels({ signal: AbortSignal.timeout(400) })

        await expect(importing).rejects.toMatchObject({ code: 'IMPORT.INTERRUPTED' })
        expect(performance.now() - started).toBeLessThan(10_000)
        expect(await stage.snapshot()).toEqual(before)
      },
      {
        rows: `
create function sleep() returns trigger language plpgsql as
'begin perform pg_sleep(20); return new; end';
create trigger sleep before insert on "User" for each row execute function sleep()`,
      },
    ),
  )

  it('leave nothing of ours behind', () =>
    withTeams(async (stage) => {
      await stage.importModels()

      const ours = await stage.query(`select relname from pg_class where relname ~ '^prisma_gyro'`)
      expect(ours).toEqual([])
    }))
})
