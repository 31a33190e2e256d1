import { expect, it } from '@jest/globals'
import { estimateLoadSeconds } from '../../src/plan/estimate-load.js'
import type { Technique } from '../../src/plan/import-plan.js'
import type { CatalogForeignKey } from '../../src/postgres/catalog-foreign-key.js'
import type { StructureIndex } from '../../src/postgres/structure.js'

const TABLE = { schema: 'public', table: 'Order' }

it.each<[Exclude<Technique, 'rebuild'>, number]>([
  ['checked', 1 + 2 * 1 + 3 * 5],
  ['deferred', 1 + 2 * 1 + 3 * 5],
  ['cycle', 1 + 1 + 2 * 1 + 3 * 5],
  ['replica', 1 + 2 * 1 + 3 * 1],
])('counts rows, indexes and foreign keys for %s', (technique, seconds) => {
  const foreignKeys = Array<CatalogForeignKey>(3)
  const models = [{ table: TABLE, estimatedRows: 1e6, foreignKeys }]
  const others = { ...TABLE, table: 'Other' }
  const indexes = [TABLE, TABLE, others] as readonly unknown[] as readonly StructureIndex[]

  expect(estimateLoadSeconds(technique, models, { indexes })).toBeCloseTo(seconds)
})
