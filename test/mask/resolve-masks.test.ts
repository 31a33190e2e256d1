import { beforeAll, describe, expect, it } from '@jest/globals'
import { isGyroError } from '../../src/error/gyro-error.js'
import type { Manifest } from '../../src/manifest/manifest.js'
import { expectConstants } from '../../src/mask/expect-constants.js'
import type { MaskOptions } from '../../src/mask/mask-options.js'
import { resolveMasks } from '../../src/mask/resolve-masks.js'
import { indexManifest, tableOf } from '../../src/plan/manifest-tables.js'
import { readCatalog } from '../../src/postgres/catalog.js'
import { type PostgresClient, queryRows } from '../../src/postgres/client.js'
import { qualify, quoteIdentifier } from '../../src/postgres/identifier.js'
import { buildExportPlans } from '../../src/slice/build-export-plans.js'
import type { ExportedModels } from '../../src/slice/build-root-conditions.js'
import type { ExportPlan } from '../../src/slice/export-plan.js'
import { manifestOf } from '../support/manifest-of.js'
import { withTestDatabase } from '../support/test-database.js'

const SCHEMA = `
datasource db {
  provider = "postgresql"
}
model User {
  id      Int     @id
  email   String  @unique
  name    String? @map("the \\"name\\"") @db.VarChar(40)
  phone   String? @db.Char(12)
  age     Int?
  score   BigInt?
  token   String? @db.Uuid
  short   String? @db.VarChar(7)
  narrow  String? @unique @db.VarChar(20)
  role    Role
  born    DateTime? @db.Date
  tags    String[]
  handle  String  @unique @db.VarChar(60)
  notes   Note[]
  logins  Login[]
}
model Login {
  id        Int    @id
  userEmail String @db.VarChar(100)
  user      User   @relation(fields: [userEmail], references: [email])
}
model Note {
  id     String @id @db.Uuid
  userId Int
  user   User   @relation(fields: [userId], references: [id])
  code   String
}
enum Role {
  ADMIN @map("the admin's")
  USER
}`

const SQL = `
create type "Role" as enum ('the admin''s', 'USER');
create table "User" (id int primary key, email text not null unique, "the ""name""" varchar(40),
  phone char(12), age int, score bigint, token uuid, short varchar(7), narrow varchar(20) unique,
  role "Role" not null, born date, tags text[], handle varchar(60) not null unique);
create table "Login" (id int primary key, "userEmail" varchar(100) not null references "User" (email));
create table "Note" (id uuid primary key, "userId" int not null references "User" (id), code text not null);
insert into "User" values
  (1, 'jo@real.com', 'Jo "J", Smith', '123', 7, 7, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'x', 'n1',
   'USER', '2000-01-01', '{"a,b"}', 'jo'),
  (2, 'ann@real.com', '', null, null, null, null, null, null, 'the admin''s', null, null, 'ann'),
  (3, 'x', 'jo@real.com', 'jo@real.com', 7, 8, null, '', 'n2', 'USER', null, '{}', 'bo');
insert into "Login" values (1, 'jo@real.com'), (2, 'jo@real.com'), (3, 'ann@real.com');
insert into "Note" values ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 1, 'jo@real.com')`

const KEY = 'a key that nobody guesses'

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

/** The masked rows of a model, loaded into a table like its own and read from there. */
async function maskRows(
  client: PostgresClient,
  models: ExportedModels,
  { model, ...options }: MaskOptions & { readonly model: string },
): Promise<readonly Record<string, unknown>[]> {
  const masks = await resolveMasks({ maskKey: KEY, ...options }, models, {})
  const plan = models.plans.get(model) as ExportPlan
  const masked = masks.get(model)
  const list = plan.columns.map(
    ({ column: { column } }) => masked?.columns.get(column)?.sql ?? `t.${quoteIdentifier(column)}`,
  )
  const query = `select ${list.join(', ')} from ${qualify(plan.table)} t order by id`
  const { from, to } = await import('pg-copy-streams')
  const source = client.query(to(`copy (${query}) to stdout (format csv)`))
  const chunks = masked?.transform?.(source) ?? source
  const parts: Buffer[] = []
  for await (const chunk of chunks) parts.push(Buffer.from(chunk as Buffer))
  await client.query(`create temp table masked (like ${qualify(plan.table)})`)
  const sink = client.query(from('copy masked from stdin (format csv)'))
  const loaded = new Promise((resolve, reject) => sink.on('finish', resolve).on('error', reject))
  sink.end(Buffer.concat(parts))
  await loaded
  const rows = await queryRows<{ row: Record<string, unknown> }>(client, {
    text: 'select to_jsonb(m) as row from masked m order by id',
    values: [],
  })
  await client.query('drop table masked')
  return rows.map(({ row }) => row)
}

