// Who runs, and how one is run: in a process of its own, into tables made anew.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { checkTables, MASK } from './check-tables.mjs'
import { freshDatabase } from './server.mjs'
import { withClient } from './with-client.mjs'

/** Orders of the file that `createMany` gets: the whole file would take it minutes. */
const SLICE = 20_000

const SHOP_SQL = path.join(import.meta.dirname, 'shop.sql')
const SHOP_MANIFEST = path.join(import.meta.dirname, 'generated/gyro/manifest.json')

const allRows = ({ rows }) => rows
const noRows = ({ rows }) => Object.fromEntries(Object.keys(rows).map((model) => [model, 0]))
const importBy = (options) => ({ manifest: SHOP_MANIFEST, options })
const bytePath = (checksValues) => ({ workload: 'shop', checksValues })

/**
 * `--only` takes the names. `expected` gives the rows that each table holds afterwards, null for a
 * contestant that needs no database; `bytes` those that are worked on, where not all are; `script`
 * the file that runs, where it has another name, and `choices` what that one is told; `masks` whether it
 * changes the e-mails of customers; `peer` how the
 * table calls it where the others are compared with it.
 */
export const CONTESTANTS = [
  {
    name: 'raw-copy',
    title: 'raw COPY, pg-copy-streams',
    peer: 'raw COPY',
    expected: allRows,
  },
  {
    name: 'psql',
    title: 'psql \\copy',
    peer: 'psql',
    expected: allRows,
    isMissing: () => !canRun('psql'),
  },
  {
    name: 'pgloader',
    title: 'pgloader',
    peer: 'pgloader',
    expected: allRows,
    isMissing: () => !canRun('pgloader'),
  },
  {
    name: 'prisma-gyro',
    title: 'prisma-gyro checked',
    script: 'import-models',
    choices: importBy({ fkMode: 'checked' }),
    expected: allRows,
    remaps: true,
  },
  {
    name: 'psql-rebuild',
    title: 'psql \\copy, rebuilt by hand',
    peer: 'psql rebuilt',
    expected: allRows,
    isMissing: () => !canRun('psql'),
  },
  {
    name: 'prisma-gyro-rebuild-kept',
    title: 'prisma-gyro rebuild, keys kept',
    script: 'import-models',
    choices: importBy({ fkMode: 'rebuild', strategy: 'none' }),
    expected: allRows,
  },
  {
    name: 'prisma-gyro-rebuild',
    title: 'prisma-gyro rebuild',
    script: 'import-models',
    choices: importBy({ fkMode: 'rebuild' }),
    expected: allRows,
    remaps: true,
  },
  {
    name: 'no-history',
    title: 'prisma-gyro rebuild, no history',
    script: 'import-models',
    choices: importBy({ fkMode: 'rebuild', history: false }),
    expected: allRows,
    remaps: true,
  },
  {
    name: 'chunks',
    title: 'prisma-gyro checked, in chunks',
    script: 'import-models',
    choices: importBy({ commit: 'chunk' }),
    expected: allRows,
    remaps: true,
  },
  {
    name: 'rollback',
    title: 'prisma-gyro rollback',
    choices: { manifest: SHOP_MANIFEST },
    expected: noRows,
  },
  {
    name: 'create-many',
    title: 'Prisma createMany',
    peer: 'Prisma Client',
    expected: ({ rows }) => ({ ...rows, Product: 0, Order: sliceOf(rows), Item: 0 }),
    bytes: ({ rows, bytes }) => Math.round((bytes.Order * sliceOf(rows)) / rows.Order),
  },
  {
    name: 'rows',
    title: 'prisma-gyro, rows as objects',
    // All of them: at so many rows per second those of `createMany` are but the start.
    choices: { manifest: SHOP_MANIFEST, parents: 'given' },
    expected: ({ rows }) => ({ ...rows, Product: 0, Item: 0 }),
    bytes: ({ bytes }) => bytes.Tenant + bytes.Shop + bytes.Customer + bytes.Order,
    remaps: true,
  },
  {
    name: 'rows-beside',
    title: 'the same, their parents there',
    script: 'rows',
    choices: { manifest: SHOP_MANIFEST, parents: 'loaded' },
    expected: ({ rows }) => ({ ...rows, Product: 0, Item: 0 }),
    bytes: ({ bytes }) => bytes.Order,
  },
  {
    name: 'transform',
    title: 'prisma-gyro checked, a hook on one model',
    choices: { ...importBy({ fkMode: 'checked' }), mask: MASK },
    expected: allRows,
    remaps: true,
    masks: true,
  },
  {
    name: 'byte-path',
    title: 'byte path alone',
    choices: bytePath(true),
    expected: null,
  },
  {
    name: 'byte-path-unchecked',
    title: 'the same, values not checked',
    script: 'byte-path',
    choices: bytePath(false),
    expected: null,
  },
  {
    name: 'fast-csv',
    title: 'fast-csv doing the same',
    peer: 'fast-csv',
    expected: null,
  },
]

/** Round by round, everyone in turn, each round from another one on: a slow minute hits all. */
export async function runRounds({ rounds, contestants, server, data, label = '' }) {
  const runs = new Map(contestants.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const contestant = contestants[(turn + round) % contestants.length]
      const result = await runContestant(contestant, { server, data })
      runs.get(contestant.name).push(result)
      console.error(
        `round ${round + 1}/${rounds}  ${label}${contestant.title}: ${result.seconds.toFixed(2)} s`,
      )
    }
  }
  return runs
}

/**
 * Runs one contestant once and checks what it left in the tables. Gives `{ seconds, cpuSeconds,
 * peakBytes, rows, bytes }`.
 */
async function runContestant(contestant, { server, data }) {
  const {
    name,
    script = name,
    choices,
    expected,
    bytes = sumBytes,
    remaps = false,
    masks = false,
  } = contestant
  const url = expected === null ? null : await freshDatabase(server, readFileSync(SHOP_SQL, 'utf8'))
  const task = { url, folder: data.folder, slice: sliceOf(data.rows), ...choices }
  const result = { bytes: bytes(data), ...(await runScript(script, task)) }
  if (url === null) return result
  await checkTables(url, { name, data, expected: expected(data), remaps, masks })
  return { ...result, ...(await readSizes(url)) }
}

/** What the tables take on disk, with their indexes, and what those of the history take. */
async function readSizes(url) {
  const text = `\
select
  coalesce(sum(pg_total_relation_size(c.oid)) filter (where n.nspname = 'public'), 0)::float8 as "tableBytes",
  coalesce(sum(pg_total_relation_size(c.oid)) filter (where n.nspname = 'prisma_gyro'), 0)::float8 as "historyBytes"
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r'`
  const [sizes] = await withClient(url, async (client) => (await client.query(text)).rows)
  return sizes
}

/** Runs a script of the folder in a process of its own. Gives what it measured: see measure.mjs. */
export async function runScript(name, task) {
  const script = path.join(import.meta.dirname, 'contestants', `${name}.mjs`)
  const child = spawn(process.execPath, [script, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  if (code !== 0) throw new Error(`${name} failed with exit code ${code}.`)
  return JSON.parse(output)
}

const sliceOf = (rows) => Math.min(SLICE, rows.Order)
const sumBytes = ({ bytes }) => Object.values(bytes).reduce((sum, size) => sum + size, 0)

/** Whether a program is installed here. */
export function canRun(command) {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
