import { describe, expect, it } from '@jest/globals'
import type { Project } from '../../src/project/project.js'
import { configFailed } from '../../src/project/project-error.js'
import { resolveDatabaseUrl } from '../../src/project/resolve-database-url.js'

const PROJECT: Project = {
  folder: '/shop',
  configFile: null,
  configError: null,
  schemaPath: null,
  migrationsFolder: '/shop/prisma/migrations',
  databaseUrl: 'postgresql://localhost/project',
  missingVariable: null,
  warnings: [],
}
const NOWHERE = { ...PROJECT, databaseUrl: null }

describe('resolveDatabaseUrl', () => {
  it('takes the URL that the user named before that of the project', () => {
    expect(resolveDatabaseUrl({ url: 'postgresql://localhost/named', project: PROJECT })).toBe(
      'postgresql://localhost/named',
    )
    expect(resolveDatabaseUrl({ project: PROJECT })).toBe('postgresql://localhost/project')
  })

  it('names both ways out when there is none', () => {
    expect(() => resolveDatabaseUrl({ project: NOWHERE })).toThrow(
      expect.objectContaining({
        code: 'PROJECT.NO_DATABASE_URL',
        message:
          'Nothing says which database to use. There is no --url, no datasource.url in a Prisma config, and DATABASE_URL is not set. Name one with --url postgresql://user:password@host:5432/name, or let --embedded start one for the project.',
      }),
    )
  })

  it('names the variable that the config asks for', () => {
    const project = { ...NOWHERE, missingVariable: 'SHOP_URL' }

    expect(() => resolveDatabaseUrl({ project })).toThrow(/takes the URL from SHOP_URL/)
  })

  it('says why the config could not be loaded when that is where it would be', () => {
    const configError = configFailed('prisma.config.ts', 'broken')

    expect(() => resolveDatabaseUrl({ project: { ...NOWHERE, configError } })).toThrow(configError)
  })

  it.each(['prisma://accelerate.prisma-data.net/?api_key=k', 'prisma+postgres://localhost:51213'])(
    'refuses %s, which PostgreSQL does not speak',
    (url) => {
      expect(() => resolveDatabaseUrl({ url, project: PROJECT })).toThrow(
        expect.objectContaining({ code: 'POSTGRES.INVALID_URL' }),
      )
    },
  )
})
