import type { ExportPlan } from './export-plan.js'

/** Which rows of a model are exported, and why. */
export interface RowSelection {
  readonly plan: ExportPlan
  /** How many; null where all are, and nobody has counted them. */
  readonly rows: number | null
  /**
   * Why rows of the model are in: the references by which a shortest way leads to them from a root;
   * empty for a root, and for an export of everything.
   */
  readonly path: readonly PathStep[]
  /** References that some rows have lost, and how many rows that are. */
  readonly pruned: readonly PrunedReference[]
  /**
   * Queries without parameters that together give each row once, in the order of the file. Each gives
   * the columns of `plan.columns` in their order, NULL in place of a reference that was cut off.
   *
   * @param select What stands in the select list for a column of the row `t`, such as `t."email"`.
   */
  queries(select: (column: string) => string): Iterable<string>
}

interface PrunedReference {
  /** As in `ExportReference`. */
  readonly reference: string
  readonly rows: number
}

/** One reference on the way from a root. */
export interface PathStep {
  /** `children`: rows that refer to those before; `parents`: rows that those before refer to. */
  readonly to: 'children' | 'parents'
  /** The model whose reference it is, and its name: `Order` and `customer`. */
  readonly model: string
  readonly reference: string
}
