import { expect, it } from '@jest/globals'
import { renderRollback, renderRollbackPlan } from '../../src/cli/render-rollback.js'
import { lookOf } from '../../src/cli/terminal.js'
import type { RollbackPlan } from '../../src/rollback/rollback-plan.js'
import { recordStream } from './recorded-io.js'

const LOOK = lookOf(recordStream(), {})

const PLAN: RollbackPlan = {
  target: 'postgresql://h/db',
  batch: { id: '7f', name: 'crm', status: 'COMPLETED', createdAt: '2024-01-02', role: 'app' },
  models: [],
  takenAlong: [],
  references: [],
  missingIndexes: [],
  triggers: [],
  problems: [],
  warnings: [],
}

it('a plan of a batch without rows says so', () => {
  expect(renderRollbackPlan(PLAN, LOOK)).toBe(`\
Rollback: crm (7f) from postgresql://h/db
Imported 2024-01-02 by app; now COMPLETED

It has written no row.`)
})

it('a plan tells who refers to the rows, what is slow and what fires', () => {
  const reference = { table: 'public.Log', columns: ['a', 'b'], target: 'public.User' }
  const plan: RollbackPlan = {
    ...PLAN,
    models: [
      {
        ...{ model: 'Tag', table: 'public.Tag', deleted: 1000, restored: 0 },
        ...{ changed: 2, missing: 3, isUncertain: true },
      },
    ],
    references: [
      { ...reference, constraint: null, onDelete: 'unchecked', rows: 1, keys: [['1', 'x']] },
      { ...reference, constraint: 'fk', onDelete: 'cascade', rows: 9, keys: [['1'], ['2']] },
      { ...reference, constraint: 'fk', onDelete: 'restrict', rows: 2, keys: [[], []] },
    ],
    missingIndexes: [
      {
        constraint: 'fk',
        table: 'public.Log',
        columns: ['a'],
        rows: 12_000,
        bytes: 2e9,
        isWorthwhile: true,
        statement: 'create …;',
      },
      {
        constraint: 'small',
        table: 'public.Log',
        columns: ['b'],
        rows: 1,
        bytes: 8192,
        isWorthwhile: false,
        statement: 'create small …;',
      },
    ],
    triggers: [{ table: 'public.Tag', name: 'keep' }],
    warnings: ['mind this'],
  }

  expect(renderRollbackPlan(plan, LOOK).split('\n\n').slice(1).join('\n\n')).toBe(`\
Model  Table       Deleted  Changed since  Gone or changed
Tag    public.Tag    1 000              2                3

Rows of others that refer to them
  public.Log → public.User by a, b, no foreign key: 1 row: 1/x
  public.Log → public.User by fk, on delete cascade: 9 rows: 1, 2, …
  public.Log → public.User by fk, on delete restrict: 2 rows

Foreign keys without an index
  fk of public.Log (about 12 000 rows)
    PostgreSQL reads the whole table for every deleted row. These would cure it, made before the rollback:
create …;

Triggers that fire
  public.Tag: keep

! mind this`)
})

it('a rollback of nothing takes no rate', () => {
  const result = { ...PLAN, batch: { ...PLAN.batch, status: 'ROLLED_BACK' as const }, seconds: 1 }

  expect(renderRollback(result, LOOK)).toBe('✔ Rolled back crm (7f): 0 rows in 1 s.')
})
