import { describe, expect, it } from '@jest/globals'
import type { ImportOptions } from '../../src/import/import-options.js'
import { hashIdentity, hashKey, type IdentityPart } from '../../src/keys/hash-key.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'
import { createRole } from '../support/roles.js'

const SHOP = `
/// @gyro.key(slug)
model Tenant {
  id    Int    @id @default(autoincrement())
  slug  String?
  shops Shop[]
}

/// @gyro.key(tenantId, name)
model Shop {
  id       String @id @default(uuid()) @db.Uuid
  tenantId Int?
  name     String
  tenant   Tenant? @relation(fields: [tenantId], references: [id])
  items    Item[]
}

/// @gyro.key(shopId, number)
model Item {
  id     BigInt  @id @default(autoincrement())
  shopId String? @db.Uuid
  number Int
  note   String?
  shop   Shop?   @relation(fields: [shopId], references: [id])
}
`

const A = '0000000a-0000-4000-8000-000000000000'
const B = '0000000b-0000-4000-8000-000000000000'
const C = '0000000c-0000-4000-8000-000000000000'

const FILES = {
  'Tenant.csv': 'id,slug\n1,acme\n2,bolt\n',
  'Shop.csv': `id,tenantId,name\n${A},1,main\n${B},2,main\n${C},,main\n`,
  'Item.csv': `id,shopId,number,note\n1,${A},1,a\n2,${B},1,b\n3,${C},1,c\n4,,1,d\n`,
}

/** The same rows with other keys, in another order. */
const OTHER_FILES = {
  'Tenant.csv': 'id,slug\n8,bolt\n9,acme\n',
  'Shop.csv': `id,tenantId,name\n${A},,main\n${B},8,main\n${C},9,main\n`,
  'Item.csv': `id,shopId,number,note\n7,,1,d\n5,${A},1,c\n3,${C},1,a\n2,${B},1,b\n`,
}

const ACME = identityOf('Tenant', value('acme'))
const MAIN = identityOf('Shop', row(ACME), value('main'))

const ITEMS = [
  ['a', itemKey(row(MAIN), value('1'))],
  [
    'b',
    itemKey(
      row(identityOf('Shop', row(identityOf('Tenant', value('bolt'))), value('main'))),
      value('1'),
    ),
  ],
  ['c', itemKey(row(identityOf('Shop', value(null), value('main'))), value('1'))],
  ['d', itemKey(value(null), value('1'))],
]

const STRATEGIES = ['sequential', 'fresh', 'none', 'match', 'hash'] as const

const TENANTS_BEFORE = `insert into "Tenant" (slug) select 'old ' || n from generate_series(1, 20) n`

