import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type PostgresClient, queryRows, type Statement } from '../postgres/client.js'
import { isServerError } from '../postgres/postgres-error.js'
import { migrationFailed } from './embedded-error.js'

/** A folder `<name>` with its `migration.sql`. */
export interface Migration {
  readonly name: string
  readonly sql: string
}

/** The migrations that Prisma wrote, oldest first, which is the order of their names. */
export function readMigrations(folder: string): Migration[] {
  if (!existsSync(folder)) {
    return []
  }
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, file: path.join(folder, name, 'migration.sql') }))
    .filter(({ file }) => existsSync(file))
    .map(({ name, file }) => ({ name, sql: readFileSync(file, 'utf8') }))
}

/**
 * Applies the migrations that the database does not have yet, each in a transaction of its own, and
 * records them as Prisma does, so that `prisma migrate deploy` agrees later.
 *
 * @returns The names of the migrations applied.
 * @throws {GyroError} `EMBEDDED.MIGRATION_FAILED`; of the failed one nothing is kept.
 */
export async function applyMigrations(
  client: PostgresClient,
  migrations: readonly Migration[],
): Promise<string[]> {
  await client.query(CREATE_MIGRATIONS_TABLE)
  const applied = await queryRows<{ name: string }>(client, APPLIED_MIGRATIONS)
  const known = new Set(applied.map(({ name }) => name))
  const missing = migrations.filter(({ name }) => !known.has(name))
  for (const migration of missing) {
    await applyMigration(client, migration)
  }
  return missing.map(({ name }) => name)
}

/**
 * Several commands in one text are one transaction, as long as none of them ends it; so the record is
 * sent along. A few commands refuse to run in a transaction; Prisma gives such a one a file of its own.
 */
async function applyMigration(client: PostgresClient, migration: Migration): Promise<void> {
  const { name, sql } = migration
  const record = recordMigration(migration)
  try {
    await client.query(`${sql}\n;\n${record}`).catch(async (error: unknown) => {
      if (!isServerError(error) || error.code !== ACTIVE_TRANSACTION) {
        throw error
      }
      await client.query(sql)
      await client.query(record)
    })
  } catch (error) {
    // A script with a `begin` of its own leaves its transaction open.
    await client.query('rollback')
    throw migrationFailed(`${name}/migration.sql`, sql, error as Error)
  }
}

/** SQLSTATE `active_sql_transaction`. */
const ACTIVE_TRANSACTION = '25001'

/** As `prisma migrate` creates it. */
const CREATE_MIGRATIONS_TABLE = `\
create table if not exists "public"."_prisma_migrations" (
  "id" varchar(36) primary key not null,
  "checksum" varchar(64) not null,
  "finished_at" timestamptz,
  "migration_name" varchar(255) not null,
  "logs" text,
  "rolled_back_at" timestamptz,
  "started_at" timestamptz not null default now(),
  "applied_steps_count" integer not null default 0
)`

const APPLIED_MIGRATIONS: Statement = {
  text: `\
select "migration_name" as "name"
from "public"."_prisma_migrations"
where "finished_at" is not null and "rolled_back_at" is null`,
  values: [],
}

/** Text with its values inside: it is sent together with the migration, which takes no parameters. */
function recordMigration({ name, sql }: Migration): string {
  const checksum = createHash('sha256').update(sql).digest('hex')
  return `\
insert into "public"."_prisma_migrations"
  ("id", "checksum", "finished_at", "migration_name", "applied_steps_count")
values (gen_random_uuid(), '${checksum}', now(), '${name.replaceAll("'", "''")}', 1)`
}
