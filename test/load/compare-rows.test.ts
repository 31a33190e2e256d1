import { describe, expect, it } from '@jest/globals'
import { compareRows } from '../../src/load/compare-rows.js'
import type { ParentRows } from '../../src/load/hashed-column.js'
import { createIdentities, keepTold, toldStaging } from '../../src/load/told-staging.js'

const TENANT: ParentRows = {
  staging: toldStaging(0),
  identity: 'prisma_gyro_identity',
  on: [{ column: 'tenantId', target: 'id' }],
  told: {
    table: { schema: 'public', table: 'Tenant' },
    columns: [{ column: 'slug', parent: null }],
  },
}

const ORDER: ParentRows = {
  staging: toldStaging(1),
  identity: 'prisma_gyro_identity',
  on: [
    { column: 'tenantId', target: 'tenantId' },
    { column: 'orderId', target: 'id' },
  ],
  told: {
    table: { schema: 'public', table: 'Order' },
    columns: [
      { column: 'tenantId', parent: TENANT },
      { column: 'code', parent: null },
    ],
  },
}

describe('rows are compared', () => {
  it('by values, and by keys that are the same in every run', () => {
    const hashed = { ...TENANT, told: null }
    const columns = [
      { column: 'name', parent: null },
      { column: 'tenantId', parent: hashed },
    ]

    expect(compareRows(columns, 't', 's')).toEqual({
      joins: [],
      isSame:
        'row(t."name") is not distinct from row(s."name") and row(t."tenantId") is not distinct from row(s."tenantId")',
    })
  })

  it('by what they refer to where that has other keys', () => {
    const { joins, isSame } = compareRows([{ column: 'orderId', parent: ORDER }], 't', 's')

    expect(joins).toEqual([
      'left join "public"."Order" t_0 on t_0."tenantId" = t."tenantId" and t_0."id" = t."orderId"',
      'left join "pg_temp"."prisma_gyro_told_2" s_0 on s_0."tenantId" = s."tenantId" and s_0."id" = s."orderId"',
      'left join "public"."Tenant" t_0_0 on t_0_0."id" = t_0."tenantId"',
      'left join "pg_temp"."prisma_gyro_told_1" s_0_0 on s_0_0."id" = s_0."tenantId"',
    ])
    const tenant =
      '(row(t_0."tenantId") is not distinct from row(s_0."tenantId") or t_0_0."id" is not null and s_0_0."id" is not null and row(t_0_0."slug") is not distinct from row(s_0_0."slug"))'
    expect(isSame).toBe(
      `(row(t."tenantId", t."orderId") is not distinct from row(s."tenantId", s."orderId") or t_0."tenantId" is not null and s_0."tenantId" is not null and ${tenant} and row(t_0."code") is not distinct from row(s_0."code"))`,
    )
  })
})

describe('rows that are told', () => {
  it('are kept with what they are', () => {
    expect(createIdentities().text).toBe(`\
create temporary table "pg_temp"."prisma_gyro_identities" (
  place bigint,
  identity text
) on commit drop`)
    expect(keepTold(toldStaging(0)).text).toBe(`\
create temporary table "pg_temp"."prisma_gyro_told_1" on commit drop as
select s.*, i.identity as "prisma_gyro_identity"
from "pg_temp"."prisma_gyro_keys" s
join "pg_temp"."prisma_gyro_identities" i on i.place = s."prisma_gyro_row"`)
  })
})
