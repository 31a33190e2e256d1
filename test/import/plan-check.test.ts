import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { PlanOptions } from '../../src/import/plan-options.js'
import type { ImportPlan } from '../../src/plan/import-plan.js'
import type { ProgressEvent } from '../../src/progress/progress.js'
import { type StageSetup, withImportStage } from '../support/import-stage.js'
import { itSince } from '../support/since.js'

const SCHEMA = `
model Tenant {
  id    Int    @id @default(autoincrement())
  slug  String @unique
  shops Shop[]
}
model Shop {
  id       String  @id @default(uuid()) @db.Uuid
  tenantId Int
  name     String
  code     Decimal? @unique
  tenant   Tenant  @relation(fields: [tenantId], references: [id])
  parts    Part[]
  @@unique([tenantId, name])
}
model Part {
  tenantId Int
  shopName String?
  code     Decimal?
  id       Int   @id
  shop     Shop? @relation(fields: [tenantId, shopName], references: [tenantId, name])
}`

const A = '0000000a-0000-4000-8000-000000000000'

function checkPlan(
  setup: Omit<StageSetup, 'schema'> & Partial<StageSetup>,
  options: Partial<PlanOptions> = {},
): Promise<ImportPlan> {
  return withImportStage({ schema: SCHEMA, ...setup }, async (stage) => {
    const before = await stage.snapshot()
    const plan = await stage.planImport({ check: true, ...options })
    expect(await stage.snapshot()).toEqual(before)
    return plan
  })
}

function tell({ rowProblems }: ImportPlan) {
  return rowProblems?.all.map(({ model, line, column, code }) =>
    [model, line, column, code].join(' '),
  )
}

