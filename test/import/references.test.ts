import { describe, expect, it } from '@jest/globals'
import { importModels } from '../../src/import/import-models.js'
import type { ImportOptions } from '../../src/import/import-options.js'
import { planImport } from '../../src/import/plan-import.js'
import type { Manifest, ManifestModel } from '../../src/manifest/manifest.js'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'
import { isOfClient } from '../support/unless-client.js'

const NOTES = `
model User {
  id   Int    @id @default(autoincrement())
  name String
}

model Note {
  id       Int  @id @default(autoincrement())
  writerId Int?
}
`

const NOTE_FILES = {
  'User.csv': 'id,name\n1,a\n2,b\n',
  'Note.csv': 'id,writerId\n1,2\n2,1\n3,\n',
}

/** Rows that are there already, so that every key is another in the target. */
const NOTE_ROWS = `
insert into "User" (name) select 'old' from generate_series(1, 10);
insert into "Note" ("writerId") select 1 from generate_series(1, 20);`

const STRAY = 'alter table "Note" add constraint stray foreign key ("writerId") references "User";'

describe('a foreign key that only the database knows', () => {
  it('is ordered, followed and checked like any other', () =>
    withNotes(`${NOTE_ROWS} ${STRAY}`, async (stage) => {
      const plan = await stage.planImport()

      const { checks } = await stage.importModels()

      expect(plan.problems).toEqual([])
      expect(plan.models.map(({ model, references }) => [model, references])).toEqual([
        ['User', []],
        [
          'Note',
          [
            {
              name: 'stray',
              columns: ['writerId'],
              target: 'User',
              policy: 'remap',
              missing: 'fail',
            },
          ],
        ],
      ])
      expect(plan.drift).toEqual([
        'Note: public.Note (writerId) refers to public.User by stray, which the schema lacks.',
      ])
      expect(checks[1]?.detail).toBe('No dangling references: 1 checked by PostgreSQL.')
      expect(await newNotes(stage)).toEqual([[12], [11], [null]])
    }))

  it('tells the line of a row that refers to nothing', () =>
    withNotes(
      STRAY,
      async (stage) => {
        const importing = stage.importModels()

        await expect(importing).rejects.toMatchObject({
          code: 'KEYS.MISSING_REFERENCE',
          message: expect.stringMatching(/Note\.csv:3:3/),
        })
      },
      { ...NOTE_FILES, 'Note.csv': 'id,writerId\n1,2\n2,7\n' },
    ))

  it('is one of the table itself', () =>
    withNotes(
      `${NOTE_ROWS} alter table "Note" add foreign key ("writerId") references "Note"`,
      async (stage) => {
        await stage.importModels({ models: ['Note'] })

        expect(await newNotes(stage)).toEqual([[22], [21], [null]])
      },
    ))

  it('is in the circle that it closes', () =>
    withImportStage(
      {
        schema: `
model Team {
  id     Int    @id @default(autoincrement())
  leadId Int?
  users  User[]
}

model User {
  id     Int  @id @default(autoincrement())
  teamId Int
  team   Team @relation(fields: [teamId], references: [id])
}
`,
        rows: 'alter table "Team" add constraint lead foreign key ("leadId") references "User"',
        files: { 'Team.csv': 'id,leadId\n4,1\n', 'User.csv': 'id,teamId\n1,4\n' },
      },
      async (stage) => {
        const { steps } = await stage.planImport()

        await stage.importModels()

        expect(steps.map(({ technique, why }) => [technique, why])).toEqual([
          ['cycle', expect.stringContaining('Team.lead → User.team → Team')],
        ])
        expect(await stage.query('select id, "leadId" from "Team"')).toEqual([[1, 1]])
      },
    ))

  it('may refer to a partition of the table of a model, and come from one', () =>
    withNotes(
      `
drop table "Note"; drop table "User";
create table "User" (id serial primary key, name text not null) partition by range (id);
create table low partition of "User" for values from (1) to (1000);
create table "Note" (id serial primary key, "writerId" int) partition by range (id);
create table notes partition of "Note" default;
alter table notes add constraint stray foreign key ("writerId") references low;
insert into "User" (name) select 'old' from generate_series(1, 10);
insert into "Note" ("writerId") select 1 from generate_series(1, 20);`,
      async (stage) => {
        const { checks } = await stage.importModels()

        expect(checks[1]?.detail).toBe('No dangling references: 1 checked by PostgreSQL.')
        expect(await newNotes(stage)).toEqual([[12], [11], [null]])
      },
    ))

  it('is none of the import where the file cannot have its column', () =>
    withNotes(
      `${NOTE_ROWS} alter table "Note" add "editorId" int default 1 references "User"`,
      async (stage) => {
        await stage.importModels()

        const editors = await stage.query('select distinct "editorId" from "Note" where id > 20')
        expect(editors).toEqual([[1]])
      },
    ))

  it('is followed through columns that Prisma ignores, and is no drift then', () =>
    withNotes(`${NOTE_ROWS} ${STRAY}`, async (stage) => {
      const manifest = changeModel(stage.manifest, 'Note', (note) => ({
        ...note,
        columns: note.columns.map((column) => ({
          ...column,
          isHidden: column.field === 'writerId',
        })),
      }))
      const { drift } = await planImport(manifest, { from: stage.folder, url: stage.url })

      await load(stage, manifest)

      expect(drift).toEqual([])
      expect(await newNotes(stage)).toEqual([[12], [11], [null]])
    }))

  it('is none of the import where the database computes its column', () =>
    withNotes(
      `
alter table "Note" drop "writerId";
alter table "Note" add "writerId" int generated always as (1) stored references "User"`,
      async (stage) => {
        const { models } = await stage.planImport()

        await stage.importModels()

        expect(models[1]?.references).toEqual([])
        const writers = await stage.query('select distinct "writerId" from "Note"')
        expect(writers).toEqual([[1]])
      },
    ))

  it('is added once where it stands twice', () =>
    withNotes(`${NOTE_ROWS} ${STRAY} ${STRAY.replace('stray', 'again')}`, async (stage) => {
      const { models } = await stage.planImport()

      expect(models[1]?.references).toHaveLength(1)
    }))
})

