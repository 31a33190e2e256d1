import { describe, expect, it } from '@jest/globals'
import type { ManifestModel } from '../../src/manifest/manifest.js'
import { parseManifest } from '../../src/manifest/parse-manifest.js'
import { ddlOf } from '../support/ddl.js'
import { manifestOf } from '../support/manifest-of.js'
import { withTestDatabase } from '../support/test-database.js'
import { shapeOfDatabase, shapeOfManifest } from './database-shape.js'

const DATASOURCE = 'datasource db {\n  provider = "postgresql"\n}\n'

/** Every construct that the manifest knows, with names that make trouble. */
const RICH = `
datasource db {
  provider = "postgresql"
  schemas  = ["core", "sales"]
}

enum Plan {
  FREE  @map("free plan")
  PRO

  @@map("plan_kind")
  @@schema("core")
}

model Tenant {
  id      Int     @id @default(autoincrement()) @map("tenant id")
  plan    Plan    @default(FREE)
  plans   Plan[]
  shops   Shop[]
  alpha   Tenant[] @relation("friends")
  Zed     Tenant[] @relation("friends")
  tags    tag[]   @relation("it's a tag")

  @@map("tenants")
  @@schema("core")
}

model Shop {
  tenantId Int
  code     String  @db.VarChar(12) @map("shop_code")
  slug     String  @unique
  tenant   Tenant  @relation(fields: [tenantId], references: [id])
  orders   Order[]

  @@id([tenantId, code], name: "shopKey")
  @@unique([code, slug])
  @@schema("core")
}

model Order {
  id       BigInt   @id @default(autoincrement())
  tenantId Int?
  shopCode String?  @db.VarChar(12)
  shopSlug String
  nextId   BigInt?  @unique
  shop     Shop?    @relation(fields: [tenantId, shopCode], references: [tenantId, code])
  next     Order?   @relation("next", fields: [nextId], references: [id])
  previous Order?   @relation("next")
  tags     tag[]

  @@schema("sales")
}

model tag {
  id      String   @id @default(uuid(7)) @db.Uuid
  orders  Order[]
  tenants Tenant[] @relation("it's a tag")

  @@schema("sales")
}
`

