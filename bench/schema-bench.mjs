// What a schema of hundreds of models costs: to generate, to plan and to type-check. Each line beside
// its bar, which is meant for 300 models.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { generate } from '../dist/generator/generate.js'
import { renderSchemaSql } from '../dist/src/embedded/render-schema-sql.js'
import { runScript } from './contestants.mjs'
import { median } from './figures.mjs'
import { BIN, readGeneratorOptions } from './generator-options.mjs'
import { FIELDS, makeLargeSchema } from './large-schema.mjs'
import { withClient } from './with-client.mjs'

const ROOT = path.join(import.meta.dirname, '..')
const DATABASE = 'large_schema'

const COMPILERS = [
  { version: '5.9', typescript: 'typescript-5.9' },
  { version: '7', typescript: 'typescript' },
]

/** `task` is what the script gets; `bar` is in seconds, null for what is there to compare with. */
const LINES = [
  {
    name: 'generate',
    title: 'generate, time in our code',
    script: 'generate',
    task: ({ schema, output }) => ({ schema, output }),
    bar: 0.15,
  },
  {
    name: 'generator-process',
    title: 'generate, our process as Prisma sees it',
    script: 'generator-process',
    task: ({ schema }) => ({ schema, generator: BIN }),
    bar: null,
  },
  {
    name: 'empty-generator',
    title: 'generate, a generator that does nothing',
    script: 'generator-process',
    task: ({ schema }) => ({ schema, generator: path.join(ROOT, 'bench/empty-generator.mjs') }),
    bar: null,
  },
  {
    name: 'plan',
    title: 'plan, a file of each model',
    script: 'plan',
    task: ({ url, manifest, files }) => ({ url, manifest, files }),
    bar: 1,
  },
  ...COMPILERS.flatMap(({ version, typescript }) => [
    {
      name: `types-${version}`,
      title: `TypeScript ${version}, index.ts`,
      script: 'type-check',
      task: ({ indexProject }) => ({ typescript, project: indexProject }),
      bar: 1.5,
    },
    {
      name: `no-types-${version}`,
      title: `TypeScript ${version}, an empty module`,
      script: 'type-check',
      task: ({ emptyProject }) => ({ typescript, project: emptyProject }),
      bar: null,
    },
  ]),
]

/**
 * Runs every line once a round, in a process of its own.
 *
 * @param server Where the tables are made; their database stays until the server goes.
 * @returns `{ models, fields, rounds, lines }`; a line has the median of its seconds and, where there
 * is a bar, `toBar`, its multiple.
 */
export async function benchSchema({ models, rounds, server }) {
  const place = await preparePlace(models, server)
  const runs = new Map(LINES.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const { name, title, script, task } of LINES) {
      const result = await runScript(script, task(place))
      runs.get(name).push(result)
      const seconds = result.seconds.toFixed(2)
      console.error(`round ${round + 1}/${rounds}  schema, ${title}: ${seconds} s`)
    }
  }
  const lines = LINES.map(({ name, title, bar }) => {
    const seconds = median(runs.get(name).map((run) => run.seconds))
    return { name, title, seconds, bar, toBar: bar && seconds / bar, runs: runs.get(name) }
  })
  return { models, fields: FIELDS, rounds, lines }
}

/** The schema, its tables, and two projects for the compilers: the generated module, and nothing. */
async function preparePlace(models, server) {
  const folder = makeLargeSchema(models)
  writeFileSync(path.join(folder, 'empty.ts'), 'export {}\n')
  const schema = path.join(folder, 'schema.prisma')
  const output = path.join(folder, 'gyro')
  await generate(await readGeneratorOptions(schema))
  return {
    schema,
    output,
    url: await createTables(server, await renderSchemaSql(schema, ROOT)),
    manifest: path.join(output, 'manifest.json'),
    files: path.join(folder, 'export'),
    indexProject: writeProject(folder, 'gyro/index.ts'),
    emptyProject: writeProject(folder, 'empty.ts'),
  }
}

async function createTables(server, sql) {
  await withClient(server.urlOf('postgres'), (client) =>
    client.query(`create database ${DATABASE}`),
  )
  const url = server.urlOf(DATABASE)
  await withClient(url, (client) => client.query(sql))
  return url
}

/** Strict, with the types of Node, as in the project of a user. */
const COMPILER_OPTIONS = {
  target: 'es2023',
  lib: ['es2023'],
  module: 'nodenext',
  types: ['node'],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
}

function writeProject(folder, module) {
  const project = path.join(folder, `tsconfig.${path.basename(module, '.ts')}.json`)
  writeFileSync(project, JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: [module] }))
  return project
}
