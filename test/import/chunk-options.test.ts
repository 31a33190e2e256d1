import { describe, expect, it, jest } from '@jest/globals'
import { isGyroError } from '../../src/error/gyro-error.js'
import type { ImportOptions } from '../../src/import/import-options.js'
import type { ImportResult } from '../../src/import/import-result.js'
import { resumeImport } from '../../src/import/resume-import.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'

jest.setTimeout(60_000)

/** References that may be missing, and keys that follow others: as they are, and where some are matched. */
const SCHEMA = `
model Shop {
  id     Int     @id @default(autoincrement())
  name   String  @unique
  orders Order[]
}

model Order {
  id      Int      @id @default(autoincrement())
  name    String   @unique
  shopId  Int?
  shop    Shop?    @relation(fields: [shopId], references: [id])
  detail  Detail?
  profile Profile?
}

model Detail {
  orderId Int    @id
  text    String
  order   Order  @relation(fields: [orderId], references: [id])
}

/// @gyro.key(email)
model Profile {
  orderId Int    @id
  email   String @unique
  order   Order  @relation(fields: [orderId], references: [id])
}
`

/** Rows that are there already; and one order and one profile are refused as long as a table says so. */
const ROWS = `
insert into "Shop" (id, name) values (1, 'there'), (99, 'other');
insert into "Order" (id, name, "shopId") values (3, 'was', 1), (99, 'other', 99);
insert into "Profile" values (99, 'p7');
select setval(pg_get_serial_sequence('"Shop"', 'id'), 100),
  setval(pg_get_serial_sequence('"Order"', 'id'), 100);
create function refuse() returns trigger language plpgsql as $$
begin
  if to_jsonb(new) ->> tg_argv[0] = tg_argv[1] then raise check_violation; end if;
  return new;
end $$;
create trigger stop before insert or update on "Order" for each row execute function refuse('name', 'o6');
create trigger stop before insert on "Detail" for each row execute function refuse('text', 'd6');`

const lines = (header: string, row: (n: number) => string) =>
  `${header}\n${Array.from({ length: 10 }, (_, n) => `${row(n)}\n`).join('')}`

const FILES = {
  'Shop.csv': 'id,name\n1,s1\n2,s2\n3,s3\n',
  // Those of the shop 99 and of none.
  'Order.csv': lines('id,name,shopId', (n) => `${n},o${n},${[1, 2, 99, 3, ''][n % 5]}`),
  'Detail.csv': lines('orderId,text', (n) => `${9 - n},d${n}`),
  'Profile.csv': lines('orderId,email', (n) => `${n},p${n}`),
}

const ALL = ['Shop', 'Order', 'Detail', 'Profile']

function withShop<Result>(use: (stage: ImportStage) => Promise<Result>): Promise<Result> {
  return withImportStage({ schema: SCHEMA, files: FILES, rows: ROWS }, use)
}

const release = (stage: ImportStage) =>
  stage.client.query(
    'drop trigger if exists stop on "Order"; drop trigger if exists stop on "Detail"',
  )

/** All rows, and what is told of them but for what differs between two runs of the same. */
async function outcomeOf(stage: ImportStage, { models }: ImportResult) {
  const {
    '"Shop"': shops,
    '"Order"': orders,
    '"Detail"': details,
    '"Profile"': profiles,
  } = await stage.snapshot()
  const told = models.map(({ seconds: _seconds, technique: _technique, ...model }) => model)
  const history = await stage.query(`
select model, rows_read, loaded, updated, skipped, unchanged, rejected from prisma_gyro.model order by 1`)
  const events = await stage.query(`select detail from prisma_gyro.event where kind = 'nulled'`)
  return { shops, orders, details, profiles, told, history, events }
}

/** Imports in chunks, and goes on each time that a row was refused, until all is there. */
async function importInChunks(stage: ImportStage, options: Partial<ImportOptions>) {
  const importing = stage.importModels({ ...options, commit: 'chunk', batchSize: 4 })
  const failure: unknown = await importing.catch((error: unknown) => error)
  if (!isGyroError(failure) || failure.code !== 'IMPORT.STOPPED') throw failure
  const batch = String(failure.details.meta?.['batch'])
  const resume = () => resumeImport(stage.manifest, { batch, url: stage.url })
  await stage.client.query('drop trigger stop on "Order"')
  await resume().catch(() => {})
  await release(stage)
  return resume()
}

describe('an import in chunks that is stopped and goes on is as one of a single transaction', () => {
  it.each<[string, Partial<ImportOptions>]>([
    ['where keys follow others', { models: ALL.slice(0, 3), missingReference: 'keep' }],
    [
      'where keys follow others unless rows are matched',
      { strategy: { Profile: 'match' }, missingReference: { Order: 'keep' } },
    ],
    ['without COPY', { useCopy: false, models: ALL.slice(0, 3), missingReference: 'keep' }],
    ['where rows are updated', { strategy: 'none', onConflict: 'update', models: ALL.slice(0, 3) }],
    [
      'where rows are updated without COPY',
      { strategy: 'none', onConflict: 'update', useCopy: false, models: ALL.slice(0, 3) },
    ],
    [
      'where references become NULL',
      { models: ALL.slice(0, 3), missingReference: { Order: 'null' } },
    ],
    [
      'where rows with missing references are put aside',
      {
        models: ALL.slice(0, 3),
        missingReference: { Order: 'reject' },
        onBadRow: 'reject',
        maxRejects: '90%',
      },
    ],
  ])('%s', async (_, options) => {
    const once = await withShop(async (stage) => {
      await release(stage)
      const rejects = options.onBadRow === undefined ? {} : { rejects: `${stage.folder}-bad` }
      return outcomeOf(stage, await stage.importModels({ ...options, ...rejects }))
    })
    const chunks = await withShop(async (stage) => {
      const rejects = options.onBadRow === undefined ? {} : { rejects: `${stage.folder}-bad` }
      return outcomeOf(stage, await importInChunks(stage, { ...options, ...rejects }))
    })

    expect(chunks).toEqual(once)
  })
})
