import { describe, expect, it } from '@jest/globals'
import { lockBatch } from '../../src/history/batch-lock.js'
import type { PruneOptions } from '../../src/import/history-options.js'
import { importDetails } from '../../src/import/import-history.js'
import { pruneHistory } from '../../src/import/prune-history.js'
import { rollbackImport } from '../../src/import/rollback-import.js'
import { tryImportLock } from '../../src/postgres/advisory-lock.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'
import { createRole } from '../support/roles.js'

const SCHEMA = `
model Shop {
  id   Int    @id @default(autoincrement())
  name String @unique
  note String?
}

model Token {
  id   String @id @default(uuid()) @db.Uuid
  name String @unique
}
`

const FILES = {
  'Shop.csv': 'id,name,note\n1,one,x\n2,two,y\n',
  'Token.csv': 'id,name\n0000000a-0000-4000-8000-000000000000,a\n',
}

interface PruneStage extends ImportStage {
  /** A batch with a range of keys, a listed one and an image of a row. */
  readonly batch: string
  /** Rows of the tables that are pruned. */
  countKept(): Promise<readonly unknown[]>
  /** Makes the batch older, in hours. */
  age(hours: number): Promise<void>
}

function withOldBatch(use: (stage: PruneStage) => Promise<void>): Promise<void> {
  const rows = `insert into "Shop" (name) values ('one'); select setval('"Shop_id_seq"', 9)`
  return withImportStage({ schema: SCHEMA, files: FILES, rows }, async (stage) => {
    const { batch } = await stage.importModels({
      strategy: { Token: 'fresh' },
      onConflict: { Shop: 'update', Token: 'error' },
    })
    const { query } = stage
    return use({
      ...stage,
      batch: batch.id,
      countKept: async () => {
        const [counts] = await query(`
select (select count(*)::int from prisma_gyro.key_range),
  (select count(*)::int from prisma_gyro.key_map) +
    (select coalesce(sum(rows), 0)::int from prisma_gyro.key_block),
  (select count(*)::int from prisma_gyro.before_image)`)
        return counts ?? []
      },
      age: async (hours) => {
        await query(`
update prisma_gyro.batch set finished_at = clock_timestamp() - interval '1 hour' * ${hours}`)
      },
    })
  })
}