describe('readManifest', () => {
  it('has the tables, columns and references that Prisma creates, and no others', async () => {
    const manifest = await manifestOf(RICH)

    await withTestDatabase(await ddlOf(RICH), async (client) => {
      const shape = await shapeOfDatabase(client, ['core', 'sales'])

      expect(shapeOfManifest(manifest)).toEqual(shape)
    })
  })

  it('can be parsed', async () => {
    const manifest = await manifestOf(RICH)

    expect(parseManifest(JSON.parse(JSON.stringify(manifest)), 'rich')).toEqual(manifest)
  })

  it('sorts models and enums by the bytes of their names', async () => {
    const { models } = await manifestOf(RICH)

    expect(models.map(({ name }) => name)).toEqual([
      'Order',
      'Shop',
      'Tenant',
      '_OrderTotag',
      '_friends',
      "_it's a tag",
      'tag',
    ])
  })

  it('lets column A of a join table refer to the model that comes first in byte order', async () => {
    const { models } = await manifestOf(RICH)

    expect(models.find(({ name }) => name === '_OrderTotag')).toEqual({
      name: '_OrderTotag',
      kind: 'joinTable',
      schema: 'sales',
      table: '_OrderTotag',
      columns: [
        { ...column('A', 'BigInt'), nativeType: null },
        { ...column('B', 'String'), nativeType: { name: 'Uuid', args: [] } },
      ],
      primaryKey: ['A', 'B'],
      uniques: [],
      businessKey: null,
      strategy: null,
      references: [
        {
          name: 'A',
          fields: ['A'],
          target: 'Order',
          targetFields: ['id'],
          isNullable: false,
          origin: 'relation',
        },
        {
          name: 'B',
          fields: ['B'],
          target: 'tag',
          targetFields: ['id'],
          isNullable: false,
          origin: 'relation',
        },
      ],
      files: ['_OrderTotag', 'sales._OrderTotag'],
    })
  })

  it('lets both columns refer to the model of a many-to-many relation with itself', async () => {
    const friends = await modelOf(RICH, '_friends')

    expect(friends.references.map(({ name, target }) => [name, target])).toEqual([
      ['A', 'Tenant'],
      ['B', 'Tenant'],
    ])
  })

  it('knows keys and uniques of one and of several fields', async () => {
    const shop = await modelOf(RICH, 'Shop')
    const order = await modelOf(RICH, 'Order')

    expect([shop.primaryKey, shop.uniques]).toEqual([
      ['tenantId', 'code'],
      [['slug'], ['code', 'slug']],
    ])
    expect([order.primaryKey, order.uniques]).toEqual([['id'], [['nextId']]])
  })

  it('has a model without a primary key', async () => {
    const note = await modelOf(`${DATASOURCE}model Note {\n  slug String @unique\n}`, 'Note')

    expect([note.primaryKey, note.uniques]).toEqual([null, [['slug']]])
  })

  it('says of a reference whether a row may refer to nothing', async () => {
    const { references } = await modelOf(RICH, 'Order')

    expect(references).toEqual([
      {
        name: 'shop',
        fields: ['tenantId', 'shopCode'],
        target: 'Shop',
        targetFields: ['tenantId', 'code'],
        isNullable: true,
        origin: 'relation',
      },
      {
        name: 'next',
        fields: ['nextId'],
        target: 'Order',
        targetFields: ['id'],
        isNullable: true,
        origin: 'relation',
      },
    ])
  })

  it('keeps both names of enum values', async () => {
    const { enums } = await manifestOf(RICH)

    expect(enums).toEqual([
      {
        name: 'Plan',
        schema: 'core',
        type: 'plan_kind',
        values: [
          { name: 'FREE', value: 'free plan' },
          { name: 'PRO', value: 'PRO' },
        ],
      },
    ])
  })

  it('maps scalar types as they are and enums to their name', async () => {
    const schema = `${DATASOURCE}
enum Mood {
  GOOD
}
model All {
  id       Int      @id
  string   String?
  boolean  Boolean
  bigInt   BigInt
  float    Float
  decimal  Decimal  @db.Decimal(12, 2)
  dateTime DateTime @db.Timestamptz(3)
  json     Json
  bytes    Bytes
  mood     Mood[]
}`
    const { columns } = await modelOf(schema, 'All')

    expect(columns.map(({ type }) => type)).toEqual([
      'Int',
      'String',
      'Boolean',
      'BigInt',
      'Float',
      'Decimal',
      'DateTime',
      'Json',
      'Bytes',
      'Enum',
    ])
    expect(columns.at(5)?.nativeType).toEqual({ name: 'Decimal', args: ['12', '2'] })
    expect(columns.at(1)).toMatchObject({ isRequired: false, isList: false, enum: null })
    expect(columns.at(-1)).toMatchObject({ isRequired: true, isList: true, enum: 'Mood' })
  })

  it('tells defaults of the database from those of Prisma Client', async () => {
    const schema = `${DATASOURCE}
model Made {
  id        Int      @id @default(autoincrement())
  now       DateTime @default(now())
  literal   String   @default("x")
  list      Int[]    @default([1, 2])
  generated String   @default(dbgenerated("gen_random_uuid()"))
  unknown   String   @default(dbgenerated())
  uuid      String   @default(uuid(7))
  cuid      String   @default(cuid())
  nanoid    String   @default(nanoid(9))
  ulid      String   @default(ulid())
  none      String
  updated   DateTime @updatedAt
}`
    const { columns } = await modelOf(schema, 'Made')

    const database = { by: 'database', make: 'value' }
    expect(Object.fromEntries(columns.map((made) => [made.field, made.default]))).toEqual({
      id: { by: 'database', make: 'autoincrement' },
      now: { by: 'database', make: 'now' },
      literal: database,
      list: database,
      generated: database,
      unknown: database,
      uuid: { by: 'client', make: 'uuid', args: [7] },
      cuid: { by: 'client', make: 'cuid', args: [1] },
      nanoid: { by: 'client', make: 'nanoid', args: [9] },
      ulid: { by: 'client', make: 'ulid', args: [] },
      none: null,
      updated: null,
    })
    expect(columns.filter(({ isUpdatedAt }) => isUpdatedAt).map(({ field }) => field)).toEqual([
      'updated',
    ])
  })

  it('accepts files by model, table and schema, unless the name means another model', async () => {
    const schema = `${DATASOURCE}
model User {
  id Int @id
  @@map("people")
}
model Person {
  id Int @id
  @@map("User")
}`
    const { models } = await manifestOf(schema)

    expect(models.map(({ name, files }) => [name, ...files])).toEqual([
      ['Person', 'Person', 'public.User'],
      ['User', 'User', 'people', 'public.people'],
    ])
  })

  it('accepts headers by field and by column', async () => {
    const { columns } = await modelOf(RICH, 'Shop')

    expect(columns.map(({ headers }) => headers)).toEqual([
      ['tenantId'],
      ['code', 'shop_code'],
      ['slug'],
    ])
  })
})

function column(name: string, type: string) {
  return {
    field: name,
    column: name,
    type,
    enum: null,
    isList: false,
    isRequired: true,
    default: null,
    isUpdatedAt: false,
    isHidden: false,
    isSkipped: false,
    headers: [name],
  }
}

async function modelOf(schema: string, name: string): Promise<ManifestModel> {
  const { models } = await manifestOf(schema)
  const model = models.find((known) => known.name === name)
  if (model === undefined) {
    throw new Error(`there is no model ${name}`)
  }
  return model
}
