// The byte path's work done the usual way: fast-csv parses rows to arrays (its fastest shape), keys
// and references go through a Map, fast-csv formats. No database.
import { createReadStream } from 'node:fs'
import path from 'node:path'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import fastCsv from 'fast-csv'
import { measure } from '../measure.mjs'
import { KEYS_BEFORE, MODELS, REFERENCES } from '../shop.mjs'

await measure({
  async run({ folder }) {
    const keysOf = new Map()
    let rows = 0
    for (const model of MODELS) {
      const keys = new Map()
      keysOf.set(model, keys)
      let references
      const remap = (row) => {
        if (references === undefined) {
          references = Object.entries(REFERENCES[model]).map(([column, target]) => ({
            index: row.indexOf(column),
            targets: keysOf.get(target),
          }))
          return row
        }
        rows++
        const key = String(KEYS_BEFORE + keys.size + 1)
        keys.set(row[0], key)
        row[0] = key
        for (const { index, targets } of references) row[index] = targets.get(row[index])
        return row
      }
      await pipeline(
        createReadStream(path.join(folder, `${model}.csv`)),
        fastCsv.parse(),
        fastCsv.format().transform(remap),
        new Writable({ write: (_chunk, _encoding, done) => done() }),
      )
    }
    return { rows }
  },
})
