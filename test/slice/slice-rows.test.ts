import { describe, expect, it } from '@jest/globals'
import { where, withSliceStage } from './slice-stage.js'

const SHOP = `
create table tenant (id int primary key);
create table customer (id int primary key, tenant int not null references tenant);
create table orders (id int primary key, customer int not null references customer, gift int references customer);
create table item (orders int references orders, line int, primary key (orders, line));
create table label (id int primary key);
create table "_labelToorders" ("A" int not null references label, "B" int not null references orders, unique ("A", "B"));
insert into tenant values (1), (2);
insert into customer values (1, 1), (2, 1), (3, 2);
insert into orders values (1, 1, null), (2, 1, 3), (3, 2, 1), (4, 3, null);
insert into item values (1, 1), (2, 1), (2, 2), (4, 1);
insert into label values (1), (2), (3);
insert into "_labelToorders" values (1, 1), (2, 2), (2, 4), (3, 4);`

const STEPS = {
  customer: { to: 'children', model: 'customer', reference: 'customer_tenant_fkey' },
  orders: { to: 'children', model: 'orders', reference: 'orders_customer_fkey' },
  label: { to: 'parents', model: '_labelToorders', reference: '_labelToorders_A_fkey' },
  join: { to: 'children', model: '_labelToorders', reference: '_labelToorders_B_fkey' },
}

