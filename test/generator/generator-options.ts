import path from 'node:path'
import type { GeneratorOptions } from '@prisma/generator-helper'
import internals from '@prisma/internals'

/** What Prisma would hand to the generator `gyro` of a schema that lies in `folder`. */
export async function generatorOptionsOf(
  schema: string,
  folder: string,
): Promise<GeneratorOptions> {
  const schemaPath = path.join(folder, 'schema.prisma')
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
