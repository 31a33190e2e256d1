// Kills loaders and servers at random moments of imports, in one transaction and in chunks, and looks
// whether every row is there once in the end: npm run soak -- [seed] [loaders] [servers].
// The seed is printed: with it a run is repeated, as far as the machine takes as long for the same.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { startServer } from '../dist/src/embedded/embedded-server.js'

const ROOT = path.resolve(import.meta.dirname, '..')
const BIN = path.join(ROOT, 'dist/src/bin.js')

const [seed = Date.now() % 1_000_000, loaders = 50, servers = 20] = process.argv
  .slice(2)
  .map(Number)

const SHOPS = 200
const ORDERS = 60_000
const TOPICS = 3_000
const BATCH_SIZE = 4_000

const SQL = `
create table "Shop" (id serial primary key, name text not null);
create table "Token" (id uuid primary key, name text not null);
create table "Order" (
  id serial primary key,
  number int not null,
  "shopId" int not null references "Shop",
  "tokenId" uuid not null references "Token"
);
create table "Topic" (id serial primary key, name text not null, "parentId" int references "Topic")`

const INT = { type: 'Int' }
const KEY = { ...INT, default: { by: 'database', make: 'autoincrement' } }
const UUID = { default: { by: 'client', make: 'uuid', args: [4] } }

const MANIFEST = {
  version: 1,
  relationMode: 'foreignKeys',
  models: [
    model('Shop', [column('id', KEY), column('name')]),
    { ...model('Token', [column('id', UUID), column('name')]), strategy: 'fresh' },
    model(
      'Order',
      [column('id', KEY), column('number', INT), column('shopId', INT), column('tokenId')],
      [reference('shop', 'shopId', 'Shop'), reference('token', 'tokenId', 'Token')],
    ),
    model(
      'Topic',
      [column('id', KEY), column('name'), column('parentId', { ...INT, isRequired: false })],
      [{ ...reference('parent', 'parentId', 'Topic'), isNullable: true }],
    ),
  ],
  enums: [],
  excluded: [],
}

function model(name, columns, references = []) {
  const keys = { primaryKey: ['id'], uniques: [], businessKey: null, strategy: null }
  return {
    name,
    kind: 'model',
    schema: null,
    table: name,
    columns,
    ...keys,
    references,
    files: [name],
  }
}

function column(field, parts = {}) {
  return {
    ...{ field, column: field, type: 'String', enum: null, nativeType: null, isList: false },
    ...{
      isRequired: true,
      isHidden: false,
      isSkipped: false,
      isUpdatedAt: false,
      default: null,
      headers: [field],
      ...parts,
    },
  }
}

function reference(name, field, target) {
  const fields = { fields: [field], target, targetFields: ['id'] }
  return { name, ...fields, isNullable: false, origin: 'relation' }
}

const uuid = (n) => `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`

function csv(header, count, row) {
  return `${header}\n${Array.from({ length: count }, (_, n) => `${row(n)}\n`).join('')}`
}

const FILES = {
  'Shop.csv': csv('id,name', SHOPS, (n) => `${n + 7},s${n}`),
  'Token.csv': csv('id,name', SHOPS, (n) => `${uuid(n)},t${n}`),
  'Order.csv': csv(
    'id,number,shopId,tokenId',
    ORDERS,
    (n) => `${n},${n},${(n % SHOPS) + 7},${uuid(n % SHOPS)}`,
  ),
  'Topic.csv': csv('id,name,parentId', TOPICS, (n) => `${n},p${n},${n + 1 < TOPICS ? n + 1 : ''}`),
}

/** Of all rows, told by what the files say: each number is 0 when nothing is lost, doubled or mixed up. */
const MISTAKES = `
select
  (select count(*) from "Shop")::int - ${SHOPS} as shops,
  (select count(*) from "Token")::int - ${SHOPS} as tokens,
  (select count(*) from "Topic")::int - ${TOPICS} as topics,
  (select count(*) from "Order")::int - ${ORDERS} as orders,
  (select count(distinct number) from "Order")::int - ${ORDERS} as numbers,
  (select count(*) from "Order" o join "Shop" s on s.id = "shopId" join "Token" t on t.id = "tokenId"
    where s.name <> 's' || number % ${SHOPS} or t.name <> 't' || number % ${SHOPS})::int as mixed,
  (select count(*) from "Topic" c join "Topic" p on p.id = c."parentId"
    where p.name <> 'p' || substr(c.name, 2)::int + 1)::int as parents,
  (select count(*) from pg_class where relname ~ 'gyro' and relnamespace::regnamespace::text !~ '^prisma_gyro$')::int as ours,
  (select count(*) from prisma_gyro.batch where status = 'COMPLETED')::int - 1 as batches,
  (select coalesce(sum(m.loaded), 0) from prisma_gyro.model m join prisma_gyro.batch b on b.id = m.batch_id
    where b.status = 'COMPLETED')::int - ${2 * SHOPS + ORDERS + TOPICS} as told,
  (select coalesce(sum(w.rows), 0) from prisma_gyro.write w join prisma_gyro.batch b on b.id = w.batch_id
    where b.status = 'COMPLETED')::int - ${2 * SHOPS + ORDERS + TOPICS} as written`

const NOTHING = `
select (select count(*) from "Shop") + (select count(*) from "Token") + (select count(*) from "Order")
  + (select count(*) from "Topic") as rows`

