import { describe, expect, it } from '@jest/globals'
import { conflictClause, repeatedTargets } from '../../src/load/conflict-clause.js'
import { insertSelected } from '../../src/load/staging.js'
import { updateCounter } from '../../src/load/update-counter.js'
import type { PreparedConflict } from '../../src/plan/conflict.js'

const UPDATE: PreparedConflict = {
  action: 'update',
  target: ['tenantId', 'e"mail'],
  predicate: 'NOT gone',
  nullsEqual: false,
  updated: [
    { column: 'name', compare: 'value' },
    { column: 'info', compare: 'text' },
    { column: 'updatedAt', compare: 'not' },
  ],
}

describe('what becomes of rows that are there', () => {
  it('updates those that would change, and counts them', () => {
    expect(conflictClause(UPDATE, updateCounter(1))).toBe(`\
on conflict ("tenantId", "e""mail") where NOT gone do update set "name" = excluded."name", "info" = excluded."info", "updatedAt" = excluded."updatedAt"
  where case when ("prisma_gyro_target"."name", "prisma_gyro_target"."info"::text) is distinct from (excluded."name", excluded."info"::text)
    then nextval('"pg_temp"."prisma_gyro_updated_2"') > 0 end`)
  })

  it('leaves them alone where nothing is to be updated', () => {
    const conflict: PreparedConflict = { ...UPDATE, predicate: null, updated: [] }
    const columns = [{ column: 'a', type: 'integer' }]
    const table = { schema: 'public', table: 'T' }

    const { text } = insertSelected({ table, columns, select: 'select 1', conflict })

    expect(text).toBe(`\
insert into "public"."T" as "prisma_gyro_target" ("a") overriding system value
  select 1
  on conflict ("tenantId", "e""mail") do nothing`)
  })

  it('finds two rows that would meet the same one', () => {
    expect(repeatedTargets('select 1', UPDATE)).toBe(`\
select min(prisma_gyro_row)::text as first, max(prisma_gyro_row)::text as last
from (
  select row_number() over () as prisma_gyro_row, s.*
  from (select 1) s
) r
where (NOT gone) and "tenantId" is not null and "e""mail" is not null
group by "tenantId", "e""mail"
having count(*) > 1
order by min(prisma_gyro_row)
limit 1`)
    expect(repeatedTargets('select 1', { ...UPDATE, predicate: null, nullsEqual: true })).toContain(
      ') r\ngroup by ',
    )
  })
})
