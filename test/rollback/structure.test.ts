import { describe, expect, it } from '@jest/globals'
import { withRollbackStage } from './rollback-stage.js'

const CIRCLE = `
model Ring {
  id        Int    @id @default(autoincrement())
  nextId    Int?
  next      Ring?  @relation("next", fields: [nextId], references: [id], onDelete: Restrict)
  before    Ring[] @relation("next")
  hubTenant Int
  hubCode   String
  hub       Hub    @relation("hub", fields: [hubTenant, hubCode], references: [tenant, code])
  hubs      Hub[]  @relation("ring")
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
`

const TREE = `
model Node {
  id       Int    @id @default(autoincrement())
  parentId Int?
  parent   Node?  @relation("tree", fields: [parentId], references: [id], onDelete: Restrict)
  children Node[] @relation("tree")
}
`

describe('rows that refer to each other', () => {
  it('in circles, with compound keys and to their own table, go in one statement', () =>
    withRollbackStage(
      {
        schema: CIRCLE,
        rows: `with h as (insert into "Hub" values (9, 'z', 1, null, null))
insert into "Ring" ("hubTenant", "hubCode") values (9, 'z')`,
        files: {
          'Ring.csv': 'id,nextId,hubTenant,hubCode\n1,2,5,a\n2,1,5,b\n',
          'Hub.csv': 'tenant,code,ringId,upTenant,upCode\n5,a,2,5,b\n5,b,1,5,a\n',
        },
      },
      async (stage) => {
        const before = await stage.rows()
        const batch = await stage.importBatch()
        await stage.client.query(`insert into "Hub" values (9, 'y', 2, null, null)`)

        const refused = await stage.planRollback(batch)
        await stage.client.query(`delete from "Hub" where code = 'y'`)
        const { models } = await stage.rollback(batch)

        expect(refused.references).toMatchObject([{ table: 'public.Hub', keys: [['9', 'y']] }])
        expect(models.map((m) => [m.model, m.deleted])).toEqual([
          ['Hub', 2],
          ['Ring', 2],
        ])
        expect(await stage.rows()).toEqual(before)
      },
    ))

  it('in a long line go together, and those of others that hang on go with cascade', () =>
    withRollbackStage(
      {
        schema: TREE,
        rows: 'insert into "Node" ("parentId") values (null), (1)',
        files: { 'Node.csv': 'id,parentId\n1,\n2,1\n3,2\n4,3\n' },
      },
      async (stage) => {
        const batch = await stage.importBatch()
        await stage.client.query(`
insert into "Node" (id, "parentId") select n, n - 1 from generate_series(100, 130) n where n > 100
union all select 100, 6`)

        const { references } = await stage.planRollback(batch)
        const { takenAlong } = await stage.rollback(batch, { cascade: true })

        expect(references).toMatchObject([
          { constraint: 'Node_parentId_fkey', rows: 1, keys: [['100']] },
        ])
        expect(takenAlong).toEqual([{ table: 'public.Node', rows: 31 }])
        expect(await stage.query('select id from "Node" order by 1')).toEqual([[1], [2]])
      },
    ))

  it('in one range of keys go as others do: touched by triggers, and beside what points nowhere', () =>
    withRollbackStage(
      {
        schema: `
model User {
  id    Int    @id @default(autoincrement())
  posts Post[]
  left  Int    @default(0)
}

model Post {
  id     Int  @id @default(autoincrement())
  userId Int
  user   User @relation(fields: [userId], references: [id])
}
`,
        sql: `
create table "User" (id serial primary key, "left" int not null default 0);
create table "Post" (id serial primary key, "userId" int not null);
create function recount() returns trigger language plpgsql as $$ begin
  update "User" set "left" = "left" - 1 where id = old."userId";
  return null;
end $$;
create trigger recount after delete on "Post" for each row execute function recount()`,
        files: { 'User.csv': 'id\n1\n2\n3\n', 'Post.csv': 'id,userId\n1,1\n2,3\n' },
      },
      async (stage) => {
        const batch = await stage.importBatch()
        await stage.client.query(
          'delete from "User" where id = 2; insert into "Post" ("userId") values (2), (1)',
        )

        const { references } = await stage.planRollback(batch)
        await stage.client.query('delete from "Post" where id = 4')
        const { models } = await stage.rollback(batch, { force: true })

        expect(references).toMatchObject([{ rows: 1, keys: [['4']] }])
        expect(models.map((m) => [m.model, m.deleted, m.missing])).toEqual([
          ['User', 2, 1],
          ['Post', 2, 0],
        ])
        expect(await stage.query('select id, "userId" from "Post"')).toEqual([[3, 2]])
      },
    ))

  it('only by what the schema says are followed too', () =>
    withRollbackStage(
      {
        schema: `
model User {
  id    Int    @id @default(autoincrement())
  posts Post[]
}

model Post {
  id     Int  @id @default(autoincrement())
  userId Int
  user   User @relation(fields: [userId], references: [id])
  /// @gyro.references(Post.id)
  copyOf Int?
}
`,
        sql: 'create table "User" (id serial primary key); create table "Post" (id serial primary key, "userId" int, "copyOf" int)',
        files: { 'User.csv': 'id\n1\n', 'Post.csv': 'id,userId,copyOf\n1,1,\n2,1,1\n' },
      },
      async (stage) => {
        const batch = await stage.importBatch()
        await stage.client.query(
          'insert into "Post" ("userId", "copyOf") values (1, null), (9, 2), (9, null)',
        )

        const { references } = await stage.planRollback(batch)
        const { takenAlong } = await stage.rollback(batch, { cascade: true })

        expect(references.map(({ columns, rows }) => [columns, rows])).toEqual([
          [['userId'], 1],
          [['copyOf'], 1],
        ])
        expect(takenAlong).toEqual([{ table: 'public.Post', rows: 2 }])
        expect(await stage.query('select id from "Post"')).toEqual([[5]])
      },
    ))
})

