// Our byte path alone: chunks of CSV in, chunks of COPY TEXT out, every key and reference replaced.
// The source keys are read in a pass before, as an import does; its seconds are told apart.
import path from 'node:path'
import { resolveCsvDialect } from '../../dist/src/csv/csv-dialect.js'
import { openCsvFile } from '../../dist/src/csv/open-csv-file.js'
import { CsvRemapper } from '../../dist/src/keys/csv-remapper.js'
import { KeyMap } from '../../dist/src/keys/key-map.js'
import { ReservedKeys } from '../../dist/src/keys/reserved-keys.js'
import { surveyKeys } from '../../dist/src/keys/survey-keys.js'
import { measure } from '../measure.mjs'
import { HEADERS, KEYS_BEFORE, MODELS, REFERENCES } from '../shop.mjs'

const dialect = resolveCsvDialect()

await measure({
  async run({ folder }) {
    const keysOf = new Map()
    const cpu = process.cpuUsage()
    for (const model of MODELS) {
      keysOf.set(model, await surveyModel(path.join(folder, `${model}.csv`), model))
    }
    const { user, system } = process.cpuUsage(cpu)
    let rows = 0
    for (const model of MODELS) {
      rows += await remap(path.join(folder, `${model}.csv`), model, keysOf)
    }
    return { rows, surveyCpuSeconds: (user + system) / 1e6 }
  },
})

async function surveyModel(file, model) {
  const input = { model, dialect, column: 0, header: 'id', mayRepeat: false }
  const part = { file, open: () => openCsvFile(file) }
  const { keys } = await surveyKeys([part], input, () => {})
  const run = { from: BigInt(KEYS_BEFORE + 1), count: keys.size, step: 1n }
  return new KeyMap(keys, new ReservedKeys([run]))
}

async function remap(file, model, keysOf) {
  const headers = HEADERS[model]
  const actions = headers.map((header) => {
    const target = REFERENCES[model][header]
    if (header === 'id') return { kind: 'key', keys: keysOf.get(model) }
    return target ? { kind: 'reference', keys: keysOf.get(target), target } : { kind: 'copy' }
  })
  const remapper = new CsvRemapper({ model, file, dialect, headers, actions })
  for await (const chunk of openCsvFile(file)) remapper.push(chunk)
  remapper.end()
  return remapper.rows
}
