import { createHash, randomUUID } from 'node:crypto'
import type { PostgresClient } from '../../src/postgres/client.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'

export interface TestDatabase {
  readonly url: string
}

/**
 * A database of its own for one test: made by `sql`, dropped afterwards whatever happens. Each
 * distinct `sql` runs once per worker; its tests get copies.
 */
export async function withTestDatabase<Result>(
  sql: string | readonly string[],
  use: (client: PostgresClient, database: TestDatabase) => Promise<Result>,
): Promise<Result> {
  const template = await templateOf([sql].flat().join(';\n'))
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await onServer((server) => server.query(`create database ${name} template ${template}`))
  const url = urlOf(name)
  try {
    return await withConnection(parseDatabaseUrl(url), (client) => use(client, { url }))
  } finally {
    await onServer((server) => server.query(`drop database ${name} with (force)`))
  }
}

/** A `postgresql://` URL of the server that the whole run shares, for the given database. */
function urlOf(database: string): string {
  const server = process.env['PRISMA_GYRO_TEST_URL']
  if (server === undefined) {
    throw new Error('test/support/global-setup.mjs has not run')
  }
  const url = new URL(server)
  url.pathname = `/${database}`
  return url.href
}

const templates = new Map<string, Promise<string>>()

function templateOf(sql: string): Promise<string> {
  // A test may have a server of its own.
  const key = `${urlOf('postgres')} ${sql}`
  const known = templates.get(key)
  if (known !== undefined) {
    return known
  }
  const template = createTemplate(sql)
  templates.set(key, template)
  return template
}

/**
 * One template for all workers and test files of the run: Jest gives every file modules of its own,
 * so that only the server can know which templates exist. The lock makes the others wait.
 */
async function createTemplate(sql: string): Promise<string> {
  const name = `template_${createHash('sha256').update(sql).digest('hex').slice(0, 32)}`
  await onServer(async (server) => {
    await server.query(`select pg_advisory_lock(hashtext('${name}'))`)
    const existing = await server.query(`select from pg_database where datname = '${name}'`)
    if (existing.rowCount === 0) {
      await server.query(`create database ${name}_new`)
      try {
        await withConnection(parseDatabaseUrl(urlOf(`${name}_new`)), (client) => client.query(sql))
        await server.query(`alter database ${name}_new rename to ${name}`)
      } finally {
        await server.query(`drop database if exists ${name}_new with (force)`)
      }
    }
  })
  return name
}

function onServer<Result>(use: (client: PostgresClient) => Promise<Result>): Promise<Result> {
  return withConnection(parseDatabaseUrl(urlOf('postgres')), use)
}
