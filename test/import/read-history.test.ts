import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { lockBatch } from '../../src/history/batch-lock.js'
import { historyConnectionLost, historyRefused } from '../../src/history/history-error.js'
import type { DetailsOptions, HistoryOptions } from '../../src/import/history-options.js'
import { importDetails, importHistory } from '../../src/import/import-history.js'
import { translateHistoryFailure, withHistory } from '../../src/import/with-history.js'
import { outcomeUnknown } from '../../src/postgres/postgres-error.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'
import { createRole } from '../support/roles.js'

const SCHEMA = `
model Shop {
  id   Int    @id @default(autoincrement())
  name String @unique
}
`

const FILES = { 'Shop.csv': 'id,name\n1,one\n2,two\n7,seven\n' }

function withShops(use: (stage: ImportStage) => Promise<void>): Promise<void> {
  return withImportStage({ schema: SCHEMA, files: FILES }, use)
}

/** A batch of an import that commits on its way. */
const CHUNKED = 'abababab-0000-4000-8000-000000000000'
const INSERT_CHUNKED = `
insert into prisma_gyro.batch
  (id, name, status, commit_mode, started_at, tool_version, manifest_fingerprint, options)
values ('${CHUNKED}', 'nightly', 'IN_PROGRESS', 'chunk', now(), '0.1.0', 'f', '{}')`

describe('importHistory', () => {
  it('is empty where there is no history, and creates none', () =>
    withShops(async ({ url, snapshot }) => {
      const before = await snapshot()

      expect(await importHistory({ url })).toEqual({ exists: false, imports: [] })
      expect(await snapshot()).toEqual(before)
    }))

  it('lists imports, the newest first, no more than are wanted', () =>
    withShops(async ({ url, importModels }) => {
      const first = await importModels({ batchName: 'first', strategy: 'none' })
      await expect(importModels({ batchName: 'second', strategy: 'none' })).rejects.toThrow()

      const { exists, imports } = await importHistory({ url })

      expect(exists).toBe(true)
      expect(imports).toMatchObject([
        {
          name: 'second',
          status: 'FAILED',
          errorCode: 'LOAD.DUPLICATE',
          rows: { read: 0, loaded: 0 },
        },
        {
          id: first.batch.id,
          name: 'first',
          status: 'COMPLETED',
          runner: null,
          createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          finishedAt: expect.stringMatching(/Z$/),
          seconds: expect.any(Number),
          role: 'postgres',
          rows: { read: 3, loaded: 3, updated: 0, skipped: 0, rejected: 0 },
          errorCode: null,
          prunedAt: null,
        },
      ])
      const { imports: newest } = await importHistory({ url, limit: 1 })
      expect(newest.map(({ name }) => name)).toEqual(['second'])
    }))

  it('tells a run that crashed from one that runs', () =>
    withShops(async ({ url, client, importModels }) => {
      await importModels()
      await client.query(INSERT_CHUNKED)
      const runner = async () => (await importHistory({ url, limit: 1 })).imports[0]?.runner

      expect(await runner()).toBe('gone')
      await client.query('begin')
      await lockBatch(client, CHUNKED)
      expect(await runner()).toBe('running')
      await client.query('rollback')
      expect(await runner()).toBe('gone')
    }))

  it('says what a role lacks', () =>
    withShops(async (stage) => {
      await stage.importModels()
      const url = await createRole(stage, 'select')
      const role = new URL(url).username

      const refused = importHistory({ url })

      const grants = `grant usage on schema "prisma_gyro" to "${role}";
grant select on all tables in schema "prisma_gyro" to "${role}";`
      await expect(refused).rejects.toMatchObject({
        code: 'HISTORY.MISSING_PRIVILEGE',
        message: `The role "${role}" may not read the history. It lacks privileges on the schema prisma_gyro or its tables. Let the owner run:\n${grants}`,
      })
      await expect(importDetails({ url, batch: 'last' })).rejects.toMatchObject({
        code: 'HISTORY.MISSING_PRIVILEGE',
      })
      await stage.query(grants)
      expect(await importHistory({ url })).toMatchObject({ exists: true, imports: [{}] })
      expect(await importDetails({ url, batch: 'last' })).toMatchObject({ status: 'COMPLETED' })
    }))

  it('does not read what a newer version has written', () =>
    withShops(async ({ url, query, importModels }) => {
      await importModels()
      await query(`insert into prisma_gyro.migration (version, tool_version) values (99, '9.0.0')`)

      await expect(importHistory({ url })).rejects.toMatchObject({ code: 'HISTORY.NEWER' })
    }))

  it.each<[Record<string, unknown>, string]>([
    [{ limit: 0 }, 'limit'],
    [{ limit: 1.5 }, 'limit'],
    [{ first: 1 }, 'first'],
  ])('looks at its options: %j', async (options, option) => {
    await expect(importHistory(options as HistoryOptions)).rejects.toMatchObject({
      code: 'IMPORT.INVALID_OPTION',
      details: { meta: { option } },
    })
  })
})

