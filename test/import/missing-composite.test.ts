import { describe, expect, it } from '@jest/globals'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'

const SHOP = `
model Tenant {
  id       Int       @id @default(autoincrement())
  slug     String    @unique
  orders   Order[]
  items    Item[]
  profile  Profile?
}

model Order {
  tenantId Int
  id       Int     @default(autoincrement())
  total    Int
  tenant   Tenant  @relation(fields: [tenantId], references: [id])
  items    Item[]
  @@id([tenantId, id])
}

model Item {
  id       Int     @id @default(autoincrement())
  tenantId Int
  orderId  Int?
  tenant   Tenant  @relation(fields: [tenantId], references: [id])
  order    Order?  @relation(fields: [tenantId, orderId], references: [tenantId, id])
}

model Profile {
  tenantId Int       @id
  motto    String
  tenant   Tenant    @relation(fields: [tenantId], references: [id])
  likes    Like[]
}

model Like {
  id        Int     @id @default(autoincrement())
  profileId Int
  profile   Profile @relation(fields: [profileId], references: [tenantId])
}
`

const ROWS = `
insert into "Tenant" values (1, 'one'), (40, 'there');
insert into "Order" values (40, 6, 60), (1, 7, 70);
insert into "Profile" values (40, 'there'), (1, 'one');
select setval('"Tenant_id_seq"', 100), setval('"Order_id_seq"', 200);`

function withShop<Result>(
  files: NonNullable<StageSetup['files']>,
  use: (stage: ImportStage) => Promise<Result>,
): Promise<Result> {
  return withImportStage({ schema: SHOP, rows: ROWS, files }, use)
}

const ITEMS = 'select "tenantId", "orderId" from "Item" order by id'

describe('a reference of several columns', () => {
  const files = {
    'Tenant.csv': 'id,slug\n1,acme\n2,there\n',
    'Order.csv': 'tenantId,id,total\n1,5,50\n1,6,61\n',
    'Item.csv': 'id,tenantId,orderId\n1,1,5\n2,1,\n3,2,6\n',
  }
  const strategy = { Tenant: 'match' } as const

  it('fails where only parts of its key are in the files', () =>
    withShop(files, async (stage) => {
      const importing = stage.importModels({ strategy, missingReference: { Item: 'fail' } })

      await expect(importing).rejects.toMatchObject({
        code: 'KEYS.MISSING_REFERENCE',
        details: { meta: { line: 4, header: 'tenantId', target: 'Order' } },
      })
    }))

  it('keeps the part that is its own, and follows with that which is of others, too', () =>
    withShop(files, async (stage) => {
      await stage.importModels({ strategy, missingReference: { Item: { order: 'keep' } } })

      expect(await stage.query(ITEMS)).toEqual([
        [101, 201],
        [101, null],
        [40, 6],
      ])
    }))

  it('becomes NULL in the part that is its own', () =>
    withShop(files, async (stage) => {
      await stage.importModels({ strategy, missingReference: { Item: { order: 'null' } } })

      expect(await stage.query(ITEMS)).toEqual([
        [101, 201],
        [101, null],
        [40, null],
      ])
    }))

  it('has its row put aside', () =>
    withShop(files, async (stage) => {
      const { models } = await stage.importModels({
        strategy,
        missingReference: { Item: { order: 'reject' } },
        onBadRow: 'reject',
        rejects: `${stage.folder}-rejects`,
      })

      const { read, loaded, rejected } = models.find(({ model }) => model === 'Item') ?? {}
      expect([read, loaded, rejected]).toEqual([3, 2, 1])
    }))

  it('cannot become NULL where it must have a value', () =>
    withShop(files, async (stage) => {
      const { problems } = await stage.planImport({ missingReference: 'null' })

      const references = [
        expect.objectContaining({ model: 'Order', reference: 'tenant' }),
        expect.objectContaining({ model: 'Item', reference: 'tenant' }),
      ]
      expect(problems).toMatchObject([{ code: 'PLAN.MISSING_REFERENCE', meta: { references } }])
    }))

  it('goes the way of the rows that it refers to', () =>
    withShop(
      {
        'Tenant.csv': 'id,slug\n9,acme\n',
        'Order.csv': 'tenantId,id,total\n40,5,50\n',
        'Item.csv': 'id,tenantId,orderId\n1,40,5\n2,40,6\n3,9,\n',
      },
      async (stage) => {
        await stage.importModels({ missingReference: 'keep' })

        expect(await stage.query(ITEMS)).toEqual([
          [40, 201],
          [40, 6],
          [101, null],
        ])
      },
    ))
})

describe('a reference to a key that is a reference itself', () => {
  const files = {
    'Tenant.csv': 'id,slug\n5,acme\n6,bolt\n',
    'Profile.csv': 'tenantId,motto\n5,new\n',
    'Like.csv': 'id,profileId\n1,5\n2,40\n',
  }
  const LIKES = 'select "profileId" from "Like" order by id'

  it('keeps its value', () =>
    withShop(files, async (stage) => {
      await stage.importModels({ missingReference: { Like: 'keep' } })

      expect(await stage.query(LIKES)).toEqual([[101], [40]])
    }))

  it('keeps the value of a row that is there though its parent is not', () =>
    withShop(
      { ...files, 'Like.csv': 'id,profileId\n1,1\n', 'Tenant.csv': 'id,slug\n1,acme\n5,bolt\n' },
      async (stage) => {
        await stage.importModels({ missingReference: { Like: 'keep' } })

        expect(await stage.query(LIKES)).toEqual([[1]])
      },
    ))

  it('follows a row of the files whose own reference stays', () =>
    withShop(
      {
        'Tenant.csv': 'id,slug\n5,acme\n',
        'Profile.csv': 'tenantId,motto\n50,new\n',
        'Like.csv': 'id,profileId\n1,50\n',
      },
      async (stage) => {
        await stage.query(`insert into "Tenant" values (50, 'fifty')`)

        await stage.importModels({ missingReference: { Profile: 'keep' } })

        expect(await stage.query(LIKES)).toEqual([[50]])
      },
    ))

  it('fails where its row is missing though the parent of that is not', () =>
    withShop({ ...files, 'Like.csv': 'id,profileId\n1,6\n' }, async (stage) => {
      const importing = stage.importModels({ missingReference: { Like: 'fail' } })

      await expect(importing).rejects.toMatchObject({
        code: 'KEYS.MISSING_REFERENCE',
        details: { meta: { target: 'Profile' } },
      })
    }))
})
