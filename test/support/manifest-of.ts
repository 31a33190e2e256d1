import { existsSync } from 'node:fs'
import internals from '@prisma/internals'
import { readManifest } from '../../generator/read-manifest.js'
import { scanSchema } from '../../generator/scan-schema.js'
import type { Manifest } from '../../src/manifest/manifest.js'
import { readSchemaFiles } from '../../src/project/read-schema-files.js'

/**
 * The manifest that `prisma generate` would write for a schema.
 *
 * @param schema Text of a schema, or the path of a `.prisma` file or of a folder of them.
 */
export async function manifestOf(schema: string): Promise<Manifest> {
  const files = existsSync(schema)
    ? readSchemaFiles(schema)
    : [{ path: 'schema.prisma', content: schema }]
  const datamodel = files.map(({ path, content }): [string, string] => [path, content])
  const { datamodel: read } = await internals.getDMMF({ datamodel })
  return readManifest(read, scanSchema(files))
}
