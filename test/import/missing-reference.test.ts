import { describe, expect, it } from '@jest/globals'
import type { ImportOptions } from '../../src/import/import-options.js'
import {
  type ImportStage,
  type StageSetup,
  testLoader,
  withImportStage,
} from '../support/import-stage.js'

const SHOP = `
model Tenant {
  id        Int        @id @default(autoincrement())
  slug      String     @unique
  customers Customer[]
}

model Customer {
  id        Int        @id @default(autoincrement())
  tenantId  Int
  parentId  Int?
  tenant    Tenant     @relation(fields: [tenantId], references: [id])
  parent    Customer?  @relation("family", fields: [parentId], references: [id])
  children  Customer[] @relation("family")
  orders    Order[]
  tags      Tag[]
}

model Order {
  id         Int       @id @default(autoincrement())
  total      Int
  customerId Int?
  customer   Customer? @relation(fields: [customerId], references: [id])
}

model Tag {
  id        String     @id @default(uuid()) @db.Uuid
  label     String
  customers Customer[]
  notes     Note[]
}

model Note {
  id    Int     @id @default(autoincrement())
  text  String
  tagId String? @db.Uuid
  tag   Tag?    @relation(fields: [tagId], references: [id])
}
`

const TAG = '0000000a-0000-4000-8000-000000000000'
const OTHER = '0000000b-0000-4000-8000-000000000000'
const STORED = '000000ff-0000-4000-8000-000000000000'
const NOWHERE = '000000ee-0000-4000-8000-000000000000'

/** Rows that the database has before: a tenant 40, a customer 70 and a tag. */
const ROWS = `
insert into "Tenant" values (40, 'there');
insert into "Customer" values (70, 40, null);
insert into "Tag" values ('${STORED}', 'there');
select setval('"Tenant_id_seq"', 40), setval('"Customer_id_seq"', 100);`

const FILES = {
  'Tenant.csv': 'id,slug\n1,acme\n',
  'Customer.csv': 'id,tenantId,parentId\n5,1,\n6,1,5\n',
  'Order.csv': 'id,total,customerId\n1,10,5\n2,20,\n3,30,70\n',
}

function withShop<Result>(
  setup: Partial<StageSetup>,
  use: (stage: ImportStage) => Promise<Result>,
): Promise<Result> {
  return withImportStage({ schema: SHOP, rows: ROWS, files: FILES, ...setup }, use)
}

/** What is asked for, and what that comes to: the error, with the database as it was. */
async function failing(stage: ImportStage, options: Partial<ImportOptions>): Promise<unknown> {
  const before = await stage.snapshot()
  const error: unknown = await stage.importModels(options).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(await stage.snapshot()).toEqual(before)
  return error
}

const ORDERS = 'select total, "customerId" from "Order" order by total'

