import { type DatabaseUrl, parseDatabaseUrl } from '../postgres/database-url.js'
import { readProject } from './read-project.js'
import { resolveDatabaseUrl } from './resolve-database-url.js'

/**
 * The URL that options name, else that of the project in the current folder.
 *
 * @throws {GyroError} `PROJECT.NO_DATABASE_URL`, `PROJECT.CONFIG`, `POSTGRES.INVALID_URL`.
 */
export async function findDatabase({
  url,
}: {
  readonly url?: string | undefined
}): Promise<DatabaseUrl> {
  if (url !== undefined) {
    return parseDatabaseUrl(url)
  }
  const project = await readProject({ cwd: process.cwd(), env: process.env })
  return parseDatabaseUrl(resolveDatabaseUrl({ project }))
}
