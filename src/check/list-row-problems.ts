import type { RowProblem, RowProblemKind, RowProblems } from '../plan/row-problem.js'
import { originalOf } from './model-parts.js'
import type { RowCheck } from './row-check.js'
import { visitRejectedRows } from './visit-rejected-rows.js'

const MAX_EXAMPLES = 5

/** Lists what is wrong with the rows of an import. */
export async function listRowProblems(check: RowCheck, signal?: AbortSignal): Promise<RowProblems> {
  const all: RowProblem[] = []
  for (const model of check.models) {
    const faults = check.faultsOf(model.model)
    if (faults.size === 0) continue
    await visitRejectedRows(
      originalOf(model),
      faults,
      ({ fault: { column, code, why }, at: { file, line } }) => {
        const header = column === null ? null : (model.headers[column] ?? null)
        all.push({ model: model.model, file, line, column: header, code, reason: why })
      },
      signal,
    ).catch((error: unknown) => {
      // As before, behind the last row that could be told.
      if (signal?.aborted || !check.isUnreadable(model.model)) throw error
    })
  }
  return { rows: check.rows, total: all.length, byKind: groupProblems(all), all }
}

function groupProblems(all: readonly RowProblem[]): readonly RowProblemKind[] {
  const groups = new Map<string, [RowProblem, ...RowProblem[]]>()
  for (const problem of all) {
    const name = JSON.stringify([problem.model, problem.code, problem.column])
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [problem])
    else group.push(problem)
  }
  return [...groups.values()]
    .map((group) => {
      const [{ model, code, column, reason }] = group
      const examples = group.slice(0, MAX_EXAMPLES).map(({ file, line }) => ({ file, line }))
      return { model, code, column, count: group.length, reason, examples }
    })
    .sort((a, b) => b.count - a.count)
}
