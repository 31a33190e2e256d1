// The same through `psql \copy`.
import { copyByPsql } from '../copy-by-psql.mjs'
import { measure } from '../measure.mjs'

await measure({ run: ({ url, folder }) => copyByPsql({ url, folder, direction: 'from' }) })
