import { describe, expect, it } from '@jest/globals'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'

const SHOP = `
model Tenant {
  id    String @id @default(uuid()) @db.Uuid
  name  String
  shops  Shop[]
  orders Order[]
}

model Shop {
  id       String  @id @default(cuid())
  name     String
  tenantId String  @db.Uuid
  parentId String?
  tenant   Tenant  @relation(fields: [tenantId], references: [id])
  parent   Shop?   @relation("chain", fields: [parentId], references: [id])
  children Shop[]  @relation("chain")
  orders   Order[]
  profile  Profile?
  tags     Tag[]
}

model Profile {
  shopId String @id
  motto  String
  shop   Shop   @relation(fields: [shopId], references: [id])
}

model Order {
  tenantId String @db.Uuid
  number   String @default(ulid())
  shopId   String
  tenant   Tenant @relation(fields: [tenantId], references: [id])
  shop     Shop   @relation(fields: [shopId], references: [id])
  lines    Line[]

  @@id([tenantId, number])
}

model Line {
  id       Int    @id @default(autoincrement())
  tenantId String @db.Uuid
  number   String
  order    Order  @relation(fields: [tenantId, number], references: [tenantId, number])
}

model Tag {
  id    String @id @default(nanoid(12)) @db.Char(12)
  name  String
  shops Shop[]
}
`

const T1 = '11111111-1111-4111-8111-111111111111'

/** As they were exported from the database that they go into again. */
const FILES = {
  'Tenant.csv': `id,name\n${T1},Acme\n`,
  // Children first, and uuids as others write them.
  'Shop.csv': `id,name,tenantId,parentId\ns2,b,{${T1.toUpperCase()}},s1\ns1,a,${T1.replaceAll('-', '')},\n`,
  'Profile.csv': 'shopId,motto\ns2,hi\n',
  'Order.csv': `tenantId,number,shopId\n${T1},o1,s1\n${T1},o2,s2\n`,
  'Line.csv': `id,tenantId,number\n1,${T1},o2\n2,${T1},o1\n`,
  'Tag.csv': 'id,name\nt1,x\n',
  '_ShopToTag.csv': 'A,B\ns1,t1\n',
}

const ROWS = `
insert into "Tenant" values ('${T1}', 'Acme');
insert into "Shop" (id, name, "tenantId") values ('s1', 'a', '${T1}');
insert into "Shop" values ('s2', 'b', '${T1}', 's1');
insert into "Profile" values ('s2', 'hi');
insert into "Order" values ('${T1}', 'o1', 's1'), ('${T1}', 'o2', 's2');
insert into "Line" ("tenantId", number) values ('${T1}', 'o2'), ('${T1}', 'o1');
insert into "Tag" values ('t1', 'x');
insert into "_ShopToTag" values ('s1', 't1');`