describe('a plan that looks at all rows', () => {
  it('tells each bad row, grouped by what is wrong, the most frequent first', async () => {
    const plan = await checkPlan({
      files: { 'Tenant.csv': `id,slug\n1,a\nx,b\n2,a\n${'y,b\n'.repeat(6)}` },
    })

    expect(plan.problems).toEqual([])
    expect(plan.rowProblems).toMatchObject({ rows: 9, total: 8 })
    const file = plan.rowProblems?.all[0]?.file
    expect(plan.rowProblems?.byKind).toEqual([
      {
        model: 'Tenant',
        code: 'KEYS.NOT_AN_INTEGER',
        column: 'id',
        count: 7,
        reason: 'The column takes whole numbers: an optional minus and digits.',
        examples: [3, 5, 6, 7, 8].map((line) => ({ file, line })),
      },
      {
        model: 'Tenant',
        code: 'LOAD.DUPLICATE',
        column: 'slug',
        count: 1,
        reason: `"slug" must be different in every row, but ${file}:2:3 has the same.`,
        examples: [{ file, line: 4 }],
      },
    ])
  })

  it('tells how far it has come, through all parts of a file', async () => {
    const events: ProgressEvent[] = []
    const files = {
      'Tenant.1.csv': 'id,slug\n1,a\n',
      'Tenant.2.csv': 'id,slug\n2,b\n3\n4,d\n',
    }

    await checkPlan({ files }, { onProgress: (event) => events.push(event) })

    const told = events.map((event) =>
      event.type === 'phase' || event.type === 'warning'
        ? event
        : { ...event, file: 'file' in event ? path.basename(event.file) : null, seconds: 0 },
    )
    const of = { phase: 'check', model: 'Tenant', seconds: 0 }
    expect(told).toEqual([
      { type: 'phase', phase: 'plan' },
      { type: 'phase', phase: 'check' },
      { ...of, type: 'file-start', file: 'Tenant.1.csv', bytes: 30 },
      { ...of, type: 'file-progress', file: null, bytes: 12, rows: 1 },
      { ...of, type: 'file-progress', file: null, bytes: 30, rows: 2 },
      { ...of, type: 'file-progress', file: null, bytes: 30, rows: 4 },
      { ...of, type: 'file-end', file: null, rows: 4 },
    ])
  })

  it('says nothing of rows unless it is asked to', async () => {
    const plan = await checkPlan({ files: { 'Tenant.csv': 'id,slug\n1,\n' } }, { check: false })

    expect(plan.rowProblems).toBeNull()
  })

  it('compares keys and references as PostgreSQL does, composite ones too', async () => {
    const plan = await checkPlan({
      files: {
        'Tenant.csv': 'id,slug\n1,a\n02,b\n',
        'Shop.csv': `id,tenantId,name\n${A},1,x\n${A.toUpperCase()},2,x\n${A.replace('a', 'b')},01,x\n`,
        'Part.csv': 'id,tenantId,shopName\n1,1,x\n2,2,x\n3,2,\n4,1,"x"\n4,3,\n',
      },
    })

    expect(tell(plan)).toEqual([
      'Shop 3 id KEYS.DUPLICATE',
      'Shop 4 tenantId LOAD.DUPLICATE',
      'Part 3 tenantId KEYS.REFERS_TO_REJECTED',
      'Part 6 id KEYS.DUPLICATE',
    ])
  })

  it('leaves references alone to rows that no file has, and to keys that have several spellings', async () => {
    const plan = await checkPlan({
      schema: `
model Price {
  code  Decimal @id
  items Item[]
}
model Item {
  id    Int     @id
  code  Decimal
  price Price   @relation(fields: [code], references: [code])
  wishes Wish[]
}
model Wish {
  id     Int  @id
  itemId Int?
  item   Item? @relation(fields: [itemId], references: [id])
}`,
      files: { 'Price.csv': 'code\n1.0\n', 'Item.csv': 'id,code\n1,1\n', 'Wish.csv': 'id\n1\n' },
    })

    expect(plan.rowProblems).toMatchObject({ rows: 3, total: 0, byKind: [], all: [] })
  })

  it('leaves texts to PostgreSQL that a collation takes for equal', async () => {
    const plan = await checkPlan(
      {
        schema: `
model Word {
  word  String @id
  notes Note[]
}
model Note {
  id   Int    @id
  word String
  of   Word   @relation(fields: [word], references: [word])
}`,
        rows: `
create collation alike (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
alter table "Note" drop constraint "Note_word_fkey";
alter table "Word" alter word type text collate alike;
alter table "Note" alter word type text collate alike,
  add foreign key (word) references "Word"`,
        files: { 'Word.csv': 'word\na\n', 'Note.csv': 'id,word\n1,A\n' },
      },
      { strategy: 'fresh' },
    )

    expect(tell(plan)).toEqual([])
  })

  itSince(15)('takes NULLs in a unique as PostgreSQL does', async () => {
    const files = { 'Tenant.csv': 'id,slug\n1,\n2,\n' }
    const nullable = 'alter table "Tenant" alter slug drop not null;'
    const distinct = await checkPlan({ rows: nullable, files })
    const equal = await checkPlan({
      rows: `${nullable} drop index "Tenant_slug_key";
create unique index on "Tenant" (slug) nulls not distinct`,
      files,
    })
    const partial = await checkPlan({
      rows: `drop index "Tenant_slug_key"; create unique index on "Tenant" (slug) where id > 5`,
      files: { 'Tenant.csv': 'id,slug\n1,a\n2,a\n' },
    })

    expect([distinct, equal, partial].map(tell)).toEqual([[], ['Tenant 3 slug LOAD.DUPLICATE'], []])
  })

  it('takes all rows of a pinned model for one', async () => {
    const plan = await checkPlan(
      {
        rows: `insert into "Tenant" values (42, 'a')`,
        files: {
          'Tenant.csv': 'id,slug\nx,a\n',
          'Shop.csv': `id,tenantId,name\n${A},1,x\n${A.replace('a', 'b')},2,x\n${A.replace('a', 'c')},2,y\n`,
        },
      },
      { pin: { Tenant: 42 } },
    )

    expect(tell(plan)).toEqual(['Shop 3 name LOAD.DUPLICATE'])
    expect(plan.rowProblems?.rows).toBe(3)
  })

  it('looks for rows that are the same by their business key', async () => {
    const plan = await checkPlan(
      {
        schema: `
/// @gyro.key(name, city)
model Place {
  id   Int    @id @default(autoincrement())
  name String
  city String
}`,
        files: { 'Place.csv': 'id,name,city\n1,a,b\n2,a,c\n3,a,b\n' },
      },
      { strategy: 'match' },
    )

    expect(tell(plan)).toEqual(['Place 4 name KEYS.DUPLICATE_BUSINESS_KEY'])
  })

  it('goes on with the other files where one cannot be read to its end', async () => {
    const plan = await checkPlan({
      files: {
        'Tenant.csv': `id,slug\n1\n2,b\n${'3,c\n'.repeat(90_000)}4,"d"d\n`,
        'Shop.csv': `id,tenantId,name\n${A},4,x\nq,4,x\n`,
      },
    })

    expect(plan.problems).toMatchObject([{ code: 'CSV.STRAY_QUOTE', meta: { line: 90_004 } }])
    expect(tell(plan)).toEqual(['Tenant 2  CSV.ROW_WIDTH', 'Shop 3 id KEYS.INVALID_UUID'])
  })

  it('says as before what stands against the import as a whole', async () => {
    const plan = await checkPlan({ files: { 'Tenant.csv': 'id,nope,slug\n1,2,3\nx,2,3\n' } })

    expect(plan.problems).toMatchObject([{ code: 'SOURCE.UNKNOWN_HEADER' }])
    expect(tell(plan)).toEqual(['Tenant 3 id KEYS.NOT_AN_INTEGER'])
  })
})
