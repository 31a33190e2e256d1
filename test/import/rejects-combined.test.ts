import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { ImportOptions } from '../../src/import/import-options.js'
import type { ImportResult } from '../../src/import/import-result.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'

const SHOP = `
/// @gyro.key(slug)
model Tenant {
  id       Int      @id @default(autoincrement())
  slug     String   @unique @db.VarChar(5)
  email    String?  @unique
  size     Int?
  parentId Int?
  parent   Tenant?  @relation("parent", fields: [parentId], references: [id])
  children Tenant[] @relation("parent")
  notes    Note[]
}
model Note {
  id       Int    @id @default(autoincrement())
  tenantId Int
  text     String
  tenant   Tenant @relation(fields: [tenantId], references: [id])
}`

const OLD = `
insert into "Tenant" (slug, email) values ('old', 'y'), ('root', null)`

/** The first two rows are there already; what else they hold cannot be loaded. */
const FILES = {
  'Tenant.csv':
    'id,slug,email,size,parentId\n1,old,x,bad,\n2,root,,,99\n3,new,x,1,1\n4,bad,,x,2\n5,c,,,4\n',
  'Note.csv': 'id,tenantId,text\n1,1,a\n2,2,b\n3,3,c\n4,4,d\n5,5,e\n',
}

const SKIP: Partial<ImportOptions> = { onConflict: { Tenant: { action: 'skip', on: ['slug'] } } }

