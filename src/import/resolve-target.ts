import { type DatabaseUrl, parseDatabaseUrl } from '../postgres/database-url.js'
import { readProject } from '../project/read-project.js'
import { resolveDatabaseUrl } from '../project/resolve-database-url.js'
import type { PlanOptions } from './import-options.js'

/**
 * The database of an import: the one that the options name, else that of the project in the current
 * folder.
 *
 * @throws {GyroError} `PROJECT.NO_DATABASE_URL`, `PROJECT.CONFIG`, `POSTGRES.INVALID_URL`.
 */
export async function resolveTarget({ url }: Pick<PlanOptions, 'url'>): Promise<DatabaseUrl> {
  if (url !== undefined) {
    return parseDatabaseUrl(url)
  }
  const project = await readProject({ cwd: process.cwd(), env: process.env })
  return parseDatabaseUrl(resolveDatabaseUrl({ project }))
}
