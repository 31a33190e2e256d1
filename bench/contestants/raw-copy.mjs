// The bar: the files as they are, straight into COPY, constraints in place, one transaction.
import { createReadStream } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom } from 'pg-copy-streams'
import { measure } from '../measure.mjs'
import { MODELS } from '../shop.mjs'
import { withClient } from '../with-client.mjs'

await measure({
  run: ({ url, folder }) =>
    withClient(url, async (client) => {
      let rows = 0
      await client.query('begin')
      for (const model of MODELS) {
        const copy = client.query(copyFrom(`copy "${model}" from stdin (format csv, header)`))
        await pipeline(createReadStream(path.join(folder, `${model}.csv`)), copy)
        rows += copy.rowCount
      }
      await client.query('commit')
      return { rows }
    }),
})
