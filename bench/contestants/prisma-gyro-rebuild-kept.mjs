// Ours with technique `rebuild`, as it is chosen for empty tables: keys kept, as psql does.
import { readFileSync } from 'node:fs'
import { importModels } from '../../dist/src/index.js'
import { measure } from '../measure.mjs'

const manifest = JSON.parse(
  readFileSync(new URL('../generated/gyro/manifest.json', import.meta.url), 'utf8'),
)
const OPTIONS = { fkMode: 'rebuild', strategy: 'none' }

await measure({
  async run({ url, folder }) {
    const { models } = await importModels(manifest, { from: folder, url, ...OPTIONS })
    return { rows: models.reduce((sum, { loaded }) => sum + loaded, 0) }
  },
})
