import type { ProgressEvent } from '../index.js'
import { formatBytes, formatNumberOf, formatRate, formatSeconds } from './quantity.js'

/** A file on its way. */
export interface FileProgress {
  /**
   * What is on its way: `Customer`; `Keys of Customer`, `Check of Customer` before it is loaded,
   * `Hooks of Customer` while rows go through these.
   */
  readonly activity: string
  /** Size of the file. */
  readonly totalBytes: number
  /** Rows that are expected, where these tell how far it is; else null. */
  readonly totalRows: number | null
  readonly bytes: number
  readonly rows: number
  /** Milliseconds of the clock. */
  readonly startedAt: number
}

/** What the program does in a phase that is not about a single file; null when it takes no time. */
export const PHASES = {
  hooks: null,
  plan: 'Planning',
  check: 'Checking',
  survey: null,
  reserve: 'Reserving keys',
  load: null,
  verify: 'Verifying',
  undo: 'Undoing',
  commit: 'Committing',
  select: 'Selecting rows',
  export: null,
} as const

/** What a file is on its way for, as people are told. */
export const ACTIVITIES = {
  hooks: (model: string) => `Hooks of ${model}`,
  check: (model: string) => `Check of ${model}`,
  survey: (model: string) => `Keys of ${model}`,
  load: (model: string) => model,
  export: (model: string) => model,
} as const

export function startFile(
  { phase, model, bytes, rows }: Extract<ProgressEvent, { type: 'file-start' }>,
  now: number,
): FileProgress {
  return {
    activity: ACTIVITIES[phase](model),
    totalBytes: bytes,
    totalRows: rows ?? null,
    bytes: 0,
    rows: 0,
    startedAt: now,
  }
}

/** Between 0 and 1. */
export function shareOf({ bytes, totalBytes, rows, totalRows }: FileProgress): number {
  // What is only expected is not over before it is.
  if (totalRows !== null) return totalRows === 0 ? 0 : Math.min(0.99, rows / totalRows)
  return totalBytes === 0 ? 1 : Math.min(1, bytes / totalBytes)
}

/**
 * `62 %`, `4 s left`, `41 203 rows`, `98 000 rows/s`, `3.1/5.1 MB`: the most telling first. What
 * cannot be known yet is left out.
 */
export function listFacts(
  file: FileProgress,
  now: number,
): readonly [share: string, ...facts: string[]] {
  const { bytes, totalBytes, rows, totalRows, startedAt } = file
  const seconds = (now - startedAt) / 1000
  const share = shareOf(file)
  const left = share > 0 && share < 1 && seconds > 1 ? (seconds / share) * (1 - share) : null
  const facts = [
    left === null ? null : `${formatSeconds(Math.max(1, Math.round(left)))} left`,
    formatNumberOf(rows, 'row'),
    formatRate(rows, seconds),
    totalRows === null ? formatBytesOf(bytes, totalBytes) : formatBytes(bytes),
  ].filter((fact) => fact !== null)
  return [`${Math.floor(share * 100)} %`, ...facts]
}

function formatBytesOf(bytes: number, totalBytes: number): string {
  const total = formatBytes(totalBytes)
  const done = formatBytes(bytes)
  const unit = total.slice(total.indexOf(' '))
  return `${done.endsWith(unit) ? done.slice(0, -unit.length) : done}/${total}`
}
