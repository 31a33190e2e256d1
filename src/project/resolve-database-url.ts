import { parseDatabaseUrl } from '../postgres/database-url.js'
import type { Project } from './project.js'
import { noDatabaseUrl } from './project-error.js'

/** What `resolveDatabaseUrl` chooses from. */
export interface DatabaseUrlSources {
  /** What the user named: goes before everything else. */
  readonly url?: string | undefined
  readonly project: Project
}

/**
 * The URL of the database to work on: the one given, else that of the Prisma config, else
 * `DATABASE_URL`. It holds the password.
 *
 * @throws {GyroError} `PROJECT.NO_DATABASE_URL` when there is none.
 * @throws {GyroError} `PROJECT.CONFIG` when there is none because the config cannot be loaded.
 * @throws {GyroError} `POSTGRES.INVALID_URL` when it is not one of PostgreSQL, such as `prisma://`.
 */
export function resolveDatabaseUrl({ url, project }: DatabaseUrlSources): string {
  const chosen = url ?? project.databaseUrl
  if (chosen === null) {
    throw project.configError ?? noDatabaseUrl(project)
  }
  parseDatabaseUrl(chosen)
  return chosen
}
