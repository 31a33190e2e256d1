// Ours for who may not copy what is real: `importModels` with a hook that changes the e-mail of every
// customer on the way.
import { readFileSync } from 'node:fs'
import { importModels } from '../../dist/src/index.js'
import { measure } from '../measure.mjs'

await measure({
  prepare: async ({ manifest }) => JSON.parse(readFileSync(manifest, 'utf8')),

  async run({ url, folder, options, mask }, manifest) {
    const transform = { Customer: (row) => ({ ...row, email: `${row.email}${mask}` }) }
    const { models } = await importModels(manifest, { from: folder, url, transform, ...options })
    return { rows: models.reduce((sum, { loaded }) => sum + loaded, 0) }
  },
})