describe('a reference that no foreign key checks', () => {
  const ANNOTATED = (manifest: Manifest) =>
    changeModel(manifest, 'Note', (note) => ({
      ...note,
      references: [
        {
          name: 'writerId',
          fields: ['writerId'],
          target: 'User',
          targetFields: ['id'],
          isNullable: true,
          origin: 'annotation',
        },
      ],
    }))

  it('of an annotation is ordered, followed and looked up', () =>
    withNotes(NOTE_ROWS, async (stage) => {
      const manifest = ANNOTATED(stage.manifest)
      const plan = await planImport(manifest, { from: stage.folder, url: stage.url })

      const { checks } = await load(stage, manifest)

      expect(plan.models.map(({ model }) => model)).toEqual(['User', 'Note'])
      expect([plan.drift, plan.warnings]).toEqual([[], []])
      expect(checks[1]?.detail).toBe('No dangling references: 1 looked up.')
      expect(await newNotes(stage)).toEqual([[12], [11], [null]])
    }))

  it.each<[string, Partial<ImportOptions>]>([
    ['to a model that is not imported', { models: ['Note'] }],
    ['of rows whose keys are kept too', { models: ['Note'], strategy: 'none' }],
  ])('%s is looked up among the rows that are there', (_, options) =>
    withNotes(`insert into "User" values (1, 'a'), (2, 'b')`, async (stage) => {
      const manifest = ANNOTATED(stage.manifest)

      const { checks } = await load(stage, manifest, options)
      // A row of others that dangles is none of the import.
      await stage.client.query('delete from "Note"; delete from "User" where id = 2')
      await stage.client.query('insert into "Note" ("writerId") values (99)')
      const before = await stage.snapshot()
      const failing = load(stage, manifest, { ...options, strategy: 'sequential' })

      expect(checks[1]?.detail).toBe('No dangling references: 1 looked up.')
      await expect(failing).rejects.toMatchObject({
        code: 'IMPORT.CHECK_FAILED',
        details: {
          why: 'Dangling references: Note.writerId (1 rows).',
          fix: expect.stringMatching(/^Import the rows that are referred to as well/),
        },
      })
      expect(await stage.snapshot()).toEqual(before)
    }),
  )

  it('is looked up in every table under relationMode = "prisma"', () =>
    withImportStage(
      {
        schema: `
model User {
  id    Int    @id @default(autoincrement())
  code  String @unique
  notes Note[]
}

model Note {
  id   String @id
  code String
  user User   @relation(fields: [code], references: [code])
}
`,
        rows: `alter table "Note" drop constraint "Note_code_fkey"`,
        files: { 'User.csv': 'id,code\n1,a\n', 'Note.csv': 'id,code\nx,a\n' },
      },
      async (stage) => {
        const manifest: Manifest = { ...stage.manifest, relationMode: 'prisma' }
        const plan = await planImport(manifest, { from: stage.folder, url: stage.url })

        const { checks } = await load(stage, manifest)
        await stage.client.query('truncate "Note", "User"')
        const dangling = load(stage, manifest, { models: ['Note'] })

        expect(plan.drift).toEqual([])
        expect(checks[1]?.detail).toBe('No dangling references: 1 looked up.')
        await expect(dangling).rejects.toMatchObject({
          code: 'IMPORT.CHECK_FAILED',
          details: { why: 'Dangling references: Note.user (1 rows).' },
        })
      },
    ))

  it.each([
    [
      'row-level security hides rows that it may mean',
      `grant select on "User" to ROLE; alter table "User" enable row level security`,
    ],
    ['the rows of a foreign table do not tell who wrote them', FOREIGN_NOTES()],
    ['the role may not read what the system says of rows', COLUMN_GRANTS()],
  ])('is left unchecked, with a warning, where %s', (_, sql) =>
    withNotes('', async (stage) => {
      const role = `loader_${Math.random().toString(36).slice(2)}`
      await stage.client.query(`
create role ${role} login password 'x';
grant select, insert on "Note" to ${role};
${sql.replaceAll('ROLE', role)}`)
      const url = Object.assign(new URL(stage.url), { username: role, password: 'x' }).href

      const { warnings } = await planImport(ANNOTATED(stage.manifest), {
        from: stage.folder,
        url,
        models: ['Note'],
        strategy: 'none',
      })

      expect(warnings).toContain(
        'Nothing checks Note.writerId: the database has no foreign key for it.',
      )
    }),
  )
})

