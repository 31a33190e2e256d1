import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { type ImportStage, testLoader, withImportStage } from '../support/import-stage.js'
import { isOfClient } from '../support/unless-client.js'

const SCHEMA = path.resolve('prisma/schema.prisma')
const EXPORT = path.resolve('prisma/export')

/** Rows of an application that was there before; the ids of the export are among theirs. */
const LIVE_ROWS = `
insert into tenants (name) select 'live ' || n from generate_series(1, 40) n;
with boss as (
  insert into employees (tenant_id, shop_code, name) values (14, 'VIE-1', 'live') returning id
)
insert into shops select 14, 'VIE-1', 'Wien', null, id from boss;
insert into employees (tenant_id, shop_code, name)
select 14, 'VIE-1', 'live ' || n from generate_series(1, 30) n;
insert into customers (tenant_id, name, email, updated_at)
select 14, 'live', 'live' || n, '2020-01-01' from generate_series(1, 310) n;
insert into categories (tenant_id, parent_id, name)
select 14, nullif(n - 1, 0), 'live ' || n from generate_series(1, 60) n;
insert into products (tenant_id, category_id, sku, name, price) values (14, 2, 'ESP-250', 'p', 1);
insert into "Tag" ("tenantId", name) select 14, 'live ' || n from generate_series(1, 99) n;
insert into "_ProductToTag" values (1, 70);
insert into orders (tenant_id, shop_code, customer_id, placed_at)
values (14, 'VIE-1', 101, '2020-01-01');
insert into order_items values (1, 1, 1, 1, 1)`

/**
 * Every row by what it is and what it refers to, without a key. Tenants of one name are numbered, so
 * that a row which refers into another copy is seen.
 */
const NATURAL_ROWS = `
with tenant_copy as (
  select id, name || '§' || row_number() over (partition by name order by id) as label from tenants
), category as (
  select c.*, row(t.label, c.name) as facts
  from categories c join tenant_copy t on t.id = c.tenant_id
), product as (
  select p.*, row(t.label, p.sku) as facts
  from products p join tenant_copy t on t.id = p.tenant_id
), customer as (
  select c.*, row(t.label, c.email) as facts
  from customers c join tenant_copy t on t.id = c.tenant_id
), shop as (
  select s.*, row(t.label, s.code) as facts
  from shops s join tenant_copy t on t.id = s.tenant_id
), employee as (
  select e.*, row(s.facts, e.name, e.hired_on) as facts
  from employees e join shop s on (s.tenant_id, s.code) = (e.tenant_id, e.shop_code)
), "order" as (
  select o.*, row(s.facts, c.facts, o.placed_at) as facts
  from orders o
  join shop s on (s.tenant_id, s.code) = (o.tenant_id, o.shop_code)
  join customer c on c.id = o.customer_id
)
select row('tenant', c.label, t.plan, t.created_at)::text from tenants t join tenant_copy c using (id)
union all select row('shop', s.facts, city, slogan, e.facts)::text
  from shop s join employee e on e.id = s.manager_id
union all select row('employee', facts)::text from employee
union all select row('customer', facts, name, phone, updated_at)::text from customer
union all select row('address', c.facts, lines, postcode, country)::text
  from "Address" a join customer c on c.id = a."customerId"
union all select row('category', c.facts, p.facts, g.facts)::text
  from category c left join category p on p.id = c.parent_id left join category g on g.id = p.parent_id
union all select row('product', p.facts, c.facts, p.name, description, price, is_active)::text
  from product p left join category c on c.id = p.category_id
union all select row('tag', t.label, g.name)::text
  from "Tag" g join tenant_copy t on t.id = g."tenantId"
union all select row('order', facts, status, note)::text from "order"
union all select row('item', o.facts, line_no, p.facts, quantity, unit_price)::text
  from order_items i join "order" o on o.id = i.order_id join product p on p.id = i.product_id
union all select row('payment', o.facts, amount, paid_at, metadata)::text
  from payments p join "order" o on o.id = p.order_id
union all select row('review', p.facts, c.facts, stars, text)::text
  from "Review" r join product p on p.id = r."productId" left join customer c on c.id = r."customerId"
union all select row('product tag', p.facts, t.label, g.name)::text
  from "_ProductToTag" l join product p on p.id = l."A" join "Tag" g on g.id = l."B"
    join tenant_copy t on t.id = g."tenantId"
order by 1`

