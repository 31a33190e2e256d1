// Ours, as a user calls it: technique `checked`, every key and reference remapped.
import { readFileSync } from 'node:fs'
import { importModels } from '../../dist/src/index.js'
import { measure } from '../measure.mjs'

const manifest = JSON.parse(
  readFileSync(new URL('../generated/gyro/manifest.json', import.meta.url), 'utf8'),
)

await measure({
  async run({ url, folder }) {
    const { models } = await importModels(manifest, { from: folder, url, fkMode: 'checked' })
    return { rows: models.reduce((sum, { loaded }) => sum + loaded, 0) }
  },
})
