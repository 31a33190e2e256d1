// Whether time and memory grow no faster than the files: the workload `shop` in three sizes.
import { CONTESTANTS, runRounds } from './contestants.mjs'
import { median, total } from './figures.mjs'
import { makeShop } from './shop.mjs'

/** Contestants of the growth: each is run at every size. */
export const GROWING = CONTESTANTS.filter(({ name }) =>
  ['raw-copy', 'prisma-gyro', 'prisma-gyro-rebuild'].includes(name),
)

/** Sizes as multiples of the smallest. The largest is the scale of the whole benchmark. */
const FACTORS = [1, 4, 16]
const LARGEST = 16

/**
 * Runs the smaller sizes; the largest has been run among the contestants.
 *
 * @param largest `{ data, runs }` of that.
 * @returns `{ scale, rounds, lines }`: a line for each contestant, its `points` in ascending size with
 * medians; `secondsPerFurtherRow` and `bytesPerFurtherRow` are of the rows that the size before has
 * not, null for the first.
 */
export async function benchGrowth({ scale, rounds, server, largest }) {
  const sizes = []
  for (const factor of FACTORS) {
    sizes.push({ factor, ...(factor === LARGEST ? largest : await runSize(factor)) })
  }
  const lines = GROWING.map(({ name, title }) => ({ name, title, points: pointsOf(name, sizes) }))
  return { scale: scale / LARGEST, rounds, lines }

  async function runSize(factor) {
    const data = await makeShop((scale * factor) / LARGEST)
    const label = `growth, ${factor}×: `
    return { data, runs: await runRounds({ rounds, contestants: GROWING, server, data, label }) }
  }
}

function pointsOf(name, sizes) {
  const points = sizes.map(({ factor, data, runs }) => ({
    factor,
    rows: total(data.rows),
    seconds: median(runs.get(name).map(({ seconds }) => seconds)),
    peakBytes: median(runs.get(name).map(({ peakBytes }) => peakBytes)),
  }))
  return points.map((point, index) => {
    const before = points[index - 1]
    const perFurtherRow = (what) =>
      before ? (point[what] - before[what]) / (point.rows - before.rows) : null
    return {
      ...point,
      secondsPerRow: point.seconds / point.rows,
      secondsPerFurtherRow: perFurtherRow('seconds'),
      bytesPerFurtherRow: perFurtherRow('peakBytes'),
    }
  })
}
