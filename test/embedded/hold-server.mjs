// A program with an embedded PostgreSQL, for tests that end it: prints the URL and waits.
import '../support/typescript.mjs'

const { readProject } = await import('../../src/project/read-project.ts')
const { withEmbeddedPostgres } = await import('../../src/embedded/with-embedded-postgres.ts')

await withEmbeddedPostgres(await readProject({ env: {} }), async (url) => {
  console.log(url)
  process.once('SIGINT', () => {})
  await new Promise((resolve) => process.once('SIGTERM', resolve))
})
process.exitCode = 7
