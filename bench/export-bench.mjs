// What it costs to write the workload shop out again, beside `psql \copy` of the same tables; and a slice
// of it, one tenant of ten with all that belongs to it.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { importModels } from '../dist/src/index.js'
import { canRun, runScript } from './contestants.mjs'
import { median, total } from './figures.mjs'
import { freshDatabase } from './server.mjs'
import { MODELS, makeShop } from './shop.mjs'
import { withClient } from './with-client.mjs'

const SHOP_SQL = path.join(import.meta.dirname, 'shop.sql')
const SHOP_MANIFEST = path.join(import.meta.dirname, 'generated/gyro/manifest.json')

const exportBy = (options) => ({ manifest: SHOP_MANIFEST, options })

/** `isWhole`: every row goes out; such lines are compared with psql. */
const LINES = [
  { name: 'psql-out', title: 'psql \\copy, table by table', script: 'psql-out', isWhole: true },
  {
    name: 'export-1',
    title: 'prisma-gyro export, one connection',
    script: 'export-models',
    choices: exportBy({ jobs: 1 }),
    isWhole: true,
  },
  {
    name: 'export-2',
    title: 'prisma-gyro export, two',
    script: 'export-models',
    choices: exportBy({ jobs: 2 }),
    isWhole: true,
  },
  {
    name: 'masked',
    title: 'the same, e-mails masked',
    script: 'export-models',
    choices: exportBy({ jobs: 2, mask: { Customer: { email: 'hash' } } }),
    isWhole: true,
  },
  {
    name: 'slice',
    title: 'a slice: one tenant of ten',
    script: 'export-models',
    choices: exportBy({ where: { Tenant: 'true' }, limit: { Tenant: 1 } }),
    isWhole: false,
  },
]

/**
 * Runs every line once a round, in a process of its own, from one database.
 *
 * @returns `{ scale, rows, rounds, lines }`; of a line medians and `toPsql`, the median of the ratios of
 * each round, null for the slice. Null where psql is not installed.
 */
export async function benchExport({ scale, rounds, server }) {
  if (!canRun('psql')) {
    console.error('psql is not installed here: export is left out.')
    return null
  }
  const data = await makeShop(scale)
  const url = await freshDatabase(server, readFileSync(SHOP_SQL, 'utf8'))
  const manifest = JSON.parse(readFileSync(SHOP_MANIFEST, 'utf8'))
  await importModels(manifest, { from: data.folder, url, fkMode: 'rebuild', history: false })
  await withClient(url, async (client) => {
    await client.query('vacuum analyze')
    await client.query('checkpoint')
  })
  const rows = total(data.rows)
  const runs = new Map(LINES.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < LINES.length; turn++) {
      const line = LINES[(turn + round) % LINES.length]
      const result = await runLine(line, url)
      if (line.isWhole && result.rows !== rows) {
        throw new Error(`${line.name} wrote ${result.rows} rows; ${rows} are there.`)
      }
      runs.get(line.name).push(result)
      const { seconds } = result
      console.error(`round ${round + 1}/${rounds}  ${line.title}: ${seconds.toFixed(2)} s`)
    }
  }
  return { scale, rows, rounds, lines: LINES.map((line) => summarise(line, runs)) }
}

/** Into a folder that is gone afterwards, whose files are counted. */
async function runLine({ name, script, choices }, url) {
  const folder = mkdtempSync(path.join(tmpdir(), 'gyro-bench-export-'))
  try {
    const to = path.join(folder, 'out')
    const result = await runScript(script, { url, to, ...choices })
    const files = readdirSync(to).filter((file) => file.endsWith('.csv'))
    if (files.length !== MODELS.length) throw new Error(`${name} wrote ${files.join(', ')}.`)
    const bytes = files.reduce((sum, file) => sum + statSync(path.join(to, file)).size, 0)
    return { ...result, bytes }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function summarise({ name, title, isWhole }, runs) {
  const own = runs.get(name)
  const psql = runs.get('psql-out')
  const middle = (value) => median(own.map(value))
  return {
    name,
    title,
    rows: own[0].rows,
    seconds: middle(({ seconds }) => seconds),
    cpuSeconds: middle(({ cpuSeconds }) => cpuSeconds),
    bytesPerSecond: middle(({ bytes, seconds }) => bytes / seconds),
    peakBytes: middle(({ peakBytes }) => peakBytes),
    toPsql: isWhole ? median(own.map((run, round) => run.seconds / psql[round].seconds)) : null,
    runs: own,
  }
}
