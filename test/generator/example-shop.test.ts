import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describe, expect, it } from '@jest/globals'
import { from } from 'pg-copy-streams'
import { CircularDependencyResolver } from '../../src/graph/circular-dependency-resolver.js'
import type { Manifest, ManifestModel } from '../../src/manifest/manifest.js'
import type { PostgresClient } from '../../src/postgres/client.js'
import { ddlOf } from '../support/ddl.js'
import { manifestOf } from '../support/manifest-of.js'
import { withTestDatabase } from '../support/test-database.js'

const SCHEMA = path.join('prisma', 'schema.prisma')
const MIGRATION = path.join('prisma', 'migrations', '0001_init', 'migration.sql')
const FOLDER = path.join('prisma', 'export')

describe('the example shop', () => {
  it('has the migration that Prisma makes of its schema', async () => {
    const migration = await readFile(MIGRATION, 'utf8')

    expect(migration.trim()).toBe((await ddlOf(SCHEMA)).trim())
  })

  it('has a file for each model, whose rows PostgreSQL takes in load order', async () => {
    const manifest = await manifestOf(SCHEMA)
    const files = await filesByModel(manifest)

    await withTestDatabase(await readFile(MIGRATION, 'utf8'), async (client) => {
      // With plain COPY the rows of one file may come in any order: references are checked after it.
      // Those of a circle wait for COMMIT.
      await client.query(`
alter table shops alter constraint shops_manager_id_fkey deferrable initially deferred;
alter table employees alter constraint employees_tenant_id_shop_code_fkey deferrable initially deferred;
begin`)
      for (const model of loadOrder(manifest)) {
        await copyFile(client, model, files.get(model.name) ?? '')
      }
      await client.query('commit')

      const orders = await client.query('select from orders join customers c on c.id = customer_id')
      expect(orders.rowCount).toBe(32)
    })
  })
})

async function filesByModel({ models }: Manifest): Promise<ReadonlyMap<string, string>> {
  const files = await readdir(FOLDER)
  expect(files).toHaveLength(models.length)
  return new Map(
    models.flatMap((model) => {
      const file = files.find((name) => model.files.includes(path.basename(name, '.csv')))
      return file === undefined ? [] : [[model.name, file]]
    }),
  )
}

function loadOrder({ models }: Manifest): readonly ManifestModel[] {
  const groups = new CircularDependencyResolver(models).resolve()
  const names = groups.flatMap((group) => group.models)
  return models.toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name))
}

async function copyFile(client: PostgresClient, model: ManifestModel, file: string) {
  const text = await readFile(path.join(FOLDER, file), 'utf8')
  const headers = text.slice(0, text.indexOf('\n')).split(',')
  const columns = headers.map(
    (header) => model.columns.find((column) => column.headers.includes(header))?.column,
  )
  const list = columns.map((column) => `"${column}"`).join(', ')
  const sql = `copy "${model.table}" (${list}) from stdin (format csv, header)`
  await pipeline(Readable.from([text]), client.query(from(sql)))
}
