import { expect, it } from '@jest/globals'
import { renderResult } from '../../src/cli/render-result.js'
import { lookOf } from '../../src/cli/terminal.js'
import type { ImportResult, ModelResult } from '../../src/import/import-result.js'
import { recordStream } from './recorded-io.js'

const PLAIN = lookOf(recordStream(), {})

function buildModel(model: string, parts: Partial<ModelResult> = {}): ModelResult {
  const loaded = parts.loaded ?? 12
  return {
    model,
    table: `public.${model}`,
    file: `${model}.csv`,
    files: [`${model}.csv`],
    technique: 'checked',
    strategy: 'sequential',
    read: loaded,
    loaded,
    updated: 0,
    skipped: 0,
    unchanged: 0,
    nulledReferences: [],
    rejected: 0,
    keys: { from: '41', to: '52' },
    bytes: 812,
    seconds: 0.42,
    ...parts,
  }
}

function buildResult(parts: Partial<ImportResult> = {}): ImportResult {
  return {
    batch: { id: '7f3a9c1e-7bd7', name: 'export', status: 'COMPLETED', isUndoable: true },
    seconds: 3.21,
    models: [],
    checks: [
      { name: 'rows', ok: true, detail: '12 rows read, 12 loaded.' },
      { name: 'references', ok: true, detail: 'No dangling references: 3 checked by PostgreSQL.' },
    ],
    warnings: [],
    rejects: null,
    ...parts,
  }
}

it('shows a row per model and what holds for all of them', () => {
  const result = buildResult({
    models: [
      buildModel('Tenant'),
      buildModel('Customer', { loaded: 41_203, keys: { from: '90001', to: '131203' } }),
      buildModel('_NoteToTag', { keys: null }),
      buildModel('Unit', { keys: null, strategy: 'none' }),
      buildModel('Empty', { loaded: 0, keys: null, seconds: 0.001 }),
    ],
  })

  expect(renderResult(result, PLAIN)).toBe(`\
Model         Rows  New keys           Time          Speed
Tenant          12      41 – 52       0.4 s      29 rows/s
Customer    41 203  90 001 – 131 203  0.4 s  98 000 rows/s
_NoteToTag      12  –                 0.4 s      29 rows/s
Unit            12  kept              0.4 s      29 rows/s
Empty            0  –                  1 ms

✔ Verified 41 239 rows. No dangling references: 3 checked by PostgreSQL.
Batch export (7f3a9c1e-7bd7): 3.2 s, 13 000 rows/s.
Undo with: npx prisma-gyro rollback 7f3a9c1e`)
})

it('shows warnings, and no speed of nothing', () => {
  const result = buildResult({
    seconds: 0.05,
    models: [buildModel('Empty', { loaded: 0, keys: null, seconds: 0.001 })],
    warnings: ['Tenant.csv is ignored.'],
  })

  expect(renderResult(result, PLAIN)).toBe(`\
Model  Rows  New keys  Time  Speed
Empty     0  –         1 ms

! Tenant.csv is ignored.

✔ Verified 0 rows. No dangling references: 3 checked by PostgreSQL.
Batch export (7f3a9c1e-7bd7): 50 ms.
Undo with: npx prisma-gyro rollback 7f3a9c1e`)
})

it('shows rows that were left out, where there are any', () => {
  const models = [buildModel('Tenant', { loaded: 2, skipped: 1_000 }), buildModel('Note')]

  expect(renderResult(buildResult({ models }), PLAIN)).toContain(`\
Model   Rows  Skipped  New keys   Time       Speed
Tenant     2    1 000  41 – 52   0.4 s  4.8 rows/s
Note      12        0  41 – 52   0.4 s   29 rows/s
`)
})

it('tells where rejected rows are, and what to do with them', () => {
  const result = buildResult({
    models: [buildModel('Tenant', { loaded: 10, rejected: 2 }), buildModel('Shop')],
    rejects: { folder: 'rejects/export', files: ['Tenant.rejected.csv'] },
  })

  expect(renderResult(result, PLAIN)).toBe(`\
Model   Rows  Rejected  New keys   Time      Speed
Tenant    10         2  41 – 52   0.4 s  24 rows/s
Shop      12         0  41 – 52   0.4 s  29 rows/s

✖ 2 rows rejected: Tenant.rejected.csv in rejects/export
  → Correct them, then: prisma-gyro import rejects/export

✔ Verified 22 rows. No dangling references: 3 checked by PostgreSQL.
Batch export (7f3a9c1e-7bd7): 3.2 s, 6.9 rows/s.
Undo with: npx prisma-gyro rollback 7f3a9c1e`)
})

it('does not promise a way back where there is none', () => {
  const batch = { id: '7f3a', name: 'export', status: 'COMPLETED', isUndoable: false } as const

  const text = renderResult(buildResult({ batch }), PLAIN)

  expect(text).toMatch(/Batch export \(7f3a\): 3.2 s\.$/)
})

it('tells which references became NULL', () => {
  const nulledReferences = [
    { reference: 'customer', rows: 1 },
    { reference: 'coupon', rows: 1_200 },
  ]
  const result = buildResult({
    models: [buildModel('Customer'), buildModel('Order', { nulledReferences })],
  })

  expect(renderResult(result, PLAIN)).toContain(`

Refer to nothing, as the row is not in the files
  Order.customer: 1 row
  Order.coupon: 1 200 rows

`)
})