describe('pruneHistory', () => {
  it('drops keys and images of old batches, and keeps the rest', () =>
    withOldBatch(async ({ batch, url, age, countKept, manifest }) => {
      const before = await importDetails({ batch, url })
      const [ranges, keys, images] = await countKept()
      expect(
        [ranges, keys, images].map(Number).reduce((sum, count) => sum + count),
      ).toBeGreaterThan(1)
      expect(images).toBe(1)
      await age(25)

      const result = await pruneHistory({ olderThan: '1d', url })

      expect(result).toMatchObject({
        dryRun: false,
        batches: [{ id: batch, name: before.name, status: 'COMPLETED', ranges, keys, images }],
      })
      expect(await countKept()).toEqual([0, 0, 0])
      const after = await importDetails({ batch, url })
      expect(after.models).toEqual(before.models)
      expect(after.files).toEqual(before.files)
      expect(after.prunedAt).toMatch(/Z$/)
      expect(after.events.at(-1)).toMatchObject({
        kind: 'pruned',
        detail: { ranges, keys, images },
      })
      expect(await pruneHistory({ olderThan: '1d', url })).toMatchObject({ batches: [] })
      await expect(rollbackImport(manifest, { batch, url })).rejects.toMatchObject({
        code: 'HISTORY.PRUNED',
        message: `Batch ${batch} was pruned. Its keys and what rows were before it were dropped at ${after.prunedAt}: nobody can look up its keys or roll it back any more. Look at what is left with: prisma-gyro history <batch>. To keep more next time, prune with a longer --older-than.`,
      })
    }))

  it('leaves younger batches as they are', () =>
    withOldBatch(async ({ url, age, countKept }) => {
      const before = await countKept()
      await age(23)

      expect(await pruneHistory({ olderThan: '1d', url })).toMatchObject({ batches: [] })
      expect(await pruneHistory({ olderThan: '24h', url })).toMatchObject({ batches: [] })
      expect(await pruneHistory({ olderThan: '1w', url })).toMatchObject({ batches: [] })
      expect(await countKept()).toEqual(before)
    }))

  it('only tells what it would do', () =>
    withOldBatch(async ({ batch, url, countKept, snapshot }) => {
      const before = [await countKept(), await snapshot()]

      const result = await pruneHistory({ olderThan: '0h', dryRun: true, url })

      expect(result).toMatchObject({ dryRun: true, batches: [{ id: batch }] })
      expect([await countKept(), await snapshot()]).toEqual(before)
      expect((await importDetails({ batch, url })).prunedAt).toBeNull()
    }))

  it('never touches a batch that is at work, or that crashed on its way', () =>
    withOldBatch(async ({ batch, url, client, query, countKept }) => {
      const before = await countKept()
      await client.query('begin')
      await lockBatch(client, batch)
      expect(await pruneHistory({ olderThan: '0h', url })).toMatchObject({ batches: [] })
      await client.query('rollback')

      await query(`update prisma_gyro.batch set status = 'IN_PROGRESS'`)
      expect(await pruneHistory({ olderThan: '0h', url })).toMatchObject({ batches: [] })
      expect(await countKept()).toEqual(before)
    }))

  it('waits for imports and rollbacks', () =>
    withOldBatch(async ({ url, client, countKept }) => {
      const before = await countKept()
      await client.query('begin')
      await tryImportLock(client)

      await expect(pruneHistory({ olderThan: '0h', url })).rejects.toMatchObject({
        code: 'IMPORT.ALREADY_RUNNING',
        message: expect.stringContaining(
          'Wait until it is done, then prune again: nothing was dropped.',
        ),
      })
      await client.query('rollback')
      expect(await countKept()).toEqual(before)
    }))

  it('says what a role lacks', () =>
    withOldBatch(async (stage) => {
      const url = await createRole(
        stage,
        'grant usage on schema prisma_gyro to ROLE; grant select on all tables in schema prisma_gyro to ROLE',
      )
      const role = new URL(url).username

      const grants = `grant usage on schema "prisma_gyro" to "${role}";
grant select, insert, update, delete on all tables in schema "prisma_gyro" to "${role}";`
      await expect(pruneHistory({ olderThan: '0h', url })).rejects.toMatchObject({
        code: 'HISTORY.MISSING_PRIVILEGE',
        summary: `The role "${role}" may not prune the history`,
        details: { fix: `Let the owner run:\n${grants}` },
      })
      expect(await pruneHistory({ olderThan: '0h', dryRun: true, url })).toMatchObject({
        batches: [{}],
      })
      await stage.query(grants)
      expect(await pruneHistory({ olderThan: '0h', url })).toMatchObject({ batches: [{}] })
    }))

  it('has nothing to do where there is no history', () =>
    withImportStage({ schema: SCHEMA }, async ({ url, query }) => {
      expect(await pruneHistory({ olderThan: '0h', url })).toEqual({ dryRun: false, batches: [] })
      expect(await query(`select to_regnamespace('prisma_gyro')`)).toEqual([[null]])
    }))

  it.each<[Record<string, unknown>, string]>([
    [{}, 'olderThan'],
    [{ olderThan: '90' }, 'olderThan'],
    [{ olderThan: '1.5d' }, 'olderThan'],
    [{ olderThan: 90 }, 'olderThan'],
    [{ olderThan: '-1d' }, 'olderThan'],
    [{ olderThan: '1d', dryRun: 1 }, 'dryRun'],
    [{ olderThan: '1d', batch: 'last' }, 'batch'],
  ])('looks at its options: %j', async (options, option) => {
    const given = options as unknown as PruneOptions
    await expect(pruneHistory(given)).rejects.toMatchObject({
      code: 'IMPORT.INVALID_OPTION',
      details: { meta: { option } },
    })
  })
})
