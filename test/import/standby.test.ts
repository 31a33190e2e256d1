import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from '@jest/globals'
import { startServer } from '../../src/embedded/embedded-server.js'
import { exportModels } from '../../src/export/export-models.js'
import { importModels } from '../../src/import/import-models.js'
import { planImport } from '../../src/import/plan-import.js'
import type { PostgresClient } from '../../src/postgres/client.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { manifestOf } from '../support/manifest-of.js'

const SCHEMA = `
datasource db {
  provider = "postgresql"
}

model Note {
  id   Int    @id @default(autoincrement())
  text String
}
`

it('refuses a standby, and tells why', async () => {
  const manifest = await manifestOf(SCHEMA)
  const table = 'create table "Note" (id serial primary key, text text not null)'

  await withStandby(
    (client) => client.query(`${table}; insert into "Note" (text) values ('a')`),
    (url) =>
      withCsvFolder({ 'Note.csv': 'id,text\n1,a\n' }, async (from) => {
        const { problems, warnings } = await planImport(manifest, { from, url })
        const importing = importModels(manifest, { from, url })

        expect([problems.map(({ code }) => code), warnings]).toEqual([['PLAN.READ_ONLY'], []])
        await expect(importing).rejects.toMatchObject({
          code: 'PLAN.READ_ONLY',
          details: { meta: { reason: 'standby' } },
        })
        // Reading writes nothing, over however many connections.
        const exported = await exportModels(manifest, { to: path.join(from, 'out'), url, jobs: 2 })
        expect([exported.models.map(({ rows }) => rows), exported.warnings]).toEqual([[1], []])
      }),
  )
})

/** A server that `fill` wrote to and that became a standby, of nobody, afterwards. */
async function withStandby(
  fill: (client: PostgresClient) => Promise<unknown>,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const options = {
    folder: path.join(tmpdir(), `prisma-gyro-standby-${randomUUID()}`),
    projectFolder: process.cwd(),
    settings: { fsync: 'off' },
  }
  try {
    const primary = await startServer({ ...options, keepData: true })
    try {
      await withConnection(parseDatabaseUrl(primary.urlOf('postgres')), async (client) => {
        await fill(client)
        const { rows } = await client.query<{ folder: string }>(
          `select current_setting('data_directory') as folder`,
        )
        await writeFile(path.join(String(rows[0]?.folder), 'standby.signal'), '')
      })
    } finally {
      await primary.stop()
    }
    const standby = await startServer({ ...options, keepData: false })
    try {
      await use(standby.urlOf('postgres'))
    } finally {
      await standby.stop()
    }
  } finally {
    await rm(options.folder, { recursive: true, force: true })
  }
}