describe('a hash of what refers to others', () => {
  it.each([
    ...STRATEGIES.map((tenant) => [tenant, 'fresh'] as const),
    ...STRATEGIES.map((shop) => ['sequential', shop] as const).filter(
      ([, shop]) => shop !== 'fresh',
    ),
  ])('is the same whatever the keys of those: tenants %s, shops %s', async (Tenant, Shop) => {
    const strategy = { Tenant, Shop, Item: 'hash' } as const
    const first = await importItems({}, { strategy })
    const second = await importItems(
      {
        files: OTHER_FILES,
        rows:
          Tenant === 'none' ? '' : `${TENANTS_BEFORE}; insert into "Tenant" (slug) values ('bolt')`,
      },
      { strategy },
    )

    expect(first).toEqual(ITEMS)
    expect(second).toEqual(ITEMS)
  })

  it('is the same where a strategy of the user maps those', async () => {
    const strategy = {
      Tenant: {
        name: 'thousands',
        mapKeys: (sources: readonly string[]) => sources.map((source) => `${source}000`),
      },
      Shop: 'hash',
      Item: 'hash',
    } as const

    expect(await importItems({}, { strategy })).toEqual(ITEMS)
  })

  it('is made of the key of a row to which all are pinned', () => {
    const files = {
      'Shop.csv': `id,tenantId,name\n${A},1,main\n`,
      'Item.csv': `id,shopId,number,note\n1,${A},1,a\n`,
    }
    return withShop(
      { files, rows: `insert into "Tenant" values (42, 'theirs')` },
      async (stage) => {
        await stage.importModels({ pin: { Tenant: 42 }, strategy: { Shop: 'fresh', Item: 'hash' } })

        const shop = identityOf('Shop', value('42'), value('main'))
        expect(await readItems(stage)).toEqual([['a', itemKey(row(shop), value('1'))]])
      },
    )
  })

  it('is made of the key in the file where the row is not in the files', () =>
    withShop(
      {
        files: {
          'Tenant.csv': 'id,slug\n1,acme\n',
          'Shop.csv': `id,tenantId,name\n${A},1,main\n${B},7,main\n`,
          'Item.csv': `id,shopId,number,note\n1,${A},1,a\n2,${B},1,b\n`,
        },
        rows: `insert into "Tenant" values (7, 'acme')`,
      },
      async (stage) => {
        await stage.importModels({ strategy: { Tenant: 'none', Shop: 'fresh', Item: 'hash' } })

        const other = identityOf('Shop', value('7'), value('main'))
        expect(await readItems(stage)).toEqual([
          ['a', itemKey(row(MAIN), value('1'))],
          ['b', itemKey(row(other), value('1'))],
        ])
      },
    ))

  it('is made of the key in the file where the parent is not imported', () =>
    withShop(
      {
        files: {
          'Shop.csv': `id,tenantId,name\n${A},7,main\n`,
          'Item.csv': FILES['Item.csv'].split('2,')[0] ?? '',
        },
        rows: `insert into "Tenant" values (7, 'acme')`,
      },
      async (stage) => {
        await stage.importModels({ strategy: { Shop: 'fresh', Item: 'hash' } })

        const shop = identityOf('Shop', value('7'), value('main'))
        expect(await readItems(stage)).toEqual([['a', itemKey(row(shop), value('1'))]])
      },
    ))

  it('is not that of NULL where a value is empty', async () => {
    const schema = `
/// @gyro.key(name)
model Word {
  id    Int    @id @default(autoincrement())
  name  String?
  items Item[]
}

/// @gyro.key(wordId)
model Item {
  id     BigInt @id
  wordId Int?
  note   String
  word   Word?  @relation(fields: [wordId], references: [id])
}
`
    const files = {
      'Word.csv': 'id,name\n1,\n2,""\n3,n\n',
      'Item.csv': 'id,wordId,note\n1,1,null\n2,2,empty\n3,3,n\n4,,none\n',
    }
    const items = await withImportStage({ schema, files }, async (stage) => {
      await stage.importModels({ strategy: { Word: 'sequential', Item: 'hash' } })
      return readItems(stage)
    })

    const word = (text: string | null) => row(identityOf('Word', value(text)))
    expect(items).toEqual([
      ['empty', itemKey(word(''))],
      ['n', itemKey(word('n'))],
      ['none', itemKey(value(null))],
      ['null', itemKey(word(null))],
    ])
  })

  it('is the same where the row is known by several columns, through other references too', async () => {
    const keys: (readonly unknown[])[] = []
    for (const [tenant, order] of [
      [1, 5],
      [3, 9],
    ]) {
      const files = {
        'Tenant.csv': `id,slug\n${tenant},acme\n2,bolt\n`,
        'Order.csv': `tenantId,id,code\n${tenant},${order},x\n2,${order},y\n`,
        'Invoice.csv': `tenantId,orderId\n${tenant},${order}\n2,${order}\n`,
        'Line.csv': `id,tenantId,orderId,number\n1,2,${order},1\n2,${tenant},${order},1\n`,
      }
      await withImportStage({ schema: ORDERS, files, rows: TENANTS_BEFORE }, async (stage) => {
        await stage.importModels({ strategy: { Line: 'hash' } })
        keys.push(await stage.query(LINES))
      })
    }

    const lines = ['acme', 'bolt'].map((slug) => {
      const tenant = row(identityOf('Tenant', value(slug)))
      const order = row(identityOf('Order', tenant, value(slug === 'acme' ? 'x' : 'y')))
      const identity = identityOf('Line', tenant, order, value('1'))
      return [slug, hashKey({ model: 'Line', type: 'int8' }, identity, 0)]
    })
    expect(keys).toEqual([lines, lines])
  })
})

const ORDERS = `
/// @gyro.key(slug)
model Tenant {
  id     Int     @id @default(autoincrement())
  slug   String
  orders Order[]
}

model Order {
  tenantId Int
  id       Int      @default(autoincrement())
  code     String
  tenant   Tenant   @relation(fields: [tenantId], references: [id])
  invoice  Invoice?

  @@id([tenantId, id])
  @@unique([tenantId, code])
}

model Invoice {
  tenantId Int
  orderId  Int
  order    Order  @relation(fields: [tenantId, orderId], references: [tenantId, id])
  lines    Line[]

  @@id([tenantId, orderId])
}

/// @gyro.key(tenantId, orderId, number)
model Line {
  id       BigInt  @id
  tenantId Int
  orderId  Int
  number   Int
  invoice  Invoice @relation(fields: [tenantId, orderId], references: [tenantId, orderId])
}
`

