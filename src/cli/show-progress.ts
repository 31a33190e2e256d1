import type { Progress } from './progress.js'
import type { Terminal } from './terminal.js'

/** A bar on a terminal, lines elsewhere, nothing for who wants quiet. */
export async function showProgress(terminal: Terminal): Promise<Progress> {
  const { progress: stream, progressLook: look } = terminal
  if (stream === null) {
    return { onProgress: () => {}, stop: () => {} }
  }
  if (stream.isTTY === true) {
    const { createProgressBar } = await import('./progress-bar.js')
    return createProgressBar(stream, look)
  }
  const { createProgressLines } = await import('./progress-lines.js')
  return createProgressLines(stream)
}
