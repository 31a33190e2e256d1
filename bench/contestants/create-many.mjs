// What a Prisma user has today: `createMany`, here for the first orders of the file. Their parents
// are there already and the file is parsed before the clock starts: only Prisma is timed.
import { createRequire } from 'node:module'
import { PrismaPg } from '@prisma/adapter-pg'
import { measure } from '../measure.mjs'
import { loadParents, readRows } from '../row-objects.mjs'

const ROWS_PER_CALL = 5_000

await measure({
  async prepare({ url, folder, slice }) {
    await loadParents(url, folder)
    const { PrismaClient } = createRequire(import.meta.url)('../generated/client')
    const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) })
    // The first query loads the query compiler.
    await prisma.tenant.count()
    return { prisma, orders: await readRows(folder, 'Order', slice) }
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
