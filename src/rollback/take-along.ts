import type { ScopeReference, ScopeTable } from './rollback-scope.js'
import type { RowMarks } from './row-marks.js'

/**
 * Marks all rows that cannot stay without those that are marked, and those that cannot stay without
 * these, until there are no more. What PostgreSQL sets to NULL or a default can stay.
 */
export async function takeAlong(
  references: readonly ScopeReference[],
  marks: RowMarks,
): Promise<void> {
  const binding = references.filter(({ onDelete }) => bindsRow(onDelete))
  let reached: ReadonlySet<ScopeTable> = new Set(
    binding.map(({ target }) => target).filter((table) => marks.isDeletedFrom(table)),
  )
  for (let round = 1; reached.size > 0; round++) {
    const next = new Set<ScopeTable>()
    for (const reference of binding.filter(({ target }) => reached.has(target))) {
      if ((await marks.markAlong(reference, round)) > 0) next.add(reference.from)
    }
    reached = next
  }
}

/** Whether a row cannot stay when the one is deleted that it refers to. */
export function bindsRow(onDelete: ScopeReference['onDelete']): boolean {
  return onDelete !== 'set null' && onDelete !== 'set default'
}
