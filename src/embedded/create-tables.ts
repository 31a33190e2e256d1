import path from 'node:path'
import type { PostgresClient } from '../postgres/client.js'
import type { Project } from '../project/project.js'
import { applyMigrations, readMigrations } from './apply-migrations.js'
import { migrationFailed, noEngine, noSchema } from './embedded-error.js'
import { renderSchemaSql } from './render-schema-sql.js'

/**
 * Makes the project's tables in its embedded database: from the migrations that are not there yet, or
 * else, in an empty database, from the schema.
 *
 * @throws {GyroError} `EMBEDDED.NO_SCHEMA`, `EMBEDDED.MIGRATION_FAILED`.
 */
export async function createTables(client: PostgresClient, project: Project): Promise<void> {
  const migrations = readMigrations(project.migrationsFolder)
  if (migrations.length > 0) {
    await applyMigrations(client, migrations)
  } else if (!(await hasTables(client))) {
    await createFromSchema(client, project)
  }
}

async function hasTables(client: PostgresClient): Promise<boolean> {
  const { rowCount } = await client.query(`\
select from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')
limit 1`)
  return rowCount !== 0
}

async function createFromSchema(client: PostgresClient, project: Project): Promise<void> {
  const { folder, migrationsFolder, schemaPath } = project
  const migrations = path.relative(folder, migrationsFolder)
  if (schemaPath === null) {
    throw noSchema(migrations)
  }
  const schema = path.relative(folder, schemaPath)
  const sql = await renderSchemaSql(schemaPath, folder).catch((error: Error) => {
    throw migrationFailed(schema, null, error)
  })
  if (sql === null) {
    throw noEngine(migrations, schema)
  }
  await client.query(sql).catch((error: Error) => {
    throw migrationFailed(schema, null, error)
  })
}
