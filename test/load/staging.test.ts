import { describe, expect, it } from '@jest/globals'
import {
  createStaging,
  dropStaging,
  insertSelected,
  insertTogether,
  selectParameters,
  selectStaged,
  stagingTable,
  updateFromStaging,
} from '../../src/load/staging.js'
import { queryRows } from '../../src/postgres/client.js'
import { withTestDatabase } from '../support/test-database.js'

const TEAM = { schema: 'public', table: 'Team' }
const USER = { schema: 's "1"', table: 'User' }

const TEAM_COLUMNS = [
  { column: 'id', type: 'integer' },
  { column: 'owner id', type: 'integer' },
]
const USER_COLUMNS = [
  { column: 'id', type: 'uuid' },
  { column: 'tags', type: 'character varying(9)[]' },
]

describe('createStaging', () => {
  it('makes a table that goes with the transaction', () => {
    expect(createStaging(stagingTable(1), USER_COLUMNS)).toEqual({
      text: `\
create temporary table "pg_temp"."prisma_gyro_staged_2" (
  "id" uuid,
  "tags" character varying(9)[]
) on commit drop`,
      values: [],
    })
  })
})

describe('dropStaging', () => {
  it('drops all that were made', () => {
    expect(dropStaging(2)).toEqual({
      text: 'drop table "pg_temp"."prisma_gyro_staged_1", "pg_temp"."prisma_gyro_staged_2"',
      values: [],
    })
  })
})

describe('insertTogether', () => {
  it('inserts staged rows by one statement and counts them', () => {
    const statement = insertTogether(
      [
        {
          table: TEAM,
          columns: TEAM_COLUMNS,
          select: selectStaged(stagingTable(0), TEAM_COLUMNS),
        },
        {
          table: USER,
          columns: USER_COLUMNS,
          select: selectStaged(stagingTable(1), USER_COLUMNS),
        },
      ],
      [],
    )

    expect(statement).toEqual({
      text: `\
with inserted_1 as (
  insert into "public"."Team" ("id", "owner id") overriding system value
  select "id", "owner id"
  from "pg_temp"."prisma_gyro_staged_1"
  returning 1
), inserted_2 as (
  insert into "s ""1"""."User" ("id", "tags") overriding system value
  select "id", "tags"
  from "pg_temp"."prisma_gyro_staged_2"
  returning 1
)
select unnest(array[
  (select count(*) from inserted_1),
  (select count(*) from inserted_2)
])::text as count`,
      values: [],
    })
  })

  it('takes rows from parameters', () => {
    const select = selectParameters(USER_COLUMNS, 3)

    const statement = insertTogether([{ table: USER, columns: USER_COLUMNS, select }], ['values'])

    expect(statement).toEqual({
      text: `\
with inserted_1 as (
  insert into "s ""1"""."User" ("id", "tags") overriding system value
  select r."id"::uuid, r."tags"::character varying(9)[]
  from unnest($3::text[], $4::text[]) r("id", "tags")
  returning 1
)
select unnest(array[
  (select count(*) from inserted_1)
])::text as count`,
      values: ['values'],
    })
  })
})

describe('insertSelected', () => {
  it('inserts the rows of one table', () => {
    const select = selectStaged(stagingTable(0), TEAM_COLUMNS)

    expect(insertSelected({ table: TEAM, columns: TEAM_COLUMNS, select })).toEqual({
      text: `\
insert into "public"."Team" ("id", "owner id") overriding system value
  select "id", "owner id"
  from "pg_temp"."prisma_gyro_staged_1"`,
      values: [],
    })
  })
})

describe('selectParameters', () => {
  it('leaves it to INSERT to check the length of bits', () => {
    const types = ['bit(3)', 'bit varying(3)[]', 'numeric(9,2)']
    const columns = types.map((type, index) => ({ column: `c${index}`, type }))

    expect(selectParameters(columns, 1)).toMatch(
      /^select r\."c0"::"bit", r\."c1"::varbit\[\], r\."c2"::numeric\(9,2\)\n/,
    )
  })

  it('has PostgreSQL refuse bits that are too many', () =>
    withTestDatabase('create table flags (f bit(3), v varbit(3)[])', async (client) => {
      const columns = [
        { column: 'f', type: 'bit(3)' },
        { column: 'v', type: 'bit varying(3)[]' },
      ]
      const select = selectParameters(columns, 1)
      const rows = { table: { schema: 'public', table: 'flags' }, columns, select }
      const insert = (...row: readonly string[]) =>
        queryRows(
          client,
          insertTogether(
            [rows],
            row.map((value) => [value]),
          ),
        )

      expect(await insert('101', '{1,101}')).toEqual([{ count: '1' }])
      await expect(insert('1010', '{}')).rejects.toMatchObject({ code: '22026' })
      await expect(insert('101', '{1010}')).rejects.toMatchObject({ code: '22001' })
    }))
})

describe('selectStaged', () => {
  it('leaves columns NULL', () => {
    expect(selectStaged(stagingTable(0), TEAM_COLUMNS, ['owner id'])).toBe(
      'select "id", null\n  from "pg_temp"."prisma_gyro_staged_1"',
    )
  })
})

describe('updateFromStaging', () => {
  it('fills columns in where there is something to fill in', () => {
    const later = { columns: ['owner id', 'b'], key: ['id', 'no'] }

    expect(updateFromStaging(TEAM, stagingTable(0), later)).toEqual({
      text: `\
update "public"."Team" t
set "owner id" = s."owner id", "b" = s."b"
from "pg_temp"."prisma_gyro_staged_1" s
where t."id" = s."id" and t."no" = s."no"
  and (s."owner id" is not null or s."b" is not null)`,
      values: [],
    })
  })
})
