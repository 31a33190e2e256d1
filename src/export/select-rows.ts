import type { PostgresClient } from '../postgres/client.js'
import { quoteIdentifier } from '../postgres/identifier.js'
import {
  buildRootConditions,
  type ExportedModels,
  expectRootConditions,
} from '../slice/build-root-conditions.js'
import type { RowSelection } from '../slice/row-selection.js'
import { type DanglingReference, sliceRows } from '../slice/slice-rows.js'
import type { ResolvedSlice } from './resolve-export-options.js'

/** The rows that go out. */
export interface SelectedRows {
  /** By model: all models of a whole export, those with rows of a slice. */
  readonly selections: ReadonlyMap<string, RowSelection>
  readonly warnings: readonly string[]
}

/**
 * Which rows of which models go out.
 *
 * @param client In the snapshot of the export.
 * @throws {GyroError} `SLICE.*`.
 */
export async function selectRows(
  client: PostgresClient,
  slice: ResolvedSlice,
  models: ExportedModels,
): Promise<SelectedRows> {
  const { include, exclude, depth, limit, prune } = slice
  const roots = buildRootConditions(slice, models)
  await expectRootConditions(client, roots)
  const { selections, dangling } = await sliceRows(client, models.plans, {
    roots,
    ...(include === null ? {} : { include }),
    exclude,
    ...(depth === null ? {} : { depth }),
    limit,
    ...(prune === null ? {} : { prune }),
  })
  return {
    selections: new Map([...selections].filter(([, { rows }]) => rows !== 0)),
    warnings: dangling.map(describeDangling),
  }
}

function describeDangling({ model, reference, rows }: DanglingReference): string {
  const told = rows === 1 ? '1 row refers' : `${rows} rows refer`
  return `${model}.${reference}: ${told} to what is not there, in the database either. An import needs --missing-reference for that.`
}

/** The options that say that not every row goes out. */
export function namesOfSlice(slice: ResolvedSlice): readonly string[] {
  const { where, roots, include, exclude, depth, limit, prune } = slice
  return Object.entries({ where, roots, include, exclude, limit, depth, prune })
    .filter(([, value]) => value !== null && (typeof value !== 'object' || hasAny(value)))
    .map(([name]) => name)
}

/** Whether some rows are chosen to begin with. */
export function isSliced({ where, roots }: ResolvedSlice): boolean {
  return hasAny(where) || hasAny(roots)
}

function hasAny(value: object): boolean {
  return Object.keys(value).length > 0
}

/** A column of the row `t` as it is. */
export function selectColumn(column: string): string {
  return `t.${quoteIdentifier(column)}`
}
