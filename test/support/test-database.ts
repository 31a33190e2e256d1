import { randomUUID } from 'node:crypto'
import { afterAll } from '@jest/globals'
import type { PostgresClient } from '../../src/postgres/client.js'
import { connect, withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'

export interface TestDatabase {
  readonly url: string
}

/**
 * A database of its own for one test: made by `sql`, dropped afterwards whatever happens. `sql` that
 * is worth it runs once per test file; the tests that use it get copies.
 */
export async function withTestDatabase<Result>(
  sql: string | readonly string[],
  use: (client: PostgresClient, database: TestDatabase) => Promise<Result>,
): Promise<Result> {
  const text = [sql].flat().join(';\n')
  const template = await templateOf(text)
  const name = newName('test')
  await createDatabase(name, template ?? 'template1')
  const url = urlOf(name)
  try {
    return await withConnection(parseDatabaseUrl(url), async (client) => {
      if (template === null) {
        await client.query(text)
        // As in a copy, where nothing of the session is left that ran it.
        await client.query('discard all')
      }
      return use(client, { url })
    })
  } finally {
    await dropDatabase(name)
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

/** How often a text was asked for, and its database once there is one. */
interface Template {
  uses: number
  database: Promise<string> | null
}

const templates = new Map<string, Template>()

/** Characters of SQL that take about as long to run as a template takes to make. */
const WORTH = 3000

/** The name of a database that `sql` has run in; null where running it again is cheaper. */
async function templateOf(sql: string): Promise<string | null> {
  // A test may have a server of its own.
  const key = `${urlOf('postgres')} ${sql}`
  const template = templates.get(key) ?? { uses: 0, database: null }
  templates.set(key, template)
  template.uses += 1
  if (template.database === null && template.uses * sql.length > WORTH && template.uses > 1) {
    template.database = createTemplate(sql)
  }
  return template.database
}

/** Only for this file: it goes with it, so that the server never holds more than a few. */
async function createTemplate(sql: string): Promise<string> {
  const name = newName('template')
  await createDatabase(name, 'template1')
  await withConnection(parseDatabaseUrl(urlOf(name)), (client) => client.query(sql))
  return name
}

function newName(kind: 'test' | 'template'): string {
  return `${kind}_${randomUUID().replaceAll('-', '')}`
}

/** Copies the files: logging every page, the default since PostgreSQL 15, takes thrice as long. */
async function createDatabase(name: string, template: string): Promise<void> {
  const strategy = Number(process.env['PRISMA_GYRO_TEST_MAJOR']) >= 15 ? 'strategy file_copy' : ''
  await onServer(`create database ${name} template ${template} ${strategy}`)
}

async function dropDatabase(name: string): Promise<void> {
  await onServer(`drop database ${name} with (force)`)
}

/** One connection for a test file: a new one takes longer than what it is for. */
const servers = new Map<string, Promise<PostgresClient>>()

async function onServer(sql: string): Promise<void> {
  const url = urlOf('postgres')
  const server = await (servers.get(url) ?? connectTo(url))
  await server.query(sql)
}

/** Forgotten once it is lost: a test may let its server crash. */
function connectTo(url: string): Promise<PostgresClient> {
  const server = connect(parseDatabaseUrl(url)).then((client) => {
    client.on('error', () => servers.delete(url))
    return client
  })
  servers.set(url, server)
  return server
}

afterAll(async () => {
  const made = [...templates].filter(([key]) => key.startsWith(`${urlOf('postgres')} `))
  for (const [, { database }] of made) {
    const name = await database?.catch(() => null)
    if (name != null) await dropDatabase(name)
  }
  for (const server of servers.values()) {
    await server.then((client) => client.end()).catch(() => {})
  }
})
