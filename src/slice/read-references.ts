import { type PostgresClient, queryRows, type Statement } from '../postgres/client.js'
import { qualify, quoteIdentifier, type TableName } from '../postgres/identifier.js'
import type { ExportPlan, ExportReference } from './export-plan.js'
import type { ComparedColumns, LiveReference } from './live-reference.js'

/** Of a column: how its values compare. */
interface ColumnKind {
  readonly type: string
  /** Quoted; null for a type that knows no collation. */
  readonly collation: string | null
}

interface KindRow extends TableName, ColumnKind {
  readonly column: string
}

/**
 * All references of some models, in byte order of the models and then in theirs. Where there is no
 * foreign key, PostgreSQL is asked whether it compares the types at all: within a savepoint, as it
 * answers with an error.
 *
 * @param client In a transaction.
 */
export async function readReferences(
  client: PostgresClient,
  plans: ReadonlyMap<string, ExportPlan>,
): Promise<readonly LiveReference[]> {
  const sorted = [...plans.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const found = sorted.flatMap((from) =>
    from.references.map((reference) => {
      return { from, to: plans.get(reference.target) as ExportPlan, reference }
    }),
  )
  const kinds = await readKinds(client, found)
  const references: LiveReference[] = []
  for (const { from, to, reference } of found) {
    const pairs: ComparedColumns[] = []
    for (const [index, column] of reference.columns.entries()) {
      const targetColumn = reference.targetColumns[index] as string
      const own = kinds.get(keyOf({ ...from.table, column }))
      const other = kinds.get(keyOf({ ...to.table, column: targetColumn }))
      const isSure = reference.hasForeignKey || own?.type === other?.type
      const statement = comparison([from.table, column], [to.table, targetColumn])
      const asText = !isSure && !(await isPossible(client, statement))
      const collations = [own?.collation ?? null, other?.collation ?? null]
      const differ = !collations.includes(null) && collations[0] !== collations[1]
      const collation = differ ? (other?.collation ?? null) : null
      pairs.push({ column, targetColumn, collation, asText })
    }
    references.push({ from, to, reference, pairs })
  }
  return references
}

interface Ends {
  readonly from: ExportPlan
  readonly to: ExportPlan
  readonly reference: ExportReference
}

async function readKinds(
  client: PostgresClient,
  references: readonly Ends[],
): Promise<ReadonlyMap<string, ColumnKind>> {
  const columns = references.flatMap(({ from, to, reference }) => [
    ...reference.columns.map((column) => ({ ...from.table, column })),
    ...reference.targetColumns.map((column) => ({ ...to.table, column })),
  ])
  const rows = await queryRows<KindRow>(client, columnKinds(columns))
  return new Map(rows.map((row) => [keyOf(row), row]))
}

function keyOf(column: TableName & { readonly column: string }): string {
  return [column.schema, column.table, column.column].join('\0')
}

async function isPossible(client: PostgresClient, statement: Statement): Promise<boolean> {
  await client.query('savepoint comparison')
  try {
    await queryRows(client, statement)
    return true
  } catch (error) {
    if ((error as { code?: unknown }).code !== UNDEFINED_FUNCTION) throw error
    return false
  } finally {
    await client.query('rollback to savepoint comparison; release savepoint comparison')
  }
}

const UNDEFINED_FUNCTION = '42883'

/** Reads no row: what counts is whether it can be planned. */
export function comparison(
  [table, column]: readonly [TableName, string],
  [target, targetColumn]: readonly [TableName, string],
): Statement {
  return {
    text: `\
select
from ${qualify(table)} c
join ${qualify(target)} p on p.${quoteIdentifier(targetColumn)} = c.${quoteIdentifier(column)}
limit 0`,
    values: [],
  }
}

/** Type and collation of some columns. */
export function columnKinds(
  columns: readonly (TableName & { readonly column: string })[],
): Statement {
  return {
    text: `\
select
  n.nspname as schema,
  r.relname as table,
  a.attname as column,
  a.atttypid::text as type,
  case when a.attcollation <> 0 then format('%I.%I', cn.nspname, l.collname) end as collation
from unnest($1::text[], $2::text[], $3::text[]) wanted("schema", "table", "column")
join pg_catalog.pg_namespace n on n.nspname = wanted.schema
join pg_catalog.pg_class r on r.relnamespace = n.oid and r.relname = wanted.table
join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attname = wanted.column
left join pg_catalog.pg_collation l on l.oid = a.attcollation
left join pg_catalog.pg_namespace cn on cn.oid = l.collnamespace`,
    values: [
      columns.map(({ schema }) => schema),
      columns.map(({ table }) => table),
      columns.map(({ column }) => column),
    ],
  }
}