describe('rejected rows', () => {
  it.each<[string, Partial<ImportOptions>]>([
    ['matched', { strategy: { Tenant: 'match' } }],
    ['skipped', SKIP],
  ])('are none of those that are there and %s, whatever else they hold', (_, options) =>
    withStage({ schema: SHOP, rows: OLD, files: FILES }, async (stage) => {
      const plan = await stage.planImport({ ...options, check: true })
      const result = await stage.importRest(options)

      // 4 has a bad value and is not there, 5 refers to it.
      expect(plan.rowProblems?.all.map(({ model, line, code }) => [model, line, code])).toEqual([
        ['Tenant', 5, 'VALUES.INVALID_INTEGER'],
        ['Tenant', 6, 'KEYS.REFERS_TO_REJECTED'],
        ['Note', 5, 'KEYS.REFERS_TO_REJECTED'],
        ['Note', 6, 'KEYS.REFERS_TO_REJECTED'],
      ])
      expect(countsOf(result)).toEqual([
        { model: 'Tenant', read: 5, loaded: 1, updated: 0, skipped: 2, rejected: 2 },
        { model: 'Note', read: 5, loaded: 3, updated: 0, skipped: 0, rejected: 2 },
      ])
      expect(
        await stage.query(
          'select text, slug from "Note" n join "Tenant" t on t.id = "tenantId" order by 1',
        ),
      ).toEqual([
        ['a', 'old'],
        ['b', 'root'],
        ['c', 'new'],
      ])
    }),
  )

  it('load what an import without them loads', () =>
    withStage(
      {
        schema: SHOP,
        rows: OLD,
        files: {
          'Tenant.csv': 'id,slug,email,size,parentId\n1,old,x,bad,\n2,root,,,99\n3,new,x,1,1\n',
          'Note.csv': 'id,tenantId,text\n1,1,a\n2,2,b\n3,3,c\n',
        },
      },
      async (stage) => {
        expect(countsOf(await stage.importModels(SKIP))).toEqual([
          { model: 'Tenant', read: 3, loaded: 1, updated: 0, skipped: 2, rejected: 0 },
          { model: 'Note', read: 3, loaded: 3, updated: 0, skipped: 0, rejected: 0 },
        ])
      },
    ))

  it('are those that would be updated with what cannot be stored', () =>
    withStage({ schema: SHOP, rows: OLD, files: FILES }, async (stage) => {
      const result = await stage.importRest({
        onConflict: { Tenant: { action: 'update', on: ['slug'] } },
      })

      expect(countsOf(result)).toMatchObject([
        { read: 5, loaded: 0, updated: 0, skipped: 0, rejected: 5 },
        { read: 5, loaded: 0, rejected: 5 },
      ])
    }))

  it('are found where PostgreSQL takes texts for the same row that is to be updated', () =>
    withStage(
      {
        schema:
          'model Item {\n  id Int @id @default(autoincrement())\n  code Decimal @unique\n  note String\n}',
        rows: `insert into "Item" (code, note) values (1, 'old')`,
        files: { 'Item.csv': 'id,code,note\n1,1,a\n2,1.0,b\n3,2,c\n4,1.00,d\n' },
      },
      async (stage) => {
        const result = await stage.importRest({ onConflict: 'update' })

        expect(countsOf(result)).toEqual([
          { model: 'Item', read: 4, loaded: 1, updated: 1, skipped: 0, rejected: 2 },
        ])
        expect(result.rejects?.files).toEqual(['Item.rejected.csv'])
      },
    ))

  it('are told at once where rows are the same for a hash, NULLs too', () =>
    withStage(
      {
        schema: `
/// @gyro.key(name, city)
model Place {
  id   Int     @id
  name String
  city String?
}`,
        files: { 'Place.csv': `id,name,city\n${lines(60, (row) => `${row},a${row % 30},`)}` },
      },
      async (stage) => {
        const options: Partial<ImportOptions> = { strategy: 'hash' }
        const plan = await stage.planImport({ ...options, check: true })

        expect(plan.rowProblems?.byKind).toMatchObject([
          { code: 'KEYS.DUPLICATE_BUSINESS_KEY', count: 30 },
        ])
        expect(countsOf(await stage.importRest(options))).toMatchObject([
          { read: 60, loaded: 30, rejected: 30 },
        ])
      },
    ))

  it('are none that are the same only where an index for some rows does not look', () =>
    withStage(
      {
        schema: `
/// @gyro.key(name)
model Place {
  id     Int    @id @default(autoincrement())
  name   String
  closed Int
}`,
        rows: `
create unique index on "Place" (name) where closed = 0;
insert into "Place" (name, closed) values ('a', 0), ('a', 1), ('b', 1)`,
        files: { 'Place.csv': 'id,name,closed\n1,a,0\n2,a,1\n3,b,1\n4,b,1\n5,c,0\n6,c,0\n' },
      },
      async (stage) => {
        const result = await stage.importRest({
          onConflict: { Place: { action: 'skip', on: ['name'] } },
        })

        expect(countsOf(result)).toEqual([
          { model: 'Place', read: 6, loaded: 4, updated: 0, skipped: 1, rejected: 1 },
        ])
      },
    ))

  it('are none of a pinned model, and leave those that refer to it', () =>
    withStage({ schema: SHOP, rows: OLD, files: FILES }, async (stage) => {
      const result = await stage.importRest({ pin: { Tenant: 1 } })

      expect(countsOf(result)).toMatchObject([
        { model: 'Tenant', read: 5, skipped: 5, rejected: 0 },
        { model: 'Note', read: 5, loaded: 5, rejected: 0 },
      ])
    }))
})

interface RejectStage extends ImportStage {
  importRest(options: Partial<ImportOptions>): Promise<ImportResult>
}

function withStage(setup: StageSetup, use: (stage: RejectStage) => Promise<void>): Promise<void> {
  return withImportStage(setup, (stage) =>
    withCsvFolder({}, async (folder) => {
      const rejects = path.join(folder, 'bad')
      const importRest = (options: Partial<ImportOptions>) =>
        stage.importModels({ onBadRow: 'reject', rejects, ...options })
      await use({ ...stage, importRest })
    }),
  )
}

function countsOf({ models }: ImportResult) {
  return models.map(({ model, read, loaded, updated, skipped, rejected }) => ({
    model,
    read,
    loaded,
    updated,
    skipped,
    rejected,
  }))
}

function lines(count: number, line: (row: number) => string): string {
  return Array.from({ length: count }, (_, index) => `${line(index + 1)}\n`).join('')
}
