import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import internals from '@prisma/internals'

const BLOG = path.join('test', 'generator', 'blog', 'schema.prisma')
const BIN = path.resolve('dist', 'src', 'bin.js')

// The built command as a child process that speaks Prisma's protocol, as `prisma generate` starts it.
describe('prisma generate', () => {
  it('writes the output folder and ends the generator', async () => {
    const schema = (await readFile(BLOG, 'utf8')).replace('"."', '"./gyro"')

    await withSchema(schema, async (generate, folder) => {
      const manifest = await generate()

      expect(manifest?.prettyName).toBe('Prisma Gyro')
      const files = await readdir(path.join(folder, 'gyro'))
      expect(files.sort()).toEqual(['graph.md', 'index.ts', 'manifest.json'])
      const written = await readFile(path.join(folder, 'gyro', 'index.ts'), 'utf8')
      expect(written).toBe(await readFile(BLOG.replace('schema.prisma', 'index.ts'), 'utf8'))
    })
  })

  it('shows what is wrong with the block', async () => {
    const schema = (await readFile(BLOG, 'utf8')).replace('output ', 'ouput ')

    await withSchema(schema, async (generate) => {
      await expect(generate()).rejects.toThrow(
        'The generator block "gyro" has an unknown option "ouput" (GENERATOR.INVALID_CONFIG)\n\n  Beside',
      )
    })
  })
})

type Generate = () => Promise<{ readonly prettyName?: string } | null>

async function withSchema(
  schema: string,
  use: (generate: Generate, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'prisma-gyro-protocol-'))
  const schemaPath = path.join(folder, 'schema.prisma')
  await writeFile(schemaPath, schema)
  const schemaContext = await internals.loadSchemaContext({
    schemaPath: { cliProvidedPath: schemaPath },
    printLoadMessage: false,
  })
  const [generator] = await internals.getGenerators({
    schemaContext,
    skipDownload: true,
    cliCommand: 'test',
    registry: { 'prisma-gyro': { type: 'rpc', generatorPath: BIN, isNode: true } },
  })
  try {
    await use(async () => {
      await generator?.generate()
      return generator?.manifest ?? null
    }, folder)
  } finally {
    generator?.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
