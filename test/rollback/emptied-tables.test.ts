import { describe, expect, it } from '@jest/globals'
import { createRole, OWNER } from '../support/roles.js'
import { type RollbackStage, withRollbackStage } from './rollback-stage.js'

const SCHEMA = `
model Order {
  id    Int    @id @default(autoincrement())
  text  String
  items Item[]
  notes Note[]
}

model Item {
  code    String @id
  orderId Int
  order   Order  @relation(fields: [orderId], references: [id], onDelete: Cascade)
}

model Note {
  id      Int    @id @default(autoincrement())
  orderId Int?
  order   Order? @relation(fields: [orderId], references: [id])
}
`

/** As many bytes as it takes for emptying to pay, in as few rows as hold them without TOAST. */
const ROWS = 1_100
const numbers = Array.from({ length: ROWS }, (_, index) => index + 1)
const FILES = {
  'Order.csv': `id,text\n${numbers.map((id) => `${id},${'x'.repeat(1_900)}\n`).join('')}`,
  'Item.csv': `code,orderId\n${numbers.map((id) => `c${id},${id}\n`).join('')}`,
}

const NAMES = ['Order', 'Item', 'Note']

const withOrders = (use: (stage: RollbackStage) => Promise<void>) =>
  withRollbackStage({ schema: SCHEMA, files: FILES }, use)

/** A table that was emptied is a new file. */
async function readFiles({ query }: RollbackStage): Promise<readonly (readonly unknown[])[]> {
  return query(`select ${NAMES.map((name) => `pg_relation_filenode('"${name}"')`).join(', ')}`)
}

/** Whether the rollback of a batch empties the tables. Expects that it leaves or replaces all three. */
async function empties(
  stage: RollbackStage,
  batch: string,
  options: Parameters<RollbackStage['rollback']>[1] = {},
): Promise<boolean> {
  const [before = []] = await readFiles(stage)
  await stage.rollback(batch, options)
  const [after = []] = await readFiles(stage)
  const kept = before.filter((file, index) => file === after[index])
  expect([0, NAMES.length]).toContain(kept.length)
  return kept.length === 0
}

describe('tables that hold nothing but rows of a batch', () => {
  it('are emptied by who owns them, and what is missing is told as ever', () =>
    withOrders(async (stage) => {
      const url = await createRole(
        stage,
        `${OWNER}; grant create on database DATABASE to ROLE; grant usage on all sequences in schema public to ROLE`,
      )
      const first = await stage.importBatch({ url, from: stage.folder })
      const before = await readFiles(stage)
      const planned = await stage.planRollback(first, { url })
      const afterPlan = await readFiles(stage)
      await stage.client.query('delete from "Order" where id in (7, 8)')

      const { models, warnings } = await stage.rollback(first, { url, force: true })

      expect(planned.problems).toEqual([])
      expect(afterPlan).toEqual(before)
      expect(await readFiles(stage)).not.toEqual(before)
      const told = models.map(({ model, deleted, missing }) => [model, deleted, missing])
      expect(told).toEqual([
        ['Order', ROWS - 2, 2],
        ['Item', ROWS - 2, 2],
      ])
      expect(warnings).toEqual([])
      expect(await stage.rows()).toEqual({
        '"Order"': [],
        '"Item"': [],
        '"Note"': [],
      })
      expect(await stage.query('select status from prisma_gyro.batch')).toEqual([['ROLLED_BACK']])
      const next = await stage.query('insert into "Order" (text) values (1) returning id')
      expect(next).toEqual([[ROWS + 1]])
    }))

  it('are not where there are others by then, or somebody would notice', () =>
    withOrders(async (stage) => {
      const { client } = stage
      const way = async (
        sql: string,
        options: Parameters<RollbackStage['rollback']>[1] = {},
      ): Promise<boolean> => {
        const batch = await stage.importBatch()
        await client.query(sql)
        return empties(stage, batch, options)
      }

      const ways = {
        changed: await way(`update "Order" set text = 'y' where id = 5`, { force: true }),
        added: await way(`insert into "Order" values (-1, 'mine')`),
        referring: await way(
          `delete from "Order" where id = -1; insert into "Note" values (-1, null)`,
        ),
        alone: await way('delete from "Note"'),
        heard: await way(`
create table heard (n int);
create function hear() returns trigger language plpgsql as
  $$ begin insert into heard values (1); return null; end $$;
create trigger hear after delete on "Item" for each row execute function hear()`),
      }

      expect(ways).toEqual({
        changed: false,
        added: false,
        referring: false,
        alone: true,
        heard: false,
      })
      expect(await stage.query('select count(*)::int from heard')).toEqual([[ROWS]])
    }))

  it('are not where somebody reads them, who need not wait', () =>
    withOrders(async (stage) => {
      const batch = await stage.importBatch()
      const url = new URL(stage.url)
      url.searchParams.set('options', '-c lock_timeout=50')
      await stage.client.query('begin; select from "Item" limit 1')

      const isEmptied = await empties(stage, batch, { url: url.href })

      expect(isEmptied).toBe(false)
      expect(await stage.query('select count(*)::int from "Order"')).toEqual([[0]])
      await stage.client.query('rollback')
    }))

  it('are whether keys are made, listed or kept', () =>
    withOrders(async (stage) => {
      const ways = [
        await empties(stage, await stage.importBatch({ strategy: 'none' })),
        await empties(stage, await stage.importBatch({ commit: 'chunk', batchSize: 400 })),
      ]

      expect(ways).toEqual([true, true])
    }))
})
