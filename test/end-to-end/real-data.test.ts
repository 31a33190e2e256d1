import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { importModels } from '../../src/import/import-models.js'
import type { Manifest, ManifestModel } from '../../src/manifest/manifest.js'
import type { PostgresClient } from '../../src/postgres/client.js'
import { quoteIdentifier } from '../../src/postgres/identifier.js'
import { ddlOf } from '../support/ddl.js'
import { manifestOf } from '../support/manifest-of.js'
import { withTestDatabase } from '../support/test-database.js'

/** Two real data sets that lie beside the checkout, for checks only. */
const DATA = path.join(import.meta.dirname, '../../../shared/data')

/** Rows of the files, so that one that is cut short would be seen. */
const CHINOOK = {
  Album: 347,
  Artist: 275,
  Customer: 59,
  Employee: 8,
  Genre: 25,
  Invoice: 412,
  InvoiceLine: 2240,
  MediaType: 5,
  Playlist: 18,
  PlaylistTrack: 8715,
  Track: 3503,
}
const NORTHWIND = {
  Category: 8,
  Customer: 91,
  Employee: 9,
  EmployeeTerritory: 49,
  Order: 830,
  OrderDetail: 2155,
  Product: 77,
  Region: 4,
  Shipper: 6,
  Supplier: 29,
  Territory: 53,
  UsState: 51,
}

describe('real data', () => {
  it.each([
    ['chinook', CHINOOK],
    ['northwind', NORTHWIND],
  ])('has a schema of every file of %s', async (name, rows) => {
    const manifest = await manifestOf(schemaOf(name))

    expect(manifest.models.map((model) => model.name)).toEqual(Object.keys(rows))
  })

  if (existsSync(DATA)) {
    describeImports()
  } else {
    console.warn('real-data.test.ts imports nothing here: there is no ../shared/data.')
  }
})

function describeImports(): void {
  it('imports chinook twice, with the same relations in both copies', () =>
    withFirstCopy('chinook', async ({ client, manifest, from, url }) => {
      await importModels(manifest, { from, url })

      expect(await countRows(client, manifest, 1)).toEqual(CHINOOK)
      expect(await countRows(client, manifest, 2)).toEqual(CHINOOK)
      expect(await findDifferences(client, manifest)).toEqual([])
    }))

  // `sequential` keeps text keys, so a second import of customers and territories can only collide.
  // The others go in again and refer to the customers and territories that are there.
  it('imports northwind a second time beside the rows with text keys', () =>
    withFirstCopy('northwind', async ({ client, manifest, from, url }) => {
      const models = manifest.models.filter((model) => !isTextKeyed(model)).map(({ name }) => name)

      await importModels(manifest, { from, url, models })

      expect(await countRows(client, manifest, 1)).toEqual(NORTHWIND)
      expect(await countRows(client, manifest, 2)).toEqual({
        ...NORTHWIND,
        Customer: 0,
        Territory: 0,
      })
      expect(await findDifferences(client, manifest)).toEqual([])
    }))

  it('writes nothing when the text keys of northwind are there already', () =>
    withFirstCopy('northwind', async ({ client, manifest, from, url }) => {
      const again = importModels(manifest, { from, url })

      await expect(again).rejects.toMatchObject({ code: 'LOAD.DUPLICATE' })
      expect(await countRows(client, manifest, 1)).toEqual(NORTHWIND)
      expect(Object.values(await countRows(client, manifest, 2)).every((rows) => rows === 0)).toBe(
        true,
      )
    }))
}

interface FirstCopy {
  readonly client: PostgresClient
  readonly manifest: Manifest
  readonly from: string
  readonly url: string
}

