import { ExitCode } from './exit-code.js'
import type { CommandLineIo } from './terminal.js'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * npx passes Ctrl-C on to a program that has it from the terminal already: what follows within this
 * time is the same press. In milliseconds.
 */
const SAME_PRESS_MS = 1_000

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
  now: () => number = Date.now,
): Promise<Result> {
  const controller = new AbortController()
  let stoppedAt: number | null = null
  const stop = () => {
    if (stoppedAt === null) {
      stoppedAt = now()
      controller.abort()
      onStop()
    } else if (now() - stoppedAt > SAME_PRESS_MS) {
      io.exit(ExitCode.Declined)
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
