import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import type { GyroError } from '../error/gyro-error.js'
import type { Project } from './project.js'
import { configFailed, configNotFound } from './project-error.js'
import { type PrismaConfig, readPrismaConfig } from './read-prisma-config.js'

/** Where `readProject` looks; all have defaults. */
export interface ProjectOptions {
  /**
   * Root of the project: Prisma looks for its config here and nowhere above.
   * @default process.cwd()
   */
  readonly cwd?: string
  /**
   * Path of the Prisma config, from `cwd`; null to do without, as loading one takes half a second.
   * @default what Prisma would take: `prisma7.config.*` or `prisma.config.*`, here or in `.config/`
   */
  readonly configFile?: string | null
  /**
   * Holds `DATABASE_URL` and what the config asks for.
   * @default process.env
   */
  readonly env?: NodeJS.ProcessEnv
}

/**
 * Finds out what the user's project says: its schema, its migrations, its database. A config that
 * cannot be loaded is told in `configError` instead of thrown: the caller may need nothing of it.
 *
 * @throws {GyroError} `PROJECT.CONFIG` when `configFile` is given and is not there.
 * @example
 * const project = await readProject({ cwd: './shop' })
 * project.schemaPath // the absolute path of ./shop/prisma/schema.prisma
 */
export async function readProject(options: ProjectOptions = {}): Promise<Project> {
  const { cwd = '.', configFile: given, env = process.env } = options
  const folder = path.resolve(cwd)
  const configFile = chooseConfig(folder, given)
  const { config, configError } = await loadConfig(configFile, folder, env)
  const schemaPath = findFirst(folder, config.schema === null ? SCHEMAS : [config.schema])
  const environmentUrl = env['DATABASE_URL'] || null
  return {
    folder,
    configFile,
    configError,
    schemaPath,
    migrationsFolder:
      config.migrations ?? besideSchema(schemaPath ?? path.join(folder, 'prisma/schema.prisma')),
    databaseUrl: config.url ?? environmentUrl,
    missingVariable: config.missingVariable,
    warnings: environmentUrl === null ? [] : listPassedOver(config, configError),
  }
}

function chooseConfig(folder: string, given: string | null | undefined): string | null {
  if (given === undefined) {
    return findConfig(folder)
  }
  return given === null ? null : checkConfig(folder, given)
}

function findConfig(folder: string): string | null {
  const files = CONFIGS.flatMap((name) => EXTENSIONS.map((extension) => `${name}${extension}`))
  return findFirst(folder, files)
}

/** Both lists are Prisma's own, in its order of preference. */
const CONFIGS = [
  'prisma7.config',
  '.config/prisma7',
  'prisma.config',
  '.config/prisma',
  '.config/prisma.config',
]

const EXTENSIONS = ['.js', '.ts', '.mjs', '.cjs', '.mts', '.cts']

function checkConfig(folder: string, given: string): string {
  const file = path.resolve(folder, given)
  if (!existsSync(file)) {
    throw configNotFound(given)
  }
  return file
}

async function loadConfig(
  file: string | null,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly config: PrismaConfig; readonly configError: GyroError | null }> {
  if (file === null) {
    return { config: NO_CONFIG, configError: null }
  }
  try {
    return { config: await readPrismaConfig(file, { cwd: folder, env }), configError: null }
  } catch (error) {
    return { config: NO_CONFIG, configError: configFailed(path.relative(folder, file), error) }
  }
}

const NO_CONFIG: PrismaConfig = { schema: null, migrations: null, url: null, missingVariable: null }

/** Prisma's places, then a folder of schema files without any config. */
const SCHEMAS = ['schema.prisma', 'prisma/schema.prisma', 'prisma']

function findFirst(folder: string, names: readonly string[]): string | null {
  const paths = names.map((name) => path.resolve(folder, name))
  return paths.find((candidate) => existsSync(candidate)) ?? null
}

function besideSchema(schema: string): string {
  const isFolder = statSync(schema, { throwIfNoEntry: false })?.isDirectory() ?? false
  return path.join(isFolder ? schema : path.dirname(schema), 'migrations')
}

function listPassedOver(
  { missingVariable }: PrismaConfig,
  configError: GyroError | null,
): readonly string[] {
  if (configError !== null) {
    return [`${configError.summary}; DATABASE_URL is used instead.`]
  }
  if (missingVariable !== null) {
    return [
      `The Prisma config asks for ${missingVariable}, which is not set; DATABASE_URL is used.`,
    ]
  }
  return []
}