describe('sliceRows', () => {
  it('goes down to what refers to a row and up to what that refers to, and says the way', () =>
    withSliceStage(SHOP, async ({ slice }) => {
      const { rows, selections, dangling } = await slice({ roots: where({ tenant: 'id = 1' }) })

      expect(rows).toEqual({
        // The gift goes to a customer of another tenant, who comes without orders.
        tenant: ['1', '2'],
        customer: ['1\t1', '2\t1', '3\t2'],
        orders: ['1\t1\t\\N', '2\t1\t3', '3\t2\t1'],
        item: ['1\t1', '2\t1', '2\t2'],
        label: ['1', '2'],
        _labelToorders: ['1\t1', '2\t2'],
      })
      expect(selections.get('tenant')?.path).toEqual([])
      expect(selections.get('label')?.path).toEqual([
        STEPS.customer,
        STEPS.orders,
        STEPS.join,
        STEPS.label,
      ])
      expect(selections.get('orders')).toMatchObject({ rows: 3, pruned: [] })
      expect(dangling).toEqual([])
    }))

  it('goes up where that is shorter, and not down again', () =>
    withSliceStage(SHOP, async ({ slice }) => {
      const { rows, selections } = await slice({ roots: where({ item: 'orders = 4' }) })

      expect(rows).toEqual({
        tenant: ['2'],
        customer: ['3\t2'],
        orders: ['4\t3\t\\N'],
        item: ['4\t1'],
      })
      expect(selections.get('customer')?.path).toEqual([
        { to: 'parents', model: 'item', reference: 'item_orders_fkey' },
        { to: 'parents', model: 'orders', reference: 'orders_customer_fkey' },
      ])
      expect(selections.get('label')).toMatchObject({ rows: 0, path: [] })
    }))

  it('takes as many steps and follows those references that it is told', () =>
    withSliceStage(SHOP, async ({ slice }) => {
      const roots = where({ tenant: 'id = 1' })
      const modelsOf = async (options: Parameters<typeof slice>[0]) =>
        Object.entries((await slice({ roots, ...options })).rows).map(
          ([model, { length }]) => `${model} ${length}`,
        )

      expect(await modelsOf({ depth: 0 })).toEqual(['tenant 1'])
      expect(await modelsOf({ depth: 1 })).toEqual(['customer 2', 'tenant 1'])
      expect(await modelsOf({ include: ['customer', 'orders.orders_customer_fkey'] })).toEqual([
        'customer 3',
        'orders 3',
        'tenant 2',
      ])
      expect(await modelsOf({ include: [] })).toEqual(['tenant 1'])
      expect(
        await modelsOf({
          exclude: ['item', `_labelToorders.${STEPS.join.reference}`],
        }),
      ).toEqual(['customer 3', 'orders 3', 'tenant 2'])
      // What is excluded still comes along where rows need it.
      expect(
        await modelsOf({ roots: where({ item: 'orders = 1' }), exclude: ['orders', 'customer'] }),
      ).toEqual(['customer 1', 'item 1', 'orders 1', 'tenant 1'])
    }))

  it('keeps the newest rows of a limited model, and what others need on top', () =>
    withSliceStage(SHOP, async ({ slice }) => {
      const roots = where({ tenant: 'true' })
      const one = await slice({ roots, limit: { orders: 1 }, chunkRows: 1 })
      const two = await slice({
        roots,
        limit: [
          ['orders', 0],
          ['item', 2],
        ],
      })
      const rest = await slice({
        roots: where({ tenant: 'id = 1', item: 'true' }),
        limit: { item: 2, orders: 1 },
      })

      expect(one.rows).toMatchObject({ orders: ['4\t3\t\\N'], item: ['4\t1'] })
      expect(two.rows).not.toHaveProperty('orders')
      expect(rest.rows).toMatchObject({
        item: ['2\t2', '4\t1'],
        orders: ['2\t1\t3', '3\t2\t1', '4\t3\t\\N'],
      })
    }))

  it('gives nothing where no row is a root, and everything where no root is asked for', () =>
    withSliceStage(SHOP, async ({ slice }) => {
      const none = await slice({ roots: where({ tenant: 'id > 2', item: 'null' }) })
      const all = await slice({})

      expect(none.rows).toEqual({})
      expect([...none.selections.values()].map(({ rows }) => rows)).toEqual([0, 0, 0, 0, 0, 0])
      expect([...all.selections.values()].map(({ rows }) => rows)).toEqual(Array(6).fill(null))
      expect(Object.values(all.rows).map(({ length }) => length)).toEqual([4, 3, 4, 3, 4, 2])
    }))

  it('cuts no reference of which a column would name a row that nothing else fetches', () =>
    withSliceStage(
      `
create table firm (id int primary key);
create table team (firm int not null, id int, primary key (firm, id));
create table person (
  id int primary key,
  firm int not null references firm,
  team int,
  old_firm int not null,
  old_team int,
  constraint now foreign key (firm, team) references team,
  constraint before foreign key (old_firm, old_team) references team
);
insert into firm values (1);
insert into team values (1, 1), (2, 1);
insert into person values (1, 1, 1, 2, 1);`,
      async ({ slice }) => {
        const { rows } = await slice({ roots: where({ person: 'true' }), prune: 'nullable' })

        expect(rows).toEqual({ firm: ['1'], team: ['2\t1'], person: ['1\t1\t\\N\t2\t1'] })
      },
    ))

  it('cuts what may be NULL, but not a column that something else needs', () =>
    withSliceStage(
      `
create table firm (id int primary key);
create table team (firm int not null references firm, id int, primary key (firm, id));
create table person (
  id int primary key,
  firm int references firm,
  team int,
  boss int references person,
  whole_a int, whole_b int not null,
  pair_a int, pair_b int,
  foreign key (firm, team) references team (firm, id),
  constraint whole foreign key (whole_a, whole_b) references team match full,
  constraint pair foreign key (pair_a, pair_b) references team match full
);
insert into firm values (1), (2);
insert into team values (1, 1), (1, 2), (2, 1);
insert into person values (1, 1, 1, null, 1, 1, 1, 1), (2, 1, 2, 1, 1, 1, 2, 1), (3, 1, 1, 2, 1, 1, null, null);`,
      async ({ slice, plans }) => {
        const { rows, selections } = await slice({
          roots: where({ person: 'id > 1' }),
          prune: 'nullable',
        })

        expect(
          plans.get('person')?.references.map(({ name, nullable }) => [name, nullable]),
        ).toEqual([
          ['pair', ['pair_a', 'pair_b']],
          ['person_boss_fkey', ['boss']],
          ['person_firm_fkey', []],
          ['person_firm_team_fkey', ['team']],
          ['whole', []],
        ])
        expect(rows).toEqual({
          firm: ['1'],
          // By the reference that cannot be cut.
          team: ['1\t1'],
          person: ['3\t1\t1\t2\t1\t1\t\\N\t\\N', '2\t1\t\\N\t\\N\t1\t1\t\\N\t\\N'],
        })
        expect(selections.get('person')).toMatchObject({
          rows: 2,
          pruned: [
            { reference: 'pair', rows: 1 },
            { reference: 'person_boss_fkey', rows: 1 },
            { reference: 'person_firm_team_fkey', rows: 1 },
          ],
        })
      },
    ))

  it('follows relations without a foreign key, whatever their types, and counts what leads nowhere', () =>
    withSliceStage(
      `
create domain code as text;
create table thing (id uuid primary key, short code unique, "c" text collate "C" unique);
create table note (id int primary key, thing text, short varchar(9), big numeric, "c" text);
create table number (id bigint primary key);
insert into number values (7);
insert into thing values ('00000000-0000-0000-0000-00000000000a', 'a', 'é'), ('00000000-0000-0000-0000-00000000000b', 'b', 'f');
insert into note values
  (1, '00000000-0000-0000-0000-00000000000a', 'b', 7, 'é'), (2, 'gone', 'b', 8, 'g'), (3, null, null, null, null);`,
      async ({ slice }) => {
        const down = await slice({ roots: where({ thing: `short = 'a'` }), depth: 1 })
        const up = await slice({ roots: where({ note: 'true' }), chunkRows: 1 })
        const cut = await slice({ roots: where({ note: 'true' }), prune: 'nullable' })
        const all = await slice({})

        expect(down.rows).toMatchObject({ note: [expect.stringMatching(/^1\t/)] })
        expect(up.rows['thing']).toHaveLength(2)
        expect(up.rows['number']).toEqual(['7'])
        const dangling = ['big', 'c', 'thing'].map((reference) => ({
          model: 'note',
          reference,
          rows: 1,
        }))
        expect(up.dangling.toSorted((a, b) => (a.reference < b.reference ? -1 : 1))).toEqual(
          dangling,
        )
        expect(all.dangling).toHaveLength(3)
        // Those that lose nothing come first.
        expect(cut.rows).toEqual({
          note: [3, 1, 2].map((id) => `${id}\t\\N\t\\N\t\\N\t\\N`),
        })
        expect(cut.dangling).toEqual([])
      },
      {
        'note.thing': 'thing.id',
        'note.short': 'thing.short',
        'note.big': 'number.id',
        'note.c': 'thing.c',
      },
    ))

  it('counts rows that refer to nothing also where a foreign key has not been validated', () =>
    withSliceStage(
      `
create table a (id int primary key);
create table b (id int primary key, a int);
insert into b values (1, 7), (2, null);
alter table b add foreign key (a) references a not valid`,
      async ({ slice }) => {
        const dangling = [{ model: 'b', reference: 'b_a_fkey', rows: 1 }]
        expect((await slice({})).dangling).toEqual(dangling)
        expect((await slice({ roots: where({ b: 'true' }) })).dangling).toEqual(dangling)
      },
    ))

  it('knows rows of partitions and of tables that inherit', () =>
    withSliceStage(
      `
create table region (id int primary key);
create table sale (id int, region int references region, before int, primary key (region, id),
  foreign key (region, before) references sale) partition by list (region);
create table "Sale 1" partition of sale for values in (1);
create table "Sale 2" partition of sale for values in (2) partition by range (id);
create table sale_low partition of "Sale 2" for values from (0) to (10);
create table sale_high partition of "Sale 2" for values from (10) to (100);
create table log (id int primary key, region int references region);
create table old_log (id int primary key, region int references region, more int) inherits (log);
insert into region values (1), (2), (3);
insert into sale values (1, 1, null), (2, 1, 1), (1, 2, null), (11, 2, 1), (12, 2, 11);
insert into log values (1, 1), (2, 2);
insert into old_log values (3, 2, 0);`,
      async ({ slice }) => {
        const down = await slice({ roots: where({ region: 'id = 2' }), chunkRows: 2 })
        const up = await slice({ roots: where({ sale: 'id = 12' }) })
        const one = await slice({
          roots: where({ region: 'true' }),
          limit: { sale: 2 },
          chunkRows: 1,
        })

        expect(down.rows).toEqual({
          region: ['2'],
          sale: ['1\t2\t\\N', '11\t2\t1', '12\t2\t11'],
          log: ['2\t2'],
          old_log: ['3\t2\t0'],
        })
        expect(up.rows).toEqual({ region: ['2'], sale: ['1\t2\t\\N', '11\t2\t1', '12\t2\t11'] })
        expect(one.rows['sale']).toEqual(['1\t2\t\\N', '11\t2\t1', '12\t2\t11'])
      },
    ))

  it('follows long chains without a statement for each of their rows', () =>
    withSliceStage(
      `
create table node (id int primary key, before int references node);
insert into node select g, nullif(g - 1, 0) from generate_series(1, 2000) g;
create table ping (id int primary key, pong int);
create table pong (id int primary key, ping int references ping);
insert into ping select g, g from generate_series(1, 500) g;
insert into pong select g, nullif(g - 1, 0) from generate_series(1, 500) g;
alter table ping add foreign key (pong) references pong;`,
      async ({ slice, client }) => {
        const original = client.query.bind(client)
        let statements = 0
        Object.assign(client, {
          query: (...told: Parameters<typeof original>) => {
            statements++
            return original(...told)
          },
        })
        const roots = [
          { node: 'id = 1' },
          { node: 'id = 2000' },
          { ping: 'id = 1' },
          { pong: 'id = 500' },
        ]
        const counts: unknown[] = []
        for (const each of roots) {
          const { rows } = await slice({ roots: where(each) })
          counts.push(Object.values(rows).map(({ length }) => length))
        }

        expect(counts).toEqual([[2000], [2000], [500, 500], [500, 500]])
        expect(statements).toBeLessThan(400)
      },
    ))
})
