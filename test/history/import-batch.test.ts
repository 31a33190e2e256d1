import { randomUUID } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { findBatchHolder } from '../../src/history/batch-lock.js'
import { type BatchStatus, mayBecome } from '../../src/history/batch-status.js'
import { askHistory } from '../../src/history/find-batch.js'
import { ImportBatch, type NewBatch } from '../../src/history/import-batch.js'
import { openHistory } from '../../src/history/open-history.js'
import type { PostgresClient } from '../../src/postgres/client.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { readServer } from '../../src/postgres/server.js'
import { withTestDatabase } from '../support/test-database.js'

function newBatch(parts: Partial<NewBatch> = {}): NewBatch {
  return {
    id: randomUUID(),
    name: 'export',
    commitMode: 'once',
    manifestFingerprint: 'f'.repeat(64),
    options: { from: './export' },
    ...parts,
  }
}

function withHistory(use: (client: PostgresClient, url: string) => Promise<void>): Promise<void> {
  return withTestDatabase('select', async (client, { url }) => {
    await openHistory(client, await readServer(client))
    await use(client, url)
  })
}

const STATUSES: readonly BatchStatus[] = [
  'PENDING',
  'IN_PROGRESS',
  'COMPLETED',
  'FAILED',
  'ROLLED_BACK',
]

describe('mayBecome', () => {
  it('knows the arrows and no others', () => {
    const arrows = STATUSES.flatMap((from) =>
      STATUSES.filter((to) => mayBecome(from, to)).map((to) => `${from} → ${to}`),
    )

    expect(arrows).toEqual([
      'PENDING → IN_PROGRESS',
      'IN_PROGRESS → COMPLETED',
      'IN_PROGRESS → FAILED',
      'COMPLETED → ROLLED_BACK',
      'FAILED → IN_PROGRESS',
      'FAILED → ROLLED_BACK',
    ])
  })
})

describe('ImportBatch', () => {
  it('goes from its creation to its end', () =>
    withHistory(async (client) => {
      await client.query('begin')
      const batch = await ImportBatch.create(client, newBatch())
      expect(batch.status).toBe('PENDING')
      await batch.start()
      expect(batch.status).toBe('IN_PROGRESS')
      await batch.move('COMPLETED')
      await client.query('commit')

      expect(batch.status).toBe('COMPLETED')
      const { rows } = await client.query(`
select name, status, commit_mode, role = current_user as role, options, error_code,
  created_at <= started_at and started_at <= finished_at as times
from prisma_gyro.batch`)
      expect(rows).toMatchObject([
        {
          name: 'export',
          status: 'COMPLETED',
          commit_mode: 'once',
          role: true,
          options: { from: './export' },
          error_code: null,
          times: true,
        },
      ])
      const events = await client.query('select kind from prisma_gyro.event order by id')
      expect(events.rows.map(({ kind }) => kind)).toEqual(['pending', 'in_progress', 'completed'])
    }))

  it('keeps what it failed by, and can be rolled back', () =>
    withHistory(async (client) => {
      await client.query('begin')
      const batch = await ImportBatch.create(client, newBatch({ commitMode: 'chunk' }))
      await batch.start()
      await batch.move('FAILED', { errorCode: 'CSV.ROW_WIDTH' })
      await batch.move('ROLLED_BACK')
      await client.query('commit')

      const { rows } = await client.query(
        'select status, error_code, transaction_id from prisma_gyro.batch',
      )
      expect(rows).toEqual([
        { status: 'ROLLED_BACK', error_code: 'CSV.ROW_WIDTH', transaction_id: null },
      ])
    }))

  it('takes no way that there is not', () =>
    withHistory(async (client) => {
      const { id } = newBatch()
      const batch = await ImportBatch.create(client, newBatch({ id }))

      await expect(batch.move('COMPLETED')).rejects.toMatchObject({
        code: 'HISTORY.STATUS',
        message: `Batch ${id} cannot become COMPLETED. It was PENDING, from where no way leads there, or somebody else has moved it meanwhile. Look at the batch in prisma_gyro.batch, and run the command again if it still applies.`,
      })
    }))

  it('does not move what somebody else has moved', () =>
    withHistory(async (client) => {
      const batch = await ImportBatch.create(client, newBatch())
      await batch.start()
      await client.query(`update prisma_gyro.batch set status = 'FAILED'`)

      await expect(batch.move('COMPLETED')).rejects.toMatchObject({ code: 'HISTORY.STATUS' })
      expect(batch.status).toBe('IN_PROGRESS')
    }))

  it('is one connection’s at a time, which tells a crashed run from a running one', () =>
    withHistory((client, url) =>
      withConnection(parseDatabaseUrl(url), async (other) => {
        const { id } = newBatch()
        const batch = await ImportBatch.create(client, newBatch({ id }))
        await other.query('begin')
        await other.query(
          `select pg_try_advisory_xact_lock(hashtextextended('${id}', 7453889121846035507))`,
        )

        const { rows } = await other.query<{ pid: number }>('select pg_backend_pid() as pid')
        const [{ pid } = { pid: 0 }] = rows
        await expect(batch.start()).rejects.toMatchObject({
          code: 'HISTORY.RUNNING',
          message: expect.stringMatching(
            new RegExp(
              `^Batch ${id} is being worked on\\. Another connection \\(process ${pid} of the server, "prisma-gyro", connected since 20\\S+Z\\) has claimed it\\. Wait for its end, then run the command again\\. Where its program is gone, end it by: select pg_terminate_backend\\(${pid}\\)$`,
            ),
          ),
          details: { meta: { batch: id, pid, application: 'prisma-gyro' } },
        })
        await expect(ImportBatch.claim(client, { id, status: 'PENDING' })).rejects.toMatchObject({
          code: 'HISTORY.RUNNING',
        })
        expect(await findBatchHolder(client, id)).toMatchObject({ pid })
        expect(await findBatchHolder(client, randomUUID())).toBeNull()
        await other.query('rollback')
        expect(await findBatchHolder(client, id)).toBeNull()
        await batch.start()
      }),
    ))
})

describe('askHistory', () => {
  it('says nothing where there is no such batch, and no history', () =>
    withTestDatabase('select', async (client) => {
      expect(await askHistory(client, randomUUID())).toBeNull()
    }))

  it('knows a batch that is there', () =>
    withHistory(async (client) => {
      const { id } = await ImportBatch.create(client, newBatch())

      expect(await askHistory(client, id)).toBe('committed')
    }))

  it('ends a session whose COMMIT never comes', () =>
    withHistory((client, url) =>
      withConnection(parseDatabaseUrl(url), async (other) => {
        await other.query('begin')
        const batch = await ImportBatch.create(other, newBatch())
        await batch.start()

        const answers = new Set<unknown>()
        for (let answer: unknown = 0; answer !== null; ) {
          answer = await askHistory(client, batch.id)
          answers.add(answer)
        }

        expect([...answers]).toEqual(['in progress', null])
      }),
    ))
})
