// A program with an embedded PostgreSQL, for tests that end it: prints the URL and waits.
import '../support/typescript.mjs'

const { readProject } = await import('../../src/project/read-project.ts')
const { withEmbeddedPostgres } = await import('../../src/embedded/with-embedded-postgres.ts')

await withEmbeddedPostgres(await readProject({ env: {} }), async (url) => {
  process.once('SIGINT', () => {})
  // Whoever reads it may send a signal at once.
  console.log(url)
  await new Promise((resolve) => process.once('SIGTERM', resolve))
})
process.exitCode = 7