let drawn = 0
/** A number from 0 to below 1: the next one of the seed. */
function chance() {
  let hash = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(++drawn, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32
}

const folder = await mkdtemp(path.join(tmpdir(), 'prisma-gyro-soak-'))
let server = null

async function start() {
  server = await startServer({
    folder: path.join(folder, 'server'),
    projectFolder: ROOT,
    settings: {},
    keepData: true,
  })
}

async function query(database, text) {
  const client = new pg.Client({ connectionString: server.urlOf(database) })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query(text)
    return rows
  } finally {
    await client.end()
  }
}

function run(database, args) {
  const all = [
    BIN,
    ...args,
    '--url',
    server.urlOf(database),
    '--manifest',
    'manifest.json',
    '--json',
  ]
  const child = spawn(process.execPath, all, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
  return { child, ended: once(child, 'close').then(([code]) => ({ code, said })) }
}

async function killServer() {
  const [{ lock, pid }] = await query(
    'postgres',
    `select current_setting('data_directory') || '/postmaster.pid' as lock,
       split_part(pg_read_file('postmaster.pid'), e'\\n', 1)::int as pid`,
  )
  process.kill(pid, 'SIGQUIT')
  while (existsSync(lock)) await sleep(20)
}

/** Starts the work and kills it, or its server, after a while. */
async function runKilled(database, args, { victim, longest }) {
  const { child, ended } = run(database, args)
  const killing = sleep(chance() * longest).then(() =>
    victim === 'loader' ? child.kill('SIGKILL') : killServer(),
  )
  await Promise.all([ended, killing])
  if (victim === 'server') {
    await server.stop()
    await start()
  }
  while (await isBusy(database)) await sleep(20)
}

async function isBusy(database) {
  const [{ busy }] = await query(
    'postgres',
    `select exists (select from pg_stat_activity where datname = '${database}') as busy`,
  )
  return busy
}

/** What is left to do: `resume` with its batch, `import`; null when all is done. */
async function findRest(database, importing) {
  const [{ exists }] = await query(
    database,
    `select to_regclass('prisma_gyro.batch') is not null as exists`,
  )
  const batches = exists
    ? await query(
        database,
        `select id, status, commit_mode from prisma_gyro.batch where status <> 'FAILED' or commit_mode = 'chunk'`,
      )
    : []
  if (batches.some(({ status }) => status === 'COMPLETED')) return null
  const [batch] = batches.filter(({ commit_mode: mode }) => mode === 'chunk')
  if (batch !== undefined) return ['resume', batch.id]
  const [{ rows }] = await query(database, NOTHING)
  if (rows !== '0')
    throw new Error(`${rows} rows are there of an import that the history does not have`)
  return importing
}

async function soak(kill, { victim, mode, longest }) {
  const database = `soak_${kill}`
  await query('postgres', `create database ${database} template soak`)
  const chunks = mode === 'chunk' ? ['--commit', 'chunk', '--batch-size', String(BATCH_SIZE)] : []
  const importing = ['import', path.join(folder, 'export'), ...chunks]
  let work = importing
  let kills = 0
  while (work !== null && kills < 3) {
    await runKilled(database, work, { victim, longest })
    kills++
    work = await findRest(database, importing)
  }
  if (work !== null) {
    const { code, said } = await run(database, work).ended
    if (code !== 0) throw new Error(`${work.join(' ')} ended with ${code}:\n${said}`)
  }
  const [mistakes] = await query(database, MISTAKES)
  const wrong = Object.entries(mistakes).filter(([, count]) => count !== 0)
  if (wrong.length > 0) throw new Error(`Wrong: ${JSON.stringify(Object.fromEntries(wrong))}`)
  await query('postgres', `drop database ${database}`)
  return { kills, how: work === null ? 'was complete' : work[0] }
}

console.log(`Seed ${seed}: ${loaders} loaders and ${servers} servers are killed.`)
let failed = 0
try {
  await writeFile(path.join(folder, 'manifest.json'), JSON.stringify(MANIFEST))
  const { mkdir } = await import('node:fs/promises')
  await mkdir(path.join(folder, 'export'))
  for (const [name, text] of Object.entries(FILES)) {
    await writeFile(path.join(folder, 'export', name), text)
  }
  await start()
  await query('postgres', 'create database soak')
  await query('soak', SQL)
  await query('postgres', 'create database soak_first template soak')
  const begun = performance.now()
  const first = await run('soak_first', [
    'import',
    path.join(folder, 'export'),
    '--commit',
    'chunk',
    '--batch-size',
    String(BATCH_SIZE),
  ]).ended
  if (first.code !== 0) throw new Error(first.said)
  const longest = (performance.now() - begun) * 1.05
  for (let kill = 0; kill < loaders + servers; kill++) {
    const victim = kill < loaders ? 'loader' : 'server'
    const mode = kill % 2 === 0 ? 'chunk' : 'once'
    const told = `${kill + 1} ${victim}, ${mode}`
    try {
      const { kills, how } = await soak(kill, { victim, mode, longest })
      console.log(`${told}: killed ${kills} times, then ${how}: every row is there once`)
    } catch (error) {
      failed++
      console.error(`${told}: ${error.message}`)
    }
  }
} finally {
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
}
console.log(failed === 0 ? 'Nothing was lost.' : `${failed} kills of seed ${seed} went wrong.`)
process.exitCode = failed === 0 ? 0 : 1
