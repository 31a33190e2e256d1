import { describe, expect, it } from '@jest/globals'
import type { ImportOptions } from '../../src/import/import-options.js'
import { resumeImport } from '../../src/import/resume-import.js'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'

const SCHEMA = `
model Shop {
  id     Int     @id @default(autoincrement())
  name   String  @unique
  orders Order[]
}

model Order {
  id     Int    @id @default(autoincrement())
  shopId Int
  note   String?
  shop   Shop   @relation(fields: [shopId], references: [id])
}
`

const FILES = {
  'Shop.csv': 'id,name\n1,one\n2,two\n7,seven\n',
  'Order.csv': 'id,shopId,note\n1,1,"a\nb"\n2,7,\n3,2,x\n4,1,\n5,1,\n',
}

const CHUNKS: Partial<ImportOptions> = { commit: 'chunk', batchSize: 2 }

function withShop(
  setup: Partial<StageSetup>,
  use: (stage: ImportStage) => Promise<void>,
): Promise<void> {
  return withImportStage({ schema: SCHEMA, files: FILES, ...setup }, use)
}

describe('an import that commits in chunks', () => {
  it('loads what one transaction would', () =>
    withShop({}, async (stage) => {
      const result = await stage.importModels(CHUNKS)

      expect(result).toMatchObject({
        batch: { status: 'COMPLETED' },
        models: [
          { model: 'Shop', read: 3, loaded: 3, keys: { from: '1', to: '3' } },
          { model: 'Order', read: 5, loaded: 5, keys: { from: '1', to: '5' } },
        ],
        checks: [{ ok: true }, { ok: true }, { ok: true }],
      })
      expect(
        await stage.query(
          'select o.id, s.name, note from "Order" o join "Shop" s on s.id = "shopId" order by 1',
        ),
      ).toEqual([
        [1, 'one', 'a\nb'],
        [2, 'seven', null],
        [3, 'two', 'x'],
        [4, 'one', null],
        [5, 'one', null],
      ])
    }))

  it('commits so many rows at a time', () =>
    withShop({}, async (stage) => {
      await stage.importModels(CHUNKS)

      const writes = await stage.query(
        'select model, rows::int from prisma_gyro.write order by ordinal',
      )
      expect(writes).toEqual([
        ['Shop', 2],
        ['Shop', 1],
        ['Order', 2],
        ['Order', 2],
        ['Order', 1],
      ])
      const [[transactions]] = (await stage.query(
        'select count(distinct xmin::text)::int from "Order"',
      )) as [[number]]
      expect(transactions).toBe(3)
    }))

  it('goes on where the database refused a row', () =>
    withShop(
      {
        rows: `create function f() returns trigger language plpgsql as $$ begin if new.note = 'x' and current_setting('test.ok', true) is null then raise 'no'; end if; return new; end $$;
create trigger t before insert on "Order" for each row execute function f()`,
      },
      async (stage) => {
        const failure = await stage.importModels(CHUNKS).catch((error) => error)
        expect(failure).toMatchObject({ code: 'IMPORT.STOPPED', details: { meta: { rows: 5 } } })
        expect(await stage.query('select count(*)::int from "Order"')).toEqual([[2]])
        await stage.client.query('drop trigger t on "Order"')

        const result = await resumeImport(stage.manifest, {
          batch: failure.details.meta.batch,
          url: stage.url,
        })

        expect(result.models).toMatchObject([
          { model: 'Shop', read: 3, loaded: 3 },
          { model: 'Order', read: 5, loaded: 5, skipped: 0 },
        ])
        expect(await stage.query('select status from prisma_gyro.batch')).toEqual([['COMPLETED']])
      },
    ))
})
