import type { GyroError } from '../error/gyro-error.js'
import type { PreparedRelease } from './prepared-import.js'

/** What is decided about foreign keys for the length of the load. */
export interface ReleaseChoice {
  /** Null when they stay as they are. */
  readonly release: PreparedRelease | null
  /** Why there is no rebuild though it would pay: one sentence; else null. */
  readonly obstacle: string | null
  readonly problems: readonly GyroError[]
  /** What a person should know of it, a sentence each. */
  readonly warnings: readonly string[]
}

/** Foreign keys stay as they are. */
export const STAY: ReleaseChoice = { release: null, obstacle: null, problems: [], warnings: [] }
