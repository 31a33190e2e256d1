import { type Catalog, type CatalogTable, findTable } from '../postgres/catalog.js'
import type { PostgresClient } from '../postgres/client.js'
import { displayName, qualify, quoteIdentifier } from '../postgres/identifier.js'
import type { ProgressListener } from '../progress/progress.js'
import type { ExportPlan } from '../slice/export-plan.js'
import type { RowSelection } from '../slice/row-selection.js'
import { unsupportedOption } from './export-error.js'
import type { ResolvedSlice } from './resolve-export-options.js'

/** What rows are chosen from. */
export interface SelectRequest {
  readonly slice: ResolvedSlice
  /** By model. */
  readonly plans: ReadonlyMap<string, ExportPlan>
  readonly catalog: Catalog
  readonly onProgress: ProgressListener
  readonly signal: AbortSignal
}

/**
 * Which rows of which models go out, by model. Those of a model that is left out do not.
 *
 * @param client In the snapshot of the export.
 * @throws {GyroError} `EXPORT.INVALID_OPTION`.
 */
export async function selectRows(
  _client: PostgresClient,
  { slice, plans, catalog }: SelectRequest,
): Promise<ReadonlyMap<string, RowSelection>> {
  const given = namesOfSlice(slice)
  if (given[0] !== undefined) throw unsupportedOption(given[0])
  const exported = new Set([...plans.values()].map(({ table }) => displayName(table)))
  return new Map(
    [...plans].map(([name, plan]) => {
      const live = findTable(catalog, plan.table)
      return [name, selectAll(plan, isDivided(live, exported))]
    }),
  )
}

/** The options that say that not every row goes out. */
export function namesOfSlice(slice: ResolvedSlice): readonly string[] {
  const { where, roots, include, exclude, depth, limit, prune } = slice
  return Object.entries({ where, roots, include, exclude, limit, depth, prune })
    .filter(([, value]) => value !== null && (typeof value !== 'object' || hasAny(value)))
    .map(([name]) => name)
}

function hasAny(value: object): boolean {
  return Object.keys(value).length > 0
}

/** Whether rows of the table are those of another model too, which has them in its own file. */
function isDivided(live: CatalogTable | undefined, exported: ReadonlySet<string>): boolean {
  return live?.kind === 'r' && live.relatives.some((name) => exported.has(name))
}

/** Every row of a table, in the order in which the server finds them. */
function selectAll(plan: ExportPlan, isDivided: boolean): RowSelection {
  return {
    plan,
    rows: null,
    path: [],
    pruned: [],
    *queries(select) {
      const list = plan.columns.map(({ live }) => select(live.name)).join(', ')
      yield `select ${list} from ${isDivided ? 'only ' : ''}${qualify(plan.table)} t`
    },
  }
}

/** A column of the row `t` as it is. */
export function selectColumn(column: string): string {
  return `t.${quoteIdentifier(column)}`
}
