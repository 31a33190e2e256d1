import { ExitCode } from './exit-code.js'
import type { CommandLineIo } from './terminal.js'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * Runs work that the user may stop. The first Ctrl-C aborts the signal, and the work has its time to
 * undo what it did; the second ends the process, and the server undoes it.
 *
 * @param onStop Called at the first one.
 */
export async function withInterruption<Result>(
  io: CommandLineIo,
  onStop: () => void,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  const stop = () => {
    if (controller.signal.aborted) {
      io.exit(ExitCode.Declined)
    } else {
      controller.abort()
      onStop()
    }
  }
  for (const signal of SIGNALS) {
    io.signals.on(signal, stop)
  }
  try {
    return await work(controller.signal)
  } finally {
    for (const signal of SIGNALS) {
      io.signals.off(signal, stop)
    }
  }
}
