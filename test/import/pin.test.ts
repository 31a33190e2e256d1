import { describe, expect, it } from '@jest/globals'
import type { ImportOptions } from '../../src/import/import-options.js'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'
import { createRole } from '../support/roles.js'

const SHOP = `
model Tenant {
  id    Int    @id @default(autoincrement())
  slug  String @unique
  shops Shop[]
}

model Shop {
  tenantId Int
  number   Int
  tenant   Tenant @relation(fields: [tenantId], references: [id])
  items    Item[]

  @@id([tenantId, number])
}

model Item {
  id       Int  @id @default(autoincrement())
  tenantId Int
  number   Int
  shop     Shop @relation(fields: [tenantId, number], references: [tenantId, number])
}
`

const ID = '0000000a-0000-4000-8000-000000000000'

const FILES = {
  'Shop.csv': 'tenantId,number\n1,1\n7,2\n',
  'Item.csv': 'id,tenantId,number\n1,7,2\n',
}

const ROWS = `insert into "Tenant" values (42, 'acme')`

describe('a pinned model', () => {
  it('needs no file: every key of it is that of the row', () =>
    withShop({}, async (stage) => {
      const { models } = await stage.importModels({ pin: { Tenant: 42 } })

      expect(models.map(({ model, loaded }) => [model, loaded])).toEqual([
        ['Shop', 2],
        ['Item', 1],
      ])
      expect(await stage.query('select * from "Shop" order by 2')).toEqual([
        [42, 1],
        [42, 2],
      ])
      expect(await stage.query('select "tenantId", number from "Item"')).toEqual([[42, 2]])
    }))

  it('skips the rows of its file', () =>
    withShop({ files: { ...FILES, 'Tenant.csv': 'id,slug\n1,old\n7,other\n' } }, async (stage) => {
      const { models } = await stage.importModels({ pin: { Tenant: 42 } })

      expect(models[0]).toMatchObject({ model: 'Tenant', read: 2, loaded: 0, skipped: 2 })
      expect(await stage.query('select id from "Tenant"')).toEqual([[42]])
    }))

  it('is told by a plan', () =>
    withShop({ files: { ...FILES, 'Tenant.csv': 'id,slug\n1,old\n' } }, async (stage) => {
      const { models } = await stage.planImport({ pin: { Tenant: 42 } })

      expect(models.map(({ model, keys }) => [model, keys?.by ?? null])).toEqual([
        ['Tenant', 'a row that is there'],
        ['Shop', null],
        ['Item', null],
      ])
    }))

  it.each<[string, NonNullable<ImportOptions['pin']>, string, RegExp]>([
    ['a row that is not there', { Tenant: 43 }, 'PLAN.PIN', /no row with that key/],
    ['what is no key', { Tenant: 'x' }, 'PLAN.PIN', /no key for the type integer/],
    ['another field', { Tenant: { slug: 'acme' } }, 'PLAN.PIN', /its key is id, not slug/],
    ['a composite key', { Shop: 1 }, 'PLAN.PIN', /no key of one column/],
    ['no field', { Tenant: { nope: 1 } }, 'IMPORT.INVALID_OPTION', /no field "nope"/],
    ['no model', { Tennant: 1 }, 'PLAN.UNKNOWN_MODEL', /no model "Tennant"/],
    ['no value', { Tenant: {} }, 'IMPORT.INVALID_OPTION', /"pin.Tenant"/],
    ['two values', { Tenant: { id: 1n, slug: 'a' } }, 'IMPORT.INVALID_OPTION', /"pin.Tenant"/],
    ['a number that is not exact', { Tenant: 2 ** 60 }, 'IMPORT.INVALID_OPTION', /"pin.Tenant"/],
    ['nothing', [] as object, 'IMPORT.INVALID_OPTION', /a property per model/],
  ])('is refused: %s', (_, pin, code, message) =>
    withShop({}, async (stage) => {
      const importing = stage.importModels({ pin })

      await expect(importing).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      })
      expect(await stage.query('select from "Shop"')).toEqual([])
    }),
  )

  it.each(['match', 'hash', 'fresh'] as const)('is none of the strategy for all: %s', (strategy) =>
    withShop({ files: { ...FILES, 'Tenant.csv': 'id,slug\n1,old\n' } }, async (stage) => {
      const { problems, models } = await stage.planImport({
        strategy,
        pin: { Tenant: 42 },
        models: ['Tenant', 'Shop'],
      })

      expect(problems).toEqual([])
      expect(models[0]).toMatchObject({ strategy: 'none', keys: { by: 'a row that is there' } })
    }),
  )

  it('is refused beside a strategy for it', () =>
    withShop({}, async (stage) => {
      const importing = stage.importModels({ pin: { Tenant: 42 }, strategy: { Tenant: 'none' } })

      await expect(importing).rejects.toMatchObject({
        code: 'IMPORT.INVALID_OPTION',
        message: expect.stringContaining('"pin.Tenant" and "strategy.Tenant" contradict'),
      })
    }))

  it('is refused where the role may not see its row', () =>
    withShop({}, async (stage) => {
      const url = await createRole(stage, 'grant insert on all tables in schema public to ROLE')

      const { problems } = await stage.planImport({ url, models: ['Shop'], pin: { Tenant: 42 } })

      expect(problems).toMatchObject([
        { code: 'PLAN.MISSING_PRIVILEGE', fix: expect.stringContaining('grant select on table') },
      ])
    }))

  it('is refused where the database lacks its table', () =>
    withShop({ rows: 'drop table "Tenant" cascade' }, async (stage) => {
      const { problems } = await stage.planImport({ pin: { Tenant: { id: 42 } } })

      expect(problems.map(({ code, why }) => [code, why])).toContainEqual([
        'PLAN.PIN',
        expect.stringContaining('no key for the type of its column'),
      ])
    }))

  it('may have a uuid, however it is written', () =>
    withImportStage(
      {
        schema: `
model User {
  id    String @id @db.Uuid
  notes Note[]
}

model Note {
  id     Int    @id @default(autoincrement())
  userId String @db.Uuid
  user   User   @relation(fields: [userId], references: [id])
}
`,
        rows: `insert into "User" values ('${ID}')`,
        files: { 'Note.csv': 'id,userId\n1,whoever\n' },
      },
      async (stage) => {
        await stage.importModels({ pin: { User: { id: `{${ID.toUpperCase()}}` } } })

        expect(await stage.query('select "userId" from "Note"')).toEqual([[ID]])
      },
    ))
})

function withShop<Result>(
  parts: Partial<StageSetup>,
  use: (stage: ImportStage) => Promise<Result>,
): Promise<Result> {
  return withImportStage({ schema: SHOP, rows: ROWS, files: FILES, ...parts }, use)
}
