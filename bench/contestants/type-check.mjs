// A compiler on the generated module of a large schema, and on nothing: `tsc` as a user runs it.
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import { promisify } from 'node:util'
import { measure } from '../measure.mjs'

await measure({
  async run({ typescript, project }) {
    const home = path.dirname(createRequire(import.meta.url).resolve(`${typescript}/package.json`))
    await promisify(execFile)(process.execPath, [path.join(home, 'bin/tsc'), '-p', project])
  },
})
