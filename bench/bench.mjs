// `npm run bench`: how fast an import is beside raw COPY, Prisma and fast-csv, side by side in one
// run. bench/README.md says what is measured. Timings decide nothing: wrong rows do.
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { benchChecks } from './checks-bench.mjs'
import { CONTESTANTS, runContestant } from './contestants.mjs'
import { buildReport, renderReport } from './report.mjs'
import { benchSchema } from './schema-bench.mjs'
import { readFacts, withServer } from './server.mjs'
import { makeShop } from './shop.mjs'

/** What `--only` takes. */
const NAMES = [...CONTESTANTS.map(({ name }) => name), 'checks', 'schema']

/** Chunks of 10 000 fields that each column of `checks` gets. */
const CHECKED_CHUNKS = 40

const USAGE = `\
npm run bench -- [options]

  --scale <n>      size of the workload; 1 is 3.25 M rows (default 0.1)
  --rounds <n>     how often each one runs; medians are shown (default 3)
  --only <names>   some of: ${NAMES.join(', ')}
  --models <n>     size of the schema (default 300)
  --quick          a smoke run: scale 0.002, 20 models, few values, one round
  --json           one JSON document instead of the table
  --help           this text`

/** Needed where a contestant has no database of its own to start from. */
const NEEDS_GENERATED = [
  'prisma-gyro',
  'prisma-gyro-rebuild',
  'prisma-gyro-rebuild-kept',
  'create-many',
]

async function main() {
  const options = readOptions()
  if (options.help) {
    console.log(USAGE)
    return
  }
  const { scale, rounds, contestants, checkedChunks, models } = options
  const data = contestants.length === 0 ? null : await makeShop(scale)
  if (contestants.some(({ name }) => NEEDS_GENERATED.includes(name))) generate()
  const needsServer = models !== null || contestants.some(({ expected }) => expected !== null)
  const use = async (server) => ({
    ...(server === null ? { postgres: null, settings: {} } : await readFacts(server)),
    runs: await runRounds({ rounds, contestants, server, data }),
    checks: checkedChunks === null ? null : await benchChecks({ chunks: checkedChunks, rounds }),
    schema: models === null ? null : await benchSchema({ models, rounds, server }),
  })
  const measured = await (needsServer ? withServer(use) : use(null))
  const report = buildReport({ scale, rounds, data, contestants, ...measured })
  console.log(options.json ? JSON.stringify(report, null, 2) : renderReport(report))
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      scale: { type: 'string' },
      rounds: { type: 'string' },
      only: { type: 'string', multiple: true },
      models: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const number = (name, text) => {
    if (!(Number(text) > 0)) throw new Error(`--${name} takes a number above 0, not "${text}".`)
    return Number(text)
  }
  const scale = number('scale', values.scale ?? (values.quick ? '0.002' : '0.1'))
  const rounds = Math.ceil(number('rounds', values.rounds ?? (values.quick ? '1' : '3')))
  const models = Math.ceil(number('models', values.models ?? (values.quick ? '20' : '300')))
  const only = values.only?.flatMap((names) => names.split(','))
  const isWanted = (name) => !only || only.includes(name)
  return {
    ...values,
    scale,
    rounds,
    contestants: chooseContestants(only),
    checkedChunks: isWanted('checks') ? (values.quick ? 1 : CHECKED_CHUNKS) : null,
    models: isWanted('schema') ? models : null,
  }
}

function chooseContestants(only) {
  const unknown = only?.find((name) => !NAMES.includes(name))
  if (unknown !== undefined) {
    throw new Error(`--only takes ${NAMES.join(', ')}, not "${unknown}".`)
  }
  return CONTESTANTS.filter(({ name }) => !only || only.includes(name)).filter((contestant) => {
    const missing = contestant.isMissing?.() ?? false
    if (missing) console.error(`${contestant.name} is not installed here: left out.`)
    return !missing
  })
}

/** The manifest by our own generator, and the client that `createMany` needs. */
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

/** Round by round, everyone in turn, each round from another one on: a slow minute hits all. */
async function runRounds({ rounds, contestants, server, data }) {
  const runs = new Map(contestants.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const contestant = contestants[(turn + round) % contestants.length]
      const result = await runContestant(contestant, { server, data })
      runs.get(contestant.name).push(result)
      console.error(
        `round ${round + 1}/${rounds}  ${contestant.title}: ${result.seconds.toFixed(2)} s`,
      )
    }
  }
  return runs
}

await main()
