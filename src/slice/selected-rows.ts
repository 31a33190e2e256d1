import type { ExportPlan } from './export-plan.js'
import type { PathStep, RowSelection } from './row-selection.js'
import { type RowSet, renderTids } from './row-set.js'

/** Every row of a model. */
export function selectAll(plan: ExportPlan): RowSelection {
  return { plan, rows: null, path: [], pruned: [], queries: (select) => [allRows(plan, select)] }
}

/** The rows of a model that are in a slice. */
export interface SelectedRows {
  readonly plan: ExportPlan
  readonly rows: RowSet
  /** Whether the model has no others. */
  readonly isWhole: boolean
  /** By the names of references that are cut off: rows that lose them. */
  readonly lost: ReadonlyMap<string, RowSet>
  readonly path: readonly PathStep[]
  /** Rows of a query at most. */
  readonly chunkRows: number
}

/** In the order in which the server keeps them; those that lose nothing first. */
export function selectRows({ lost, ...selected }: SelectedRows): RowSelection {
  const { plan, rows, isWhole, path } = selected
  const pruned = [...lost].map(([reference, each]) => ({ reference, rows: each.size }))
  return {
    plan,
    rows: rows.size,
    path,
    pruned,
    *queries(select) {
      if (isWhole && lost.size === 0) yield allRows(plan, select)
      else {
        for (const { references, rows: group } of groupByLoss(rows, lost)) {
          yield* queriesOf({ ...selected, rows: group }, nullIn(plan, references, select))
        }
      }
    },
  }
}

interface LossGroup {
  /** Names of those that the rows lose. */
  readonly references: readonly string[]
  readonly rows: RowSet
}

function groupByLoss(rows: RowSet, lost: ReadonlyMap<string, RowSet>): readonly LossGroup[] {
  let groups: readonly LossGroup[] = [{ references: [], rows }]
  for (const [name, losers] of lost) {
    groups = groups.flatMap(({ references, rows: group }) => [
      { references, rows: group.minus(losers) },
      { references: [...references, name], rows: group.intersect(losers) },
    ])
    groups = groups.filter((group) => group.rows.size > 0)
  }
  return groups
}

/** What stands for a column, where rows lose some references. */
function nullIn(
  { references }: ExportPlan,
  names: readonly string[],
  select: (column: string) => string,
): (column: string) => string {
  const cut = new Set(
    references.filter(({ name }) => names.includes(name)).flatMap(({ nullable }) => nullable),
  )
  return (column) => (cut.has(column) ? 'null' : select(column))
}

function* queriesOf(
  { plan, rows, chunkRows }: Pick<SelectedRows, 'plan' | 'rows' | 'chunkRows'>,
  select: (column: string) => string,
): Generator<string> {
  for (const chunk of rows.chunks(chunkRows)) {
    const tids = renderTids(chunk)
    // The range lets the server read the pages in between once, where the rows stand close together.
    yield `\
${allRows(plan, select)}
where t.tableoid = ${chunk.oid}::oid
  and t.ctid = any ('{"${tids.join('","')}"}'::tid[])
  and t.ctid between '${tids[0]}'::tid and '${tids.at(-1)}'::tid`
  }
}

function allRows({ columns, source }: ExportPlan, select: (column: string) => string): string {
  const list = columns.map(({ live }) => select(live.name)).join(', ')
  return `select ${list} from ${source} t`
}
