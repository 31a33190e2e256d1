// What many reach for: pgloader with its defaults, constraints in place, no key changed. It commits
// batch by batch. Its peak memory and CPU time are not ours to read.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { measure } from '../measure.mjs'
import { HEADERS, MODELS } from '../shop.mjs'

await measure({
  async prepare({ url, folder }) {
    const home = mkdtempSync(path.join(tmpdir(), 'gyro-pgloader-'))
    const commands = path.join(home, 'shop.load')
    writeFileSync(commands, MODELS.map((model) => loadCommand(model, { url, folder })).join('\n'))
    return { home, commands }
  },

  async run(_task, { home, commands }) {
    try {
      const options = ['--quiet', '--on-error-stop', '--root-dir', home]
      const { stdout } = await promisify(execFile)('pgloader', [...options, commands])
      // One summary for each file.
      const counts = [...stdout.matchAll(/^ *Total import time +✓ +(\d+)/gm)]
      return {
        rows: counts.reduce((sum, [, count]) => sum + Number(count), 0),
        peakBytes: null,
        cpuSeconds: null,
      }
    } finally {
      rmSync(home, { recursive: true })
    }
  },
})

function loadCommand(model, { url, folder }) {
  const columns = HEADERS[model].map((header) => `"${header}"`).join(', ')
  return `\
load csv
  from '${path.join(folder, `${model}.csv`)}' with encoding utf-8 (${columns})
  into ${url}
  target table "public"."${model}" (${columns})
  with skip header = 1, fields terminated by ',', fields optionally enclosed by '"',
    fields escaped by double-quote, quote identifiers;`
}
