/**
 * Where a batch is. It goes along the arrows `PENDING → IN_PROGRESS → COMPLETED | FAILED → ROLLED_BACK`
 * only.
 */
export type BatchStatus = 'PENDING' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'ROLLED_BACK'

const NEXT: Readonly<Record<BatchStatus, readonly BatchStatus[]>> = {
  PENDING: ['IN_PROGRESS'],
  IN_PROGRESS: ['COMPLETED', 'FAILED'],
  COMPLETED: ['ROLLED_BACK'],
  FAILED: ['ROLLED_BACK'],
  ROLLED_BACK: [],
}

/** Whether there is an arrow from one status to another. */
export function mayBecome(from: BatchStatus, to: BatchStatus): boolean {
  return NEXT[from].includes(to)
}
