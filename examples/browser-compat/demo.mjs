// `npm run demo`: the main job on real data, every step as a user would type it. The database is a
// PostgreSQL of the demo's own, under .gyro/; nothing is left behind.
import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync, rmSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import colors from 'picocolors'
import { readProject, withEmbeddedPostgres } from '../../dist/src/index.js'
import { compareCopies } from './compare-copies.mjs'

const folder = import.meta.dirname
const started = performance.now()
const env = {
  ...process.env,
  // `prisma generate` looks for a schema engine that it never starts, and for updates: neither is to
  // need the network. Any program does.
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  CHECKPOINT_DISABLE: '1',
}

cleanUp()
try {
  heading('The schema becomes an import manifest')
  type('prisma', 'generate', '--no-hints')

  heading('Real data: what every browser supports since when, as a CSV file per model')
  type('node', 'export-csv.mjs', './export')

  heading('What would an import do?')
  type('prisma-gyro', 'plan', './export', '--embedded')

  heading('Import it')
  type('prisma-gyro', 'import', './export', '--embedded', '--batch-name', 'first')

  heading('Import it again: every key is taken, so every key and every reference changes')
  type('prisma-gyro', 'import', './export', '--embedded', '--batch-name', 'second')

  const project = await readProject({ cwd: folder, env })
  await withEmbeddedPostgres(project, (url) => withClient(url, showCopies))
} finally {
  cleanUp()
}
console.log(
  `\nDone in ${Math.round((performance.now() - started) / 1000)} s; nothing is left behind.`,
)

async function showCopies(client) {
  const snapshots = await client.query('select id from "Snapshot" order by id')
  const [first, second, ...others] = snapshots.rows.map(({ id }) => id)
  const { models, references } = await compareCopies(client, [first, second])

  heading('Every row is there twice, with a new key the second time')
  showTable(
    ['Model', 'First copy', 'Keys', 'Second copy', 'Keys'],
    models.map(({ model, copies }) => [
      model,
      ...copies.flatMap((copy) => [copy.rows, range(copy)]),
    ]),
  )

  heading('Every reference leads to the same row in both copies, by natural columns')
  showTable(
    ['Reference', 'First copy', 'Second copy', ''],
    references.map(({ reference, first, second, isEqual }) => [
      reference,
      first,
      second,
      isEqual ? 'equal' : 'DIFFERENT',
    ]),
  )

  heading('Since when does a browser know the CSS selector :has()? Read from the second copy')
  const { rows } = await client.query(selectSupport(), [second, 'css.selectors.has'])
  showTable(
    ['Browser', 'Version', 'Released', 'Engine'],
    rows.map(({ browser, version, released, engine }) => [browser, version, released, engine]),
  )

  const isComplete = models.every(({ copies: [one, two] }) => one.rows > 0 && one.rows === two.rows)
  if (others.length > 0 || !isComplete || !references.every(({ isEqual }) => isEqual)) {
    throw new Error('The two copies are not the same')
  }
}

function selectSupport() {
  return `
select b.name as browser, coalesce(r.version, s.added::text) as version,
  coalesce(r."releasedOn"::text, '') as released, coalesce(r.engine::text, '') as engine
from "Support" s
join "Feature" f on f.id = s."featureId"
join "Browser" b on b.id = s."browserId"
left join "Release" r on r.id = s."addedId"
where f."snapshotId" = $1 and f.path = $2 and s.position = 0
order by r."releasedOn" nulls last, b.name`
}

function heading(text) {
  console.log(`\n${colors.bold(colors.cyan(text))}`)
}

/** Runs a command of the project with its real output; the first that fails ends the demo. */
function type(command, ...args) {
  console.log(colors.dim(`$ ${[command, ...args].join(' ')}`))
  const { status, error } = spawnSync(command, args, {
    cwd: folder,
    env,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (error !== undefined || status !== 0) {
    throw error ?? new Error(`${command} ended with exit code ${status}`)
  }
}

async function withClient(url, use) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await use(client)
  } finally {
    await client.end()
  }
}

/** Numbers stand on the right. */
function showTable(head, rows) {
  const cells = [head, ...rows.map((row) => row.map(format))]
  const widths = head.map((_, column) => Math.max(...cells.map((line) => line[column].length)))
  for (const [index, line] of cells.entries()) {
    const text = line
      .map((cell, column) =>
        typeof rows[0][column] === 'number'
          ? cell.padStart(widths[column])
          : cell.padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd()
    console.log(index === 0 ? colors.dim(text) : text)
  }
}

/** `     18 – 34`; nothing for a model without a key of its own. */
function range({ from, to }) {
  return from === null ? '' : `${format(from).padStart(7)} – ${format(to)}`
}

function format(value) {
  return typeof value === 'number' ? String(value).replaceAll(/\B(?=(\d{3})+$)/g, ' ') : value
}

function cleanUp() {
  // For root in a folder that is closed to others, the data is elsewhere and this is a link.
  const data = path.join(folder, '.gyro/postgres')
  if (existsSync(data)) {
    rmSync(realpathSync(data), { recursive: true })
  }
  for (const name of ['.gyro', 'export', 'generated']) {
    rmSync(path.join(folder, name), { recursive: true, force: true })
  }
}
