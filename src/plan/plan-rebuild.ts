import { displayName, type TableName, tableKey } from '../postgres/identifier.js'
import type { RebuiltIndex } from '../postgres/rebuild-statements.js'
import type { Structure, StructureConstraint, StructureIndex } from '../postgres/structure.js'

/** What a rebuild of tables takes away for the length of a load. */
export interface RebuildPlan {
  /** Both in the order in which they were made: the triggers of foreign keys fire in it. */
  readonly foreignKeys: readonly StructureConstraint[]
  readonly indexes: readonly RebuiltIndex[]
  /** Every table that is locked until COMMIT, by name: those that change, and those that they refer to. */
  readonly locked: readonly TableName[]
  /** The foreign keys of the loaded tables that stay: rows still have to follow those they refer to. */
  readonly keptForeignKeys: readonly string[]
  /** What stays and why, a sentence each. */
  readonly kept: readonly string[]
}

/**
 * Decides what of the loaded tables is dropped and made again. What could not be put back exactly as it
 * was stays, and what keeps a foreign key that stays: a key that a table outside the import refers to is
 * one of these, so that the other table is not locked. Partitioned tables keep their indexes.
 */
export function planRebuild(structure: Structure, loaded: readonly TableName[]): RebuildPlan {
  const keys = new Set(loaded.map(tableKey))
  const own = structure.constraints.filter((each) => keys.has(tableKey(each)))
  const foreignKeys = own.filter(({ kind }) => kind === 'f').toSorted(byAge)
  const staying = foreignKeys.flatMap((each) => keepForeignKey(each) ?? [])
  const dropped = foreignKeys.filter((each) => keepForeignKey(each) === null)
  // A foreign key always has an index to look rows up in.
  const needed = new Map(
    structure.constraints
      .filter((each) => each.kind === 'f' && !dropped.includes(each))
      .map((each) => [indexKey(each.index as IndexName), each]),
  )
  const indexes = structure.indexes
    .filter((index) => keys.has(tableKey(index)))
    .toSorted(byAge)
    .map((index) => ({ index, key: keyOf(index, own) }))
  const droppedIndexes = indexes.filter((each) => keepIndex(each, needed) === null)
  return {
    foreignKeys: dropped,
    indexes: droppedIndexes,
    locked: listLocked(dropped, droppedIndexes),
    keptForeignKeys: staying,
    kept: [...staying, ...indexes.flatMap((each) => keepIndex(each, needed) ?? [])],
  }
}

/** Why a foreign key stays; null when it does not. */
function keepForeignKey(constraint: StructureConstraint): string | null {
  const { isInherited, isValidated, triggers } = constraint
  const keep = (why: string) =>
    `The foreign key ${constraint.name} of ${displayName(constraint)} stays: ${why}.`
  if (isInherited) return keep('the partitioned table has it')
  if (!isValidated) return keep('put back, it would check no row of the import')
  return triggers === 'O' ? null : keep('its triggers are disabled or changed')
}

/** Why an index stays; null when it does not. */
function keepIndex(
  { index, key }: RebuiltIndex,
  needed: ReadonlyMap<string, StructureConstraint>,
): string | null {
  const keep = (why: string) => `The index ${index.name} of ${displayName(index)} stays: ${why}.`
  const reference = needed.get(indexKey(index))
  const dependents = [...index.dependents, ...(key?.dependents ?? [])]
  if (index.isPartitioned) return keep('the table is partitioned or a partition')
  if (index.isExclusion) return keep('it excludes rows, which is checked row by row anyway')
  if (!index.isValid) return keep('it is invalid')
  if (dependents.length > 0) return keep(`${dependents.join(', ')} depends on it`)
  return reference === undefined
    ? null
    : keep(`${reference.name} of ${displayName(reference)} refers to it`)
}

function keyOf(
  { constraint, ...table }: StructureIndex,
  own: readonly StructureConstraint[],
): StructureConstraint | null {
  const isKey = (each: StructureConstraint) =>
    each.name === constraint && tableKey(each) === tableKey(table)
  return own.find(isKey) ?? null
}

/** Dropping a foreign key locks the table it points at too. */
function listLocked(
  foreignKeys: readonly StructureConstraint[],
  indexes: readonly RebuiltIndex[],
): readonly TableName[] {
  const names = [
    ...foreignKeys.flatMap((each) => [each, each.target as TableName]),
    ...indexes.map(({ index }) => index),
  ]
  const locked = new Map(
    names.map(({ schema, table }) => [tableKey({ schema, table }), { schema, table }]),
  )
  return [...locked].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, name]) => name)
}

type IndexName = Pick<StructureIndex, 'schema' | 'name'>

function indexKey({ schema, name }: IndexName): string {
  return tableKey({ schema, table: name })
}

function byAge(a: { readonly oid: number }, b: { readonly oid: number }): number {
  return a.oid - b.oid
}
