import type { PlannedConflict } from './import-plan.js'
import type { PreparedModel } from './prepared-import.js'

/** How the rows of a model meet those that are there; null where that fails the import, or is a match. */
export function describeConflict({
  strategy,
  key,
  businessKey,
  conflict,
}: PreparedModel): PlannedConflict | null {
  const isMatched = key?.kind === 'matched'
  if (conflict === null && (!isMatched || strategy === 'match')) {
    return null
  }
  const matched = (businessKey ?? []).map(({ column }) => column)
  return {
    action: conflict?.action ?? 'skip',
    on: isMatched ? matched : (conflict?.target ?? []),
    columns: (conflict?.updated ?? []).map(({ column }) => column),
  }
}