describe('importDetails', () => {
  it('gives all that is known of an import', () =>
    withShops(async ({ url, folder, importModels }) => {
      const { batch } = await importModels({ batchName: 'crm' })

      const details = await importDetails({ url, batch: batch.id.slice(0, 8) })

      expect(details).toMatchObject({
        id: batch.id,
        name: 'crm',
        status: 'COMPLETED',
        commitMode: 'once',
        startedAt: expect.stringMatching(/Z$/),
        toolVersion: '0.1.0',
        manifestFingerprint: expect.stringMatching(/^[\da-f]{64}$/),
        options: { batchName: 'crm', from: folder },
      })
      expect(details.models).toEqual([
        {
          model: 'Shop',
          table: 'public.Shop',
          technique: 'checked',
          strategy: 'sequential',
          read: 3,
          loaded: 3,
          updated: 0,
          skipped: 0,
          rejected: 0,
          keyColumn: 'id',
          keyKind: 'range',
          keys: { from: '1', to: '3' },
          seconds: expect.any(Number),
        },
      ])
      expect(details.files).toEqual([
        {
          model: 'Shop',
          file: 'Shop.csv',
          sha256: createHash('sha256').update(FILES['Shop.csv']).digest('hex'),
          bytes: FILES['Shop.csv'].length,
          rows: 3,
        },
      ])
      expect(details.events.map(({ kind }) => kind)).toEqual([
        'pending',
        'in_progress',
        'completed',
      ])
    }))

  it('says that there is no history, or no such batch', () =>
    withShops(async ({ url, importModels }) => {
      await expect(importDetails({ url, batch: 'last' })).rejects.toMatchObject({
        code: 'HISTORY.NONE',
      })
      await importModels()
      await expect(importDetails({ url, batch: 'zz' })).rejects.toMatchObject({
        code: 'HISTORY.UNKNOWN_BATCH',
      })
    }))

  it('wants a batch', async () => {
    await expect(importDetails({} as DetailsOptions)).rejects.toMatchObject({
      code: 'IMPORT.INVALID_OPTION',
      details: { meta: { option: 'batch' } },
    })
  })
})

describe('what the server says of a history', () => {
  it('is told, and nothing can be written', () =>
    withShops(async ({ url }) => {
      const writing = withHistory({ url }, (client) => client.query('create table t (id int)'))

      await expect(writing).rejects.toMatchObject({
        code: 'POSTGRES.REFUSED',
        message:
          'PostgreSQL refused a statement about the history. The server said: cannot execute CREATE TABLE in a read-only transaction (SQLSTATE 25006). Cure what it says, then run the command again: nothing was changed.',
      })
    }))

  it('may be that the connection is lost', () =>
    withShops(async ({ url }) => {
      const ended = withHistory({ url }, (client) =>
        client.query('select pg_terminate_backend(pg_backend_pid())'),
      )

      await expect(ended).rejects.toMatchObject({
        code: 'POSTGRES.CONNECTION_LOST',
        message: historyConnectionLost(null).message,
      })
      expect(historyConnectionLost(null).message).toBe(
        'The connection to the server was lost. The server or the network ended it while the history was read or pruned. Check that the server runs, then run the command again: what was pruned already stays as it is.',
      )
      expect(translateHistoryFailure(outcomeUnknown(null, null))).toMatchObject({
        code: 'POSTGRES.CONNECTION_LOST',
      })
      const other = new Error('other')
      expect(translateHistoryFailure(other)).toBe(other)
      const known = historyRefused({ code: '25006', message: 'x' })
      expect(translateHistoryFailure(known)).toBe(known)
    }))
})
