import { describe, expect, it } from '@jest/globals'
import { isBlocked } from '../support/is-blocked.js'
import { until } from '../support/until.js'
import { type RollbackStage, withRollbackStage } from './rollback-stage.js'

const SHOP = `
model Tenant {
  id    Int    @id @default(autoincrement())
  name  String
  shops Shop[]
}

model Shop {
  id       Int     @id @default(autoincrement())
  name     String
  tenantId Int?
  tenant   Tenant? @relation(fields: [tenantId], references: [id])
  orders   Order[]
}

model Order {
  id     Int  @id @default(autoincrement())
  shopId Int
  shop   Shop @relation(fields: [shopId], references: [id], onDelete: Cascade)
}
`

const FILES = {
  'Tenant.csv': 'id,name\n1,a\n2,b\n',
  'Shop.csv': 'id,name,tenantId\n1,x,1\n2,y,\n',
}

const ROWS = `insert into "Tenant" (name) values ('old');
insert into "Shop" (name, "tenantId") values ('old', 1);
insert into "Order" ("shopId") values (1)`

function withShop(use: (stage: RollbackStage & { readonly batch: string }) => Promise<void>) {
  return withRollbackStage({ schema: SHOP, rows: ROWS, files: FILES }, async (stage) => {
    const batch = await stage.importBatch()
    return use({ ...stage, batch })
  })
}

describe('rows that refer to those of a batch', () => {
  it('keep it from being rolled back, by whatever PostgreSQL would do with them', () =>
    withShop(async (stage) => {
      await stage.client.query(`
create table audit (id int, shop int references "Shop" on delete set default);
insert into audit values (1, 3), (2, 3), (3, 1);
create schema other;
create table other."Log" (a int, b text, tenant int not null references "Tenant", primary key (a, b));
insert into other."Log" select n, 'x', 2 from generate_series(1, 7) n;
insert into "Shop" (name, "tenantId") values ('mine', 2);
insert into "Order" ("shopId") values (2), (3), (4)`)
      const before = await stage.snapshot()

      const plan = await stage.planRollback(stage.batch)
      const rollback = stage.rollback(stage.batch)

      expect(plan.references).toEqual([
        {
          constraint: 'Log_tenant_fkey',
          table: 'other.Log',
          columns: ['tenant'],
          target: 'public.Tenant',
          onDelete: 'no action',
          rows: 7,
          keys: [1, 2, 3, 4, 5].map((n) => [String(n), 'x']),
        },
        {
          constraint: 'Order_shopId_fkey',
          table: 'public.Order',
          columns: ['shopId'],
          target: 'public.Shop',
          onDelete: 'cascade',
          rows: 2,
          keys: [['2'], ['3']],
        },
        {
          constraint: 'Shop_tenantId_fkey',
          table: 'public.Shop',
          columns: ['tenantId'],
          target: 'public.Tenant',
          onDelete: 'set null',
          rows: 1,
          keys: [['4']],
        },
        {
          constraint: 'audit_shop_fkey',
          table: 'public.audit',
          columns: ['shop'],
          target: 'public.Shop',
          onDelete: 'set default',
          rows: 2,
          keys: [[], []],
        },
      ])
      expect(plan.problems).toMatchObject([{ code: 'ROLLBACK.REFERRED' }])
      await expect(rollback).rejects.toMatchObject({
        code: 'ROLLBACK.REFERRED',
        details: {
          why: '7 rows of other.Log → public.Tenant by Log_tenant_fkey (PostgreSQL refuses that, keys 1/x, 2/x, 3/x, 4/x, 5/x, …); 2 rows of public.Order → public.Shop by Order_shopId_fkey (PostgreSQL would delete them, keys 2, 3); 1 row of public.Shop → public.Tenant by Shop_tenantId_fkey (PostgreSQL would set them to NULL, key 4); 2 rows of public.audit → public.Shop by audit_shop_fkey (PostgreSQL would set them to their default).',
          fix: 'Point them elsewhere or delete them, or take them along with --cascade: look with --dry-run what that would delete.',
        },
      })
      expect(await stage.snapshot()).toEqual(before)
    }))

  it('go with it where that is asked for, and rows that refer to these', () =>
    withShop(async (stage) => {
      await stage.client.query(`
create table line (id int primary key, "order" int not null references "Order", before int references line);
create table note (line int references line on delete set null);
insert into "Shop" (name, "tenantId") values ('mine', 2);
insert into "Order" ("shopId") values (2), (3), (4);
insert into line values (1, 2, null), (2, 1, 1), (3, 1, 2), (4, 1, null);
insert into note values (1), (4)`)

      const plan = await stage.planRollback(stage.batch, { cascade: true })
      const { takenAlong, warnings } = await stage.rollback(stage.batch, { cascade: true })

      expect(plan.problems).toEqual([])
      expect(plan.takenAlong).toEqual([
        { table: 'public.Order', rows: 2 },
        { table: 'public.line', rows: 3 },
      ])
      expect(takenAlong).toEqual(plan.takenAlong)
      expect(warnings.filter((text) => !/index/.test(text))).toEqual([
        '1 row of public.Shop will not refer to public.Tenant any more: Shop_tenantId_fkey says ON DELETE SET NULL.',
        '1 row of public.note will not refer to public.line any more: note_line_fkey says ON DELETE SET NULL.',
      ])
      expect(await stage.query('select id, "tenantId" from "Shop" order by 1')).toEqual([
        [1, 1],
        [4, null],
      ])
      expect(await stage.query('select id from "Order" order by 1')).toEqual([[1], [4]])
      expect(await stage.query('select id from line')).toEqual([[4]])
      expect(await stage.query('select * from note order by 1')).toEqual([[4], [null]])
    }))

  it('are those of a later batch, which then has fewer rows', () =>
    withShop(async (stage) => {
      const later = await stage.importBatch({ rows: { Order: [{ id: 1, shopId: 2 }] } })
      const kept = await stage.importBatch({ rows: { Order: [{ id: 1, shopId: 1 }] } })

      await stage.rollback(stage.batch, { cascade: true })
      const { models } = await stage.rollback(later)
      await stage.rollback(kept)

      expect(models).toMatchObject([{ model: 'Order', deleted: 0, missing: 1, isUncertain: false }])
      expect(await stage.query('select id from "Order"')).toEqual([[1]])
    }))

  it('count though the database has no foreign key', () =>
    withShop(async (stage) => {
      await stage.client.query(`alter table "Order" drop constraint "Order_shopId_fkey";
insert into "Order" ("shopId") values (2), (3)`)

      const { references } = await stage.planRollback(stage.batch)
      const { takenAlong } = await stage.rollback(stage.batch, { cascade: true })

      expect(references).toMatchObject([
        {
          constraint: null,
          table: 'public.Order',
          columns: ['shopId'],
          onDelete: 'unchecked',
          rows: 2,
        },
      ])
      expect(takenAlong).toEqual([{ table: 'public.Order', rows: 2 }])
    }))

  it('cannot come while the rollback runs', () =>
    withShop(async (stage) => {
      await stage.client.query('begin; insert into "Order" ("shopId") values (3)')
      const rollback = stage.rollback(stage.batch)
      const refused = expect(rollback).rejects.toMatchObject({ code: 'ROLLBACK.REFERRED' })
      await until(() => isBlocked(stage.client))

      await stage.client.query('commit')

      await refused
    }))
})