describe('a reference by counted keys', () => {
  it.each([undefined, 'fail', { Order: { customer: 'fail' } }] as const)('fails: %j', (policy) =>
    withShop({}, async (stage) => {
      const error = await failing(stage, policy === undefined ? {} : { missingReference: policy })

      expect(error).toMatchObject({
        code: 'KEYS.MISSING_REFERENCE',
        details: { meta: { line: 4, header: 'customerId', target: 'Customer' } },
      })
    }),
  )

  it.each(['keep', { '*': 'keep' }, { Order: 'keep' }, { Order: { customer: 'keep' } }] as const)(
    'keeps its value and means the row that is there: %j',
    (missingReference) =>
      withShop({}, async (stage) => {
        const { models } = await stage.importModels({ missingReference })

        expect(await stage.query(ORDERS)).toEqual([
          [10, 101],
          [20, null],
          [30, 70],
        ])
        const counts = models.map((m) => [m.model, m.read, m.loaded, m.rejected])
        expect(counts).toEqual([
          ['Tenant', 1, 1, 0],
          ['Customer', 2, 2, 0],
          ['Order', 3, 3, 0],
        ])
      }),
  )

  it('does not keep a value that no row has', () =>
    withShop(
      { files: { ...FILES, 'Order.csv': 'id,total,customerId\n3,30,71\n' } },
      async (stage) => {
        const error = await failing(stage, { missingReference: 'keep' })

        expect(error).toMatchObject({
          code: 'LOAD.MISSING_REFERENCE',
          details: { meta: { line: 2 } },
        })
      },
    ))

  it('does not keep a value that is the new key of another row', () =>
    withShop(
      { files: { ...FILES, 'Order.csv': 'id,total,customerId\n1,10,0102\n' } },
      async (stage) => {
        const error = await failing(stage, { missingReference: 'keep' })

        expect(error).toMatchObject({
          code: 'KEYS.MISSING_REFERENCE',
          details: {
            meta: { line: 2, header: 'customerId', target: 'Customer' },
            why: expect.stringContaining('it is the key that a new row gets now'),
          },
        })
      },
    ))

  it('becomes NULL', () =>
    withShop({}, async (stage) => {
      const { models } = await stage.importModels({
        missingReference: { Order: { customer: 'null' } },
      })

      expect(await stage.query(ORDERS)).toEqual([
        [10, 101],
        [20, null],
        [30, null],
      ])
      const nulled = models.flatMap(({ nulledReferences }) => nulledReferences)
      expect(nulled).toEqual([{ reference: 'customer', rows: 1 }])
      if (testLoader() === 'client') return
      const events = `select detail from prisma_gyro.event where kind = 'nulled'`
      expect(await stage.query(events)).toEqual([[{ 'Order.customer': 1 }]])
    }))

  it('has its row put aside', () =>
    withShop({}, async (stage) => {
      const { models } = await stage.importModels({
        missingReference: { Order: 'reject' },
        onBadRow: 'reject',
        rejects: `${stage.folder}-rejects`,
      })

      expect(await stage.query(ORDERS)).toEqual([
        [10, 101],
        [20, null],
      ])
      const { read, loaded, rejected } = models.find(({ model }) => model === 'Order') ?? {}
      expect([read, loaded, rejected]).toEqual([3, 2, 1])
    }))
})

describe('a reference to itself', () => {
  const files = {
    'Tenant.csv': 'id,slug\n1,acme\n',
    'Customer.csv': 'id,tenantId,parentId\n5,1,6\n6,1,70\n7,1,6\n',
  }
  const FAMILY = 'select id, "parentId" from "Customer" where id > 100 order by id'

  it.each(['auto', 'checked', 'rebuild', 'deferred', 'replica'] as const)(
    'keeps its value by --fk-mode %s',
    (fkMode) =>
      withShop({ files }, async (stage) => {
        await stage.importModels({ missingReference: { Customer: { parent: 'keep' } }, fkMode })

        expect(await stage.query(FAMILY)).toEqual([
          [101, 102],
          [102, 70],
          [103, 102],
        ])
      }),
  )

  it.each(['checked', 'rebuild', 'deferred', 'replica'] as const)(
    'does not keep what is not there by --fk-mode %s',
    (fkMode) =>
      withShop(
        { files: { ...files, 'Customer.csv': 'id,tenantId,parentId\n6,1,71\n' } },
        async (stage) => {
          const error = await failing(stage, { missingReference: 'keep', fkMode })

          expect(error).toMatchObject({ code: 'LOAD.MISSING_REFERENCE' })
        },
      ),
  )

  it('becomes NULL', () =>
    withShop({ files }, async (stage) => {
      await stage.importModels({ missingReference: { Customer: { parent: 'null' } } })

      expect(await stage.query(FAMILY)).toEqual([
        [101, 102],
        [102, null],
        [103, 102],
      ])
    }))

  it('has its row put aside, and those that refer to that', () =>
    withShop({ files }, async (stage) => {
      const { models } = await stage.importModels({
        missingReference: { Customer: { parent: 'reject' } },
        onBadRow: 'reject',
        rejects: `${stage.folder}-rejects`,
      })

      const { read, loaded, rejected } = models.find(({ model }) => model === 'Customer') ?? {}
      expect([read, loaded, rejected]).toEqual([3, 0, 3])
    }))
})

