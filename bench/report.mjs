// What was measured as one document: medians, ratios, goals, the machine. `--json` prints it; the
// tables are made of it in sections.mjs.
import { CONTESTANTS } from './contestants.mjs'
import { median, total } from './figures.mjs'
import { readMachine } from './machine.mjs'

const MB = 1e6

/**
 * Medians over the rounds, ratios and goals.
 *
 * @param measured `seconds` is what it all took, `loadBefore` the processes that wanted a core in
 * the minute before; `runs` is by contestant name, each the results of a run in round order; `growth` is
 * of `benchGrowth`, `wide` of `benchWide`, `update` of `benchUpdate`, `exported` of `benchExport`, `checks` of `benchChecks`, `schema` of `benchSchema`.
 * `data` and these six are null where nobody worked on them.
 */
export function buildReport(measured) {
  const {
    scale,
    rounds,
    seconds,
    loadBefore,
    data,
    runs,
    growth,
    wide,
    update,
    exported,
    checks,
    schema,
    server,
  } = measured
  return {
    scale,
    rounds,
    seconds,
    loadBefore,
    rows: total(data?.rows ?? {}),
    bytes: total(data?.bytes ?? {}),
    machine: readMachine(server),
    contestants: CONTESTANTS.filter(({ name }) => runs.has(name)).map((contestant) =>
      summarise(contestant, runs),
    ),
    /** CPU time of scan + remap with values checked, as a multiple of that without. */
    checkedToUnchecked: ratio(runs, 'byte-path', 'byte-path-unchecked', remapCpuSeconds),
    /** Time of an import with a hook on the customers, as a multiple of that without. */
    hookedToPlain: ratio(runs, 'transform', 'prisma-gyro', secondsPerRow),
    goals: judge(runs, { wide, update, exported }),
    growth,
    wide,
    update,
    exported,
    checks,
    schema,
  }
}

function summarise(contestant, runs) {
  const { name, title } = contestant
  const results = runs.get(name)
  return {
    name,
    title,
    seconds: median(results.map(({ seconds }) => seconds)),
    cpuSeconds: median(results.map(({ cpuSeconds }) => cpuSeconds)),
    rowsPerSecond: median(results.map(({ rows, seconds }) => rows / seconds)),
    bytesPerSecond: median(results.map(({ bytes, seconds }) => bytes / seconds)),
    peakBytes: median(results.map(({ peakBytes }) => peakBytes)),
    spread: spreadOf(results.map(({ seconds }) => seconds)),
    timesAsFastAs: timesAsFast(contestant, runs),
    runs: results,
  }
}

/** How much longer the slowest took than the fastest, as a share of the fastest. */
const spreadOf = (seconds) => Math.max(...seconds) / Math.min(...seconds) - 1

/** By peer, null where one did not run or only one of both writes to a database. */
function timesAsFast({ name, expected }, runs) {
  const peers = CONTESTANTS.filter(({ peer }) => peer !== undefined)
  return Object.fromEntries(
    peers.map((peer) => {
      const doTheSame = (peer.expected === null) === (expected === null)
      return [peer.name, doTheSame ? ratio(runs, peer.name, name, secondsPerRow) : null]
    }),
  )
}

