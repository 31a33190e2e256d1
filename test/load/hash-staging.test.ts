import { describe, expect, it } from '@jest/globals'
import {
  collidingRows,
  createHashes,
  hashedKeys,
  hashStaging,
  retryHashes,
  stagedIdentities,
} from '../../src/load/hash-staging.js'

const HASHES = hashStaging(1)

describe('hashes', () => {
  it('are in a table of their model', () => {
    expect(createHashes(HASHES, 'character(26)').text).toBe(`\
create temporary table "pg_temp"."prisma_gyro_hashes_2" (
  place bigint,
  key character(26),
  identity text,
  probe integer default 0
) on commit drop`)
  })

  it('are made of values, and of the identities of other rows', () => {
    const columns = [
      { column: 'Name', parent: null },
      {
        column: 'tenantId',
        parent: {
          staging: hashStaging(0),
          identity: 'identity',
          on: [{ column: 'tenantId', target: 'key' }],
          told: null,
        },
      },
    ]

    expect(stagedIdentities(columns)).toBe(`\
select s."Name"::text, s."tenantId"::text, p1."identity"
from "pg_temp"."prisma_gyro_keys" s
left join "pg_temp"."prisma_gyro_hashes_1" p1 on p1."key" = s."tenantId"
order by s."prisma_gyro_row"`)
  })

  it('collide with rows of the table before those of the files', () => {
    const match = {
      table: { schema: 'public', table: 'Shop' },
      key: 'id',
      columns: [
        { column: 'a', parent: null },
        { column: 'b', parent: null },
      ],
    }

    expect(collidingRows(HASHES, match).text).toBe(`\
select place::text, probe, identity
from (
  select h.*, o.owner,
    row_number() over (partition by h.key order by o.owner, h.probe, h.identity collate "C") as turn
  from "pg_temp"."prisma_gyro_hashes_2" h
  join "pg_temp"."prisma_gyro_keys" s on s."prisma_gyro_row" = h.place
  left join "public"."Shop" t on t."id" = h.key
  cross join lateral (
    select case
      when t."id" is null then 2
      when row(t."a") is not distinct from row(s."a") and row(t."b") is not distinct from row(s."b") then 1
      else 3
    end as owner
  ) o
) h
where turn > 1 or owner = 3`)
  })

  it('are tried one after the other', () => {
    expect(retryHashes(HASHES, 'uuid', [{ place: '7', key: 'k' }])).toEqual({
      text: `\
update "pg_temp"."prisma_gyro_hashes_2" h
set key = r.key::uuid, probe = h.probe + 1
from unnest($1::bigint[], $2::text[]) r(place, key)
where h.place = r.place`,
      values: [['7'], ['k']],
    })
  })

  it('are read with the source keys', () => {
    expect(hashedKeys(HASHES)).toBe(`\
select s."prisma_gyro_source", h.key::text
from "pg_temp"."prisma_gyro_hashes_2" h
join "pg_temp"."prisma_gyro_keys" s on s."prisma_gyro_row" = h.place`)
  })
})
