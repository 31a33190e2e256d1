// What a careful hand writes: `\copy` into a temporary table, then INSERT … ON CONFLICT from there.
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { measure } from '../measure.mjs'

await measure({
  async run({ url, folder, target }) {
    const file = path.join(folder, 'Contact.csv').replaceAll("'", "''")
    const { stdout } = await promisify(execFile)('psql', [
      ...['-X', '--single-transaction', '-v', 'ON_ERROR_STOP=1', '-d', url],
      ...['-c', 'create temporary table staged (like "Contact") on commit drop'],
      ...['-c', `\\copy staged from '${file}' (format csv, header)`],
      '-c',
      `insert into "Contact" select * from staged on conflict (${target}) do update
set name = excluded.name, city = excluded.city, score = excluded.score`,
    ])
    const [, rows] = /^INSERT 0 (\d+)$/m.exec(stdout)
    return { rows: Number(rows), peakBytes: null, cpuSeconds: null }
  },
})
