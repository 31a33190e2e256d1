// What goes out through `psql \copy`, one table after the other. The peak memory of psql is not ours to read.
import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { measure } from '../measure.mjs'
import { MODELS } from '../shop.mjs'

await measure({
  prepare: async ({ to }) => mkdirSync(to),

  async run({ url, to }) {
    const copies = MODELS.flatMap((model) => {
      const file = path.join(to, `${model}.csv`).replaceAll("'", "''")
      return ['-c', `\\copy "${model}" to '${file}' (format csv, header)`]
    })
    const options = ['-X', '--single-transaction', '-v', 'ON_ERROR_STOP=1', '-d', url]
    const { stdout } = await promisify(execFile)('psql', [...options, ...copies])
    const counts = [...stdout.matchAll(/^COPY (\d+)$/gm)].map(([, count]) => Number(count))
    return {
      rows: counts.reduce((sum, count) => sum + count, 0),
      peakBytes: null,
      cpuSeconds: null,
    }
  },
})
