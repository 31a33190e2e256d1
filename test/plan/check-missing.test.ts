import { describe, expect, it } from '@jest/globals'
import type { PlanOptions } from '../../src/import/plan-options.js'
import type { ImportPlan } from '../../src/plan/import-plan.js'
import { withImportStage } from '../support/import-stage.js'

const SCHEMA = `
model Shop {
  id     Int     @id @default(autoincrement())
  tenant Int
  price  Decimal @unique
  orders Order[] @relation("shop")
  sold   Order[] @relation("price")
  @@unique([tenant, id])
}
model Bag {
  id     Int     @id @default(autoincrement())
  tenant Int
  orders Order[]
  @@unique([tenant, id])
}
model Order {
  id     Int      @id
  tenant Int?
  shopId Int
  bagId  Int
  price  Decimal?
  shop   Shop?    @relation("shop", fields: [tenant, shopId], references: [tenant, id])
  bag    Bag?     @relation(fields: [tenant, bagId], references: [tenant, id])
  sale   Shop?    @relation("price", fields: [price], references: [price])
}`

const FILES = {
  'Shop.csv': 'id,tenant,price\n',
  'Bag.csv': 'id,tenant\n',
  'Order.csv': 'id,tenant,shopId,bagId,price\n',
}

function plan(missingReference: PlanOptions['missingReference']): Promise<ImportPlan> {
  return withImportStage({ schema: SCHEMA, files: FILES }, (stage) =>
    stage.planImport(missingReference === undefined ? {} : { missingReference }),
  )
}

function tell({ problems }: ImportPlan): readonly string[] {
  return problems.map(({ code, message, why, fix }) => `${code} ${message}. ${why} ${fix}`)
}

describe('the policy of a reference', () => {
  it('is told by the plan', async () => {
    const { models } = await plan({ '*': 'fail', Order: { sale: 'keep', bag: 'reject' } })

    const { references } = models.find(({ model }) => model === 'Order') ?? {}
    expect(references?.map(({ name, policy, missing }) => [name, policy, missing])).toEqual([
      ['shop', 'remap', 'fail'],
      ['bag', 'remap', 'reject'],
      ['sale', 'keep', 'keep'],
    ])
  })

  it('cannot be null where the columns that may be NULL are of others', async () => {
    expect(tell(await plan({ Order: { shop: 'null' } }))).toEqual([
      'PLAN.MISSING_REFERENCE Order.shop cannot refer to nothing. Rows without the row that they refer to are to get NULL, but those of the columns "tenant" and "shopId" that may be NULL belong to other references, too. Add --missing-reference Order.shop=fail, or =keep or =reject.',
    ])
  })

  it('that is null for all is one problem, however many cannot be', async () => {
    expect(tell(await plan({ '*': 'null', Order: { sale: 'keep' } }))).toEqual([
      'PLAN.MISSING_REFERENCE 2 references cannot refer to nothing. Rows without the row that they refer to are to get NULL, but the columns of these that may be NULL belong to other references, too: Order.shop (tenant, shopId), Order.bag (tenant, bagId). Ask for null only where it can be, by --missing-reference <Model>.<reference>=null; or say something else for each of these, such as: --missing-reference Order.shop=fail --missing-reference Order.bag=fail.',
    ])
    const schema = SCHEMA.replaceAll('?', '')
    const { problems } = await withImportStage({ schema, files: FILES }, (stage) =>
      stage.planImport({ missingReference: 'null' }),
    )
    expect(problems.map(({ why }) => why)).toEqual([
      'Rows without the row that they refer to are to get NULL, but these must have a value: Order.shop (tenant, shopId), Order.bag (tenant, bagId), Order.sale (price).',
    ])
  })

  it('cannot be told where a type has several texts for one value', async () => {
    expect(tell(await plan({ Order: { sale: 'fail' } }))).toEqual([
      'PLAN.MISSING_REFERENCE Missing rows of Order.sale cannot be told. It refers to "price" of Shop; integers, uuids and texts can be looked up in the files, other types cannot. Leave the policy of Order.sale out, or name it for other references only: --missing-reference <Model>.<reference>=<policy>.',
    ])
  })

  it('may be null where nothing else has the column', async () => {
    const schema = SCHEMA.replaceAll('Decimal', 'Int')
    const { problems } = await withImportStage({ schema, files: FILES }, (stage) =>
      stage.planImport({ missingReference: { Order: { sale: 'null' } } }),
    )

    expect(problems).toEqual([])
  })
})

it('needs rows to be rejected where it rejects', () =>
  withImportStage({ schema: SCHEMA, files: FILES }, async (stage) => {
    const importing = stage.importModels({ missingReference: { Order: { sale: 'reject' } } })

    await expect(importing).rejects.toThrow(
      `"missingReference" rejects rows, "onBadRow" does not. A bad row fails the import, so that none is put aside. Add onBadRow: 'reject' (--on-bad-row reject), or say fail instead of reject.`,
    )
  }))
