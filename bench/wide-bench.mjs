// What a key costs in memory: the same work over few and over many keys, and what the process held at
// its peak. All but the keys is the same in both.
import path from 'node:path'
import { generate } from '../dist/generator/generate.js'
import { renderSchemaSql } from '../dist/src/embedded/render-schema-sql.js'
import { runScript } from './contestants.mjs'
import { median, total } from './figures.mjs'
import { readGeneratorOptions } from './generator-options.mjs'
import { freshDatabase } from './server.mjs'
import { makeWide } from './wide.mjs'

const ROOT = path.join(import.meta.dirname, '..')
const SCHEMA = path.join(ROOT, 'bench/wide.prisma')

/** The first of each is what the others are compared with. `shares` are of the scale. */
const LINES = [
  {
    name: 'byte-path',
    title: 'byte path alone',
    script: 'byte-path',
    choices: { workload: 'wide', checksValues: false },
    needsTables: false,
    shares: [0.05, 0.25, 1],
  },
  {
    name: 'import',
    title: 'prisma-gyro rebuild',
    script: 'import-models',
    choices: {
      manifest: path.join(ROOT, 'bench/generated/wide/manifest.json'),
      options: { fkMode: 'rebuild' },
    },
    needsTables: true,
    shares: [0.05, 1],
  },
]

/**
 * Runs every size of every line once a round, in a process of its own.
 *
 * @returns `{ scale, rounds, lines }`; the `sizes` of a line have medians and, but for the first,
 * `bytesPerKey`: what the peak of a round is above that of the first size, for each further key;
 * median, least and most of the rounds.
 */
export async function benchWide({ scale, rounds, server }) {
  await generate(await readGeneratorOptions(SCHEMA))
  const sql = await renderSchemaSql(SCHEMA, ROOT)
  const sizes = []
  for (const line of LINES) {
    for (const share of line.shares) {
      sizes.push({ line, data: await makeWide(scale * share), runs: [] })
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const { line, data, runs } of sizes) {
      const url = line.needsTables ? await freshDatabase(server, sql) : null
      const task = { url, folder: data.folder, ...line.choices }
      const result = await runScript(line.script, task)
      const title = `wide, ${line.title}, ${total(data.rows)} keys`
      if (result.rows !== total(data.rows)) throw new Error(`${title}: ${result.rows} rows.`)
      runs.push(result)
      console.error(`round ${round + 1}/${rounds}  ${title}: ${result.seconds.toFixed(2)} s`)
    }
  }
  const lines = LINES.map((line) => {
    const own = sizes.filter((size) => size.line === line)
    return { name: line.name, title: line.title, sizes: own.map((size) => summarise(size, own[0])) }
  })
  return { scale, rounds, lines }
}

function summarise(size, first) {
  const { data, runs } = size
  return {
    keys: keysOf(size),
    rows: runs[0].rows,
    seconds: median(runs.map(({ seconds }) => seconds)),
    bytesPerSecond: median(runs.map(({ seconds }) => total(data.bytes) / seconds)),
    peakBytes: median(runs.map(({ peakBytes }) => peakBytes)),
    bytesPerKey: size === first ? null : bytesPerKey(size, first),
    runs,
  }
}

function bytesPerKey(size, first) {
  const keys = keysOf(size) - keysOf(first)
  const values = size.runs.map((run, round) => (run.peakBytes - first.runs[round].peakBytes) / keys)
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) }
}

/** Every row has a key of its own. */
const keysOf = ({ data }) => total(data.rows)