const LINES = `
select t.slug, l.id::text from "Line" l join "Tenant" t on t.id = l."tenantId"
join "Order" o on o."tenantId" = l."tenantId" and o.id = l."orderId" order by 1`

describe('a second import of rows that are hashed', () => {
  it.each(['skip', 'update'] as const)('changes nothing: %s', (onConflict) =>
    withShop({ rows: 'create unique index on "Tenant" (slug)' }, async (stage) => {
      const strategy = { Tenant: 'match', Shop: 'hash', Item: 'hash' } as const
      await stage.importModels({ strategy })
      const before = await stage.snapshot()

      const { models } = await stage.importModels({ strategy, onConflict })

      expect(models.map(({ model, read, skipped }) => [model, read, skipped])).toEqual([
        ['Tenant', 2, 2],
        ['Shop', 3, 3],
        ['Item', 4, 4],
      ])
      expect(await stage.snapshot()).toEqual(before)
    }),
  )

  it.each(['sequential', 'fresh'] as const)(
    'leaves them with their first parents, though these are there twice then: %s',
    (Tenant) =>
      withShop({}, async (stage) => {
        const strategy = { Tenant, Shop: 'hash', Item: 'hash' } as const
        await stage.importModels({ strategy })
        const shops = await stage.query('select id, "tenantId" from "Shop" order by 1')
        const onConflict = { Shop: 'skip', Item: 'skip' } as const

        const { models } = await stage.importModels({ strategy, onConflict })

        expect(models.map(({ model, loaded, skipped }) => [model, loaded, skipped])).toEqual([
          ['Tenant', 2, 0],
          ['Shop', 0, 3],
          ['Item', 0, 4],
        ])
        expect(await stage.query('select id, "tenantId" from "Shop" order by 1')).toEqual(shops)
      }),
  )

  it('moves them to their new parents where they are updated', () =>
    withShop({}, async (stage) => {
      const strategy = { Tenant: 'sequential', Shop: 'hash', Item: 'hash' } as const
      await stage.importModels({ strategy })
      const onConflict = { Shop: 'update', Item: 'skip' } as const

      const { models } = await stage.importModels({ strategy, onConflict })

      expect(models.map(({ loaded, updated, skipped }) => [loaded, updated, skipped])).toEqual([
        [2, 0, 0],
        [0, 2, 1],
        [0, 0, 4],
      ])
      expect(await stage.query('select distinct "tenantId" from "Shop" order by 1')).toEqual([
        [3],
        [4],
        [null],
      ])
    }))

  it('meets them below parents of parents that are there twice then', () =>
    withImportStage(
      {
        schema: ORDERS,
        files: {
          'Tenant.csv': 'id,slug\n1,acme\n2,bolt\n',
          'Order.csv': 'tenantId,id,code\n1,5,x\n2,5,y\n',
          'Invoice.csv': 'tenantId,orderId\n1,5\n2,5\n',
          'Line.csv': 'id,tenantId,orderId,number\n1,2,5,1\n2,1,5,1\n',
        },
      },
      async (stage) => {
        await stage.importModels({ strategy: { Line: 'hash' } })
        const lines = await stage.query('select * from "Line" order by id')

        const { models } = await stage.importModels({
          strategy: { Line: 'hash' },
          onConflict: { Line: 'skip' },
        })

        expect(models.map(({ model, loaded }) => [model, loaded])).toEqual([
          ['Tenant', 2],
          ['Order', 2],
          ['Invoice', 2],
          ['Line', 0],
        ])
        expect(await stage.query('select * from "Line" order by id')).toEqual(lines)
      },
    ))

  it('gives the next key to a row whose key another one has, by what that refers to', () =>
    withShop({}, async (stage) => {
      const strategy = { Tenant: 'sequential', Shop: 'fresh', Item: 'hash' } as const
      await stage.importModels({ strategy })
      await stage.client.query(`update "Tenant" set slug = 'renamed' where slug = 'acme'`)

      await stage.importModels({ strategy, onConflict: { Item: 'skip' } })

      const next = hashKey(
        { model: 'Item', type: 'int8' },
        hashIdentity('Item', [row(MAIN), value('1')]),
        1,
      )
      const items = await stage.query(`select id::text from "Item" where note = 'a' order by id`)
      expect(items.flat().toSorted()).toEqual([ITEMS[0]?.[1], next].toSorted())
    }))
})

