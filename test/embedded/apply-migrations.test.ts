import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { applyMigrations, readMigrations } from '../../src/embedded/apply-migrations.js'
import { queryRows } from '../../src/postgres/client.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { withTestDatabase } from '../support/test-database.js'

const FIRST = { name: "1_it's", sql: 'create table "Note" (id int);\n-- no line break at the end' }
const SECOND = { name: '2_more', sql: 'alter table "Note" add column "text" text' }

describe('readMigrations', () => {
  it('gives them in order of their names and nothing else that lies there', () =>
    withCsvFolder(
      {
        'migrations/2_b/migration.sql': 'select 2',
        'migrations/10_a/migration.sql': 'select 10',
        'migrations/3_empty/readme.md': '',
        'migrations/migration_lock.toml': 'provider = "postgresql"',
      },
      async (folder) => {
        const migrations = readMigrations(`${folder}/migrations`)

        expect(migrations).toEqual([
          { name: '10_a', sql: 'select 10' },
          { name: '2_b', sql: 'select 2' },
        ])
      },
    ))

  it('gives none when there is no folder', () =>
    withCsvFolder({}, async (folder) => {
      expect(readMigrations(`${folder}/migrations`)).toEqual([])
    }))
})

describe('applyMigrations', () => {
  it('records each as Prisma does', () =>
    withTestDatabase('', async (client) => {
      await applyMigrations(client, [FIRST])

      const recorded = await queryRows(client, {
        text: `\
select migration_name, checksum, finished_at is not null as finished, rolled_back_at, applied_steps_count
from _prisma_migrations`,
        values: [],
      })
      expect(recorded).toEqual([
        {
          migration_name: FIRST.name,
          checksum: createHash('sha256').update(FIRST.sql).digest('hex'),
          finished: true,
          rolled_back_at: null,
          applied_steps_count: 1,
        },
      ])
    }))

  it('applies only what is new', () =>
    withTestDatabase('', async (client) => {
      await applyMigrations(client, [FIRST])

      const applied = await applyMigrations(client, [FIRST, SECOND])

      expect(applied).toEqual([SECOND.name])
    }))

  it('keeps what came before a failed one, and nothing of the failed one', () =>
    withTestDatabase('', async (client) => {
      const failing = {
        name: '3_bad',
        sql: 'create table "A" (id int);\n\nalter table "Nope" add b int',
      }

      const applying = applyMigrations(client, [FIRST, failing, SECOND])

      await expect(applying).rejects.toMatchObject({
        code: 'EMBEDDED.MIGRATION_FAILED',
        details: { why: 'relation "Nope" does not exist.' },
      })
      const { rows } = await client.query(
        `select to_regclass('"Note"')::text as note, to_regclass('"A"') as a`,
      )
      expect(rows).toEqual([{ note: '"Note"', a: null }])
    }))

  it('names the line that PostgreSQL stumbles over', () =>
    withTestDatabase('', async (client) => {
      const failing = {
        name: '1_bad',
        sql: 'create table "A" (id int);\n\ncreate tabel "B" (id int)',
      }

      const applying = applyMigrations(client, [failing])

      await expect(applying).rejects.toMatchObject({
        message:
          '1_bad/migration.sql could not be applied. Line 3: syntax error at or near "tabel". Correct it and run again: nothing of it was kept. To begin with an empty database, delete the folder .gyro.',
      })
    }))

  it('runs a command that takes no transaction', () =>
    withTestDatabase('', async (client) => {
      const sql = 'create index concurrently on "Note" (id)'

      await applyMigrations(client, [FIRST, { name: '2_index', sql }])

      const again = applyMigrations(client, [FIRST, { name: '2_index', sql }])
      await expect(again).resolves.toEqual([])
    }))

  it('ends a transaction that a failed script began itself', () =>
    withTestDatabase('', async (client) => {
      const failing = {
        name: '1_own',
        sql: 'begin; create table "A" (id int); select 1 / 0; commit',
      }
      await expect(applyMigrations(client, [failing])).rejects.toMatchObject({
        code: 'EMBEDDED.MIGRATION_FAILED',
      })

      const applied = await applyMigrations(client, [
        { ...failing, sql: 'create table "A" (id int)' },
      ])

      expect(applied).toEqual(['1_own'])
    }))
})
