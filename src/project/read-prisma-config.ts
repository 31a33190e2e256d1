import { runNodeScript } from './run-node-script.js'

/** What a Prisma config says; null for what it leaves to defaults. Paths are absolute. */
export interface PrismaConfig {
  readonly schema: string | null
  readonly migrations: string | null
  readonly url: string | null
  /** The environment variable that the URL is made of and that is not set, else null. */
  readonly missingVariable: string | null
}

/**
 * Loads a Prisma config with the project's own `@prisma/config`, as Prisma itself would.
 *
 * A config with `env('DATABASE_URL')` fails as a whole when that is not set. Schema and migrations do
 * not depend on it, so the config is loaded again with a stand-in.
 *
 * @throws {Error} Why it cannot be loaded.
 */
export async function readPrismaConfig(
  file: string,
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<PrismaConfig> {
  const input = { cwd, file, standIn: STAND_IN }
  const loaded = await runNodeScript<LoadedConfig>(LOAD_CONFIG, input, { cwd, env })
  const { problem, schema, migrations, url = '' } = loaded
  if (problem !== undefined) {
    throw new Error(problem)
  }
  const missingVariable = USED_STAND_IN.exec(url)?.[1] ?? null
  return {
    schema: schema ?? null,
    migrations: migrations ?? null,
    url: url === '' || missingVariable !== null ? null : url,
    missingVariable,
  }
}

const STAND_IN = 'prisma-gyro-has-no-'

const USED_STAND_IN = new RegExp(`${STAND_IN}(\\w+)`)

interface LoadedConfig {
  readonly problem?: string
  readonly schema?: string
  readonly migrations?: string
  readonly url?: string
}

// `@prisma/config` is a dependency of `prisma`, which strict package managers hide from the project:
// hence the two steps. Its errors are tagged objects, most of them around the real one.
const LOAD_CONFIG = `async ({ cwd, file, standIn }) => {
  const { createRequire } = require('node:module')
  const fromProject = createRequire(require('node:path').join(cwd, 'noop.js'))
  const fromPrisma = createRequire(fromProject.resolve('prisma/package.json'))
  const { loadConfigFromFile } = fromPrisma('@prisma/config')
  for (;;) {
    const { config, error } = await loadConfigFromFile({ configRoot: cwd, configFile: file })
    if (!error) {
      const { schema, migrations, datasource } = config
      return { schema, migrations: migrations?.path, url: datasource?.url }
    }
    const problem = error.error?.message ?? error._tag
    const missing = /Cannot resolve environment variable: (\\w+)/.exec(problem)?.[1]
    if (missing === undefined || process.env[missing]) {
      return { problem }
    }
    process.env[missing] = standIn + missing
  }
}`
