// Undoing an import: what is timed is `rollbackImport` alone. The time of the import before it, into the
// same tables, is told beside it. Every foreign key has an index, as a rollback wants it.
import { readFileSync } from 'node:fs'
import { importModels, rollbackImport } from '../../dist/src/index.js'
import { measure } from '../measure.mjs'
import { withClient } from '../with-client.mjs'

/** The foreign keys of shop.sql that have no index there. */
const INDEXES = {
  Shop: ['tenantId'],
  Customer: ['tenantId', 'shopId'],
  Product: ['shopId'],
  Order: ['shopId'],
  Item: ['orderId', 'productId'],
}

await measure({
  async prepare({ url, folder, manifest: file }) {
    await withClient(url, async (client) => {
      for (const [table, columns] of Object.entries(INDEXES)) {
        for (const column of columns) await client.query(`create index on "${table}" ("${column}")`)
      }
    })
    const manifest = JSON.parse(readFileSync(file, 'utf8'))
    const start = performance.now()
    const { batch } = await importModels(manifest, { from: folder, url, fkMode: 'rebuild' })
    const importSeconds = (performance.now() - start) / 1_000
    await withClient(url, (client) => client.query('checkpoint'))
    return { manifest, batch: batch.id, importSeconds }
  },

  async run({ url }, { manifest, batch, importSeconds }) {
    const { models } = await rollbackImport(manifest, { url, batch })
    return { rows: models.reduce((sum, { deleted }) => sum + deleted, 0), importSeconds }
  },
})