describe('references that share columns', () => {
  it('follow the keys that each column leads to', () =>
    withImportStage(
      {
        schema: `
model Tenant {
  id        Int        @id @default(autoincrement())
  customers Customer[]
  orders    Order[]
  shops     Shop[]
}

/// Has no key but what is unique.
model Shop {
  tenantId Int
  code     String
  tenant   Tenant  @relation(fields: [tenantId], references: [id])
  orders   Order[]

  @@unique([tenantId, code])
}

model Customer {
  tenantId Int
  id       Int     @default(autoincrement())
  email    String  @unique
  tenant   Tenant  @relation(fields: [tenantId], references: [id])
  placed   Order[] @relation("placed")
  paid     Order[] @relation("paid")
  mails    Mail[]

  @@id([tenantId, id])
}

model Order {
  id       Int      @id @default(autoincrement())
  tenantId Int
  shopCode String
  buyerId  Int
  payerId  Int?
  tenant   Tenant   @relation(fields: [tenantId], references: [id])
  shop     Shop     @relation(fields: [tenantId, shopCode], references: [tenantId, code])
  buyer    Customer @relation("placed", fields: [tenantId, buyerId], references: [tenantId, id])
  payer    Customer? @relation("paid", fields: [tenantId, payerId], references: [tenantId, id])
  bill     Bill?
}

/// Its key is a reference.
model Bill {
  orderId Int     @id
  order   Order   @relation(fields: [orderId], references: [id])
  lines   Line[]
}

/// Refers to a key that is a reference.
model Line {
  number Int  @unique
  billId Int
  bill   Bill @relation(fields: [billId], references: [orderId])
}

/// Refers to a unique that is not the key.
model Mail {
  id Int      @id @default(autoincrement())
  to String
  by Customer @relation(fields: [to], references: [email])
}
`,
        rows: `
insert into "Tenant" select from generate_series(1, 5);
insert into "Customer" ("tenantId", email) select 1, n from generate_series(1, 10) n;
insert into "Shop" values (1, 'x');
insert into "Order" ("tenantId", "shopCode", "buyerId") select 1, 'x', 1 from generate_series(1, 20);
insert into "Bill" select generate_series(1, 20); insert into "Line" values (30, 1)`,
        files: {
          'Tenant.csv': 'id\n1\n2\n',
          'Shop.csv': 'code,tenantId\nx,2\ny,2\nx,1\n',
          'Customer.csv': 'id,tenantId,email\n1,2,a@b\n2,2,c@d\n3,1,e@f\n',
          'Order.csv': 'id,tenantId,shopCode,buyerId,payerId\n1,2,y,1,2\n2,2,x,2,\n3,1,x,3,3\n',
          'Bill.csv': 'orderId\n3\n1\n',
          'Line.csv': 'billId,number\n1,1\n3,2\n',
          'Mail.csv': 'id,to\n1,c@d\n',
        },
      },
      async (stage) => {
        const { drift, problems, warnings } = await stage.planImport()

        const { checks } = await stage.importModels()

        expect([drift, problems, warnings.filter((each) => !isOfClient(each))]).toEqual([
          [],
          [],
          [],
        ])
        expect(checks[1]?.detail).toBe('No dangling references: 9 checked by PostgreSQL.')
        const orders = await stage.query(
          'select id, "tenantId", "shopCode", "buyerId", "payerId" from "Order" where id > 20 order by 1',
        )
        expect(orders).toEqual([
          [21, 7, 'y', 11, 12],
          [22, 7, 'x', 12, null],
          [23, 6, 'x', 13, 13],
        ])
        const lines = 'select number, "billId" from "Line" where number > 30 order by 1'
        expect(await stage.query(lines)).toEqual([
          [31, 21],
          [32, 23],
        ])
        expect(await stage.query('select "to" from "Mail"')).toEqual([['c@d']])
      },
    ))
})