async function errorOf(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await work.catch((caught: unknown) => caught)
  if (!isGyroError(error)) throw error ?? new Error('it was taken')
  return error
}

describe('masks', () => {
  it('hash the same value to the same, whatever its column, and keep what refers to each other', async () => {
    await withModels(async (client, models) => {
      const mask = {
        User: {
          email: 'hash',
          name: 'hash',
          phone: 'hash',
          age: 'hash',
          score: 'hash',
          token: 'hash',
          narrow: 'hash',
        },
        Login: { userEmail: 'hash' },
        Note: { id: 'hash', code: 'hash' },
      } as const
      const [jo, ann, other] = await maskRows(client, models, { model: 'User', mask })
      const logins = await maskRows(client, models, { model: 'Login', mask })
      const [note] = await maskRows(client, models, { model: 'Note', mask })

      expect(jo?.['email']).toMatch(/^[0-9a-f]{20}@example\.invalid$/)
      expect(logins.map((login) => login['userEmail'])).toEqual([
        jo?.['email'],
        jo?.['email'],
        ann?.['email'],
      ])
      expect(other?.['the "name"']).toBe(jo?.['email'])
      expect(note?.['code']).toBe(jo?.['email'])
      expect(jo?.['the "name"']).toMatch(/^[0-9a-f]{32}$/)
      expect(other?.['email']).toMatch(/^[0-9a-f]{32}$/)
      expect(ann).toMatchObject({ 'the "name"': '', phone: null, age: null, role: "the admin's" })
      expect(jo?.['age']).toBe(other?.['age'])
      expect(jo?.['age']).not.toBe(7)
      expect(jo?.['phone']).toMatch(/^[0-9a-f]{12}$/)
      expect(jo?.['token']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-/)
      expect(note?.['id']).toBe(jo?.['token'])
      const again = await maskRows(client, models, { model: 'User', mask })
      expect(again[0]).toEqual(jo)
      const another = { mask, maskKey: 'another key of 16 letters' }
      const [differs] = await maskRows(client, models, { model: 'User', ...another })
      expect(differs?.['email']).not.toBe(jo?.['email'])
    })
  })

  it('write NULL and constants by SQL, whatever is in them', async () => {
    await withModels(async (client, models) => {
      const mask = {
        User: {
          name: { constant: "O'\\'); drop table x; -- " },
          role: { constant: 'ADMIN' },
          phone: 'null',
          born: { constant: '1999-12-31' },
          tags: { constant: '{x}' },
          age: { constant: '18' },
        },
      } as const
      const masks = await resolveMasks({ mask }, models)
      await expectConstants(client, masks)
      const rows = await maskRows(client, models, { model: 'User', mask })

      expect(masks.get('User')?.transform).toBeNull()
      for (const row of rows) {
        expect(row).toMatchObject({
          'the "name"': "O'\\'); drop table x; -- ",
          role: "the admin's",
          phone: null,
          born: '1999-12-31',
          tags: ['x'],
          age: 18,
        })
      }
    })
  })

  it('make values up, the same for the same value', async () => {
    await withModels(async (client, models) => {
      const mask = {
        User: {
          handle: { fake: 'internet.email' },
          name: 'fake',
          phone: 'fake',
          narrow: { fake: 'date.birthdate' },
        },
      } as const
      const { narrow: _, ...User } = mask.User
      const [jo, ann, other] = await maskRows(client, models, { model: 'User', mask: { User } })

      expect(jo?.['handle']).toMatch(/^[^@]+\.[0-9a-f]{16}@[a-z.]+$/)
      expect(new Set([jo, ann, other].map((row) => row?.['handle'])).size).toBe(3)
      expect(jo?.['the "name"']).toMatch(/^\S+ \S+/)
      expect(ann).toMatchObject({ 'the "name"': '', phone: null })
      expect((await maskRows(client, models, { model: 'User', mask: { User } }))[0]).toEqual(jo)
      expect(await errorOf(resolveMasks({ mask }, models))).toMatchObject({
        code: 'MASK.NOT_UNIQUE',
      })
      for (const fake of [
        'x',
        'internet.emial',
        'helpers.arrayElement',
        'constructor.name',
        'seed.call',
        'internet.toString',
        'rawDefinitions.x',
      ]) {
        const wrong = resolveMasks({ mask: { User: { name: { fake } } } }, models)
        expect(await errorOf(wrong)).toMatchObject({ code: 'MASK.UNKNOWN_FAKE' })
      }
      const guess = resolveMasks({ mask: { Note: { code: 'fake' } } }, models)
      expect(await errorOf(guess)).toMatchObject({ code: 'MASK.UNKNOWN_FAKE' })
    })
  })

  it('call functions of the program with texts and NULL', async () => {
    await withModels(async (client, models) => {
      const rows = await maskRows(client, models, {
        model: 'User',
        mask: {
          User: {
            name: (value, { field }) => (value === null ? 'none' : value && `${field},"${value}`),
          },
        },
      })

      expect(rows.map((row) => row['the "name"'])).toEqual([
        'name,"Jo "J", Smith',
        '',
        'name,"jo@real.com',
      ])
      for (const wrong of [
        () => null,
        () => undefined,
        () => 7,
        () => 'a\0b',
        async () => 'x',
        () => {
          throw new Error('secret')
        },
      ]) {
        const mask = { User: { handle: wrong as () => string } }
        const masks = await resolveMasks({ mask }, models)
        const source = (async function* () {
          yield Buffer.from(`${'1,'.repeat(12)}secret\n`)
        })()
        const work = (async () => {
          for await (const _ of masks.get('User')?.transform?.(source) ?? []);
        })()
        const error = await errorOf(work)
        expect(error).toMatchObject({ code: 'MASK.FAILED' })
        expect(error.message).not.toContain('secret')
      }
    })
  })

  it('are refused where they would break something', async () => {
    await withModels(async (client, models) => {
      const refused = async (mask: unknown, maskKey?: string) => {
        const options = { mask, ...(maskKey === undefined ? {} : { maskKey }) } as MaskOptions
        const error = await errorOf(resolveMasks(options, models, {}))
        return `${error.code} ${error.message}`
      }

      expect(await refused({ User: { email: 'hash' } })).toMatch(
        /^MASK.BREAKS_REFERENCE .*Login\.user .*--mask Login\.userEmail=hash/,
      )
      expect(await refused({ Login: { userEmail: 'hash' } })).toContain('--mask User.email=hash')
      expect(await refused({ User: { email: 'fake' } })).toContain('--mask User.email=hash')
      expect(await refused({ User: { id: 'hash' } })).toMatch(/^MASK.BREAKS_REFERENCE .*--remap/)
      expect(await refused({ Login: { id: 'hash' } })).toMatch(/^MASK.BREAKS_REFERENCE/)
      expect(await refused({ Note: { id: () => 'x' } })).toMatch(/^MASK.BREAKS_REFERENCE/)
      expect(await refused({ User: { handle: { constant: 'x' } } })).toMatch(/^MASK.NOT_UNIQUE/)
      expect(await refused({ User: { short: 'hash' } })).toMatch(/^MASK.INVALID_MASK .*too short/)
      expect(await refused({ User: { short: { constant: 'too long' } } })).toContain('than the 7')
      expect(await refused({ User: { born: 'hash' } })).toMatch(/^MASK.INVALID_MASK .*date/)
      expect(await refused({ User: { tags: 'hash' } })).toMatch(/^MASK.INVALID_MASK/)
      expect(await refused({ User: { age: 'fake' } })).toMatch(/^MASK.INVALID_MASK/)
      // What it is told instead can be done.
      expect(await refused({ User: { tags: 'fake' } })).not.toContain('hash')
      expect(await refused({ User: { handle: 'null' } })).toMatch(/^MASK.INVALID_MASK .*required/)
      expect(await refused({ User: { role: { constant: 'BOSS' } } })).toContain('ADMIN, USER')
      expect(await refused({ User: { name: 'hsah' } })).toMatch(/^MASK.INVALID_MASK/)
      expect(await refused({ User: { name: { constant: 7 } } })).toMatch(/^MASK.INVALID_MASK/)
      expect(await refused({ User: { name: 'hash', 'the "name"': 'null' } })).toContain('twice')
      expect(await refused({ User: { nmae: 'hash' } })).toMatch(/^MASK.UNKNOWN_FIELD .*"name"/)
      expect(await refused({ Usr: { name: 'hash' } })).toMatch(/^MASK.UNKNOWN_MODEL .*"User"/)
      expect(await refused({ User: { name: 'hash' } }, 'short')).toMatch(/^MASK.WEAK_KEY/)
      const login = models.plans.get('Login') as ExportPlan
      const alone = { ...models, plans: new Map([['Login', login]]) }
      const hashed = resolveMasks({ mask: { Login: { userEmail: 'hash' } } }, alone)
      expect(await errorOf(hashed)).toMatchObject({
        code: 'MASK.BREAKS_REFERENCE',
        message: expect.stringContaining('User, which is not exported'),
      })
      const masks = await resolveMasks({ mask: { User: { age: { constant: 'secret' } } } }, models)
      const error = await errorOf(expectConstants(client, masks))
      expect(error.code).toBe('MASK.INVALID_MASK')
      expect(error.message).not.toContain('secret')
    })
  })
})
