import { type TableName, tableKey } from '../postgres/identifier.js'
import type { Structure, StructureConstraint } from '../postgres/structure.js'

/**
 * The foreign keys of the loaded tables that cannot wait as they are, in the order of their tables and
 * names. Those that a partitioned table gives to its partitions follow it, and NOT ENFORCED ones check
 * nothing.
 *
 * @param loaded With the partitions of those that have any.
 */
export function planDeferral(
  { constraints }: Structure,
  loaded: readonly TableName[],
): readonly StructureConstraint[] {
  const keys = new Set(loaded.map(tableKey))
  return constraints.filter(
    (each) =>
      each.kind === 'f' &&
      keys.has(tableKey(each)) &&
      !each.isDeferrable &&
      !each.isInherited &&
      !each.definition.endsWith(' NOT ENFORCED'),
  )
}

/** The tables of some models, each followed by its partitions: these may have foreign keys of their own. */
export function listTables(
  models: readonly { readonly table: TableName; readonly partitions: readonly TableName[] }[],
): readonly TableName[] {
  return models.flatMap(({ table, partitions }) => [table, ...partitions])
}
