import { beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { asGyroError } from '../../src/error/gyro-error.js'
import type { Manifest } from '../../src/manifest/manifest.js'
import { indexManifest, tableOf } from '../../src/plan/manifest-tables.js'
import { readCatalog } from '../../src/postgres/catalog.js'
import { type PostgresClient, queryRows } from '../../src/postgres/client.js'
import { qualify } from '../../src/postgres/identifier.js'
import { buildExportPlans } from '../../src/slice/build-export-plans.js'
import {
  buildRootConditions,
  type ExportedModels,
  expectRootConditions,
  type RootCondition,
} from '../../src/slice/build-root-conditions.js'
import type { RootKey, RootOptions } from '../../src/slice/root-options.js'
import { manifestOf } from '../support/manifest-of.js'
import { withTestDatabase } from '../support/test-database.js'

const SCHEMA = `
datasource db {
  provider = "postgresql"
}
model Item {
  id     Int       @id
  n      Int?
  m      Int
  s      String?   @map("The \\"s\\"")
  ok     Boolean?
  at     DateTime? @db.Timestamp(3)
  data   Json?
  list   Int[]
  status Status?
}
enum Status {
  OPEN
  PAID @map("paid %")
}
model Big {
  id BigInt @id
}
model Word {
  id   String @id @db.Char(3)
  code String @unique @db.VarChar(2)
}
model Thing {
  id String @id @db.Uuid
}
model Member {
  userId Int
  teamId String @db.VarChar(3)
  @@id([userId, teamId])
}`

const SQL = `
create type "Status" as enum ('OPEN', 'paid %');
create table "Item" (id int primary key, n int, m int not null, "The ""s""" text, ok boolean,
  at timestamp(3), data jsonb, list int[], status "Status");
insert into "Item" values
  (1, null, 0, null, null, null, null, '{}', null),
  (2, 3, -2, 'Ab', true, '2024-01-01 12:00', '{"a": {"b": "x"}, "c": 1}', '{1,2}', 'OPEN'),
  (3, -7, 5, 'O''Brien', false, '2024-02-01', '[1, 2]', '{2,3}', 'paid %'),
  (4, 0, 2, '', true, '2024-06-30 23:59:59.999', '{"c": 2}', null, 'paid %'),
  (5, 2, 3, 'a%b_c', false, '1999-12-31', '"x"', '{5}', null);
create table "Big" (id bigint primary key);
insert into "Big" values (9007199254740993), (9007199254740992);
create table "Word" (id char(3) primary key, code varchar(2) unique);
insert into "Word" values ('ab', 'xy'), ('abc', 'xz');
create table "Thing" (id uuid primary key);
insert into "Thing" values ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11');
create table "Member" ("userId" int, "teamId" varchar(3), primary key ("userId", "teamId"));
insert into "Member" values (1, 'a'), (1, 'b'), (2, 'a'), (2, 'b')`

let manifest: Manifest

beforeAll(async () => {
  manifest = await manifestOf(SCHEMA)
})

function withModels<Result>(
  use: (client: PostgresClient, models: ExportedModels) => Promise<Result>,
): Promise<Result> {
  return withTestDatabase(SQL, async (client) => {
    const tables = indexManifest(manifest, 'public')
    const names = manifest.models.map((model) => tableOf(model, tables))
    const catalog = await readCatalog(client, names)
    const plans = buildExportPlans(manifest.models, catalog, tables)
    return await use(client, { plans, enums: manifest.enums })
  })
}

/** The keys of the rows that the only condition is about, as texts. */
async function find(client: PostgresClient, models: ExportedModels, options: RootOptions) {
  const conditions = buildRootConditions(options, models)
  await expectRootConditions(client, conditions)
  const [entry] = conditions
  const [model, { text, values, table }] = entry as [string, RootCondition]
  const key = model === 'Member' ? '"userId" || "teamId"' : 'id'
  const sql = `select (${key})::text as key from ${qualify(table)} t where ${text} order by 1`
  const rows = await queryRows<{ key: string }>(client, { text: sql, values })
  return rows.map((row) => row.key)
}

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => null,
    (error) => asGyroError(error).code,
  )
}

