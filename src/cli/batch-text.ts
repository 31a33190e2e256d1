import type { ImportSummary } from '../index.js'

/** The part of an id that most often is enough to tell a batch. */
export function shortId(id: string): string {
  return id.slice(0, 8)
}

/** `2026-11-30 00:41` of a time in ISO 8601, which is UTC; with seconds where they matter. */
export function formatTime(time: string, { seconds = false } = {}): string {
  return time.replace('T', ' ').slice(0, seconds ? 19 : 16)
}

/** In words, what became of a batch. */
export function describeStatus({
  status,
  runner,
}: Pick<ImportSummary, 'status' | 'runner'>): string {
  if (runner === 'gone') return 'crashed'
  return STATUSES[status]
}

const STATUSES = {
  PENDING: 'running',
  IN_PROGRESS: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  ROLLED_BACK: 'rolled back',
} as const