function withNotes(
  rows: string,
  use: (stage: ImportStage) => Promise<void>,
  files: StageSetup['files'] = NOTE_FILES,
): Promise<void> {
  return withImportStage({ schema: NOTES, rows, files }, use)
}

function newNotes({ query }: ImportStage): Promise<readonly (readonly unknown[])[]> {
  return query('select "writerId" from "Note" where id > 20 order by id')
}

function load(
  { folder, url }: ImportStage,
  manifest: Manifest,
  options: Partial<ImportOptions> = {},
) {
  return importModels(manifest, { from: folder, url, ...options })
}

function changeModel(
  manifest: Manifest,
  name: string,
  change: (model: ManifestModel) => ManifestModel,
): Manifest {
  const models = manifest.models.map((model) => (model.name === name ? change(model) : model))
  return { ...manifest, models }
}

/** The table of a foreign server that nobody has to reach. */
function FOREIGN_NOTES(): string {
  return `
drop table "Note";
create foreign data wrapper nowhere; create server nowhere foreign data wrapper nowhere;
create foreign table "Note" (id int not null, "writerId" int) server nowhere;
grant select, insert on "Note" to ROLE; grant select on "User" to ROLE`
}

function COLUMN_GRANTS(): string {
  return `
revoke select on "Note" from ROLE;
grant select (id, "writerId") on "Note" to ROLE; grant select on "User" to ROLE`
}
