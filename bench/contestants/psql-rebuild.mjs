// What a careful hand writes: foreign keys, keys and indexes dropped, `\copy`, all of it made again in
// the same transaction. The statements are those of shop.sql, so that nothing can be forgotten.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { measure } from '../measure.mjs'
import { MODELS } from '../shop.mjs'

const sql = readFileSync(new URL('../shop.sql', import.meta.url), 'utf8')
const foreignKeys = [...sql.matchAll(/^ALTER TABLE ("\w+") ADD CONSTRAINT ("\w+") .*;$/gm)]
const indexes = [...sql.matchAll(/^CREATE (?:UNIQUE )?INDEX ("\w+") .*;$/gm)]

await measure({
  async run({ url, folder }) {
    const statements = [
      ...foreignKeys.map(([, table, name]) => `alter table ${table} drop constraint ${name}`),
      ...indexes.map(([, name]) => `drop index ${name}`),
      ...MODELS.map((model) => `alter table "${model}" drop constraint "${model}_pkey"`),
      ...MODELS.map((model) => {
        const file = path.join(folder, `${model}.csv`).replaceAll("'", "''")
        return `\\copy "${model}" from '${file}' (format csv, header)`
      }),
      ...MODELS.map((model) => `alter table "${model}" add primary key (id)`),
      ...[...indexes, ...foreignKeys].map(([statement]) => statement),
    ]
    const { stdout } = await promisify(execFile)('psql', [
      ...['-X', '--single-transaction', '-v', 'ON_ERROR_STOP=1', '-d', url],
      ...statements.flatMap((statement) => ['-c', statement]),
    ])
    const counts = [...stdout.matchAll(/^COPY (\d+)$/gm)].map(([, count]) => Number(count))
    return {
      rows: counts.reduce((sum, count) => sum + count, 0),
      peakBytes: null,
      cpuSeconds: null,
    }
  },
})
