import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from '@jest/globals'
import { importModels } from '../../src/import/import-models.js'
import { planImport } from '../../src/import/plan-import.js'
import type { Manifest } from '../../src/manifest/manifest.js'
import { type PostgresClient, queryRow, queryRows } from '../../src/postgres/client.js'
import { ddlOf } from '../support/ddl.js'
import { manifestOf } from '../support/manifest-of.js'
import { withTestDatabase } from '../support/test-database.js'

const MODELS = 300
const ROWS_PER_MODEL = 20
/** Where the sequences stand: row n of every file gets the key 1000 + n. */
const KEYS_BEFORE = 1000

it('imports a schema as large applications have it', async () => {
  // A script of the benchmark, which has no types.
  const script = path.resolve('bench', 'large-schema.mjs')
  const { makeLargeSchema } = await import(script)
  const data = await mkdtemp(path.join(tmpdir(), 'prisma-gyro-large-'))
  try {
    const folder: string = makeLargeSchema(MODELS, data)
    const schema = path.join(folder, 'schema.prisma')
    const manifest = await manifestOf(schema)
    await withTestDatabase(await ddlOf(schema), async (client, { url }) => {
      await restartSequences(client)
      const from = path.join(folder, 'export')

      const plan = await planImport(manifest, { from, url })
      const { models, checks } = await importModels(manifest, { from, url })

      expect([plan.problems, plan.drift, plan.warnings]).toEqual([[], [], []])
      expect(models.map(({ loaded }) => loaded)).toEqual(Array(MODELS).fill(ROWS_PER_MODEL))
      expect(checks.every(({ ok }) => ok)).toBe(true)
      expect(await countStrays(client, manifest)).toBe('0')
    })
  } finally {
    await rm(data, { recursive: true, force: true })
  }
}, 120_000)

async function restartSequences(client: PostgresClient): Promise<void> {
  const sequences = await queryRows<{ name: string }>(client, {
    text: `select oid::regclass::text as name from pg_class where relkind = 'S'`,
    values: [],
  })
  const restarts = sequences.map(({ name }) => `alter sequence ${name} restart ${KEYS_BEFORE + 1}`)
  await client.query(restarts.join(';'))
}

/** Rows that do not refer to the row of the same number, as all of the files do. */
async function countStrays(client: PostgresClient, { models }: Manifest): Promise<string> {
  const counts = models.flatMap(({ table, columns }) => {
    const names = columns.map(({ column }) => column)
    const own = names.includes('id') ? 'id' : `${KEYS_BEFORE} + number`
    return ['ownerId', 'editorId']
      .filter((name) => names.includes(name))
      .map((name) => `select count(*) as n from "${table}" where "${name}" is distinct from ${own}`)
  })
  expect(counts.length).toBeGreaterThan(MODELS)
  const { sum } = await queryRow<{ sum: string }>(client, {
    text: `select sum(n)::text as sum from (${counts.join(' union all ')}) strays`,
    values: [],
  })
  return sum
}