describe('what refers to others is not hashed', () => {
  it('where nothing tells those', () =>
    withShop({ schema: SHOP.replace('/// @gyro.key(slug)', '') }, async (stage) => {
      const { problems } = await stage.planImport({ strategy: { Item: 'hash' } })

      expect(problems).toMatchObject([
        {
          code: 'PLAN.NO_BUSINESS_KEY',
          message: 'Shop cannot be hashed',
          why: 'Shop.tenantId is part of a business key and refers to Tenant, whose new keys are others in every run; but nothing else tells its rows: the schema has no unique beside the key of Tenant, or several.',
          fix: 'Write /// @gyro.key(field, …) above the model Tenant and run npx prisma generate, or keep its keys: --remap-strategy Tenant=none.',
        },
      ])
    }))

  it('unless their keys are kept', async () => {
    const schema = SHOP.replace('/// @gyro.key(slug)', '')
    const items = await importItems(
      { schema },
      { strategy: { Tenant: 'none', Shop: 'fresh', Item: 'hash' } },
    )

    const shop = identityOf('Shop', value('1'), value('main'))
    expect(items).toContainEqual(['a', itemKey(row(shop), value('1'))])
  })

  it('where those are to be hashed, but have no business key themselves', () =>
    withShop({ schema: SHOP.replace('/// @gyro.key(slug)', '') }, async (stage) => {
      const { problems } = await stage.planImport({ strategy: 'hash' })

      expect(problems.map(({ code, message }) => [code, message])).toEqual([
        ['PLAN.NO_BUSINESS_KEY', 'Tenant has no business key'],
      ])
    }))

  it('where a value that tells those is none', () =>
    withShop({ rows: 'alter table "Tenant" alter slug type varchar(3)' }, async (stage) => {
      const importing = stage.importModels({ strategy: { Item: 'hash' } })

      await expect(importing).rejects.toMatchObject({
        code: expect.stringMatching(/^(LOAD|VALUES)\./),
        message: expect.stringMatching(/Tenant\.csv:2:/),
      })
    }))

  it('where a business key has a part of a reference only', () =>
    withImportStage(
      {
        schema: ORDERS.replace('(tenantId, orderId, number)', '(orderId, number)'),
        files: {
          'Tenant.csv': 'id,slug\n1,acme\n',
          'Order.csv': 'tenantId,id,code\n1,5,x\n',
          'Invoice.csv': 'tenantId,orderId\n1,5\n',
          'Line.csv': 'id,tenantId,orderId,number\n1,1,5,1\n',
        },
      },
      async (stage) => {
        const { problems } = await stage.planImport({ strategy: { Line: 'hash' } })

        expect(problems).toMatchObject([
          {
            code: 'PLAN.KEY_STRATEGY',
            message: 'Line cannot be told by a part of a reference',
            why: 'Line.orderId is part of a business key and refers to Order, whose rows are known by tenantId, id together; but the business key of Line does not hold all of these.',
            fix: 'Name all fields of the reference in @gyro.key above the model Line and run npx prisma generate, or choose another strategy for what is hashed.',
          },
        ])
      },
    ))

  it.each([
    ['the key itself', '@gyro.key(id, slug)', '', 'PLAN.KEY_STRATEGY', 'id gets new values'],
    [
      'what the database computes',
      '@gyro.key(slug)',
      `alter table "Tenant" drop slug, add slug text generated always as ('x') stored`,
      'PLAN.KEY_STRATEGY',
      'slug is computed by the database',
    ],
  ])('where those are told by %s', (_, annotation, rows, code, why) =>
    withShop({ schema: SHOP.replace('@gyro.key(slug)', annotation), rows }, async (stage) => {
      const { problems } = await stage.planImport({ strategy: { Item: 'hash' } })

      expect(problems).toMatchObject([{ code, why: expect.stringContaining(why) }])
    }),
  )

  it('where the files lack what tells those', () =>
    withShop({ files: { ...FILES, 'Tenant.csv': 'id\n1\n2\n' } }, async (stage) => {
      const { problems } = await stage.planImport({ strategy: { Item: 'hash' } })

      expect(problems).toMatchObject([
        { code: 'PLAN.MISSING_COLUMN', why: 'Rows of Tenant are told by slug.' },
      ])
    }))

  it('where the role may not read those', () =>
    withShop({}, async (stage) => {
      const url = await createRole(
        stage,
        'grant insert on all tables in schema public to ROLE; grant select on "Shop", "Item" to ROLE; grant usage on all sequences in schema public to ROLE',
      )

      const { problems } = await stage.planImport({ strategy: { Item: 'hash' }, url })

      expect(problems).toMatchObject([
        { code: 'PLAN.MISSING_PRIVILEGE', fix: expect.stringContaining('"public"."Tenant"') },
      ])
    }))

  it.each([
    [
      'the business key',
      'id,slug\n1,acme\n2,acme\n',
      'KEYS.DUPLICATE_BUSINESS_KEY',
      /lines 2 and 3/,
    ],
    [
      'the business key, NULL,',
      'id,slug\n1,\n2,\n',
      'KEYS.DUPLICATE_BUSINESS_KEY',
      /lines 2 and 3/,
    ],
    ['the key', 'id,slug\n1,acme\n2,bolt\n01,cool\n', 'KEYS.DUPLICATE', /lines 2 and 4/],
  ])('where those have %s twice', (_, tenants, code, message) =>
    withShop({ files: { ...FILES, 'Tenant.csv': tenants } }, async (stage) => {
      const before = await stage.snapshot()

      const importing = stage.importModels({ strategy: { Tenant: 'none', Item: 'hash' } })

      await expect(importing).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      })
      expect(await stage.snapshot()).toEqual(before)
    }),
  )

  it.each([
    ['a text', '1,acme\n2,bolt\n3,acme\n'],
    ['NULL', '1,\n2,bolt\n3,\n'],
  ])('where two of those are the same, which may be rejected: %s', (_, tenants) =>
    withShop({ files: { ...FILES, 'Tenant.csv': `id,slug\n${tenants}` } }, (stage) =>
      withCsvFolder({}, async (rejects) => {
        const { models } = await stage.importModels({
          strategy: { Item: 'hash' },
          onBadRow: 'reject',
          rejects,
        })

        const tenant = models.find(({ model }) => model === 'Tenant')
        expect(tenant?.rejected).toBeGreaterThan(0)
        expect(models.every((m) => m.read === m.loaded + m.rejected)).toBe(true)
        expect(await stage.query('select slug from "Tenant"')).toContainEqual(['bolt'])
      }),
    ),
  )

  it('in a circle, also of models that are not hashed', () =>
    withImportStage(
      {
        schema: `
/// @gyro.key(leadId, name)
model Team {
  id     Int    @id @default(autoincrement())
  name   String
  leadId Int
  lead   User   @relation("lead", fields: [leadId], references: [id])
  users  User[] @relation("team")
  notes  Note[]
}

/// @gyro.key(teamId, name)
model User {
  id     Int    @id @default(autoincrement())
  name   String
  teamId Int?
  team   Team?  @relation("team", fields: [teamId], references: [id])
  leads  Team[] @relation("lead")
}

/// @gyro.key(teamId)
model Note {
  id     Int  @id @default(autoincrement())
  teamId Int
  team   Team @relation(fields: [teamId], references: [id])
}
`,
        files: {
          'Team.csv': 'id,name,leadId\n1,a,1\n',
          'User.csv': 'id,name,teamId\n1,b,1\n',
          'Note.csv': 'id,teamId\n1,1\n',
        },
      },
      async (stage) => {
        const below = await stage.planImport({ strategy: { Note: 'hash' } })
        const within = await stage.planImport({ strategy: { Note: 'hash', User: 'hash' } })

        const circle = (path: string) => [
          'PLAN.KEY_STRATEGY',
          `Business keys refer to each other in a circle: ${path}.`,
        ]
        expect(below.problems.map(({ code, why }) => [code, why])).toEqual([
          circle('Team → User → Team'),
        ])
        expect(within.problems.map(({ code, why }) => [code, why])).toEqual([
          circle('User → Team → User'),
        ])
      },
    ))
})

function identityOf(model: string, ...parts: readonly IdentityPart[]): string {
  return hashIdentity(model, parts)
}

function itemKey(...parts: readonly IdentityPart[]): string {
  return hashKey({ model: 'Item', type: 'int8' }, hashIdentity('Item', parts), 0)
}

function value(text: string | null): IdentityPart {
  return { kind: 'value', text }
}

function row(text: string): IdentityPart {
  return { kind: 'identity', text }
}

/** The items that an import makes: notes with keys. */
function importItems(
  parts: Partial<StageSetup>,
  options: Partial<ImportOptions>,
): Promise<readonly unknown[]> {
  return withShop(parts, async (stage) => {
    await stage.importModels(options)
    return readItems(stage)
  })
}

function readItems(stage: ImportStage): Promise<readonly unknown[]> {
  return stage.query('select note, id::text from "Item" order by note')
}

function withShop<Result>(
  parts: Partial<StageSetup>,
  use: (stage: ImportStage) => Promise<Result>,
): Promise<Result> {
  return withImportStage({ schema: SHOP, files: FILES, ...parts }, use)
}
