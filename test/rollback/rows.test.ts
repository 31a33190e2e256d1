import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { withRollbackStage } from './rollback-stage.js'

const EXAMPLE = path.resolve('prisma/schema.prisma')

/** Rows of an application that was there before. */
const LIVE_ROWS = `
insert into tenants (name) select 'live ' || n from generate_series(1, 3) n;
with boss as (
  insert into employees (tenant_id, shop_code, name) values (2, 'VIE-1', 'live') returning id
)
insert into shops select 2, 'VIE-1', 'Wien', null, id from boss;
insert into customers (tenant_id, name, email, updated_at)
select 2, 'live', 'live' || n, '2020-01-01' from generate_series(1, 5) n;
insert into categories (tenant_id, parent_id, name)
select 2, nullif(n - 1, 0), 'live ' || n from generate_series(1, 6) n;
insert into products (tenant_id, category_id, sku, name, price) values (2, 2, 'ESP-250', 'p', 1);
insert into "Tag" ("tenantId", name) select 2, 'live ' || n from generate_series(1, 9) n;
insert into "_ProductToTag" values (1, 7);
insert into orders (tenant_id, shop_code, customer_id, placed_at)
values (2, 'VIE-1', 1, '2020-01-01');
insert into order_items values (1, 1, 1, 1, 1)`

async function readExport(): Promise<Record<string, string>> {
  const folder = path.resolve('prisma/export')
  const names = await readdir(folder)
  const texts = names.map(async (name) => [name, await readFile(path.join(folder, name), 'utf8')])
  return Object.fromEntries(await Promise.all(texts))
}

describe('the rows of a batch', () => {
  it('are gone after its rollback, in whichever order batches are rolled back', async () => {
    const files = await readExport()
    await withRollbackStage({ schema: EXAMPLE, rows: LIVE_ROWS, files }, async (stage) => {
      const before = await stage.rows()
      const first = await stage.importBatch()
      const second = await stage.importBatch({ fkMode: 'rebuild' })
      const plan = await stage.planRollback(first)

      const { models, batch, takenAlong, warnings } = await stage.rollback(first)
      const between = await stage.rows()
      const last = await stage.rollback('last')

      expect(plan).toMatchObject({ problems: [], references: [], takenAlong: [] })
      expect(plan.models).toEqual(models)
      expect(batch).toMatchObject({ id: first, status: 'ROLLED_BACK', role: 'postgres' })
      expect(takenAlong).toEqual([])
      expect(warnings).toEqual([])
      expect(models.map(({ model }) => model)).toEqual(plan.models.map(({ model }) => model))
      expect(models.every(({ deleted }) => deleted > 0)).toBe(true)
      expect(models.filter((m) => m.changed + m.missing + m.restored > 0)).toEqual([])
      expect(between).not.toEqual(before)
      expect(last.batch.id).toBe(second)
      expect(await stage.rows()).toEqual(before)
      expect(await stage.query('select distinct status from prisma_gyro.batch')).toEqual([
        ['ROLLED_BACK'],
      ])
    })
  })
})
