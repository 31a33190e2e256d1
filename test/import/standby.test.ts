import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from '@jest/globals'
import { startServer } from '../../src/embedded/embedded-server.js'
import { exportModels } from '../../src/export/export-models.js'
import { importModels } from '../../src/import/import-models.js'
import { planImport } from '../../src/import/plan-import.js'
import { verifyImport } from '../../src/import/verify-import.js'
import type { Manifest } from '../../src/manifest/manifest.js'
import type { PostgresClient } from '../../src/postgres/client.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { manifestOf } from '../support/manifest-of.js'
import { withTestDatabase } from '../support/test-database.js'

const SCHEMA = `
datasource db {
  provider = "postgresql"
}

model Note {
  id    Int    @id @default(autoincrement())
  text  String
  lines Line[]
}

model Line {
  id     Int  @id
  noteId Int
  note   Note @relation(fields: [noteId], references: [id])
}
`

const TABLES = `
create table "Note" (id serial primary key, text text not null);
create table "Line" (id int primary key, "noteId" int not null references "Note")`

const ROWS = `
insert into "Note" (text) values ('a'), ('b');
insert into "Line" values (1, 1), (2, 2), (3, 2)`

it('refuses a standby as a target, and tells why; as a source it takes it', async () => {
  const manifest = await manifestOf(SCHEMA)

  await withStandby(
    (client) => client.query(`${TABLES}; ${ROWS}`),
    (url) =>
      withCsvFolder({ 'Note.csv': 'id,text\n1,a\n' }, async (from) => {
        const { problems, warnings } = await planImport(manifest, { from, url })
        const importing = importModels(manifest, { from, url })

        expect([problems.map(({ code }) => code), warnings]).toEqual([['PLAN.READ_ONLY'], []])
        await expect(importing).rejects.toMatchObject({
          code: 'PLAN.READ_ONLY',
          details: { meta: { reason: 'standby' } },
        })
        await exportFrom(manifest, url, path.join(from, 'out'))
      }),
  )
})

/** Reading writes nothing, over however many connections, whatever rows are asked for. */
async function exportFrom(manifest: Manifest, url: string, to: string): Promise<void> {
  const whole = await exportModels(manifest, { to: path.join(to, 'whole'), url, jobs: 2 })
  const from = path.join(to, 'slice')
  const where = { Note: `text = 'b'` }
  const slice = await exportModels(manifest, { to: from, url, jobs: 2, where })

  expect([whole.models.map(({ rows }) => rows), whole.warnings]).toEqual([[2, 3], []])
  expect([slice.models.map(({ rows }) => rows), slice.warnings]).toEqual([[1, 2], []])
  await withTestDatabase(`${TABLES}; ${ROWS}`, async (_, target) => {
    const { models } = await importModels(manifest, { from, url: target.url })
    const { ok } = await verifyImport(manifest, { batch: 'last', url: target.url })

    expect(models.map(({ model, loaded }) => [model, loaded])).toEqual([
      ['Note', 1],
      ['Line', 2],
    ])
    expect(ok).toBe(true)
  })
}

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
