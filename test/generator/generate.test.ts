import { readFile, stat, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { generate } from '../../generator/generate.js'
import { parseManifest } from '../../src/manifest/parse-manifest.js'
import { manifestOf } from '../support/manifest-of.js'
import { generatorOptionsOf, withFolder } from './generator-options.js'

const SCHEMA = `
generator gyro {
  provider = "prisma-gyro"
  output   = "./gyro"
}
datasource db {
  provider = "postgresql"
}
model Note {
  id Int @id
}
`

describe('generate', () => {
  // To write the expected files anew, run `prisma generate --schema test/generator/blog`, look at the
  // difference and delete manifest.json.
  it.each(['index.ts', 'graph.md'])('writes the whole %s of the blog', (file) =>
    withFolder(async (folder) => {
      const blog = path.join('test', 'generator', 'blog')
      const schema = await readFile(path.join(blog, 'schema.prisma'), 'utf8')

      await generate(await generatorOptionsOf(schema, folder))

      const written = await readFile(path.join(folder, file), 'utf8')
      const expected = await readFile(path.join(blog, file), 'utf8')
      expect(written).toBe(expected)
    }),
  )

  it('writes a manifest that can be parsed', () =>
    withFolder(async (folder) => {
      await generate(await generatorOptionsOf(SCHEMA, folder))

      const text = await readFile(path.join(folder, 'gyro', 'manifest.json'), 'utf8')
      expect(parseManifest(JSON.parse(text), 'manifest.json')).toEqual(await manifestOf(SCHEMA))
      expect(text.endsWith('}\n')).toBe(true)
    }))

  it('touches only files that change', () =>
    withFolder(async (folder) => {
      await generate(await generatorOptionsOf(SCHEMA, folder))
      const manifest = path.join(folder, 'gyro', 'manifest.json')
      const graph = path.join(folder, 'gyro', 'graph.md')
      const past = new Date(0)
      await utimes(manifest, past, past)
      await utimes(graph, past, past)

      // The picture shows no types.
      await generate(await generatorOptionsOf(SCHEMA.replace('Int', 'BigInt'), folder))

      expect((await stat(graph)).mtimeMs).toBe(0)
      expect((await stat(manifest)).mtimeMs).not.toBe(0)
    }))

  it('writes nothing when one of its files is somebody else’s', () =>
    withFolder(async (folder) => {
      const options = await generatorOptionsOf(SCHEMA.replace('./gyro', '.'), folder)
      await writeFile(path.join(folder, 'index.ts'), 'export const mine = 1\n')

      const generating = generate(options)

      await expect(generating).rejects.toMatchObject({
        code: 'GENERATOR.OUTPUT',
        summary: `${path.join(folder, 'index.ts')} was not written by prisma-gyro`,
      })
      await expect(stat(path.join(folder, 'manifest.json'))).rejects.toThrow('ENOENT')
    }))

  it('says why the output cannot be written', () =>
    withFolder(async (folder) => {
      await writeFile(path.join(folder, 'gyro'), 'a file where the folder should be')

      const generating = generate(await generatorOptionsOf(SCHEMA, folder))

      await expect(generating).rejects.toMatchObject({
        code: 'GENERATOR.OUTPUT',
        summary: `${path.join(folder, 'gyro', 'manifest.json')} cannot be written`,
      })
    }))
})
