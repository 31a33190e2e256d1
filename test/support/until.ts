import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until something is true: for what other processes do. Rejects after a minute. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error(`It did not happen in time: ${condition}`)
    }
    await sleep(20)
  }
}
