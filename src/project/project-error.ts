import { GyroError } from '../error/gyro-error.js'
import type { Project } from './project.js'

export function configNotFound(file: string): GyroError {
  return new GyroError('PROJECT.CONFIG', `There is no Prisma config ${file}`, {
    why: 'The option that names the config leads to no file.',
    fix: 'Check the path: it starts at the folder that the command runs in.',
    meta: { file },
  })
}

export function configFailed(file: string, cause: unknown): GyroError {
  return new GyroError('PROJECT.CONFIG', `${file} could not be loaded`, {
    why: `Loading it failed: ${firstLine(cause)}.`,
    fix: 'Correct the file and install the packages of the project, or say it on the command line: --url and --manifest.',
    meta: { file },
    cause,
  })
}

export function noDatabaseUrl({ missingVariable }: Project): GyroError {
  const why =
    missingVariable === null
      ? 'There is no --url, no datasource.url in a Prisma config, and DATABASE_URL is not set.'
      : `The Prisma config takes the URL from ${missingVariable}, which is not set.`
  return new GyroError('PROJECT.NO_DATABASE_URL', 'Nothing says which database to use', {
    why,
    fix: 'Name one with --url postgresql://user:password@host:5432/name, or let --embedded start one for the project.',
    meta: { missingVariable },
  })
}

/** @param reason Why the file cannot be read: a code of the operating system. */
export function manifestNotFound(file: string, reason: string): GyroError {
  return new GyroError('MANIFEST.NOT_FOUND', `There is no manifest ${file}`, {
    why: `The file cannot be read (${reason}); \`prisma generate\` writes it.`,
    fix: 'Add the block generator gyro { provider = "prisma-gyro" } to the Prisma schema, if it is not there, and run "npx prisma generate". If the manifest is elsewhere, name it with --manifest.',
    meta: { file, reason },
  })
}

/** Errors of Prisma's config run over many lines; the first says what is wrong. */
function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  return text.replace(/\.?(\n[\s\S]*)?$/, '')
}
