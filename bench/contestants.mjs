// Who runs, and how one is run: in a process of its own, into tables made anew.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { checkTables } from './check-tables.mjs'
import { freshDatabase } from './server.mjs'

/** Orders of the file that `createMany` gets: the whole file would take it minutes. */
const SLICE = 20_000

/**
 * `--only` takes the names. `expected` gives the rows that each table holds afterwards, null for a
 * contestant that needs no database; `bytes` those that are worked on, where not all are; `script`
 * the file that runs, where it has another name, and `choices` what that one is told.
 */
export const CONTESTANTS = [
  {
    name: 'raw-copy',
    title: 'raw COPY of the files, pg-copy-streams',
    expected: ({ rows }) => rows,
  },
  {
    name: 'psql',
    title: 'raw COPY of the files, psql \\copy',
    expected: ({ rows }) => rows,
    isMissing: () => !canRun('psql'),
  },
  {
    name: 'prisma-gyro',
    title: 'prisma-gyro, checked, every key remapped',
    expected: ({ rows }) => rows,
    remaps: true,
  },
  {
    name: 'psql-rebuild',
    title: 'psql \\copy, FKs and indexes dropped and remade',
    expected: ({ rows }) => rows,
    isMissing: () => !canRun('psql'),
  },
  {
    name: 'prisma-gyro-rebuild-kept',
    title: 'prisma-gyro, rebuild, keys kept',
    expected: ({ rows }) => rows,
  },
  {
    name: 'prisma-gyro-rebuild',
    title: 'prisma-gyro, rebuild, every key remapped',
    expected: ({ rows }) => rows,
    remaps: true,
  },
  {
    name: 'create-many',
    title: 'Prisma createMany, a slice of the orders',
    expected: ({ rows }) => ({ ...rows, Product: 0, Order: sliceOf(rows), Item: 0 }),
    bytes: ({ rows, bytes }) => Math.round((bytes.Order * sliceOf(rows)) / rows.Order),
  },
  {
    name: 'byte-path',
    title: 'prisma-gyro, survey + scan + remap alone',
    expected: null,
    choices: { checksValues: true },
  },
  {
    name: 'byte-path-unchecked',
    title: 'the same, values not checked',
    script: 'byte-path',
    expected: null,
    choices: { checksValues: false },
  },
  {
    name: 'fast-csv',
    title: 'fast-csv, parse + remap + format alone',
    expected: null,
  },
]

/**
 * Runs one contestant once and checks what it left in the tables.
 *
 * @param at `{ server, data }`: the running server, null when none is needed, and the CSV folder.
 * @returns `{ seconds, cpuSeconds, peakBytes, rows, bytes }`
 */
export async function runContestant(contestant, { server, data }) {
  const { name, script = name, choices, expected, bytes = sumBytes, remaps = false } = contestant
  const url = expected === null ? null : await freshDatabase(server)
  const task = { url, folder: data.folder, slice: sliceOf(data.rows), ...choices }
  const result = { bytes: bytes(data), ...(await runScript(script, task)) }
  if (url !== null) await checkTables(url, { name, data, expected: expected(data), remaps })
  return result
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

function canRun(command) {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
