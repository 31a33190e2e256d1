// `npm run bench`: how fast an import is beside raw COPY, psql, pgloader, Prisma and fast-csv, side by
// side in one run. bench/README.md says what is measured. Timings decide nothing: wrong rows do.
import { execFileSync } from 'node:child_process'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { benchChecks } from './checks-bench.mjs'
import { CONTESTANTS, runRounds } from './contestants.mjs'
import { benchExport } from './export-bench.mjs'
import { benchGrowth, GROWING } from './growth-bench.mjs'
import { renderText } from './render.mjs'
import { buildReport } from './report.mjs'
import { benchSchema } from './schema-bench.mjs'
import { sectionsOf } from './sections.mjs'
import { readFacts, withServer } from './server.mjs'
import { makeShop } from './shop.mjs'
import { benchUpdate } from './update-bench.mjs'
import { benchWide } from './wide-bench.mjs'
import { writeResults } from './write-results.mjs'

/** What `--only` takes beside the contestants. */
const PARTS = ['growth', 'wide', 'update', 'export', 'checks', 'schema']
const NAMES = [...CONTESTANTS.map(({ name }) => name), ...PARTS]

/** Chunks of 10 000 fields that each column of `checks` gets. */
const CHECKED_CHUNKS = 40

const USAGE = `\
npm run bench -- [options]

  --scale <n>      size of the workloads; 1 is 3.25 M rows of shop (default 0.4) and 22 M rows
                   of wide (default 1), 1 M of update (default 1); growth is 1/16, 1/4 and all of shop
  --rounds <n>     how often each one runs; medians are shown (default 3)
  --only <names>   some of: ${NAMES.join(', ')}
  --models <n>     size of the schema (default 300)
  --quick          a smoke run: scale 0.002, 20 models, few values, one round
  --write <folder> write RESULTS.md and growth.svg there, from what is measured
  --json           one JSON document instead of the tables
  --help           this text`

async function main() {
  const options = readOptions()
  if (options.help) {
    console.log(USAGE)
    return
  }
  const { scale, contestants, isWanted } = options
  const data = contestants.length === 0 ? null : await makeShop(scale)
  if (isWanted('export') || contestants.some(({ expected }) => expected !== null)) generate()
  const needsServer =
    ['schema', 'wide', 'update', 'export'].some(isWanted) ||
    contestants.some(({ expected }) => expected !== null)
  const use = (server) => measureAll({ ...options, data, server })
  const report = buildReport(await (needsServer ? withServer(use) : use(null)))
  console.log(options.json ? JSON.stringify(report, null, 2) : renderText(sectionsOf(report)))
  if (options.write !== undefined) writeResults(options.write, report)
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      scale: { type: 'string' },
      rounds: { type: 'string' },
      only: { type: 'string', multiple: true },
      models: { type: 'string' },
      quick: { type: 'boolean', default: false },
      write: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { quick } = values
  const number = (name, normal, small) => {
    const text = values[name] ?? (quick ? small : normal)
    if (!(Number(text) > 0)) throw new Error(`--${name} takes a number above 0, not "${text}".`)
    return Number(text)
  }
  const only = values.only?.flatMap((names) => names.split(','))
  const unknown = only?.find((name) => !NAMES.includes(name))
  if (unknown !== undefined) {
    throw new Error(`--only takes ${NAMES.join(', ')}, not "${unknown}".`)
  }
  const isWanted = (name) => !only || only.includes(name)
  return {
    ...values,
    scale: number('scale', '0.4', '0.002'),
    wideScale: number('scale', '1', '0.002'),
    rounds: Math.ceil(number('rounds', '3', '1')),
    models: Math.ceil(number('models', '300', '20')),
    checkedChunks: quick ? 1 : CHECKED_CHUNKS,
    contestants: chooseContestants(isWanted),
    isWanted,
  }
}

/** Growth needs its contestants: they run the largest of its sizes. */
function chooseContestants(isWanted) {
  const isNeeded = (contestant) => isWanted('growth') && GROWING.includes(contestant)
  return CONTESTANTS.filter(
    (contestant) => isWanted(contestant.name) || isNeeded(contestant),
  ).filter(({ name, isMissing }) => {
    const missing = isMissing?.() ?? false
    if (missing) console.error(`${name} is not installed here: left out.`)
    return !missing
  })
}

/** All that is wanted, one after the other: nothing runs beside what is timed. */
async function measureAll({ scale, wideScale, rounds, models, checkedChunks, ...what }) {
  const { contestants, data, isWanted, server } = what
  const start = performance.now()
  const [loadBefore] = os.loadavg()
  const runs = await runRounds({ rounds, contestants, server, data })
  const largest = { data, runs }
  const parts = {
    growth: isWanted('growth') ? await benchGrowth({ scale, rounds, server, largest }) : null,
    wide: isWanted('wide') ? await benchWide({ scale: wideScale, rounds, server }) : null,
    update: isWanted('update') ? await benchUpdate({ scale: wideScale, rounds, server }) : null,
    exported: isWanted('export') ? await benchExport({ scale, rounds, server }) : null,
    checks: isWanted('checks') ? await benchChecks({ chunks: checkedChunks, rounds }) : null,
    schema: isWanted('schema') ? await benchSchema({ models, rounds, server }) : null,
    server: server === null ? null : await readFacts(server),
  }
  const seconds = (performance.now() - start) / 1_000
  return { scale, rounds, seconds, loadBefore, data, runs, ...parts }
}

/** The manifest of `shop` by our own generator, and the client that `createMany` needs. */
function generate() {
  const root = path.join(import.meta.dirname, '..')
  execFileSync(
    process.execPath,
    [
      path.join(root, 'node_modules/prisma/build/index.js'),
      'generate',
      '--schema',
      'bench/shop.prisma',
    ],
    {
      cwd: root,
      // Its talk is shown only when it fails.
      stdio: 'pipe',
      // `generate` insists on an engine that it never runs; naming a program saves the download.
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
      },
    },
  )
}

await main()
