import type { Statement } from '../postgres/client.js'
import { qualify, quoteIdentifier, type TableName } from '../postgres/identifier.js'
import { compareRows } from './compare-rows.js'
import { type HashedColumn, joinParent } from './hashed-column.js'
import { KEY_STAGING, ROW, SOURCE } from './key-staging.js'
import type { SentColumn } from './send-rows.js'

/**
 * Where the hashes of a model are: by row of the files its key, what that is made of, and how many keys
 * were another row's.
 *
 * @param place Counts from 0 through the models of the import.
 */
export function hashStaging(place: number): TableName {
  return { schema: 'pg_temp', table: `prisma_gyro_hashes_${place + 1}` }
}

/** @param type Of the key column, as the database declares it. */
export function createHashes(hashes: TableName, type: string): Statement {
  return {
    text: `\
create temporary table ${qualify(hashes)} (
  place bigint,
  key ${type},
  identity text,
  probe integer default 0
) on commit drop`,
    values: [],
  }
}

/** The columns of `createHashes` that rows are sent with. */
export function sentHashes(type: string): readonly SentColumn[] {
  return [
    { column: 'place', type: 'bigint' },
    { column: 'key', type },
    { column: 'identity', type: 'text' },
  ]
}

/**
 * The business keys of the rows of the files, in their order: the value of each column, and behind that
 * of a reference the identity of the row that it refers to, NULL where that is not in the files.
 */
export function stagedIdentities(columns: readonly HashedColumn[]): string {
  const fields = columns.flatMap(({ column, parent }, index) => [
    `s.${quoteIdentifier(column)}::text`,
    ...(parent === null ? [] : [`p${index}.${quoteIdentifier(parent.identity)}`]),
  ])
  const joins = columns.map(({ parent }, index) =>
    parent === null ? '' : `\n${joinParent(parent, `p${index}`, 's')}`,
  )
  return `\
select ${fields.join(', ')}
from ${qualify(KEY_STAGING)} s${joins.join('')}
order by s.${ROW}`
}

/**
 * The rows whose key is another row's. It is that of the row of the table which has it, if that has
 * another business key; one with the same business key is the row itself. Else, of several rows of the
 * files, it is that of the row which tried the fewest and whose identity is the lowest, whatever their
 * order.
 */
export function collidingRows(
  hashes: TableName,
  {
    table,
    key,
    columns,
  }: {
    readonly table: TableName
    readonly key: string
    readonly columns: readonly HashedColumn[]
  },
): Statement {
  const there = `t.${quoteIdentifier(key)}`
  const { joins, isSame } = compareRows(columns, 't', 's')
  return {
    text: `\
select place::text, probe, identity
from (
  select h.*, o.owner,
    row_number() over (partition by h.key order by o.owner, h.probe, h.identity collate "C") as turn
  from ${qualify(hashes)} h
  join ${qualify(KEY_STAGING)} s on s.${ROW} = h.place
  left join ${qualify(table)} t on ${there} = h.key${joins.map((join) => `\n  ${join}`).join('')}
  cross join lateral (
    select case
      when ${there} is null then ${Owner.Nobody}
      when ${isSame} then ${Owner.Itself}
      else ${Owner.Other}
    end as owner
  ) o
) h
where turn > 1 or owner = ${Owner.Other}`,
    values: [],
  }
}

/** Whose a key is in the table, in the order in which it is had. */
const Owner = { Itself: 1, Nobody: 2, Other: 3 } as const

/** Gives rows the next keys. */
export function retryHashes(
  hashes: TableName,
  type: string,
  retries: readonly { readonly place: string; readonly key: string }[],
): Statement {
  return {
    text: `\
update ${qualify(hashes)} h
set key = r.key::${type}, probe = h.probe + 1
from unnest($1::bigint[], $2::text[]) r(place, key)
where h.place = r.place`,
    values: [retries.map(({ place }) => place), retries.map(({ key }) => key)],
  }
}

/** Source keys with their hashes. */
export function hashedKeys(hashes: TableName): string {
  return `\
select s.${SOURCE}, h.key::text
from ${qualify(hashes)} h
join ${qualify(KEY_STAGING)} s on s.${ROW} = h.place`
}
