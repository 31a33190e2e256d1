// One `\copy` of psql per table, all in one transaction. The peak memory of psql itself is not ours to read.
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { MODELS } from './shop.mjs'

/** @param direction `from` the files of the folder, or `to` them. */
export async function copyByPsql({ url, folder, direction }) {
  const copies = MODELS.flatMap((model) => {
    const file = path.join(folder, `${model}.csv`).replaceAll("'", "''")
    return ['-c', `\\copy "${model}" ${direction} '${file}' (format csv, header)`]
  })
  const options = ['-X', '--single-transaction', '-v', 'ON_ERROR_STOP=1', '-d', url]
  const { stdout } = await promisify(execFile)('psql', [...options, ...copies])
  const counts = [...stdout.matchAll(/^COPY (\d+)$/gm)].map(([, count]) => Number(count))
  return { rows: counts.reduce((sum, count) => sum + count, 0), peakBytes: null, cpuSeconds: null }
}
