import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { GeneratorOptions } from '@prisma/generator-helper'
import internals from '@prisma/internals'
import { withCsvFolder } from '../support/csv-folder.js'

/** Writes a schema into `folder`; gives what Prisma would hand to its generator `gyro`. */
export async function generatorOptionsOf(
  schema: string,
  folder: string,
): Promise<GeneratorOptions> {
  const schemaPath = path.join(folder, 'schema.prisma')
  await writeFile(schemaPath, schema)
  const datamodel: [string, string][] = [[schemaPath, schema]]
  const dmmf = await internals.getDMMF({ datamodel })
  const { generators, datasources } = await internals.getConfig({ datamodel })
  const generator = generators.find(({ name }) => name === 'gyro')
  if (generator === undefined) {
    throw new Error('the schema has no generator gyro')
  }
  return {
    generator,
    otherGenerators: generators.filter((other) => other !== generator),
    schemaPath,
    dmmf,
    datasources,
    datamodel: schema,
    version: 'test',
  }
}

/** Runs a test with a folder of its own. */
export function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  return withCsvFolder({}, use)
}
