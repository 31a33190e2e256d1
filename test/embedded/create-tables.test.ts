import { describe, expect, it } from '@jest/globals'
import { createTables } from '../../src/embedded/create-tables.js'
import type { PostgresClient } from '../../src/postgres/client.js'
import { readProject } from '../../src/project/read-project.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { withProjectFolder } from '../support/project-folder.js'
import { withTestDatabase } from '../support/test-database.js'

const SCHEMA = 'datasource db {\n  provider = "postgresql"\n}\n\nmodel Note {\n  id Int @id\n}\n'
const MIGRATION = 'create table "FromMigration" (id int)'

async function createIn(folder: string, client: PostgresClient): Promise<string[]> {
  await createTables(client, await readProject({ cwd: folder, env: {} }))
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`,
  )
  return rows.map(({ name }) => name)
}

describe('createTables', () => {
  it('prefers migrations to the schema', () =>
    withTestDatabase('', (client) =>
      withProjectFolder(
        { 'prisma/schema.prisma': SCHEMA, 'prisma/migrations/1/migration.sql': MIGRATION },
        async (folder) => {
          const tables = await createIn(folder, client)

          expect(tables).toEqual(['FromMigration', '_prisma_migrations'])
        },
      ),
    ))

  it('creates the tables of the schema once', () =>
    withTestDatabase('', (client) =>
      withProjectFolder({ 'prisma/schema.prisma': SCHEMA }, async (folder) => {
        await createIn(folder, client)

        const tables = await createIn(folder, client)

        expect(tables).toEqual(['Note'])
      }),
    ))

  it('says what is wrong with the schema', () =>
    withTestDatabase('', (client) =>
      withProjectFolder({ 'prisma/schema.prisma': `${SCHEMA}model` }, async (folder) => {
        const creating = createIn(folder, client)

        await expect(creating).rejects.toMatchObject({
          code: 'EMBEDDED.MIGRATION_FAILED',
          summary: 'prisma/schema.prisma could not be applied',
        })
      }),
    ))

  it('says what PostgreSQL has against the schema', () =>
    withTestDatabase('', (client) => {
      const schema = `${SCHEMA}model Bad {\n  id Int @id\n  x Unsupported("no_such_type")\n}\n`
      return withProjectFolder({ 'prisma/schema.prisma': schema }, async (folder) => {
        const creating = createIn(folder, client)

        await expect(creating).rejects.toMatchObject({
          code: 'EMBEDDED.MIGRATION_FAILED',
          details: { why: 'type "no_such_type" does not exist.' },
        })
      })
    }))

  it('offers another way when the schema cannot be read for lack of a package', () =>
    withTestDatabase('', (client) =>
      withCsvFolder({ 'prisma/schema.prisma': SCHEMA }, async (folder) => {
        const creating = createIn(folder, client)

        await expect(creating).rejects.toMatchObject({
          code: 'EMBEDDED.NO_SCHEMA',
          details: {
            fix: expect.stringContaining(
              'npx prisma migrate diff --from-empty --to-schema prisma/schema.prisma --script --output prisma/migrations/0_init/migration.sql',
            ),
          },
        })
      }),
    ))

  it('refuses a project with neither migrations nor schema', () =>
    withTestDatabase('', (client) =>
      withCsvFolder({}, async (folder) => {
        const creating = createIn(folder, client)

        await expect(creating).rejects.toMatchObject({
          code: 'EMBEDDED.NO_SCHEMA',
          details: { why: 'prisma/migrations holds no migrations, and there is no Prisma schema.' },
        })
      }),
    ))
})
