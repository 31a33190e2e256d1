// Reads rows through a generated Prisma Client: node read-with-client.mjs <client> <url> <queries>,
// where <queries> is JSON, `{ "tenant": { "orderBy": { "id": "asc" } } }`. A process of its own,
// because Prisma's WebAssembly does not run in the sandbox of the tests. Prints JSON in which values
// that JSON has no form for are text: dates in ISO, `12n`, decimals in full, bytes in hexadecimal.
import { createRequire } from 'node:module'
import path from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'

const [folder, connectionString, queries] = process.argv.slice(2)
const { PrismaClient } = createRequire(import.meta.url)(path.resolve(folder))
const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString }) })

const rows = {}
for (const [model, query] of Object.entries(JSON.parse(queries))) {
  rows[model] = plain(await prisma[model].findMany(query))
}
await prisma.$disconnect()
process.stdout.write(JSON.stringify(rows))

function plain(value) {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value.toFixed === 'function') return value.toFixed()
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]))
}
