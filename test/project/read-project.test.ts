import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { readProject } from '../../src/project/read-project.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { withProjectFolder } from '../support/project-folder.js'

const { PATH } = process.env
const URL = 'postgresql://me:secret@localhost:5432/shop'

const CONFIG = `
import { defineConfig, env } from 'prisma/config'
console.log('printed by the config')
export default defineConfig({
  schema: 'db/schema.prisma',
  migrations: { path: 'db/sql' },
  datasource: { url: env('SHOP_URL') },
})`

describe('readProject', () => {
  it('reads the Prisma config with the packages of the project', () =>
    withProjectFolder({ 'prisma.config.ts': CONFIG, 'db/schema.prisma': '' }, async (folder) => {
      const project = await readProject({ cwd: folder, env: { PATH, SHOP_URL: URL } })

      expect(project).toEqual({
        folder,
        configFile: path.join(folder, 'prisma.config.ts'),
        configError: null,
        schemaPath: path.join(folder, 'db/schema.prisma'),
        migrationsFolder: path.join(folder, 'db/sql'),
        databaseUrl: URL,
        missingVariable: null,
        warnings: [],
      })
    }))

  it('reads schema and migrations of a config whose URL is not set', () =>
    withProjectFolder({ 'prisma.config.ts': CONFIG, 'db/schema.prisma': '' }, async (folder) => {
      const project = await readProject({ cwd: folder, env: { PATH } })

      expect(project).toMatchObject({
        configError: null,
        schemaPath: path.join(folder, 'db/schema.prisma'),
        migrationsFolder: path.join(folder, 'db/sql'),
        databaseUrl: null,
        missingVariable: 'SHOP_URL',
        warnings: [],
      })
    }))

  it('warns when DATABASE_URL stands in for what the config asks for', () =>
    withProjectFolder({ 'prisma.config.ts': CONFIG }, async (folder) => {
      const project = await readProject({ cwd: folder, env: { PATH, DATABASE_URL: URL } })

      expect(project.databaseUrl).toBe(URL)
      expect(project.warnings).toEqual([
        'The Prisma config asks for SHOP_URL, which is not set; DATABASE_URL is used.',
      ])
    }))

  it('tells of a config that cannot be loaded, and warns when DATABASE_URL is used instead', () =>
    withProjectFolder(
      { '.config/prisma.ts': 'throw new Error("boom.\\nmore")' },
      async (folder) => {
        const project = await readProject({ cwd: folder, env: { PATH, DATABASE_URL: URL } })

        expect(project.configError).toMatchObject({
          code: 'PROJECT.CONFIG',
          message:
            '.config/prisma.ts could not be loaded. Loading it failed: boom. Correct the file and install the packages of the project, or say it on the command line: --url and --manifest.',
        })
        expect(project.warnings).toEqual([
          '.config/prisma.ts could not be loaded; DATABASE_URL is used instead.',
        ])
      },
    ))

  it('tells of a config without the package that loads it', () =>
    withCsvFolder({ 'prisma.config.ts': CONFIG }, async (folder) => {
      const project = await readProject({ cwd: folder, env: { PATH } })

      expect(project).toMatchObject({
        configError: { code: 'PROJECT.CONFIG' },
        databaseUrl: null,
        warnings: [],
      })
    }))

  it('takes DATABASE_URL for a config that says nothing, without a warning', () =>
    withProjectFolder({ 'prisma.config.mjs': 'export default {}' }, async (folder) => {
      const project = await readProject({ cwd: folder, env: { PATH, DATABASE_URL: URL } })

      expect(project).toMatchObject({ configError: null, databaseUrl: URL, warnings: [] })
    }))

  it('reads the config that is named, and refuses one that is not there', () =>
    withProjectFolder({ 'conf/my.config.ts': 'export default {}' }, async (folder) => {
      const project = await readProject({ cwd: folder, configFile: 'conf/my.config.ts' })
      const missing = readProject({ cwd: folder, configFile: 'my.config.ts' })

      expect(project).toMatchObject({
        configError: null,
        configFile: `${folder}/conf/my.config.ts`,
      })
      await expect(missing).rejects.toMatchObject({
        code: 'PROJECT.CONFIG',
        summary: 'There is no Prisma config my.config.ts',
      })
    }))

  it('does without a config where none is wanted', () =>
    withCsvFolder({ 'prisma.config.ts': 'throw new Error("boom")' }, async (folder) => {
      const project = await readProject({ cwd: folder, configFile: null, env: {} })

      expect(project).toMatchObject({ configFile: null, configError: null })
    }))

  it.each([
    ['schema.prisma', 'schema.prisma', 'migrations'],
    ['prisma/schema.prisma', 'prisma/schema.prisma', 'prisma/migrations'],
    ['prisma/order.prisma', 'prisma', 'prisma/migrations'],
  ])('finds %s without a config', (file, schema, migrations) =>
    withCsvFolder({ [file]: '' }, async (folder) => {
      const project = await readProject({ cwd: folder, env: {} })

      expect(project.schemaPath).toBe(path.join(folder, schema))
      expect(project.migrationsFolder).toBe(path.join(folder, migrations))
    }),
  )

  it('says nothing of an empty folder', () =>
    withCsvFolder({}, async (folder) => {
      const project = await readProject({ cwd: folder, env: {} })

      expect(project).toEqual({
        folder,
        configFile: null,
        configError: null,
        schemaPath: null,
        migrationsFolder: path.join(folder, 'prisma/migrations'),
        databaseUrl: null,
        missingVariable: null,
        warnings: [],
      })
    }))

  it('looks where the program runs', async () => {
    const project = await readProject()

    expect(project.folder).toBe(process.cwd())
  })
})
