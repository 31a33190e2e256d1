import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { MIGRATIONS, NEWEST_VERSION } from '../../src/history/history-schema.js'
import { readHistoryState } from '../../src/history/history-state.js'
import { lookAtHistory, openHistory } from '../../src/history/open-history.js'
import { TOOL_VERSION } from '../../src/history/tool-version.js'
import type { PostgresClient } from '../../src/postgres/client.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { readServer } from '../../src/postgres/server.js'
import { isBlocked } from '../support/is-blocked.js'
import { createRole } from '../support/roles.js'
import { withTestDatabase } from '../support/test-database.js'
import { until } from '../support/until.js'

/** What `use` comes to when a role of its own, made by SQL, is connected. */
function asRole<Result>(
  sql: string,
  use: (client: PostgresClient, owner: PostgresClient) => Promise<Result>,
): Promise<Result> {
  return withTestDatabase('select', async (owner, { url }) => {
    const own = await createRole({ client: owner, url }, sql)
    return withConnection(parseDatabaseUrl(own), (client) => use(client, owner))
  })
}

async function open(client: PostgresClient) {
  return openHistory(client, await readServer(client))
}

async function versionsOf(client: PostgresClient): Promise<readonly unknown[]> {
  const { rows } = await client.query('select version, tool_version from prisma_gyro.migration')
  return rows
}

describe('the version of the tool', () => {
  it('is that of the package', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

    expect(TOOL_VERSION).toBe(version)
  })
})

describe('the migrations', () => {
  it('are numbered without gaps', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(
      MIGRATIONS.map((_, index) => index + 1),
    )
  })
})

describe('openHistory', () => {
  it('creates the tables once', () =>
    withTestDatabase('select', async (client) => {
      const first = await open(client)
      const second = await open(client)

      expect(first).toEqual({ isOpen: true, existed: false, warnings: [] })
      expect(second).toEqual({ isOpen: true, existed: true, warnings: [] })
      expect(await versionsOf(client)).toEqual([{ version: 1, tool_version: TOOL_VERSION }])
    }))

  it('lets another wait that starts at the same time', () =>
    withTestDatabase('select', (client, { url }) =>
      withConnection(parseDatabaseUrl(url), async (other) => {
        await client.query('begin')
        await open(client)
        const opening = open(other)
        await until(() => isBlocked(client))
        await client.query('commit')

        expect(await opening).toEqual({ isOpen: true, existed: true, warnings: [] })
        expect(await versionsOf(client)).toHaveLength(1)
      }),
    ))

  it('creates what the other one took back', () =>
    withTestDatabase('select', (client, { url }) =>
      withConnection(parseDatabaseUrl(url), async (other) => {
        await client.query('begin')
        await open(client)
        const opening = open(other)
        await until(() => isBlocked(client))
        await client.query('rollback')

        expect(await opening).toEqual({ isOpen: true, existed: false, warnings: [] })
        expect(await versionsOf(client)).toHaveLength(1)
      }),
    ))

  it('refuses those of a newer version', () =>
    withTestDatabase('select', async (client) => {
      await open(client)
      await client.query(`insert into prisma_gyro.migration values (99, now(), '9.9.9')`)

      await expect(open(client)).rejects.toMatchObject({
        code: 'HISTORY.NEWER',
        message: `The history is of a newer version of prisma-gyro. Version 9.9.9 has brought the tables of the schema prisma_gyro to version 99; this one knows ${NEWEST_VERSION}. Update prisma-gyro, or import with --no-history: then it cannot be undone.`,
      })
    }))

  it('says what to run where the role may not create a schema, and that is enough', () =>
    asRole('select', async (client, owner) => {
      const { isOpen, warnings } = await open(client)
      const [warning = ''] = warnings
      const [told, sql = ''] = warning.split('run:\n')

      expect(isOpen).toBe(false)
      expect(told).toMatch(
        /^The import is not kept in a history, as the role "role_\w+" may not create a schema in the database "test_\w+": it cannot be undone by rollback, and nobody can look up which new key an old one became\. Let the owner or an administrator $/,
      )
      await owner.query(sql)
      expect(await open(client)).toEqual({ isOpen: true, existed: false, warnings: [] })
    }))

  it('says what to run where the schema is there and closed', () =>
    asRole('create schema prisma_gyro', async (client, owner) => {
      const { warnings } = await open(client)

      await owner.query(warnings[0]?.split('run:\n')[1] as string)
      expect((await open(client)).isOpen).toBe(true)
    }))

  it('says what to run where the tables are those of another role', () =>
    asRole('select', async (client, owner) => {
      await open(owner)
      const { isOpen, existed, warnings } = await open(client)

      expect({ isOpen, existed }).toEqual({ isOpen: false, existed: false })
      expect(warnings[0]).toContain('may not write the tables of the schema prisma_gyro')
      await owner.query(warnings[0]?.split('run:\n')[1] as string)
      expect(await open(client)).toEqual({ isOpen: true, existed: true, warnings: [] })
    }))

  it('says what to run where older tables are those of another role', () =>
    asRole('select', async (client, owner) => {
      await open(owner)
      const closed = await open(client)
      await owner.query(closed.warnings[0]?.split('run:\n')[1] as string)
      await owner.query('delete from prisma_gyro.migration')

      const { isOpen, warnings } = await open(client)

      expect(isOpen).toBe(false)
      expect(warnings[0]).toContain('does not own the tables of the schema prisma_gyro')
      expect(warnings[0]).toContain('create table prisma_gyro.batch')
    }))
})

describe('lookAtHistory', () => {
  it('creates nothing', () =>
    withTestDatabase('select', async (client) => {
      const server = await readServer(client)

      expect((await lookAtHistory(client, server)).isOpen).toBe(true)
      expect(await readHistoryState(client, server)).toMatchObject({ exists: false })
    }))

  it('knows servers that do not tell who wrote a row', () =>
    withTestDatabase('select', async (client) => {
      const server = { ...(await readServer(client)), flavour: 'CockroachDB' as const }

      const { isOpen, warnings } = await lookAtHistory(client, server)

      expect(isOpen).toBe(false)
      expect(warnings[0]).toContain('CockroachDB does not tell which transaction wrote a row')
    }))
})
