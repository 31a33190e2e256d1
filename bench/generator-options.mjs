import path from 'node:path'
import internals from '@prisma/internals'

/** The built command, as Prisma starts it. */
export const BIN = path.join(import.meta.dirname, '../dist/src/bin.js')

/** What `prisma generate` hands to our generator for a schema: all of it, as large as it is. */
export async function readGeneratorOptions(schemaPath) {
  const schemaContext = await internals.loadSchemaContext({
    schemaPath: { cliProvidedPath: schemaPath },
    printLoadMessage: false,
  })
  const [generator] = await internals.getGenerators({
    schemaContext,
    skipDownload: true,
    cliCommand: 'bench',
    registry: { 'prisma-gyro': { type: 'rpc', generatorPath: BIN, isNode: true } },
  })
  generator.stop()
  return generator.options
}
