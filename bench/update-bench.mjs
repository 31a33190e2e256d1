// What it costs to meet rows that are there: a file whose rows are all in the table, each with other
// values, by the key and by a unique.
import path from 'node:path'
import { generate } from '../dist/generator/generate.js'
import { renderSchemaSql } from '../dist/src/embedded/render-schema-sql.js'
import { canRun, runScript } from './contestants.mjs'
import { median } from './figures.mjs'
import { readGeneratorOptions } from './generator-options.mjs'
import { freshDatabase } from './server.mjs'
import { fillContacts, makeUpdate } from './update.mjs'
import { withClient } from './with-client.mjs'

const ROOT = path.join(import.meta.dirname, '..')
const SCHEMA = path.join(ROOT, 'bench/update.prisma')
const MANIFEST = path.join(ROOT, 'bench/generated/update/manifest.json')

const importBy = (options) => ({
  manifest: MANIFEST,
  options: { onConflict: 'update', ...options },
})

/** `peer` is the line that others are compared with. */
const LINES = [
  {
    name: 'psql-id',
    title: 'psql, staged by hand, by id',
    script: 'psql-update',
    choices: { target: 'id' },
  },
  {
    name: 'gyro-id',
    title: 'prisma-gyro, keys kept, by id',
    script: 'import-models',
    choices: importBy({ strategy: 'none' }),
    peer: 'psql-id',
  },
  {
    name: 'psql-email',
    title: 'psql, staged by hand, by email',
    script: 'psql-update',
    choices: { target: 'email' },
  },
  {
    name: 'gyro-email',
    title: 'prisma-gyro, new keys, by email',
    script: 'import-models',
    choices: importBy({}),
    peer: 'psql-email',
  },
]

/**
 * Runs every line once a round, in a process of its own.
 *
 * @returns `{ rows, rounds, lines }`; of a line medians and, where it has a peer, `toPeer`: the median of
 * the ratios of each round. Null where psql is not installed.
 */
export async function benchUpdate({ scale, rounds, server }) {
  if (!canRun('psql')) {
    console.error('psql is not installed here: update is left out.')
    return null
  }
  await generate(await readGeneratorOptions(SCHEMA))
  const sql = await renderSchemaSql(SCHEMA, ROOT)
  const { folder, rows } = await makeUpdate(scale)
  const runs = new Map(LINES.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const { name, title, script, choices } of LINES) {
      const url = await freshDatabase(server, sql)
      await fill(url, rows.Contact)
      const result = await runScript(script, { url, folder, ...choices })
      await expectUpdated(url, name, rows.Contact)
      runs.get(name).push(result)
      console.error(
        `round ${round + 1}/${rounds}  update, ${title}: ${result.seconds.toFixed(2)} s`,
      )
    }
  }
  return { rows: rows.Contact, rounds, lines: LINES.map((line) => summarise(line, runs)) }
}

async function fill(url, rows) {
  await withClient(url, async (client) => {
    for (const statement of fillContacts(rows).split(';\n')) await client.query(statement)
    await client.query('checkpoint')
  })
}

/** Every row has its new score, and there is no other. */
async function expectUpdated(url, name, rows) {
  const text =
    'select count(*)::int as all, count(*) filter (where score = id + 1)::int as new from "Contact"'
  const [counts] = await withClient(url, async (client) => (await client.query(text)).rows)
  if (counts.all !== rows || counts.new !== rows) {
    throw new Error(`${name} left ${counts.new} of ${rows} rows updated, ${counts.all} in all.`)
  }
}

function summarise({ name, title, peer }, runs) {
  const own = runs.get(name)
  const ratios = own.map(({ seconds }, round) => peer && seconds / runs.get(peer)[round].seconds)
  return {
    name,
    title,
    seconds: median(own.map(({ seconds }) => seconds)),
    rowsPerSecond: median(own.map(({ rows, seconds }) => rows / seconds)),
    peakBytes: median(own.map(({ peakBytes }) => peakBytes)),
    toPeer: peer === undefined ? null : median(ratios),
    runs: own,
  }
}
