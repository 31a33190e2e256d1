// A plan over a file of each model of a large schema: headers and catalog, nothing written.
import { readFileSync } from 'node:fs'
import { planImport } from '../../dist/src/index.js'
import { measure } from '../measure.mjs'

await measure({
  prepare: async ({ manifest }) => JSON.parse(readFileSync(manifest, 'utf8')),

  async run({ url, files }, manifest) {
    const { models, problems } = await planImport(manifest, { from: files, url })
    if (problems.length > 0) throw new Error(`The plan has problems: ${problems[0].message}`)
    return { models: models.length }
  },
})
