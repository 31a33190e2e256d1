// What a contestant's process reports of itself: each runs in one of its own, so memory is its own.
import { readFileSync } from 'node:fs'

/**
 * Runs a contestant and prints `{ seconds, cpuSeconds, peakBytes, ...result }` as JSON. What
 * `prepare` does is not timed; what it returns is handed to `run`.
 */
export async function measure({ prepare = async () => undefined, run }) {
  const task = JSON.parse(process.argv[2])
  const prepared = await prepare(task)
  const cpu = process.cpuUsage()
  const start = performance.now()
  const result = await run(task, prepared)
  const seconds = (performance.now() - start) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  console.log(
    JSON.stringify({
      seconds,
      cpuSeconds: (user + system) / 1e6,
      peakBytes: peakBytes(),
      ...result,
    }),
  )
}

/** Linux counts the parent's memory into a child's `maxRSS`; its own peak is in /proc. */
function peakBytes() {
  try {
    return 1_024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])
  } catch {
    return 1_024 * process.resourceUsage().maxRSS
  }
}
