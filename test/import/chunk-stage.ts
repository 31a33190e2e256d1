import { gzipSync } from 'node:zlib'
import { expect } from '@jest/globals'
import type { ImportOptions } from '../../src/import/import-options.js'
import type { IdRemappingStrategy } from '../../src/keys/id-remapping-strategy.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'

/** Keys of all kinds, a circle, rows that refer to their own table, and rows that are there already. */
const SCHEMA = `
model Shop {
  id     Int     @id @default(autoincrement())
  name   String  @unique
  orders Order[]
}

model Order {
  id        Int      @id @default(autoincrement())
  number    Int      @default(autoincrement())
  name      String
  shopId    Int
  tokenId   String   @db.Uuid
  code      String
  updatedAt DateTime @updatedAt
  shop      Shop     @relation(fields: [shopId], references: [id])
  token     Token    @relation(fields: [tokenId], references: [id])
  coupon    Coupon   @relation(fields: [code], references: [code])
  tags      Tag[]
  lines     Line[]
}

/// @gyro.strategy(fresh)
model Token {
  id     String  @id @default(uuid()) @db.Uuid
  name   String  @unique
  orders Order[]
}

model Coupon {
  code   String  @id
  name   String
  orders Order[]
}

/// @gyro.strategy(match)
model Tag {
  id     BigInt  @id @default(autoincrement())
  label  String  @unique
  orders Order[]
}

model Line {
  orderId Int
  place   Int
  what    String
  order   Order  @relation(fields: [orderId], references: [id])
  @@id([orderId, place])
}

/// @gyro.strategy(hash)
model Country {
  id   Int    @id
  name String @unique
}

model Topic {
  id       Int     @id @default(autoincrement())
  name     String
  parentId Int?
  parent   Topic?  @relation("parent", fields: [parentId], references: [id])
  children Topic[] @relation("parent")
}

model Left {
  id      Int     @id @default(autoincrement())
  name    String
  rightId Int
  right   Right   @relation("a", fields: [rightId], references: [id])
  rights  Right[] @relation("b")
}

model Right {
  id     Int    @id @default(autoincrement())
  name   String
  leftId Int
  left   Left   @relation("b", fields: [leftId], references: [id])
  lefts  Left[] @relation("a")
}
`

const ROWS = `
insert into "Shop" (name) values ('before');
insert into "Tag" (label) values ('t3'), ('t8'), ('other');
insert into "Country" values (1, 'before');`

const ORDERS = 50

function lines(header: string, count: number, row: (n: number) => string): string {
  return `${header}\n${Array.from({ length: count }, (_, n) => `${row(n)}\n`).join('')}`
}

const uuid = (n: number) => `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`

const ORDER = lines('id,number,name,shopId,tokenId,code', ORDERS, (n) =>
  [
    (n * 37) % ORDERS,
    1000 + n,
    n % 7 === 0 ? `"o,${n}\n\\"` : `o${n}`,
    n % 5,
    uuid(n % 11),
    `c${n % 3}`,
  ].join(),
)

/** One is packed, one is in two parts. */
const CHUNK_FILES = {
  'Shop.csv': lines('id,name', 5, (n) => `${n},s${n}`),
  'Token.csv': lines('id,name', 11, (n) => `${uuid(n)},k${n}`),
  'Coupon.csv': lines('code,name', 3, (n) => `c${n},n${n}`),
  'Tag.csv': lines('id,label', 12, (n) => `${n + 100},t${n}`),
  'Order.csv.gz': gzipSync(ORDER),
  '_OrderToTag.csv': lines('A,B', 40, (n) => `${(n * 7) % ORDERS},${(n % 12) + 100}`),
  'Line.0.csv': lines('orderId,place,what', 30, (n) => `${n % ORDERS},1,"l ${n}"`),
  'Line.1.csv': lines('orderId,place,what', 30, (n) => `${n % ORDERS},2,m${n}`),
  'Country.csv': lines('id,name', 9, (n) => `${n},d${n}`),
  'Topic.csv': lines('id,name,parentId', 10, (n) => `${n},p${n},${n < 9 ? n + 1 : ''}`),
  'Left.csv': lines('id,name,rightId', 6, (n) => `${n},l${n},${5 - n}`),
  'Right.csv': lines('id,name,leftId', 6, (n) => `${n},r${n},${n}`),
}

