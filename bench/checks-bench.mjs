// What the rules for values cost in the byte path: each kind of column as it is and by its rule.
import { CHECKED_COLUMNS } from './checked-columns.mjs'
import { runScript } from './contestants.mjs'
import { median } from './figures.mjs'

/**
 * Runs all columns once a round, in a process of the round's own.
 *
 * @param chunks Times 10 000 fields of each column.
 * @returns A line per column, in nanoseconds of CPU time for a field; `difference` is the median of
 * the rounds' own, `convertedShare` how many fields take the slow way, by `convert`.
 */
export async function benchChecks({ chunks, rounds }) {
  const runs = []
  for (let round = 0; round < rounds; round++) {
    const { seconds, columns } = await runScript('checks', { chunks })
    runs.push(columns)
    console.error(`round ${round + 1}/${rounds}  value checks: ${seconds.toFixed(2)} s`)
  }
  const lines = CHECKED_COLUMNS.map(({ title }, index) => {
    const own = runs.map((columns) => columns[index])
    const perField = (secondsOf) => median(own.map((run) => (secondsOf(run) / run.fields) * 1e9))
    return {
      title,
      off: perField(({ off }) => off),
      on: perField(({ on }) => on),
      difference: perField(({ off, on }) => on - off),
      bytesPerSecondOff: median(own.map(({ bytes, off }) => bytes / off)),
      bytesPerSecondOn: median(own.map(({ bytes, on }) => bytes / on)),
      convertedShare: own[0].convertedShare,
      runs: own,
    }
  })
  return { rounds, fields: runs[0][0].fields, lines }
}
