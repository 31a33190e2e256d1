import type { GyroError } from '../error/gyro-error.js'

/** What the user's project says. Every path is absolute. */
export interface Project {
  /** Root of the project, where the command runs. */
  readonly folder: string
  /** The Prisma config, or null when there is none. */
  readonly configFile: string | null
  /** Why the config could not be loaded; matters only where something is needed of it. */
  readonly configError: GyroError | null
  /** The Prisma schema, a file or a folder of files, or null when there is none. */
  readonly schemaPath: string | null
  /** Where Prisma keeps the migrations; the folder need not exist. */
  readonly migrationsFolder: string
  /** `datasource.url` of the config, else `DATABASE_URL` of the environment, else null. */
  readonly databaseUrl: string | null
  /** The environment variable that the config's URL needs and that is not set, else null. */
  readonly missingVariable: string | null
  /** What was passed over to find the URL, in whole sentences for people. */
  readonly warnings: readonly string[]
}