describe('root conditions', () => {
  it('find the rows that conditions and keys are about', async () => {
    await withModels(async (client, models) => {
      const where = (...conditions: readonly (string | { sql: string; values: unknown[] })[]) =>
        find(client, models, { where: { Item: conditions } })

      expect(await where('n > 0')).toEqual(['2', '5'])
      expect(await where('n > 0', 'n < -5')).toEqual(['2', '3', '5'])
      expect(await where("s = 'O''Brien'")).toEqual(['3'])
      expect(await where("status = 'PAID'")).toEqual(['3', '4'])
      expect(await where("data -> 'a' ->> 'b' = 'x'")).toEqual(['2'])
      expect(await where('data @> \'{"c": 2}\'')).toEqual(['4'])
      expect(await where('2 = any(list)')).toEqual(['2', '3'])
      expect(await where("at >= '2024-01-01' and at < date '2024-02-01' + 1")).toEqual(['2', '3'])
      expect(await where("date_trunc('month', at) = '2024-06-01'")).toEqual(['4'])
      expect(await where("coalesce(s, 'none') || '!' like 'n%'")).toEqual(['1'])
      expect(await where({ sql: 'id = any($1) or at = $2', values: [[1, 2], NOON] })).toEqual([
        '1',
        '2',
      ])
      const both = { where: { Item: 'n = 0' }, roots: { Item: [1, '5'] } }
      expect(await find(client, models, both)).toEqual(['1', '4', '5'])
    })
  })

  it('find keys exactly, whatever their type', async () => {
    await withModels(async (client, models) => {
      const roots = (model: string, keys: readonly RootKey[]) =>
        find(client, models, { roots: { [model]: keys } })
      const uuid = '{A0EEBC99-9C0B4EF8-BB6D6BB9-BD380A11}'

      expect(await roots('Big', [9007199254740993n])).toEqual(['9007199254740993'])
      expect(await roots('Big', ['9007199254740992'])).toEqual(['9007199254740992'])
      expect(await roots('Word', ['ab'])).toEqual(['ab'])
      expect(await codeOf(roots('Word', ['abcd']))).toBe('SLICE.UNKNOWN_ROOT')
      expect(await roots('Thing', [uuid])).toHaveLength(1)
      const members = [
        { teamId: 'b', userId: 1 },
        { userId: 2, teamId: 'a' },
      ]
      expect(await roots('Member', members)).toEqual(['1b', '2a'])
      const cut = [
        { userId: 1, teamId: 'a' },
        { userId: 1, teamId: 'abcd' },
      ]
      await expect(roots('Member', cut)).rejects.toMatchObject({
        code: 'SLICE.UNKNOWN_ROOT',
        details: { meta: { model: 'Member', fields: ['userId', 'teamId'], position: 2 } },
      })
      expect(await codeOf(roots('Thing', ['x']))).toBe('SLICE.INVALID_ROOT')
      expect(await codeOf(roots('Item', ['99999999999']))).toBe('SLICE.INVALID_ROOT')
    })
  })

  it('are refused before a row is read', async () => {
    await withModels(async (client, models) => {
      const where = (sql: string) => find(client, models, { where: { Item: sql } })
      const build = (options: unknown) =>
        codeOf((async () => buildRootConditions(options as RootOptions, models))())

      for (const sql of [
        "id = 'secret'",
        'n > ok',
        'n',
        "s::int = 'secret'",
        "'secret'::date < at",
      ]) {
        const error = await where(sql).catch((caught: unknown) => caught)
        expect(error).toMatchObject({ code: 'SLICE.INVALID_CONDITION' })
        expect(String(error)).toContain('Item')
        expect(String(error)).not.toContain('secret')
      }
      expect(await build({ where: { Itm: 'true' } })).toBe('SLICE.UNKNOWN_MODEL')
      expect(await build({ roots: { Itm: [1] } })).toBe('SLICE.UNKNOWN_MODEL')
      expect(await build({ where: { Item: [] } })).toBe('SLICE.INVALID_CONDITION')
      expect(await build({ where: { Item: 7 } })).toBe('SLICE.INVALID_CONDITION')
      expect(await build({ where: { Item: { sql: '$1', values: [undefined] } } })).toBe(
        'SLICE.INVALID_CONDITION',
      )
      for (const keys of [[], 7, [null], [1.5], [2 ** 60], ['\0'], [{}], [{ n: 1 }], [[1]]]) {
        expect(await build({ roots: { Item: keys } })).toBe('SLICE.INVALID_ROOT')
      }
      expect(await build({ roots: { Member: [7] } })).toBe('SLICE.INVALID_ROOT')
      expect(await build({ roots: { Member: [{ userId: 7 }] } })).toBe('SLICE.INVALID_ROOT')
      expect(buildRootConditions({}, models).size).toBe(0)
    })
  })

  it('mean what PostgreSQL means by the same text', async () => {
    await withModels(async (client, models) => {
      const answer = async (text: string, values: readonly unknown[]) => {
        try {
          const rows = await queryRows<{ id: number }>(client, {
            text: `select id from "Item" t where ${text} order by id`,
            values,
          })
          return rows.map(({ id }) => id)
        } catch (error) {
          return (error as { code: string }).code
        }
      }
      await fc.assert(
        fc.asyncProperty(truth, async (sql) => {
          const { text, values } = buildRootConditions({ where: { Item: sql } }, models).get(
            'Item',
          ) as { text: string; values: readonly unknown[] }

          expect(await answer(text, values)).toEqual(
            await answer(`(${sql.replaceAll(/\bs\b/g, '"The ""s"""')}) is true`, []),
          )
        }),
        { numRuns: 200 },
      )
    })
  })
})