/** A strategy of one's own. */
const SUFFIX: IdRemappingStrategy = {
  name: 'suffix',
  mapKeys: (sources) => sources.map((source) => `${source}-new`),
}

export const CHUNK_OPTIONS: Partial<ImportOptions> = {
  commit: 'chunk',
  batchSize: 8,
  strategy: { Coupon: SUFFIX },
}

export function withChunkStage<Result>(
  use: (stage: ImportStage) => Promise<Result>,
  files: Readonly<Record<string, string | Uint8Array>> = CHUNK_FILES,
): Promise<Result> {
  return withImportStage({ schema: SCHEMA, files, rows: ROWS }, use)
}

/** All rows, told by their names and not by their keys: the same whatever ids there were. */
export async function readByName(stage: ImportStage): Promise<unknown> {
  const queries = [
    'select name from "Shop"',
    'select name from "Token"',
    'select code, name from "Coupon"',
    'select label from "Tag"',
    'select id, name from "Country"',
    'select t.name, p.name from "Topic" t left join "Topic" p on p.id = t."parentId"',
    'select l.name, r.name from "Left" l join "Right" r on r.id = l."rightId"',
    'select r.name, l.name from "Right" r join "Left" l on l.id = r."leftId"',
    `select o.number, o.name, s.name, t.name, c.name from "Order" o join "Shop" s on s.id = "shopId"
     join "Token" t on t.id = "tokenId" join "Coupon" c using (code)`,
    'select o.name, t.label from "_OrderToTag" j join "Order" o on o.id = "A" join "Tag" t on t.id = "B"',
    'select o.name, place, what from "Line" join "Order" o on o.id = "orderId"',
    'select count(distinct "updatedAt")::int from "Order"',
  ]
  const all: unknown[] = []
  for (const query of queries) {
    const rows = await stage.query(query)
    all.push(rows.map((row) => JSON.stringify(row)).sort())
  }
  return all
}

/** Expects that the history says of the last batch what is in the tables. */
export async function expectTrueHistory(stage: ImportStage): Promise<void> {
  const [batch, ...others] = await stage.query(`
select status, error_code, secret is null as forgotten
from prisma_gyro.batch where run_at is not null`)
  expect(others).toEqual([])
  expect(batch).toEqual(['COMPLETED', null, true])
  const models = await stage.query(`
select model, loaded::int, rows_read = loaded + updated + skipped + rejected,
  loaded = coalesce((select sum(rows) from prisma_gyro.write w where w.model = m.model), 0),
  rows_read = coalesce((select sum(rows) from prisma_gyro.file f where f.model = m.model), 0),
  (select sum(sent)::int from prisma_gyro.checkpoint c where c.model = m.model and is_done)
from prisma_gyro.model m`)
  for (const [model, loaded, isWhole, isWritten, isRead, sent] of models) {
    expect([model, isWhole, isWritten, isRead, sent]).toEqual([model, true, true, true, loaded])
    const [[found]] = (await stage.query(`
select count(*)::int from "${model}" where xmin in (
  select xid from prisma_gyro.write w where model = '${model}' and w.xmin = w.xid
)`)) as [[number]]
    expect([model, found]).toEqual([model, loaded])
  }
  // Other tests import into databases of the same server meanwhile.
  const locks = await stage.query(`
select objid from pg_locks l join pg_database d on d.oid = l.database
where locktype = 'advisory' and datname = current_database()`)
  expect(locks).toEqual([])
}
