// Ours, as a user calls it: `exportModels` into a folder, with the options of the contestant.
import { readFileSync } from 'node:fs'
import { exportModels } from '../../dist/src/index.js'
import { measure } from '../measure.mjs'

await measure({
  prepare: async ({ manifest }) => JSON.parse(readFileSync(manifest, 'utf8')),

  async run({ url, to, options }, manifest) {
    const { models } = await exportModels(manifest, { to, url, ...options })
    return { rows: models.reduce((sum, { rows }) => sum + rows, 0) }
  },
})