const NOON = new Date('2024-01-01T12:00:00Z')

/** Texts of conditions, with and without parentheses, so that precedence decides. */
const { truth } = fc.letrec<{ truth: string; number: string; text: string }>((tie) => {
  const join = (...parts: fc.Arbitrary<string>[]) =>
    fc.tuple(...parts).map((texts) => texts.join(' '))
  const one = fc.constantFrom
  const truth = tie('truth') as fc.Arbitrary<string>
  const number = tie('number') as fc.Arbitrary<string>
  const text = tie('text') as fc.Arbitrary<string>
  const wrap = (inner: fc.Arbitrary<string>) => inner.map((each) => `(${each})`)
  return {
    number: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      one('n', 'm', 'id', '2', '0', '1.5', '3e0'),
      join(number, one('+', '-', '*', '/', '%'), number),
      join(one('-'), number),
      wrap(number),
      number.map((each) => `abs(${each})`),
      text.map((each) => `length(${each})`),
    ),
    text: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      one('s', "'Ab'", "''", "'a''%'"),
      join(text, one('||'), text),
      wrap(text),
      number.map((each) => `(${each})::text`),
      text.map((each) => `lower(${each})`),
      fc.tuple(text, text).map(([a, b]) => `coalesce(${a}, ${b})`),
    ),
    truth: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      one('ok', 'true', 'null', 'n is null', 's is not null', 'ok is not true'),
      join(number, one('=', '<>', '!=', '<', '>='), number),
      join(text, one('=', '<', 'like', 'not ilike'), text),
      join(number, one('between', 'not between'), number, one('and'), number),
      fc.tuple(number, number, number).map(([a, b, c]) => `${a} not in (${b}, ${c})`),
      join(number, one('is distinct from', 'is not distinct from'), number),
      join(one('not'), truth),
      join(truth, one('and', 'or'), truth),
      join(truth, one('and', 'or'), truth),
      wrap(truth),
      join(wrap(truth), one('is true', 'is not false', 'is null')),
    ),
  }
})
