// `npm run demo`: the main job on real data, every step as a user would type it. A part of one database
// goes into another that has rows of its own, is looked at, and is undone. Both databases are on a
// PostgreSQL of the demo's own, under .gyro/; nothing is left behind.
import { existsSync, realpathSync, rmSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { readProject, withEmbeddedPostgres } from '../../dist/src/index.js'
import { compareCopies, readCopy, readState } from './compare-copies.mjs'
import {
  expect,
  formatRange,
  heading,
  showFailure,
  showTable,
  showVariables,
  success,
  type,
} from './screen.mjs'

const folder = import.meta.dirname
const started = performance.now()
const shell = {
  cwd: folder,
  // `prisma generate` looks for a schema engine that it never starts, and for updates: neither is to
  // need the network. Any program does.
  env: {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    CHECKPOINT_DISABLE: '1',
  },
  variables: {},
}
const PART = 'css.selectors'
const SLICE = [
  ...['prisma-gyro', 'export', './export/selectors', '--url', '$PRODUCTION'],
  ...['--where', `Feature: path = '${PART}'`, '--mask', 'TrackingLink.url=hash'],
]

// Ctrl-C ends the command that runs, and that ends the demo, which cleans up as after any failure.
let isStopped = false
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    isStopped = true
  })
}

cleanUp()
try {
  heading('The schema becomes a manifest')
  run('prisma', 'generate', '--no-hints')
  const project = await readProject({ cwd: folder, env: shell.env })
  heading('Two databases with empty tables, on a PostgreSQL of their own')
  await withEmbeddedPostgres(project, async (url) => {
    shell.variables = await createDatabases(url)
    showVariables(shell.variables)
    await showAll(shell.variables)
  })
} catch (error) {
  showFailure(error)
  process.exitCode = 1
} finally {
  cleanUp()
}
if (process.exitCode === undefined) {
  const seconds = Math.round((performance.now() - started) / 1000)
  success(`Done in ${seconds} s; nothing is left behind.`)
}

/** Copies of the database that has got the tables of the migrations, and nothing else. */
async function createDatabases(url) {
  const urlOf = (name) => Object.assign(new URL(url), { pathname: name }).href
  const template = new URL(url).pathname.slice(1)
  await withClient(urlOf('postgres'), async (client) => {
    await client.query(`create database production template "${template}"`)
    await client.query(`create database staging template "${template}"`)
  })
  return { PRODUCTION: urlOf('production'), STAGING: urlOf('staging') }
}

async function showAll({ PRODUCTION, STAGING }) {
  heading('Real data: what every browser supports since when, a CSV file per model')
  run('node', 'export-csv.mjs', './export/all')

  heading('All of it goes into production, which is empty')
  run('prisma-gyro', 'import', './export/all', '--url', '$PRODUCTION')

  heading('Staging has rows of its own, with the same keys')
  run('node', 'export-csv.mjs', './export/http', 'http')
  runAndTail(3, 'prisma-gyro', 'import', './export/http', '--url', '$STAGING')
  const before = await withClient(STAGING, readState)

  heading('A part of production is wanted in staging: which rows, and why?')
  run(...SLICE, '--dry-run')

  heading('Export them, all of one moment, the links masked')
  runAndTail(2, ...SLICE)

  heading('What would an import into staging do?')
  run('prisma-gyro', 'plan', './export/selectors', '--url', '$STAGING')

  heading('Import: every key is taken, so every key and every reference changes')
  run('prisma-gyro', 'import', './export/selectors', '--url', '$STAGING')

  heading('Is everything there as it is in the files?')
  run('prisma-gyro', 'verify', 'last', '--url', '$STAGING')

  heading('And as in production? Compared by what people know the rows by')
  const between = await withClient(STAGING, readState)
  await withClient(PRODUCTION, (production) =>
    withClient(STAGING, async (staging) => {
      await showCopies([production, staging], { before, between })
      heading('The masked links: none is the same, and equal ones stay equal')
      await showLinks([production, staging])
      heading('Since when does a browser know the selector :has()? Asked in staging')
      await showSupport([production, staging])
    }),
  )

  heading('Undo it')
  run('prisma-gyro', 'rollback', 'last', '--yes', '--url', '$STAGING')

  heading('Staging is what it was before, to the last value')
  showUndone([before, between, await withClient(STAGING, readState)])
}

