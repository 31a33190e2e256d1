import { describe, expect, it } from '@jest/globals'
import {
  createKeyStaging,
  matchedRows,
  movedRows,
  type RowMatch,
  repeatedRows,
  stagedKeys,
} from '../../src/load/key-staging.js'

const CITY = { column: 'City', type: 'text', index: 1, isNullable: true }
const NAME = { column: 'name', type: 'character varying(9)', index: 2, isNullable: false }

const MATCH: RowMatch = {
  table: { schema: 'public', table: 'Shop' },
  businessKey: [CITY, NAME],
  key: 'id',
  nullsEqual: false,
  partial: null,
  fixedKey: [],
}

describe('the keys that wait to be compared', () => {
  it('are in a table with the number of their row', () => {
    expect(createKeyStaging(MATCH).text).toBe(`\
create temporary table "pg_temp"."prisma_gyro_keys" (
  "prisma_gyro_row" bigint generated always as identity (minvalue 0),
  "prisma_gyro_source" text,
  "City" text,
  "name" character varying(9)
) on commit drop`)
  })

  it('are joined with the table by what indexes serve', () => {
    expect(matchedRows(MATCH)).toBe(`\
select s."prisma_gyro_row", s."prisma_gyro_source", t."id"::text
from "pg_temp"."prisma_gyro_keys" s
join "public"."Shop" t on t."City" = s."City" and t."name" = s."name"`)
  })

  it('are joined once more where NULL equals NULL', () => {
    expect(matchedRows({ ...MATCH, key: null, nullsEqual: true })).toBe(`\
select s."prisma_gyro_row"
from "pg_temp"."prisma_gyro_keys" s
join "public"."Shop" t on t."City" = s."City" and t."name" = s."name"
union all
select s."prisma_gyro_row"
from "pg_temp"."prisma_gyro_keys" s
join "public"."Shop" t on s."City" is null and t."City" is null and t."name" = s."name"`)
  })

  it('are found where their row has another key', () => {
    const fixedKey = [NAME, { column: 'line', type: 'integer', index: 3, isNullable: false }]
    const match = { ...MATCH, key: null, fixedKey }

    expect(createKeyStaging(match).text).toContain(`(9),\n  "line" integer\n)`)
    expect(movedRows(match).text).toBe(`\
select row
from (
select s."prisma_gyro_row"::text as row
from "pg_temp"."prisma_gyro_keys" s
join "public"."Shop" t on t."City" = s."City" and t."name" = s."name"
where row(t."name", t."line") is distinct from row(s."name", s."line")
) m
order by row::bigint
limit 1`)
  })

  it('may be there once only', () => {
    expect(repeatedRows(['City', 'name'], MATCH).text).toBe(`\
select min("prisma_gyro_row")::text as first, max("prisma_gyro_row")::text as last
from "pg_temp"."prisma_gyro_keys"
where "City" is not null and "name" is not null
group by "City", "name"
having count(*) > 1
order by min("prisma_gyro_row")
limit 1`)
  })

  it('are read with the number of their row', () => {
    expect(stagedKeys()).toBe(
      'select "prisma_gyro_row", "prisma_gyro_source" from "pg_temp"."prisma_gyro_keys"',
    )
  })
})
