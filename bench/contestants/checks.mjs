// One column of each kind of value through the byte path, as it is and by its rule, in turn. All in
// one process, as in an import: the compiler sees every rule.
import { resolveCsvDialect } from '../../dist/src/csv/csv-dialect.js'
import { CsvRemapper } from '../../dist/src/keys/csv-remapper.js'
import { CHECKED_COLUMNS } from '../checked-columns.mjs'
import { measure } from '../measure.mjs'
import { actionOf } from '../value-rules.mjs'

/** Of one chunk, which is pushed again and again. */
const ROWS = 10_000

const COPY = { kind: 'copy' }
const HEADERS = ['label', 'value']
const dialect = resolveCsvDialect()

await measure({
  prepare: async () => CHECKED_COLUMNS.map(prepareColumn),

  async run({ chunks }, columns) {
    // Twice: what V8 makes of the code in the first pass is not what an import meets.
    for (const column of columns) runColumn(column, chunks)
    return { columns: columns.map((column) => runColumn(column, chunks)) }
  },
})

function prepareColumn({ title, type, values, value }) {
  const rows = Array.from({ length: ROWS }, (_, row) => `Label ${row},${value(row)}\n`)
  return { title, chunk: Buffer.from(rows.join('')), action: actionOf(type, values) }
}

function runColumn({ title, chunk, action }, chunks) {
  const off = push(chunk, chunks, COPY)
  const on = push(chunk, chunks, action)
  return {
    title,
    fields: ROWS * chunks,
    bytes: chunk.length * chunks,
    off,
    on,
    ...count(chunk, action),
  }
}

/** CPU seconds of `chunks` times the chunk. */
function push(chunk, chunks, action) {
  const remapper = open(action)
  const cpu = process.cpuUsage()
  for (let turn = 0; turn < chunks; turn++) remapper.push(chunk)
  remapper.end()
  const { user, system } = process.cpuUsage(cpu)
  return (user + system) / 1e6
}

/** The share of the fields that the rule does not take as they are. */
function count(chunk, action) {
  let converted = 0
  const { rule } = action
  const remapper = open({
    kind: 'rule',
    rule: {
      accepts: (bytes, start, end) => rule.accepts(bytes, start, end),
      convert: (text) => {
        converted++
        return rule.convert(text)
      },
    },
  })
  remapper.push(chunk)
  return { convertedShare: converted / ROWS }
}

function open(action) {
  const actions = [COPY, action]
  const remapper = new CsvRemapper({
    model: 'Value',
    file: 'Value.csv',
    dialect,
    headers: HEADERS,
    actions,
  })
  remapper.push(Buffer.from(`${HEADERS}\n`))
  return remapper
}
