/**
 * Where a batch is. It goes along the arrows `PENDING → IN_PROGRESS → COMPLETED | FAILED → ROLLED_BACK`
 * only, and from `FAILED` back to `IN_PROGRESS` where it is resumed. One that commits in chunks and whose
 * run was killed stays `IN_PROGRESS`, without a holder: see `findBatchHolder`.
 */
export type BatchStatus = 'PENDING' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'ROLLED_BACK'

const NEXT: Readonly<Record<BatchStatus, readonly BatchStatus[]>> = {
  PENDING: ['IN_PROGRESS'],
  IN_PROGRESS: ['COMPLETED', 'FAILED'],
  COMPLETED: ['ROLLED_BACK'],
  FAILED: ['IN_PROGRESS', 'ROLLED_BACK'],
  ROLLED_BACK: [],
}

/** Whether there is an arrow from one status to another. */
export function mayBecome(from: BatchStatus, to: BatchStatus): boolean {
  return NEXT[from].includes(to)
}
