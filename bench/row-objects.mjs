// Rows as objects, and those that they refer to: for who is given rows and no files.
import { createReadStream } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import fastCsv from 'fast-csv'
import { from as copyFrom } from 'pg-copy-streams'
import { withClient } from './with-client.mjs'

/** What orders refer to. */
export const PARENTS = ['Tenant', 'Shop', 'Customer']

/** Loads what orders refer to, with the keys of the files. */
export async function loadParents(url, folder) {
  await withClient(url, async (client) => {
    for (const model of PARENTS) {
      const copy = client.query(copyFrom(`copy "${model}" from stdin (format csv, header)`))
      await pipeline(createReadStream(path.join(folder, `${model}.csv`)), copy)
    }
  })
}

/** The first rows of the file of a model, as Prisma Client takes them. */
export async function readRows(folder, model, maxRows = Number.MAX_SAFE_INTEGER) {
  const source = createReadStream(path.join(folder, `${model}.csv`))
  const rows = []
  for await (const row of source.pipe(fastCsv.parse({ headers: true, maxRows }))) {
    rows.push(
      Object.fromEntries(
        Object.entries(row).map(([field, text]) => [field, parseValue(field, text)]),
      ),
    )
    if (rows.length === maxRows) break
  }
  source.destroy()
  return rows
}

function parseValue(field, text) {
  if (NUMBERS.has(field)) return Number(text)
  if (field === 'isOpen') return text === 'true'
  if (field === 'createdAt') return new Date(`${text.replace(' ', 'T')}Z`)
  return text === '' && NULLABLE.has(field) ? null : text
}

const NUMBERS = new Set(['id', 'tenantId', 'shopId', 'customerId'])
const NULLABLE = new Set(['phone', 'note'])