describe('a reference by uuids', () => {
  const files = {
    'Tag.csv': `id,label\n${TAG},a\n${OTHER},b\n`,
    'Note.csv': `id,text,tagId\n1,x,${TAG.toUpperCase()}\n2,y,\n3,z,${STORED}\n`,
  }
  const NOTES =
    'select text, "tagId", label from "Note" left join "Tag" t on t.id = "tagId" order by text'

  it.each(['sequential', 'none'] as const)('that stay means any row: %s', (strategy) =>
    withShop({ files }, async (stage) => {
      const { references } = (await stage.planImport({ strategy })).models[1] ?? {}
      await stage.importModels({ strategy })

      expect(references).toEqual([
        { name: 'tag', columns: ['tagId'], target: 'Tag', policy: 'keep', missing: 'keep' },
      ])
      expect(await stage.query(NOTES)).toEqual([
        ['x', TAG, 'a'],
        ['y', null, null],
        ['z', STORED, 'there'],
      ])
    }),
  )

  it.each(['none', 'fresh', 'match', 'hash'] as const)('fails where asked for: %s', (strategy) =>
    withTags({ files }, async (stage) => {
      const error = await failing(stage, {
        strategy: { Tag: strategy },
        missingReference: { Note: { tag: 'fail' } },
      })

      expect(error).toMatchObject({
        code: 'KEYS.MISSING_REFERENCE',
        details: { meta: { line: 4, header: 'tagId', target: 'Tag' } },
      })
    }),
  )

  it.each(['none', 'fresh', 'match', 'hash'] as const)('keeps its value: %s', (strategy) =>
    withTags({ files }, async (stage) => {
      await stage.importModels({ strategy: { Tag: strategy }, missingReference: 'keep' })

      const notes = await stage.query(NOTES)
      expect(notes.map(([text, , label]) => [text, label])).toEqual([
        ['x', 'a'],
        ['y', null],
        ['z', 'there'],
      ])
      expect(notes[2]?.[1]).toBe(STORED)
    }),
  )

  it.each(['none', 'fresh', 'match', 'hash'] as const)('becomes NULL: %s', (strategy) =>
    withTags({ files }, async (stage) => {
      const { models } = await stage.importModels({
        strategy: { Tag: strategy },
        missingReference: { Note: 'null' },
      })

      const notes = await stage.query(NOTES)
      expect(notes.map(([text, , label]) => [text, label])).toEqual([
        ['x', 'a'],
        ['y', null],
        ['z', null],
      ])
      const { nulledReferences } = models.find(({ model }) => model === 'Note') ?? {}
      expect(nulledReferences).toEqual([{ reference: 'tag', rows: 1 }])
    }),
  )

  it.each(['none', 'fresh', 'match', 'hash'] as const)('has its row put aside: %s', (strategy) =>
    withTags({ files }, async (stage) => {
      const { models } = await stage.importModels({
        strategy: { Tag: strategy },
        missingReference: { Note: 'reject' },
        onBadRow: 'reject',
        rejects: `${stage.folder}-rejects`,
      })

      const { read, loaded, rejected } = models.find(({ model }) => model === 'Note') ?? {}
      expect([read, loaded, rejected]).toEqual([3, 2, 1])
    }),
  )

  it.each(['fresh', 'match'] as const)('does not keep what is not there: %s', (strategy) =>
    withTags(
      { files: { ...files, 'Note.csv': `id,text,tagId\n3,z,${NOWHERE}\n` } },
      async (stage) => {
        const error = await failing(stage, {
          strategy: { Tag: strategy },
          missingReference: 'keep',
        })

        expect(error).toMatchObject({ code: 'LOAD.MISSING_REFERENCE' })
      },
    ),
  )

  it('does not keep a value that a strategy of the user gives to another row', () =>
    withShop(
      { files: { ...files, 'Note.csv': `id,text,tagId\n3,z,${NOWHERE}\n` } },
      async (stage) => {
        const Tag = { name: 'mine', mapKeys: (keys: readonly string[]) => keys.map(swap) }
        const error = await failing(stage, { strategy: { Tag }, missingReference: 'keep' })

        expect(error).toMatchObject({
          code: 'KEYS.MISSING_REFERENCE',
          details: { why: expect.stringContaining('a new row gets now') },
        })
      },
    ))
})

function swap(key: string): string {
  return key === TAG ? NOWHERE : key
}

/** With a business key of tags. */
function withTags<Result>(
  setup: Partial<StageSetup>,
  use: (stage: ImportStage) => Promise<Result>,
): Promise<Result> {
  const schema = SHOP.replace('model Tag {', '/// @gyro.key(label)\nmodel Tag {')
  return withShop({ schema, ...setup }, use)
}

