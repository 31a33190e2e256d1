// Ours, as a user calls it: `importModels` of a folder, with the options of the contestant.
import { readFileSync } from 'node:fs'
import { importModels } from '../../dist/src/index.js'
import { measure } from '../measure.mjs'

await measure({
  prepare: async ({ manifest }) => JSON.parse(readFileSync(manifest, 'utf8')),

  async run({ url, folder, options }, manifest) {
    const { models } = await importModels(manifest, { from: folder, url, ...options })
    return { rows: models.reduce((sum, { loaded, updated }) => sum + loaded + updated, 0) }
  },
})
