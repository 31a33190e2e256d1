// What goes out through `psql \copy`, one table after the other.
import { mkdirSync } from 'node:fs'
import { copyByPsql } from '../copy-by-psql.mjs'
import { measure } from '../measure.mjs'

await measure({
  prepare: async ({ to }) => mkdirSync(to),
  run: ({ url, to }) => copyByPsql({ url, folder: to, direction: 'to' }),
})