/** The goals that the project has set itself. They are meant for scale 1 on an idle machine. */
function judge(runs, { wide, update, exported }) {
  const bytePath = runs.get('byte-path')
  // CPU seconds, all threads: that is what one core would take.
  const rate = (cpuOf) => bytePath && median(bytePath.map((run) => run.bytes / cpuOf(run))) / MB
  const imports = ['prisma-gyro', 'prisma-gyro-rebuild-kept', 'prisma-gyro-rebuild']
  const peaks = imports.flatMap((name) => runs.get(name) ?? []).map(({ peakBytes }) => peakBytes)
  return [
    {
      goal: 'rebuild ≤ 1.05 × psql rebuilt by hand',
      value: ratio(runs, 'prisma-gyro-rebuild', 'psql-rebuild', secondsPerRow),
      unit: '×',
      isMet: (value) => value <= 1.05,
    },
    {
      goal: 'rebuild, keys kept ≤ 1.05 × psql rebuilt by hand',
      value: ratio(runs, 'prisma-gyro-rebuild-kept', 'psql-rebuild', secondsPerRow),
      unit: '×',
      isMet: (value) => value <= 1.05,
    },
    {
      goal: 'rebuild ≤ 1/6 of psql \\copy',
      value: ratio(runs, 'prisma-gyro-rebuild', 'psql', secondsPerRow),
      unit: '×',
      isMet: (value) => value <= 1 / 6,
    },
    {
      goal: 'checked ≤ 1.05 × psql \\copy',
      value: ratio(runs, 'prisma-gyro', 'psql', secondsPerRow),
      unit: '×',
      isMet: (value) => value <= 1.05,
    },
    {
      goal: 'checked ≤ 1.05 × raw COPY',
      value: ratio(runs, 'prisma-gyro', 'raw-copy', secondsPerRow),
      unit: '×',
      isMet: (value) => value <= 1.05,
    },
    {
      goal: 'rebuild ≥ 60 × the rows/s of createMany',
      value: ratio(runs, 'create-many', 'prisma-gyro-rebuild', secondsPerRow),
      unit: '×',
      isMet: (value) => value >= 60,
    },
    {
      goal: 'rows as objects ≥ 20 × the rows/s of createMany',
      value: ratio(runs, 'create-many', 'rows', secondsPerRow),
      unit: '×',
      isMet: (value) => value >= 20,
    },
    {
      goal: 'time of the history ≤ 3 % of a rebuild',
      value: percentAbove(ratio(runs, 'prisma-gyro-rebuild', 'no-history', secondsPerRow)),
      unit: '%',
      isMet: (value) => value <= 3,
    },
    {
      goal: 'size of the history ≤ 0.1 % of the tables',
      value: historyPercent(runs.get('prisma-gyro-rebuild')),
      unit: '%',
      isMet: (value) => value <= 0.1,
    },
    {
      goal: 'rollback ≥ 1/3 of the speed of its import',
      value: rollbackSpeed(runs.get('rollback')),
      unit: '×',
      isMet: (value) => value >= 1 / 3,
    },
    {
      goal: 'scan + remap ≥ 200 MB/s on one core',
      value: rate(remapCpuSeconds) ?? null,
      unit: 'MB/s',
      isMet: (value) => value >= 200,
    },
    {
      goal: 'the same with the survey of the keys before it ≥ 150 MB/s',
      value: rate(({ cpuSeconds }) => cpuSeconds) ?? null,
      unit: 'MB/s',
      isMet: (value) => value >= 150,
    },
    {
      goal: 'scan + remap ≥ 20 × fast-csv, CPU time',
      value: ratio(runs, 'fast-csv', 'byte-path', remapCpuSeconds),
      unit: '×',
      isMet: (value) => value >= 20,
    },
    {
      goal: 'peak memory of an import ≤ 250 MB',
      value: peaks.length > 0 ? Math.max(...peaks) / MB : null,
      unit: 'MB',
      isMet: (value) => value <= 250,
    },
    {
      goal: 'memory of a dense key ≤ 2 bytes',
      value: wide && Math.max(...wide.lines.map(({ sizes }) => sizes.at(-1).bytesPerKey.median)),
      unit: 'bytes',
      isMet: (value) => value <= 2,
    },
    {
      goal: 'update ≤ 2 × psql, staged by hand',
      value: update && Math.max(...update.lines.map(({ toPeer }) => toPeer ?? 0)),
      unit: '×',
      isMet: (value) => value <= 2,
    },
    {
      goal: 'export ≥ 90 % of the speed of psql \\copy',
      value: exported && 100 / exported.lines.find(({ name }) => name === 'export-2').toPsql,
      unit: '%',
      isMet: (value) => value >= 90,
    },
  ].map(({ isMet, ...rest }) => ({ ...rest, met: rest.value === null ? null : isMet(rest.value) }))
}

const percentAbove = (value) => value && 100 * (value - 1)

const historyPercent = (results) =>
  results
    ? median(results.map(({ historyBytes, tableBytes }) => (100 * historyBytes) / tableBytes))
    : null

const rollbackSpeed = (results) =>
  results ? median(results.map(({ importSeconds, seconds }) => importSeconds / seconds)) : null

const secondsPerRow = ({ seconds, rows }) => seconds / rows
/** Without the pass that reads the keys before, where there is one. */
const remapCpuSeconds = ({ cpuSeconds, surveyCpuSeconds = 0 }) => cpuSeconds - surveyCpuSeconds

/** Median of the ratios of each round: what slows a whole round slows both sides of it. */
function ratio(runs, name, to, cost) {
  const [ours, theirs] = [runs.get(name), runs.get(to)]
  if (!ours || !theirs) return null
  return median(ours.map((run, round) => cost(run) / cost(theirs[round])))
}
