// Ours for who has rows and no files: `importModels` of orders that are objects already, as for
// `createMany`.
import { readFileSync } from 'node:fs'
import { importModels } from '../../dist/src/index.js'
import { measure } from '../measure.mjs'
import { loadParents, readOrders } from '../orders.mjs'

await measure({
  async prepare({ url, folder, slice, manifest }) {
    await loadParents(url, folder)
    return {
      orders: await readOrders(folder, slice),
      manifest: JSON.parse(readFileSync(manifest, 'utf8')),
    }
  },

  async run({ url, options }, { manifest, orders }) {
    const { models } = await importModels(manifest, { rows: { Order: orders }, url, ...options })
    return { rows: models.reduce((sum, { loaded }) => sum + loaded, 0) }
  },
})