/** A database that holds one copy of a data set, ready for the second. */
async function withFirstCopy(name: string, use: (copy: FirstCopy) => Promise<void>): Promise<void> {
  const manifest = await manifestOf(schemaOf(name))
  await withTestDatabase(await ddlOf(schemaOf(name)), async (client, { url }) => {
    const from = path.join(DATA, name)
    await numberNewRows(client, manifest, 1)
    await importModels(manifest, { from, url })
    await numberNewRows(client, manifest, 2)
    await use({ client, manifest, from, url })
  })
}

function schemaOf(name: string): string {
  return path.join(import.meta.dirname, '../data', name, 'schema.prisma')
}

/**
 * From now on every new row carries the number of its copy, in a column that neither the schema nor
 * the files know: the database fills it in.
 */
async function numberNewRows(
  client: PostgresClient,
  { models }: Manifest,
  copy: number,
): Promise<void> {
  for (const model of models) {
    const table = quoteIdentifier(model.table)
    await client.query(`
alter table ${table} add column if not exists copy int not null default 0;
alter table ${table} alter column copy set default ${copy}`)
  }
}

/** Rows per model. */
async function countRows(
  client: PostgresClient,
  { models }: Manifest,
  copy: number,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { name, table } of models) {
    const { rowCount } = await client.query(
      `select from ${quoteIdentifier(table)} where copy = ${copy}`,
    )
    counts[name] = rowCount ?? 0
  }
  return counts
}

/**
 * Names of the models whose two copies are not the same. A row counts with all its columns but keys
 * and references, and with those of every row it refers to; the latter has to be of the same copy,
 * or of the first where the second has none.
 */
async function findDifferences(client: PostgresClient, manifest: Manifest): Promise<string[]> {
  const different: string[] = []
  for (const model of manifest.models.filter((each) => !isTextKeyed(each))) {
    const { rows } = await client.query(`
with rows as (${naturalRows(model, manifest)})
select 1 from rows where not is_within
union all
(select 1 from (
  (select facts from rows where copy = 1 except all select facts from rows where copy = 2)
  union all
  (select facts from rows where copy = 2 except all select facts from rows where copy = 1)
) unpaired)`)
    if (rows.length > 0) {
      different.push(model.name)
    }
  }
  return different
}

function naturalRows(model: ManifestModel, { models }: Manifest): string {
  const values = naturalColumns(model).map((column) => `child.${column}`)
  const joins: string[] = []
  const within = ['true']
  for (const [index, reference] of model.references.entries()) {
    const target = models.find(({ name }) => name === reference.target) as ManifestModel
    const parent = `parent${index}`
    const on = reference.fields.map((field, position) => {
      const targetField = reference.targetFields[position] as string
      return `${parent}.${columnOf(target, targetField)} = child.${columnOf(model, field)}`
    })
    joins.push(`left join ${quoteIdentifier(target.table)} ${parent} on ${on.join(' and ')}`)
    values.push(...naturalColumns(target).map((column) => `${parent}.${column}`))
    // Null where the row refers to nothing.
    within.push(`coalesce(${parent}.copy = ${isTextKeyed(target) ? 1 : 'child.copy'}, true)`)
  }
  return `
select child.copy, row(${values.join(', ')})::text as facts, ${within.join(' and ')} as is_within
from ${quoteIdentifier(model.table)} child ${joins.join(' ')}`
}

/** Columns that are neither key nor reference: what a row is known by in every copy. */
function naturalColumns(model: ManifestModel): string[] {
  const keys = [...(model.primaryKey ?? []), ...model.references.flatMap(({ fields }) => fields)]
  return model.columns
    .filter(({ field }) => isTextKeyed(model) || !keys.includes(field))
    .map(({ field }) => columnOf(model, field))
}

function columnOf(model: ManifestModel, field: string): string {
  const column = model.columns.find((each) => each.field === field)
  return quoteIdentifier(column?.column ?? field)
}

function isTextKeyed({ primaryKey, columns }: ManifestModel): boolean {
  const key = columns.filter(({ field }) => primaryKey?.includes(field))
  return key.length === 1 && key[0]?.type === 'String'
}
