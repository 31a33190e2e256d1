#!/usr/bin/env node
// Imports nothing statically: `prisma generate` and `--help` pay only for what they use.

// Prisma names no arguments when it starts a generator; a command of ours inside `prisma generate` has some.
const isGenerator = Boolean(process.env['PRISMA_GENERATOR_INVOCATION']) && process.argv.length === 2

try {
  if (isGenerator) {
    const { serve } = await import('../generator/handler.js')
    serve()
  } else {
    // A reader that went away (`| head`) must not break an import that is on its way.
    for (const stream of [process.stdout, process.stderr]) {
      stream.on('error', () => {})
    }
    const { main } = await import('./cli/main.js')
    process.exitCode = await main(process.argv.slice(2), {
      // Only who reads it opens it.
      get stdin() {
        return process.stdin
      },
      stdout: process.stdout,
      stderr: process.stderr,
      env: process.env,
      cwd: process.cwd(),
      signals: process,
      exit: (code) => process.exit(code),
    })
  }
} catch (error) {
  console.error(error)
  // Prisma on Windows hides why a generator exited with 1.
  process.exit(isGenerator ? 2 : 1)
}