describe('fresh keys', () => {
  it('clone rows within one database, whatever the types of their keys', () =>
    withShop({}, async (stage) => {
      const { models } = await stage.importModels({ strategy: { ...FRESH, Order: 'sequential' } })
      await stage.importModels({ strategy: 'fresh' })

      expect(models.map(({ model, loaded, keys }) => [model, loaded, keys])).toEqual([
        ['Tag', 1, null],
        ['Tenant', 1, null],
        ['Shop', 2, null],
        ['Order', 2, null],
        ['Profile', 1, null],
        ['_ShopToTag', 1, null],
        ['Line', 2, { from: '3', to: '4' }],
      ])
      expect(await stage.query('select name, count(*)::int from "Tenant" group by 1')).toEqual([
        ['Acme', 3],
      ])
      const clones = await stage.query(`
select s.name, p.name, f.motto, o.number in ('o1', 'o2'), count(l.id)::int, g.name, count(distinct t.id)::int
from "Tenant" t
join "Shop" s on s."tenantId" = t.id
left join "Shop" p on p.id = s."parentId" and p."tenantId" = t.id
left join "Profile" f on f."shopId" = s.id
join "Order" o on o."shopId" = s.id and o."tenantId" = t.id
join "Line" l on l."tenantId" = o."tenantId" and l.number = o.number
left join "_ShopToTag" x on x."A" = s.id
left join "Tag" g on g.id = x."B"
group by 1, 2, 3, 4, 6 order by 1, 4`)
      expect(clones).toEqual([
        ['a', null, null, false, 1, 'x', 1],
        ['a', null, null, true, 2, 'x', 2],
        ['b', 'a', 'hi', false, 1, null, 1],
        ['b', 'a', 'hi', true, 2, null, 2],
      ])
    }))

  it('are told by a plan, as far as they are known', () =>
    withShop({}, async (stage) => {
      const { problems, models } = await stage.planImport({ strategy: 'fresh' })

      expect(problems).toEqual([])
      expect(models.map(({ model, keys }) => [model, keys?.by, keys?.from])).toEqual([
        ['Tag', 'nanoid(12)', null],
        ['Tenant', 'uuid(4)', null],
        ['Shop', 'cuid(1)', null],
        ['Order', 'ulid()', null],
        ['Profile', undefined, undefined],
        ['_ShopToTag', undefined, undefined],
        ['Line', null, '3'],
      ])
    }))

  it('are kept by default, where they are no integers', () =>
    withShop({}, async (stage) => {
      const importing = stage.importModels()

      await expect(importing).rejects.toMatchObject({ code: 'LOAD.DUPLICATE' })
    }))

  it.each([
    ['Shop.csv', `id,name,tenantId,parentId\ns1,a,${T1},\ns2,b,${T1},s9\n`, /Shop\.csv:3/],
    ['Shop.csv', `id,name,tenantId,parentId\ns1,a,${T1.replace('1', '2')},\n`, /Shop\.csv:2/],
    ['_ShopToTag.csv', 'A,B\ns1,t1\ns2,t9\n', /_ShopToTag\.csv:3/],
  ])('tell the row of a reference to nothing: %s', (file, text, message) =>
    withShop({ files: { ...FILES, [file]: text } }, async (stage) => {
      const before = await stage.snapshot()

      const importing = stage.importModels({ strategy: 'fresh' })

      await expect(importing).rejects.toMatchObject({
        code: 'LOAD.MISSING_REFERENCE',
        message: expect.stringMatching(message),
      })
      expect(await stage.snapshot()).toEqual(before)
    }),
  )

  it.each([
    ['Tenant.csv', 'id,name\nacme,Acme\n', 'KEYS.INVALID_UUID', /Tenant\.csv:2:1: "id" of Tenant/],
    ['Tenant.csv', 'id,name\n,Acme\n', 'KEYS.NULL_KEY', /Tenant\.csv:2:1/],
    ['Tag.csv', 'id,name\nt1,x\nt1  ,y\n', 'LOAD.DUPLICATE', /Tag\.csv:3/],
    ['Order.csv', `tenantId,number,shopId\n1-2,o1,s1\n`, 'KEYS.INVALID_UUID', /Order\.csv:2:1/],
  ])('tell the row of a key that is none: %s', (file, text, code, message) =>
    withShop({ files: { ...FILES, [file]: text } }, async (stage) => {
      const importing = stage.importModels({ strategy: 'fresh' })

      await expect(importing).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      })
    }),
  )

  it('are looked up where no foreign key checks them', () =>
    withShop(
      {
        rows: `${ROWS} alter table "Shop" drop constraint "Shop_tenantId_fkey"`,
        files: {
          ...FILES,
          'Shop.csv': `id,name,tenantId,parentId\ns1,a,${T1.replace('1', '2')},\ns2,b,${T1},\n`,
        },
      },
      async (stage) => {
        const importing = stage.importModels({ strategy: 'fresh' })

        await expect(importing).rejects.toMatchObject({
          code: 'IMPORT.CHECK_FAILED',
          message: expect.stringContaining('Shop.tenant (1 rows)'),
        })
      },
    ))

  it('are what the schema says of a model', () =>
    withImportStage(
      {
        schema: `
/// @gyro.strategy(fresh)
model Note {
  id   String @id @default(uuid(7)) @db.Uuid
  text String
}
`,
        files: { 'Note.csv': `id,text\n${T1},a\n` },
      },
      async (stage) => {
        const { models } = await stage.importModels()

        const [note] = await stage.query('select id, text from "Note"')
        expect(models).toMatchObject([{ strategy: 'fresh' }])
        expect(note).toEqual([expect.stringMatching(/^0[0-9a-f]{7}-[0-9a-f]{4}-7/), 'a'])
      },
    ))

  it('are refused where nobody says what they look like', () =>
    withImportStage(
      {
        schema: `
model Currency {
  code String @id
  name String
}
`,
        files: { 'Currency.csv': 'code,name\nEUR,Euro\n' },
      },
      async (stage) => {
        const importing = stage.importModels({ strategy: 'fresh' })

        await expect(importing).rejects.toMatchObject({
          code: 'PLAN.KEY_STRATEGY',
          details: { fix: expect.stringContaining('--remap-strategy Currency=none') },
        })
      },
    ))
})

const FRESH = { Tenant: 'fresh', Shop: 'fresh', Tag: 'fresh' } as const

function withShop<Result>(
  parts: Partial<StageSetup>,
  use: (stage: ImportStage) => Promise<Result>,
): Promise<Result> {
  return withImportStage({ schema: SHOP, rows: ROWS, files: FILES, ...parts }, use)
}