describe('the example shop', () => {
  it('goes into a live database twice, with every relation and no live row touched', async () => {
    const source = await readSource()

    await withShop({ rows: LIVE_ROWS }, async (stage) => {
      const live = await naturalRows(stage)
      const before = await stage.snapshot()

      await stage.importModels()
      await stage.importModels()

      expect(await naturalRows(stage)).toEqual(
        [...live, ...source, ...source.map((row) => row.replaceAll('§1', '§2'))].toSorted(),
      )
      const after = await stage.snapshot()
      for (const [table, rows] of Object.entries(before)) {
        expect(after[table]).toEqual(expect.arrayContaining([...rows]))
      }
    })
  })

  it('leaves sequences so that an application goes on inserting', () =>
    withShop({ rows: LIVE_ROWS }, async (stage) => {
      const { models } = await stage.importModels()

      const [[tenant], [customer], [order]] = [
        ...(await stage.query(`insert into tenants (name) values ('new') returning id`)),
        ...(await stage.query(`
insert into customers (tenant_id, name, email, updated_at)
values (14, 'new', 'new', now()) returning id`)),
        ...(await stage.query(`
insert into orders (tenant_id, shop_code, customer_id, placed_at)
values (14, 'VIE-1', 1, now()) returning id`)),
      ] as unknown as [[number], [number], [string]]
      const highest = new Map(models.map(({ model, keys }) => [model, keys?.to]))
      expect([tenant - 1, customer - 1, Number(order) - 1].map(String)).toEqual([
        highest.get('Tenant'),
        highest.get('Customer'),
        highest.get('Order'),
      ])
    }))

  it('tells per model what happened', () =>
    withShop({ rows: LIVE_ROWS }, async (stage) => {
      const result = await stage.importModels({ batchName: 'monday' })

      expect(result.batch).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        name: 'monday',
        status: 'COMPLETED',
        isUndoable: testLoader() !== 'client',
      })
      expect(result.warnings.filter((warning) => !isOfClient(warning))).toEqual([])
      expect(result.checks).toEqual([
        { name: 'rows', ok: true, detail: '242 rows read, 242 loaded.' },
        {
          name: 'references',
          ok: true,
          detail: 'No dangling references: 19 checked by PostgreSQL.',
        },
        { name: 'sequences', ok: true, detail: 'Sequences past the highest key: 10 of 10.' },
      ])
      const { bytes, seconds, ...tenants } = result.models[0] ?? {}
      expect(tenants).toEqual({
        model: 'Tenant',
        table: 'public.tenants',
        file: 'Tenant.csv',
        files: ['Tenant.csv'],
        technique: 'checked',
        strategy: 'sequential',
        read: 5,
        loaded: 5,
        updated: 0,
        skipped: 0,
        unchanged: 0,
        nulledReferences: [],
        rejected: 0,
        keys: { from: '41', to: '45' },
      })
      expect(bytes).toBeGreaterThan(100)
      expect(seconds).toBeGreaterThan(0)
      const orders = result.models.find(({ model }) => model === 'Order')
      expect(orders?.keys).toEqual({ from: '2', to: '33' })
    }))

  it('keeps NULL and the empty string apart', () =>
    withShop({}, async (stage) => {
      await stage.importModels()

      const slogans = await stage.query('select code, slogan from shops order by code')
      expect(slogans).toEqual([
        ['BUE-1', 'Leer, leer y leer'],
        ['GBG-1', null],
        ['GRZ-1', null],
        ['MVD-1', ''],
        ['ORK-1', 'Say cheese!'],
        ['STO-1', 'Ute är "inne"'],
        ['TYO-1', '一期一会'],
        ['VIE-1', 'Seit 1897'],
      ])
    }))
})

/** What the files say, through keys that are kept. */
function readSource(): Promise<readonly string[]> {
  return withShop({}, async (stage) => {
    await stage.importModels({ strategy: 'none' })
    const ids = await stage.query('select id from tenants order by id')
    expect(ids.flat()).toEqual([14, 15, 22, 23, 37])
    return naturalRows(stage)
  })
}

async function naturalRows({ query }: ImportStage): Promise<readonly string[]> {
  const rows = await query(NATURAL_ROWS)
  return rows.map(([row]) => String(row)).toSorted()
}

async function withShop<Result>(
  { rows = '' }: { readonly rows?: string },
  use: (stage: ImportStage) => Promise<Result>,
): Promise<Result> {
  const names = await readdir(EXPORT)
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(path.join(EXPORT, name), 'utf8')] as const),
  )
  return withImportStage({ schema: SCHEMA, rows, files: Object.fromEntries(files) }, use)
}
