import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, it } from '@jest/globals'
import { exportModels } from '../../src/export/export-models.js'
import { importModels } from '../../src/import/import-models.js'
import { ddlOf } from '../support/ddl.js'
import { manifestOf } from '../support/manifest-of.js'
import {
  digestTables,
  goRound,
  type RoundTrip,
  type RoundTripOptions,
  type SourceDatabase,
  withExportFolder,
} from '../support/round-trip.js'
import { runProgram } from '../support/run-program.js'
import { withTestDatabase } from '../support/test-database.js'
import { listDifferent } from '../verification/verify-stage.js'

/** Two real data sets that lie beside the checkout, for checks only. */
const DATA = path.join(import.meta.dirname, '../../../shared/data')
const BROWSERS = path.resolve('examples/browser-compat')
/** Of 300 000 that there are: more of them show nothing more. */
const STATEMENTS = 5_000
const CONSTRUCTS = path.resolve('test/data/constructs')

it('brings the example shop back beside itself', () =>
  withShop(async (source) => {
    const trip = await goRound(source, {})

    expectDoubled(trip)
    expect(Object.keys(trip.rows)).toHaveLength(13)
    expect(trip.imported.warnings).toEqual([])
  }))

it('brings the browser data back beside itself', () =>
  withExportFolder(async (from) => {
    const program = [path.join(BROWSERS, 'export-csv.mjs'), from]
    const { code } = await runProgram(process.execPath, program, { cwd: BROWSERS })
    expect(code).toBe(0)
    await cutSupport(from)
    const schema = path.join(BROWSERS, 'prisma/schema.prisma')
    await withSource({ schema, from }, async (source) => {
      // A rollback tells that it reads the whole table for each release without them.
      await source.client.query(
        'create index on "Support" ("addedId"); create index on "Support" ("removedId")',
      )
      const trip = await goRound(source, { export: { gzip: true } })

      expectDoubled(trip)
      expect(trip.rows['Support']).toEqual({ before: STATEMENTS, added: STATEMENTS })
    })
  }))

it('brings every construct back: as it is elsewhere, beside itself with what is unique masked', () =>
  withConstructs(async (source) => {
    await expectSameElsewhere(source)
    // What others share is met again.
    const options: RoundTripOptions = {
      export: {
        mask: {
          Tenant: { slug: 'hash' },
          BillingTenant: { iban: 'hash' },
          Item: { serial: 'hash' },
          Made: { name: 'hash' },
        },
      },
      import: {
        strategy: { Made: 'fresh' },
        onConflict: { PlanLimit: 'skip', Tag: 'skip', Currency: 'skip' },
      },
      merged: ['PlanLimit', 'Tag', 'Currency'],
    }

    const trip = await goRound(source, options)

    expectDoubled(trip, options)
    expect(trip.imported.warnings).toEqual([])
  }))

if (existsSync(DATA)) {
  it('brings chinook back beside itself', () =>
    withRealData('chinook', async (source) => {
      const trip = await goRound(source, { export: { jobs: 3 } })

      expectDoubled(trip)
      expect(trip.rows['PlaylistTrack']).toEqual({ before: 8715, added: 8715 })
    }))

  it('brings northwind back: as it is elsewhere, beside itself with text keys met again', () =>
    withRealData('northwind', async (source) => {
      await expectSameElsewhere(source)
      const options: RoundTripOptions = {
        import: { onConflict: { Customer: 'skip', Territory: 'skip' } },
        merged: ['Customer', 'Territory'],
      }

      const trip = await goRound(source, options)

      expectDoubled(trip, options)
      expect(trip.rows['OrderDetail']).toEqual({ before: 2155, added: 2155 })
    }))
} else {
  console.warn('round-trips.test.ts leaves real data out: there is no ../shared/data.')
}

/** Every row is there twice and refers to rows of its copy; and once it is undone, nothing of it is left. */
function expectDoubled(trip: RoundTrip, { merged = [] }: RoundTripOptions = {}): void {
  const { exported, imported, verified, rows, unlike, before, after } = trip
  expect(exported.warnings).toEqual([])
  for (const [model, { before: there, added }] of Object.entries(rows)) {
    expect([model, added]).toEqual([model, merged.includes(model) ? 0 : there])
    const file = exported.models.find((each) => each.model === model)
    expect([model, file?.rows]).toEqual([model, there])
    const result = imported.models.find((each) => each.model === model)
    expect([model, result?.read]).toEqual([model, there])
  }
  expect(unlike).toEqual([])
  expect(listDifferent(verified)).toEqual([])
  expect(verified.ok).toBe(true)
  expect(after).toEqual(before)
}

interface FilledSource extends SourceDatabase {
  /** What made it. */
  readonly sql: readonly string[]
}

/** Byte for byte, in a database of empty tables. */
function expectSameElsewhere({ client, manifest, url, sql }: FilledSource): Promise<void> {
  return withExportFolder(async (to) => {
    await exportModels(manifest, { to, url, gzip: true })
    const before = await digestTables(client)

    await withTestDatabase(sql, async (target, { url: elsewhere }) => {
      await importModels(manifest, { from: to, url: elsewhere, strategy: 'none', history: false })

      expect(await digestTables(target)).toEqual(before)
    })
  })
}

interface DataSet {
  /** Path of the schema. */
  readonly schema: string
  /** The folder with its files. */
  readonly from: string
}

/** A database with the rows of a data set. */
async function withSource(
  { schema, from }: DataSet,
  use: (source: FilledSource) => Promise<void>,
): Promise<void> {
  const manifest = await manifestOf(schema)
  const ddl = await ddlOf(schema)
  // Prisma writes names as they are, also those that hold a quote.
  const tables = ddl.replaceAll('"things"', '""things""').replaceAll('"in"', '""in""')
  const sql = ['create extension if not exists citext', tables]
  await withTestDatabase(sql, async (client, { url }) => {
    await importModels(manifest, { from, url, history: false })
    await use({ client, url, manifest, sql })
  })
}

/** Statements of support beyond the first, and what belongs to these, are left out; no field has a line end. */
async function cutSupport(folder: string): Promise<void> {
  for (const name of ['Support', 'Note', 'Flag', 'TrackingLink']) {
    const file = path.join(folder, `${name}.csv`)
    const [header, ...lines] = (await readFile(file, 'utf8')).trimEnd().split('\n')
    const kept = lines.filter((line) => Number(line.split(',', 1)) <= STATEMENTS)
    await writeFile(file, [header, ...kept, ''].join('\n'))
  }
}

function withShop(use: (source: FilledSource) => Promise<void>): Promise<void> {
  const from = path.resolve('prisma/export')
  return withSource({ schema: path.resolve('prisma/schema.prisma'), from }, use)
}

function withConstructs(use: (source: FilledSource) => Promise<void>): Promise<void> {
  const from = path.join(CONSTRUCTS, 'export')
  return withSource({ schema: path.join(CONSTRUCTS, 'schema'), from }, use)
}

function withRealData(name: string, use: (source: FilledSource) => Promise<void>): Promise<void> {
  const schema = path.resolve('test/data', name, 'schema.prisma')
  return withSource({ schema, from: path.join(DATA, name) }, use)
}
