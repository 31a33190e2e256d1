import { describe, expect, it } from '@jest/globals'
import { insertAndKeep } from '../../src/load/insert-keeping.js'
import type { PreparedConflict } from '../../src/plan/conflict.js'

const UPDATE: PreparedConflict = {
  action: 'update',
  target: ['e"mail'],
  predicate: null,
  nullsEqual: false,
  updated: [
    { column: 'Name', compare: 'value' },
    { column: 'data', compare: 'text' },
    { column: 'seen', compare: 'not' },
  ],
}

const USER = {
  table: { schema: 'public', table: 'User' },
  columns: [
    { column: 'e"mail', type: 'text' },
    { column: 'Name', type: 'text' },
    { column: 'data', type: 'json' },
    { column: 'seen', type: 'timestamp' },
  ],
  select: 'select users',
  conflict: UPDATE,
  key: ['org', 'id'],
  keep: { text: 'insert images from inserted_1', values: [] },
}

const TEAM = {
  table: { schema: 'public', table: 'Team' },
  columns: [{ column: 'id', type: 'bigint' }],
  select: 'select teams',
  conflict: null,
  key: ['id'],
  keep: null,
}

describe('insertAndKeep', () => {
  it('returns what rows were to what keeps them, and counts those that were there', () => {
    expect(insertAndKeep([USER, TEAM])).toBe(`\
with inserted_1 as (
  insert into "public"."User" as "prisma_gyro_target" ("e""mail", "Name", "data", "seen") overriding system value
  select users
  on conflict ("e""mail") do update set "Name" = excluded."Name", "data" = excluded."data", "seen" = excluded."seen"
  where ("prisma_gyro_target"."Name", "prisma_gyro_target"."data"::text) is distinct from (excluded."Name", excluded."data"::text)
  returning old.xmin as xid,
    array[old."org"::text, old."id"::text] as key,
    array[old."Name"::text, old."data"::text, old."seen"::text] as "values"
), kept_1 as (
  insert images from inserted_1
), inserted_2 as (
  insert into "public"."Team" ("id") overriding system value
  select teams
  returning null as xid
)
select stored, updated
from (
  select 0, count(*)::float8 as stored, count(xid)::float8 as updated from inserted_1
  union all select 1, count(*)::float8 as stored, count(xid)::float8 as updated from inserted_2
) c(place, stored, updated)
order by place`)
  })
})
