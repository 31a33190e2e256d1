import type { Manifest } from '../../src/manifest/manifest.js'
import { type PostgresClient, queryRows } from '../../src/postgres/client.js'

/** Columns and references in words that a manifest and a database can both say, in byte order. */
export interface DatabaseShape {
  /** Such as `core.tenants.slug`. */
  readonly columns: readonly string[]
  /** Such as `core.tenants.parentId -> core.tenants.id`. */
  readonly references: readonly string[]
}

/** What an import would take the database for. References that only annotations know are left out. */
export function shapeOfManifest({ models }: Manifest): DatabaseShape {
  const byName = new Map(models.map((model) => [model.name, model]))
  const nameColumns = (name: string, fields: readonly string[]) => {
    const model = byName.get(name)
    const columns = fields.map((field) => model?.columns.find((known) => known.field === field))
    return columns.map((column) => `${model?.schema}.${model?.table}.${column?.column}`)
  }
  return {
    columns: models
      .flatMap(({ name, columns }) =>
        nameColumns(
          name,
          columns.map(({ field }) => field),
        ),
      )
      .sort(),
    references: models
      .flatMap(({ name, references }) =>
        references
          .filter(({ origin }) => origin === 'relation')
          .map(({ fields, target, targetFields }) =>
            [nameColumns(name, fields).join(), nameColumns(target, targetFields).join()].join(
              ' -> ',
            ),
          ),
      )
      .sort(),
  }
}

/** @param without Tables to leave out, such as `core.logs`, with the references from and to them. */
export async function shapeOfDatabase(
  client: PostgresClient,
  schemas: readonly string[],
  without: readonly string[] = [],
): Promise<DatabaseShape> {
  const columns = await queryRows<{ name: string }>(client, {
    text: `\
select table_schema || '.' || table_name || '.' || column_name as name
from information_schema.columns
where table_schema = any ($1) and table_schema || '.' || table_name <> all ($2)`,
    values: [schemas, without],
  })
  const references = await queryRows<{ name: string }>(client, {
    text: `\
with side as (
  select c.oid, s.isTarget, n.nspname || '.' || r.relname as table,
    string_agg(n.nspname || '.' || r.relname || '.' || a.attname, ',' order by k.i) as columns
  from pg_constraint c
  cross join lateral (values (false, conrelid, conkey), (true, confrelid, confkey)) as s(isTarget, relid, key)
  join pg_class r on r.oid = s.relid
  join pg_namespace n on n.oid = r.relnamespace
  cross join lateral unnest(s.key) with ordinality as k(attnum, i)
  join pg_attribute a on a.attrelid = s.relid and a.attnum = k.attnum
  where c.contype = 'f'
  group by 1, 2, 3
)
select own.columns || ' -> ' || target.columns as name
from side own join side target on own.oid = target.oid and not own.isTarget and target.isTarget
where own.table <> all ($1) and target.table <> all ($1)`,
    values: [without],
  })
  return {
    columns: columns.map(({ name }) => name).sort(),
    references: references.map(({ name }) => name).sort(),
  }
}
