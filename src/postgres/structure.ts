import { type PostgresClient, queryRows } from './client.js'
import { displayName, type TableName } from './identifier.js'
import { constraintsOf, indexesOf, tablesOf } from './structure-statements.js'

/**
 * What keeps the rows of tables in order, in the words of the catalog: everything that can be taken
 * away before a load and put back after it. The same structure gives equal values, `oid` aside.
 */
export interface Structure {
  /** By schema and name, like the others. */
  readonly tables: readonly StructureTable[]
  /** Of the tables, and the foreign keys of other tables that point at them. */
  readonly constraints: readonly StructureConstraint[]
  readonly indexes: readonly StructureIndex[]
}

interface StructureTable extends TableName {
  /** `pg_class.relreplident`: `d` default, `n` nothing, `f` full, `i` an index. */
  readonly replicaIdentity: string
  readonly notNull: readonly string[]
}

export interface StructureConstraint extends TableName {
  /** Lower for one that was made earlier; another one when it was put back. */
  readonly oid: number
  readonly name: string
  /** `pg_constraint.contype`: `f` foreign key, `p` primary key, `u` unique, `x` exclusion, `c`, `n`, `t`. */
  readonly kind: string
  /** Of `pg_get_constraintdef`. */
  readonly definition: string
  readonly isDeferrable: boolean
  readonly isDeferred: boolean
  /** False for NOT VALID, and for NOT ENFORCED of PostgreSQL 18. */
  readonly isValidated: boolean
  /** Whether it is there because a partitioned table has it. */
  readonly isInherited: boolean
  /** The index that enforces it, or that a foreign key looks rows up in; null when there is none. */
  readonly index: { readonly schema: string; readonly name: string } | null
  /** The table that a foreign key points at. */
  readonly target: TableName | null
  /** The distinct `pg_trigger.tgenabled` of the triggers that enforce it: `O` is as it is made. */
  readonly triggers: string
  /** As an SQL literal. */
  readonly comment: string | null
  /** What would go with it, or what it belongs to, for people. */
  readonly dependents: readonly string[]
}

export interface StructureIndex extends TableName {
  /** See `StructureConstraint`. */
  readonly oid: number
  readonly name: string
  /** Of `pg_get_indexdef`. */
  readonly definition: string
  /** The constraint that it enforces. */
  readonly constraint: string | null
  readonly isExclusion: boolean
  readonly isClustered: boolean
  readonly isReplicaIdentity: boolean
  readonly isValid: boolean
  /** Whether it is one of a partitioned table, or a part of one. */
  readonly isPartitioned: boolean
  /** Null for the default of the database. */
  readonly tablespace: string | null
  /** Statistics targets that were set, by column counted from 1. */
  readonly statistics: readonly { readonly column: number; readonly target: number }[]
  /** As an SQL literal. */
  readonly comment: string | null
  /** See `StructureConstraint`; foreign keys are not told. */
  readonly dependents: readonly string[]
}

/** Reads the structure of tables in three statements. Tables that do not exist are left out. */
export async function readStructure(
  client: PostgresClient,
  tables: readonly TableName[],
): Promise<Structure> {
  return {
    tables: await queryRows<StructureTable>(client, tablesOf(tables)),
    constraints: await queryRows<StructureConstraint>(client, constraintsOf(tables)),
    indexes: await queryRows<StructureIndex>(client, indexesOf(tables)),
  }
}

/** The first thing that is not the same in both, for people; null when there is none. */
export function findDifference(before: Structure, after: Structure): string | null {
  const inBefore = describeParts(before)
  const inAfter = describeParts(after)
  const changed = [...inBefore].find(([name, text]) => inAfter.get(name) !== text)
  const added = [...inAfter].find(([name]) => !inBefore.has(name))
  return changed?.[0] ?? added?.[0] ?? null
}

/** Everything of each part but its number, by what people call it. */
function describeParts({ tables, constraints, indexes }: Structure): ReadonlyMap<string, string> {
  const describe = (kind: string, part: StructureConstraint | StructureIndex) => {
    const { oid: _, ...rest } = part
    return [`the ${kind} "${part.name}" of ${displayName(part)}`, JSON.stringify(rest)] as const
  }
  return new Map([
    ...tables.map((table) => [`the table ${displayName(table)}`, JSON.stringify(table)] as const),
    ...constraints.map((part) => describe('constraint', part)),
    ...indexes.map((part) => describe('index', part)),
  ])
}
