// Ours for who has rows and no files: `importModels` of objects, as for `createMany`. Those that they
// refer to are among them, or there already.
import { readFileSync } from 'node:fs'
import { importModels } from '../../dist/src/index.js'
import { measure } from '../measure.mjs'
import { loadParents, PARENTS, readRows } from '../row-objects.mjs'

await measure({
  async prepare({ url, folder, manifest, parents }) {
    if (parents === 'loaded') await loadParents(url, folder)
    const models = parents === 'loaded' ? ['Order'] : [...PARENTS, 'Order']
    const rows = {}
    for (const model of models) rows[model] = await readRows(folder, model)
    return { rows, manifest: JSON.parse(readFileSync(manifest, 'utf8')) }
  },

  async run({ url }, { manifest, rows }) {
    const { models } = await importModels(manifest, { rows, url })
    return { rows: models.reduce((sum, { loaded }) => sum + loaded, 0) }
  },
})
