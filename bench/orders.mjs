// Orders as objects, and the rows that they refer to: for who is given rows and no files.
import { createReadStream } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import fastCsv from 'fast-csv'
import { from as copyFrom } from 'pg-copy-streams'
import { withClient } from './with-client.mjs'

const PARENTS = ['Tenant', 'Shop', 'Customer']

/** Loads what orders refer to, with the keys of the files. */
export async function loadParents(url, folder) {
  await withClient(url, async (client) => {
    for (const model of PARENTS) {
      const copy = client.query(copyFrom(`copy "${model}" from stdin (format csv, header)`))
      await pipeline(createReadStream(path.join(folder, `${model}.csv`)), copy)
    }
  })
}

/** The first orders of the file. */
export async function readOrders(folder, maxRows) {
  const source = createReadStream(path.join(folder, 'Order.csv'))
  const orders = []
  for await (const row of source.pipe(fastCsv.parse({ headers: true, maxRows }))) {
    orders.push({
      id: Number(row.id),
      shopId: Number(row.shopId),
      customerId: Number(row.customerId),
      status: row.status,
      total: row.total,
      note: row.note === '' ? null : row.note,
      createdAt: new Date(`${row.createdAt.replace(' ', 'T')}Z`),
    })
    if (orders.length === maxRows) break
  }
  source.destroy()
  return orders
}
