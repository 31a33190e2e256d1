import { describe, expect, it } from '@jest/globals'
import { resolveSliceOptions, type SliceOptions } from '../../src/slice/slice-options.js'
import { where, withSliceStage } from './slice-stage.js'

const ROOTS = { roots: where({ Order: 'true' }) }

describe('resolveSliceOptions', () => {
  it('refuses what names nothing and what is no number, and suggests', () =>
    withSliceStage(
      `create table "Customer" (id int primary key);
create table "Order" (id int primary key, customer int);
alter table "Order" add constraint "by.customer" foreign key (customer) references "Customer"`,
      async ({ plans }) => {
        const refusal = (options: unknown) => {
          try {
            resolveSliceOptions(options as SliceOptions, plans)
            return 'none'
          } catch (error) {
            return (error as Error).message
          }
        }
        const refused = [
          { roots: where({ Oder: 'true' }) },
          { ...ROOTS, include: ['order'] },
          { ...ROOTS, exclude: ['Order.by.custmer'] },
          { ...ROOTS, exclude: ['Customer.order'] },
          { ...ROOTS, depth: -1 },
          { ...ROOTS, depth: 1.5 },
          { ...ROOTS, limit: { Ordr: 1 } },
          { ...ROOTS, limit: { Order: '7' } },
          {
            ...ROOTS,
            limit: [
              ['Order', 1],
              ['Order', 2],
            ],
          },
          { ...ROOTS, prune: 'all' },
          { depth: 0 },
          { include: ['Order'] },
          { exclude: ['Order'] },
          { limit: { Order: 1 } },
        ].map(refusal)
        const allowed = [
          {},
          { prune: 'nullable', include: undefined, exclude: [], limit: {} },
          { ...ROOTS, include: ['Order.by.customer', 'Customer'], depth: 0, limit: { Order: 0 } },
        ].map(refusal)

        expect(refused).toEqual([
          'There is no model "Oder". The option "roots" takes the Prisma names of models that are exported. Did you mean "Order"? Correct the name.',
          'There is no model "order". The option "include" takes the Prisma names of models that are exported. Did you mean "Order"? Correct the name.',
          'There is no reference "Order.by.custmer". The option "exclude" takes models and their references; this model has Order.by.customer. Did you mean "Order.by.customer"? Write the field of the relation, such as Order.customer.',
          'There is no reference "Customer.order". The option "exclude" takes models and their references; this model has none. Write the field of the relation, such as Order.customer.',
          'The option "depth" has a wrong value. It takes a whole number of steps, 0 or more, but got -1. Correct "depth".',
          'The option "depth" has a wrong value. It takes a whole number of steps, 0 or more, but got 1.5. Correct "depth".',
          'There is no model "Ordr". The option "limit" takes the Prisma names of models that are exported. Did you mean "Order"? Correct the name.',
          'The option "limit.Order" has a wrong value. It takes a whole number of rows, 0 or more, but got "7". Correct "limit.Order".',
          '"Order" has two limits. The option "limit" takes each model once. Leave one of them out.',
          'The option "prune" has a wrong value. It takes "none" or "nullable", but got "all". Correct "prune".',
          ...['depth', 'include', 'exclude', 'limit'].map(
            (option) =>
              `"${option}" is without effect. Where no rows are chosen to begin with, every row of every model is exported. Choose rows with --where or --root, or leave the option out.`,
          ),
        ])
        expect(allowed).toEqual(['none', 'none', 'none'])
      },
    ))
})