describe('tables of other kinds', () => {
  it('may be partitioned, on both sides', () =>
    withRollbackStage(
      {
        schema: `
model Event {
  id    Int    @id @default(autoincrement())
  notes Note[]
}

model Note {
  id      Int   @id @default(autoincrement())
  eventId Int
  event   Event @relation(fields: [eventId], references: [id])
}
`,
        sql: `
create table "Event" (id serial primary key) partition by range (id);
create table e1 partition of "Event" for values from (0) to (3);
create table e2 partition of "Event" for values from (3) to (100);
create table "Note" (id serial primary key, "eventId" int references "Event") partition by hash (id);
create table n1 partition of "Note" for values with (modulus 2, remainder 0);
create table n2 partition of "Note" for values with (modulus 2, remainder 1);
create table leaf (id int primary key, event int references e2);
insert into "Event" select from generate_series(1, 2)`,
        files: { 'Event.csv': 'id\n1\n2\n3\n', 'Note.csv': 'id,eventId\n1,1\n2,3\n' },
      },
      async (stage) => {
        const before = await stage.rows()
        const batch = await stage.importBatch()
        await stage.client.query('insert into leaf values (1, 3)')

        const plan = await stage.planRollback(batch)
        await stage.rollback(batch, { cascade: true })

        expect(plan.references.map(({ table, target, rows }) => [table, target, rows])).toEqual([
          ['public.leaf', 'public.Event', 1],
        ])
        expect(plan.missingIndexes.map(({ statement }) => statement)).toEqual([
          'create index on "public"."Note" ("eventId");',
          'create index concurrently on "public"."leaf" ("event");',
        ])
        expect(await stage.rows()).toEqual(before)
      },
    ))

  it('may lack a primary key', () =>
    withRollbackStage(
      {
        schema: 'model Word {\n text String @unique\n rank Int\n}',
        rows: `insert into "Word" values ('a', 1)`,
        files: { 'Word.csv': 'text,rank\na,2\nb,3\n' },
      },
      async (stage) => {
        const before = await stage.rows()
        const batch = await stage.importBatch({ onConflict: 'update' })

        await stage.rollback(batch)

        expect(await stage.rows()).toEqual(before)
      },
    ))

  it('may check what they refer to at COMMIT only', () =>
    withRollbackStage(
      {
        schema: TREE,
        sql: `create table "Node" (id serial primary key, "parentId" int);
alter table "Node" add foreign key ("parentId") references "Node" deferrable initially deferred`,
        files: { 'Node.csv': 'id,parentId\n1,2\n2,1\n' },
      },
      async (stage) => {
        const batch = await stage.importBatch()

        const { models } = await stage.rollback(batch)

        expect(models).toMatchObject([{ deleted: 2 }])
      },
    ))

  it('may have keys in several pieces, with those of others in between', () =>
    withRollbackStage(
      {
        schema: TREE,
        rows: 'alter sequence "Node_id_seq" increment by 3',
        files: { 'Node.csv': 'id,parentId\n1,\n2,1\n3,2\n4,3\n' },
      },
      async (stage) => {
        const batch = await stage.importBatch()
        await stage.client.query('insert into "Node" values (2), (3), (5), (100)')

        const { models } = await stage.rollback(batch)

        expect(models).toMatchObject([{ deleted: 4, changed: 0, missing: 0 }])
        expect(await stage.query('select id from "Node"')).toEqual([[2], [3], [5], [100]])
      },
    ))
})
