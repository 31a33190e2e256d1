import type { Manifest, ProjectOptions } from '../index.js'
import { exclusiveOptions } from './cli-error.js'
import type { CommandContext } from './define-command.js'

/** The options that say what to work on. */
export interface TargetOptions {
  readonly url: string | undefined
  readonly embedded: boolean
  readonly config: string | undefined
  readonly manifest: string | undefined
}

/** What a command works on. */
export interface Target {
  readonly manifest: Manifest
  /** Holds the password. */
  readonly url: string
}

/**
 * Finds manifest and database of the project and hands them to `use`. An embedded PostgreSQL runs as
 * long as that takes.
 *
 * @throws {GyroError} `CLI.INVALID_OPTION` for `--url` beside `--embedded`.
 */
export async function withTarget<Result>(
  options: TargetOptions,
  { io, terminal }: CommandContext,
  use: (target: Target) => Promise<Result>,
): Promise<Result> {
  const { url, embedded } = options
  if (url !== undefined && embedded) {
    throw exclusiveOptions('url', 'embedded')
  }
  const { readManifest, readProject, resolveDatabaseUrl, withEmbeddedPostgres } = await import(
    '../index.js'
  )
  const project = await readProject({
    cwd: io.cwd,
    env: io.env,
    ...chooseConfig(options),
  })
  const manifest = await readManifest({ manifest: options.manifest, project })
  if (embedded) {
    terminal.note('Starting the embedded PostgreSQL …')
    return withEmbeddedPostgres(project, (embeddedUrl) => {
      terminal.note(`Embedded PostgreSQL: ${embeddedUrl}\n`)
      return use({ manifest, url: embeddedUrl })
    })
  }
  if (url === undefined) {
    project.warnings.forEach(terminal.note)
  }
  return use({ manifest, url: resolveDatabaseUrl({ url, project }) })
}

/** Nothing is needed of the Prisma config where the command line says both. */
function chooseConfig({
  url,
  manifest,
  config,
}: TargetOptions): Pick<ProjectOptions, 'configFile'> {
  if (config !== undefined) {
    return { configFile: config }
  }
  return url === undefined || manifest === undefined ? {} : { configFile: null }
}
