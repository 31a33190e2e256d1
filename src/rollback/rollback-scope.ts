import { InternalError } from '../error/internal-error.js'
import { CircularDependencyResolver } from '../graph/circular-dependency-resolver.js'
import { isSameTable, type TableName, tableKey } from '../postgres/identifier.js'
import type {
  DeleteAction,
  ReachedTable,
  ReachedTables,
  ReachingReference,
} from '../postgres/reached-tables.js'

/** The tables that a rollback can have to do with, and how their rows refer to each other. */
export interface RollbackScope {
  readonly tables: readonly ScopeTable[]
  readonly references: readonly ScopeReference[]
  /** Those that are deleted from together, referring rows before those that they refer to. */
  readonly groups: readonly (readonly ScopeTable[])[]
}

export interface ScopeTable extends ReachedTable {
  /** Tells it from others in the names of temporary tables. */
  readonly place: number
  /** By what its rows are told apart: the primary key, or where it has none what PostgreSQL has. */
  readonly identity: readonly string[]
  /** Columns that rows of others refer to. */
  readonly referredTo: readonly string[]
}

/** Rows of one table that refer to rows of another. */
export interface ScopeReference {
  /** Of the foreign key; null when the database knows nothing of it. */
  readonly name: string | null
  readonly from: ScopeTable
  readonly columns: readonly string[]
  readonly target: ScopeTable
  readonly targetColumns: readonly string[]
  /** `unchecked`: PostgreSQL would leave the rows, and they would refer to nothing. */
  readonly onDelete: DeleteAction | 'unchecked'
  readonly isIndexed: boolean
  readonly canIndexConcurrently: boolean
}

/** A reference that only the Prisma schema knows. */
export interface SchemaReference {
  readonly from: TableName
  readonly columns: readonly string[]
  readonly target: TableName
  readonly targetColumns: readonly string[]
}

/**
 * Puts together what can be reached from the tables of a batch.
 *
 * @param start The tables of the batch.
 * @param reached By foreign keys, from those and from all that the schema knows.
 * @param known References of the schema; those that are foreign keys too count once.
 */
export function buildScope(
  start: readonly TableName[],
  reached: ReachedTables,
  known: readonly SchemaReference[],
): RollbackScope {
  const all = [...reached.references.map(describeForeignKey), ...onlyInSchema(reached, known)]
  const keys = reachableKeys(start, all)
  const edges = all.filter(({ target }) => keys.has(tableKey(target)))
  const tables = reached.tables
    .filter((table) => keys.has(tableKey(table)))
    .map((table, place): ScopeTable => {
      const { primaryKey } = table
      const pointing = edges.filter(({ target }) => isSameTable(target, table))
      const identity = primaryKey.length > 0 ? primaryKey : ['tableoid', 'ctid']
      const referredTo = [...new Set(pointing.flatMap(({ targetColumns }) => targetColumns))]
      return { ...table, place, identity, referredTo }
    })
  const byKey = new Map(tables.map((table) => [tableKey(table), table]))
  const references = edges.flatMap((edge): readonly ScopeReference[] => {
    const from = byKey.get(tableKey(edge.from))
    const target = byKey.get(tableKey(edge.target))
    // The schema may know tables that the database has not.
    return from === undefined || target === undefined ? [] : [{ ...edge, from, target }]
  })
  return { tables, references, groups: orderGroups(tables, references) }
}

/** The type of a column, as PostgreSQL writes it. Columns that are not there are refused before. */
export function columnType({ table, columns }: ScopeTable, column: string): string {
  const found = columns.find(({ name }) => name === column)
  if (found === undefined) throw new InternalError(`${table} has no column ${column}`)
  return found.type
}

type Edge = Omit<ScopeReference, 'from' | 'target'> & SchemaReference

function describeForeignKey({ isEnforced, ...reference }: ReachingReference): Edge {
  return isEnforced ? reference : { ...reference, onDelete: 'unchecked' }
}

function onlyInSchema(
  { references }: ReachedTables,
  known: readonly SchemaReference[],
): readonly Edge[] {
  const isKey = ({ from, columns, target }: SchemaReference) =>
    references.some(
      (key) =>
        isSameTable(key.from, from) &&
        isSameTable(key.target, target) &&
        [...key.columns].sort().join('\0') === [...columns].sort().join('\0'),
    )
  return known
    .filter((reference) => !isKey(reference))
    .map((reference) => ({
      ...reference,
      name: null,
      onDelete: 'unchecked',
      // Nobody looks rows up by it but the one statement that counts them.
      isIndexed: true,
      canIndexConcurrently: false,
    }))
}

function reachableKeys(start: readonly TableName[], edges: readonly Edge[]): ReadonlySet<string> {
  const keys = new Set(start.map(tableKey))
  // A set is walked on while it grows.
  for (const key of keys) {
    for (const { from, target } of edges) {
      if (tableKey(target) === key) keys.add(tableKey(from))
    }
  }
  return keys
}

function orderGroups(
  tables: readonly ScopeTable[],
  references: readonly ScopeReference[],
): RollbackScope['groups'] {
  const byKey = new Map(tables.map((table) => [tableKey(table), table]))
  const models = tables.map((table) => ({
    name: tableKey(table),
    references: references
      .filter(({ from }) => from === table)
      .map(({ name, columns, target }) => ({
        name: name ?? columns.join(),
        target: tableKey(target),
      })),
  }))
  return new CircularDependencyResolver(models)
    .resolve()
    .map((group) => group.models.flatMap((key) => byKey.get(key) ?? []))
    .reverse()
}
