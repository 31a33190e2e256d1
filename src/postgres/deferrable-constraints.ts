import type { Statement } from './client.js'
import type { TableName } from './identifier.js'

/**
 * The names, quoted for SQL, of a table's uniques and foreign keys that may wait until COMMIT. Those of
 * triggers are not among them: what they look for may come with rows of other tables.
 */
export function deferrableConstraintsOf({ schema, table }: TableName): Statement {
  return {
    text: `\
select distinct format('%I.%I', n.nspname, k.conname) as name
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_constraint k on k.conrelid = c.oid
where n.nspname = $1 and c.relname = $2
  and k.condeferrable and k.contype in ('p', 'u', 'x', 'f')
order by 1`,
    values: [schema, table],
  }
}
