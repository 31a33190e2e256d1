import { type PostgresClient, queryRows, type Statement } from './client.js'
import { type TableName, tableKey } from './identifier.js'

/** What schemas hold, by name alone. */
export interface Inventory {
  /** In byte order of schema and name, views included. */
  readonly tables: readonly InventoryTable[]
  /** The values of each enum in their order, by the `tableKey` of the type. */
  readonly enums: ReadonlyMap<string, readonly string[]>
}

interface InventoryTable extends TableName {
  /** Whether it holds rows that are no other table's: no view, no partition, none of an extension. */
  readonly isOwn: boolean
}

/** Reads what these schemas hold, in two statements. */
export async function readInventory(
  client: PostgresClient,
  schemas: readonly string[],
): Promise<Inventory> {
  const tables = await queryRows<InventoryTable>(client, tablesIn(schemas))
  const enums = await queryRows<EnumRow>(client, enumsIn(schemas))
  return {
    tables,
    enums: new Map(enums.map(({ values, ...type }) => [tableKey(type), values])),
  }
}

function tablesIn(schemas: readonly string[]): Statement {
  return {
    text: `\
select
  n.nspname as schema,
  c.relname as table,
  c.relkind in ('r', 'p', 'f') and not c.relispartition and e.objid is null as "isOwn"
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_depend e
  on e.classid = 'pg_catalog.pg_class'::regclass and e.objid = c.oid and e.deptype = 'e'
where c.relkind in ('r', 'p', 'v', 'm', 'f')
  and n.nspname = any ($1::text[])
order by n.nspname collate "C", c.relname collate "C"`,
    values: [schemas],
  }
}

interface EnumRow extends TableName {
  readonly values: readonly string[]
}

/** An enum without values is left out: Prisma has none. */
function enumsIn(schemas: readonly string[]): Statement {
  return {
    text: `\
select
  n.nspname as schema,
  t.typname as table,
  array_agg(e.enumlabel::text order by e.enumsortorder) as values
from pg_catalog.pg_enum e
join pg_catalog.pg_type t on t.oid = e.enumtypid
join pg_catalog.pg_namespace n on n.oid = t.typnamespace
where n.nspname = any ($1::text[])
group by n.nspname, t.typname`,
    values: [schemas],
  }
}
