import type { ProgressListener } from '../index.js'

/** Progress on its way to the user. */
export interface Progress {
  readonly onProgress: ProgressListener
  /** Clears what moves. Has to be called, else the terminal stays without cursor. */
  stop(): void
}
