import { expect, it } from '@jest/globals'
import { estimateRebuildSeconds } from '../../src/plan/estimate-rebuild.js'
import type { RebuildPlan } from '../../src/plan/plan-rebuild.js'

const ORDER = { schema: 'public', table: 'Order' }

/** Two indexes and a foreign key. */
const PLAN = {
  indexes: [{ index: ORDER }, { index: ORDER }],
  foreignKeys: [ORDER],
} as unknown as RebuildPlan

function estimate(loaded: number, stored: number): number {
  const flags = {
    isOwned: true,
    canCreate: true,
    isReadable: true,
    hasRowSecurity: false,
    bytes: 0,
  }
  const locked = [{ ...ORDER, ...flags, estimatedRows: stored }]
  return estimateRebuildSeconds(PLAN, [{ table: ORDER, estimatedRows: loaded }], locked)
}

it('grows with the rows that are loaded and with those that are there', () => {
  const none = estimate(0, -1)
  const loaded = estimate(1e6, -1)
  const both = estimate(1e6, 1e6)

  expect(none).toBeCloseTo(0.009)
  expect(loaded - none).toBeCloseTo(1 + 2 * 0.4 + 0.25)
  expect(both - loaded).toBeCloseTo(2 * 0.4 + 0.25)
})
