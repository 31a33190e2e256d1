// Our byte path alone: chunks of CSV in, chunks of COPY TEXT out, every key and reference replaced.
// The source keys are read in a pass before, as an import does; its seconds are told apart. Values are
// checked as an import into the tables of the shop checks them, or not at all.
import path from 'node:path'
import { resolveCsvDialect } from '../../dist/src/csv/csv-dialect.js'
import { openCsvFile } from '../../dist/src/csv/open-csv-file.js'
import { CsvRemapper } from '../../dist/src/keys/csv-remapper.js'
import { KeyMap } from '../../dist/src/keys/key-map.js'
import { ReservedKeys } from '../../dist/src/keys/reserved-keys.js'
import { surveyKeys } from '../../dist/src/keys/survey-keys.js'
import { measure } from '../measure.mjs'
import * as shop from '../shop.mjs'
import { TYPES } from '../shop-types.mjs'
import { actionOf } from '../value-rules.mjs'
import * as wide from '../wide.mjs'

const WORKLOADS = { shop, wide }
const dialect = resolveCsvDialect()

await measure({
  async run({ folder, workload, checksValues }) {
    const { HEADERS, REFERENCES } = WORKLOADS[workload]
    const models = Object.keys(HEADERS)
    const keysOf = new Map()
    const cpu = process.cpuUsage()
    for (const model of models) {
      keysOf.set(model, await surveyModel(path.join(folder, `${model}.csv`), model))
    }
    const { user, system } = process.cpuUsage(cpu)
    let rows = 0
    for (const model of models) {
      rows += await remap(path.join(folder, `${model}.csv`), {
        model,
        headers: HEADERS[model],
        actions: chooseActions(HEADERS[model], {
          model,
          keysOf,
          references: REFERENCES[model],
          types: checksValues ? TYPES[model] : {},
        }),
      })
    }
    return { rows, surveyCpuSeconds: (user + system) / 1e6 }
  },
})

async function surveyModel(file, model) {
  const input = { model, dialect, column: 0, header: 'id', mayRepeat: false }
  const part = { file, open: () => openCsvFile(file) }
  const { keys } = await surveyKeys([part], input, () => {})
  const run = { from: BigInt(shop.KEYS_BEFORE + 1), count: keys.size, step: 1n }
  return new KeyMap(keys, new ReservedKeys([run]))
}

function chooseActions(headers, { model, keysOf, references, types }) {
  return headers.map((header) => {
    const target = references[header]
    if (header === 'id') return { kind: 'key', keys: keysOf.get(model) }
    if (target) return { kind: 'reference', keys: keysOf.get(target), target }
    return types[header] ? actionOf(types[header]) : { kind: 'copy' }
  })
}

async function remap(file, input) {
  const remapper = new CsvRemapper({ ...input, file, dialect })
  for await (const chunk of openCsvFile(file)) remapper.push(chunk)
  remapper.end()
  return remapper.rows
}
