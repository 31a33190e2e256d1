// What a Prisma user has today: `createMany`, here for the first orders of the file. Their parents
// are there already and the file is parsed before the clock starts: only Prisma is timed.
import { createReadStream } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { PrismaPg } from '@prisma/adapter-pg'
import fastCsv from 'fast-csv'
import { from as copyFrom } from 'pg-copy-streams'
import { measure } from '../measure.mjs'
import { withClient } from '../with-client.mjs'

const PARENTS = ['Tenant', 'Shop', 'Customer']
const ROWS_PER_CALL = 5_000

await measure({
  async prepare({ url, folder, slice }) {
    await withClient(url, async (client) => {
      for (const model of PARENTS) {
        const copy = client.query(copyFrom(`copy "${model}" from stdin (format csv, header)`))
        await pipeline(createReadStream(path.join(folder, `${model}.csv`)), copy)
      }
    })
    const { PrismaClient } = createRequire(import.meta.url)('../generated/client')
    const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) })
    // The first query loads the query compiler.
    await prisma.tenant.count()
    return { prisma, orders: await readOrders(path.join(folder, 'Order.csv'), slice) }
  },

  async run(_task, { prisma, orders }) {
    let rows = 0
    for (let start = 0; start < orders.length; start += ROWS_PER_CALL) {
      const data = orders.slice(start, start + ROWS_PER_CALL)
      rows += (await prisma.order.createMany({ data })).count
    }
    await prisma.$disconnect()
    return { rows }
  },
})

/** The first rows of the file. */
async function readOrders(file, maxRows) {
  const source = createReadStream(file)
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