describe('a join table', () => {
  const files = {
    ...FILES,
    'Order.csv': 'id,total,customerId\n',
    'Tag.csv': `id,label\n${TAG},a\n`,
    '_CustomerToTag.csv': `A,B\n5,${TAG}\n70,${TAG}\n6,${STORED}\n`,
  }
  const LINKS = 'select "A", label from "_CustomerToTag" join "Tag" on id = "B" order by 1'

  it('keeps its values', () =>
    withShop({ files }, async (stage) => {
      await stage.importModels({ missingReference: 'keep', strategy: { Tag: 'fresh' } })

      expect(await stage.query(LINKS)).toEqual([
        [70, 'a'],
        [101, 'a'],
        [102, 'there'],
      ])
    }))

  it('has its rows put aside', () =>
    withShop({ files }, async (stage) => {
      const { models } = await stage.importModels({
        missingReference: 'reject',
        strategy: { Tag: 'fresh' },
        onBadRow: 'reject',
        rejects: `${stage.folder}-rejects`,
      })

      expect(await stage.query(LINKS)).toEqual([[101, 'a']])
      const { read, loaded, rejected } = models.at(-1) ?? {}
      expect([read, loaded, rejected]).toEqual([3, 1, 2])
    }))

  it('cannot become NULL', () =>
    withShop({ files }, async (stage) => {
      const missingReference = { _CustomerToTag: 'null' } as const
      const error = await failing(stage, { missingReference })

      expect(error).toMatchObject({
        code: 'PLAN.MISSING_REFERENCE',
        details: {
          meta: {
            references: [
              { model: '_CustomerToTag', reference: 'A', columns: ['A'] },
              { model: '_CustomerToTag', reference: 'B', columns: ['B'] },
            ],
          },
        },
      })
    }))
})

describe('a target that is not part of the import', () => {
  const files = { 'Order.csv': 'id,total,customerId\n1,10,70\n2,20,\n' }

  it('is kept unless something else is asked for', () =>
    withShop({ files }, async (stage) => {
      await stage.importModels()

      expect(await stage.query(ORDERS)).toEqual([
        [10, 70],
        [20, null],
      ])
    }))

  it('has no row that could be referred to: fail', () =>
    withShop({ files }, async (stage) => {
      const error = await failing(stage, { missingReference: 'fail' })

      expect(error).toMatchObject({
        code: 'KEYS.MISSING_REFERENCE',
        details: { meta: { line: 2 } },
      })
    }))

  it('has no row that could be referred to: null', () =>
    withShop({ files }, async (stage) => {
      await stage.importModels({ missingReference: { Order: 'null' } })

      expect(await stage.query(ORDERS)).toEqual([
        [10, null],
        [20, null],
      ])
    }))

  it('has no row that could be referred to: reject', () =>
    withShop({ files }, async (stage) => {
      const { models } = await stage.importModels({
        missingReference: { Order: { '*': 'keep', customer: 'reject' } },
        onBadRow: 'reject',
        rejects: `${stage.folder}-rejects`,
      })

      expect(await stage.query(ORDERS)).toEqual([[20, null]])
      expect([models[0]?.read, models[0]?.rejected]).toEqual([2, 1])
    }))
})

describe('a target that is pinned', () => {
  it('is never missing, whatever is asked for', () =>
    withShop({}, async (stage) => {
      const options = { pin: { Tenant: 40 }, models: ['Customer'] }
      const { models } = await stage.importModels({
        ...options,
        missingReference: { '*': 'null', Customer: { parent: 'fail' } },
      })

      expect(models.map((m) => [m.model, m.loaded])).toEqual([['Customer', 2]])
      expect(
        await stage.query('select "tenantId" from "Customer" where id > 100 order by id'),
      ).toEqual([[40], [40]])
    }))

  it('may have rows of its own that would refer to nothing', () =>
    withShop({}, async (stage) => {
      const { problems } = await stage.planImport({
        pin: { Customer: 70 },
        models: ['Customer', 'Order'],
        missingReference: 'null',
      })

      expect(problems).toEqual([])
    }))
})
