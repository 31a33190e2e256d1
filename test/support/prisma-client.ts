import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import type nodeModule from 'node:module'
import path from 'node:path'
import type { PrismaClientLike } from '../../src/client/prisma-client.js'
import { readSchemaFiles } from '../../src/project/read-schema-files.js'
import { runProgram } from './run-program.js'

/** A generated Prisma Client, with what tests use of it beside. */
export interface TestClient extends PrismaClientLike {
  $extends(extension: object): TestClient
  $disconnect(): Promise<void>
}

/** What comes before the models of a schema. */
export const DATASOURCE = `
datasource db {
  provider = "postgresql"
}
`

/** Clients of schemas that were met before: they take two seconds each to generate. */
const CACHE = path.resolve('node_modules/.cache/prisma-gyro-clients')

/** Jest's own would load the Client into the sandbox, which its WebAssembly does not run in. */
const { createRequire } = process.getBuiltinModule('node:module') as typeof nodeModule
const requireOutside = createRequire(path.resolve('package.json'))

/**
 * A Prisma Client of a schema, connected to a database; it disconnects afterwards.
 *
 * @param target `schema` as for `withImportStage`; `adapter` are options for the adapter.
 */
export async function withPrismaClient<Result>(
  {
    schema,
    url,
    adapter = {},
  }: { readonly schema: string; readonly url: string; readonly adapter?: object },
  use: (client: TestClient) => Promise<Result>,
): Promise<Result> {
  const { PrismaClient } = requireOutside(await generateClient(schema))
  const { PrismaPg } = requireOutside('@prisma/adapter-pg')
  // Sessions that the pool would keep open would outlive the database.
  const pool = { connectionString: url, max: 2 }
  const client: TestClient = new PrismaClient({ adapter: new PrismaPg(pool, adapter) })
  try {
    return await use(client)
  } finally {
    await client.$disconnect()
  }
}

const GENERATOR = `
generator client {
  provider = "prisma-client-js"
  output   = "./client"
}
`

/** Gives the path of the module. */
async function generateClient(schema: string): Promise<string> {
  const text = `${GENERATOR}${textOf(schema)}`
  const folder = path.join(CACHE, createHash('sha256').update(text).digest('hex').slice(0, 32))
  if (!existsSync(folder)) {
    const draft = path.join(CACHE, randomUUID())
    await mkdir(draft, { recursive: true })
    await writeFile(path.join(draft, 'schema.prisma'), text)
    const generate = ['node_modules/prisma/build/index.js', 'generate', '--schema']
    const { code, stderr } = await runProgram(
      process.execPath,
      [...generate, path.join(draft, 'schema.prisma')],
      { cwd: process.cwd(), env: { PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' } },
    )
    if (code !== 0) throw new Error(`prisma generate failed: ${stderr}`)
    // Another worker may have been faster.
    await rename(draft, folder).catch(() => rm(draft, { recursive: true }))
  }
  return path.join(folder, 'client')
}

/** Generators of the schema itself would write files. */
function textOf(schema: string): string {
  if (!existsSync(schema)) return `${DATASOURCE}${schema}`
  const files = readSchemaFiles(schema).map(({ content }) => content)
  return files.join('\n').replaceAll(/^generator \w+ \{[^}]*\}/gm, '')
}