async function showCopies(clients, { before, between }) {
  const copies = []
  for (const client of clients) {
    copies.push(await readCopy(client, { snapshotId: await newestSnapshot(client), path: PART }))
  }
  const models = compareCopies(...copies)
  showTable(
    ['Model', 'Rows', 'Keys in production', 'Keys in staging', 'Values', 'References'],
    models.map(({ model, copies: [one, two], references, different }) => [
      model,
      two.rows,
      formatRange(one),
      formatRange(two),
      different.includes('values') ? 'DIFFERENT' : 'equal',
      describeReferences(references, different),
    ]),
  )

  const loaded = between.map(({ rows }, index) => rows - before[index].rows)
  expect(
    models.every(({ different }) => different.length === 0) &&
      models.every(({ copies: [, { rows }] }, index) => rows > 0 && rows === loaded[index]),
    'the two copies are not the same',
  )
}

function describeReferences(references, different) {
  const wrong = references.filter((name) => different.includes(name))
  if (wrong.length > 0) {
    return `DIFFERENT: ${wrong.join(', ')}`
  }
  return references.length === 0 ? '' : `${references.length} equal`
}

async function showLinks(clients) {
  const [links, masked] = await askBoth(clients, selectLinks())
  const pairs = new Map()
  for (const [index, { url }] of links.entries()) {
    const { masks, count } = pairs.get(url) ?? { masks: new Set(), count: 0 }
    pairs.set(url, { masks: masks.add(masked[index].url), count: count + 1 })
  }
  const counted = [...pairs].sort(([, one], [, two]) => two.count - one.count)
  showTable(
    ['Rows', 'Link in production', 'Link in staging'],
    counted.slice(0, 3).map(([url, { masks, count }]) => [count, url, [...masks].join(' ')]),
  )

  const different = new Set(masked.map(({ url }) => url))
  expect(
    links.length > 0 &&
      links.length === masked.length &&
      different.size === pairs.size &&
      counted.every(([url, { masks }]) => masks.size === 1 && !different.has(url)),
    'a link is not masked as it should be',
  )
}

async function showSupport(clients) {
  const [known, copied] = await askBoth(clients, selectSupport())
  showTable(
    ['Browser', 'Version', 'Released', 'Engine'],
    copied.map(({ browser, version, released, engine }) => [browser, version, released, engine]),
  )

  const isSame = JSON.stringify(known) === JSON.stringify(copied)
  expect(copied.length > 0 && isSame, 'production says otherwise')
}

function showUndone([before, between, after]) {
  const same = before.map(({ digest }, index) => digest === after[index].digest)
  showTable(
    ['Model', 'Rows before', 'After the import', 'After the rollback', 'All values'],
    before.map(({ model, rows }, index) => [
      model,
      rows,
      between[index].rows,
      after[index].rows,
      same[index] ? 'as before' : 'DIFFERENT',
    ]),
  )

  expect(!same.includes(false), 'the rollback has not undone everything')
}

/** The answers of both databases to a question about the part that was copied. */
async function askBoth(clients, question) {
  const answers = []
  for (const client of clients) {
    const { rows } = await client.query(question, [await newestSnapshot(client), PART])
    answers.push(rows)
  }
  return answers
}

/** The one that was written last. */
async function newestSnapshot(client) {
  const { rows } = await client.query('select max(id) as id from "Snapshot"')
  return rows[0].id
}

function selectLinks() {
  return `
select l.url
from "TrackingLink" l
join "Support" s on s.id = l."supportId"
join "Feature" f on f.id = s."featureId"
join "Browser" b on b.id = s."browserId"
where f."snapshotId" = $1 and starts_with(f.path, $2)
order by f.path, b.key, s.position, l.position`
}

function selectSupport() {
  return `
select b.name as browser, coalesce(r.version, s.added::text) as version,
  coalesce(r."releasedOn"::text, '') as released, coalesce(r.engine::text, '') as engine
from "Support" s
join "Feature" f on f.id = s."featureId"
join "Browser" b on b.id = s."browserId"
left join "Release" r on r.id = s."addedId"
where f."snapshotId" = $1 and f.path = $2 || '.has' and s.position = 0 and b.platform = 'desktop'
order by r."releasedOn" nulls last, b.name`
}

function run(...words) {
  runAndTail(undefined, ...words)
}

function runAndTail(tail, ...words) {
  expect(!isStopped, 'stopped')
  type(words, { ...shell, tail })
}

async function withClient(url, use) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
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
