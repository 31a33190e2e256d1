import type { GyroError } from '../error/gyro-error.js'
import { displayName } from '../postgres/identifier.js'
import { changedSince, hiddenRows, referredSince, remoteRollback } from './rollback-error.js'
import type { ModelRollback, OutsideReference } from './rollback-plan.js'
import type { ScopeReference, ScopeTable } from './rollback-scope.js'
import type { RowMarks } from './row-marks.js'

/** What was found of the rows of a batch, and what may be done with them. */
export interface RollbackFindings {
  readonly role: string
  /** The tables of the batch. */
  readonly tables: ReadonlyMap<{ readonly loaded: number; readonly updated: number }, ScopeTable>
  readonly marks: RowMarks
  /** Those that were looked at. */
  readonly looked: readonly ScopeReference[]
  readonly models: readonly ModelRollback[]
  readonly references: readonly OutsideReference[]
}

/** What is asked for, as far as it lets something through. */
export interface RollbackPermissions {
  readonly target: string
  readonly isAllowed: boolean
  readonly force: boolean
  readonly cascade: boolean
}

/** What stands against a rollback, the worst first. */
export function judgeRollback(
  findings: RollbackFindings,
  { target, isAllowed, force, cascade }: RollbackPermissions,
): readonly GyroError[] {
  const { role, models, references } = findings
  const hidden = listHiding(findings)
  const changed = models.filter(
    ({ changed, missing, isUncertain }) => changed > 0 || (isUncertain && missing > 0),
  )
  return [
    ...(isAllowed ? [] : [remoteRollback(target)]),
    ...(hidden.length > 0 ? [hiddenRows(role, hidden)] : []),
    ...(changed.length > 0 && !force ? [changedSince(changed)] : []),
    ...(references.length > 0 && !cascade ? [referredSince(references)] : []),
  ]
}

/** Tables of which row-level security may hide rows that matter, for people. */
function listHiding({ tables, marks, looked }: RollbackFindings): readonly string[] {
  const short = [...tables].flatMap(([{ loaded, updated }, table]) => {
    const { gone, back } = marks.of(table)
    return gone + back < loaded + updated ? [table] : []
  })
  const referring = looked.flatMap(({ from, target }) =>
    marks.isDeletedFrom(target) ? [from] : [],
  )
  const hiding = [...short, ...referring].filter(({ hasRowSecurity }) => hasRowSecurity)
  return [...new Set(hiding.map(displayName))]
}
