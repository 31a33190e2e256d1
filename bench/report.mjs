// The measurements as one table for people, or as one document for programs.
import os from 'node:os'

const MB = 1e6

/**
 * Medians over the rounds, ratios and goals.
 *
 * @param measured `{ scale, data, settings, postgres, runs }`; `runs` is by contestant name, each
 * the results of `runContestant` in round order; `checks` is of `benchChecks`, `schema` of
 * `benchSchema`. `data`, `checks` and `schema` are null where nobody worked on them.
 */
export function buildReport(measured) {
  const { scale, rounds, data, settings, postgres, contestants, runs, checks, schema } = measured
  const lines = contestants
    .filter(({ name }) => runs.has(name))
    .map(({ name, title }) => summarise(name, title, runs))
  return {
    scale,
    rounds,
    rows: sum(Object.values(data?.rows ?? {})),
    bytes: sum(Object.values(data?.bytes ?? {})),
    machine: {
      cpu: os.cpus()[0]?.model ?? 'unknown',
      cores: os.availableParallelism(),
      memoryBytes: os.totalmem(),
      system: `${os.type()} ${os.release()} ${os.arch()}`,
      node: process.version,
      postgres,
      settings,
    },
    contestants: lines,
    comparisons: compare(runs),
    goals: judge(runs),
    checks,
    schema,
  }
}

function summarise(name, title, runs) {
  const results = runs.get(name)
  return {
    name,
    title,
    seconds: median(results.map(({ seconds }) => seconds)),
    cpuSeconds: median(results.map(({ cpuSeconds }) => cpuSeconds)),
    rowsPerSecond: median(results.map(({ rows, seconds }) => rows / seconds)),
    bytesPerSecond: median(results.map(({ bytes, seconds }) => bytes / seconds)),
    peakBytes: median(results.map(({ peakBytes }) => peakBytes)),
    timePerRowToRawCopy: ratio(runs, name, 'raw-copy', secondsPerRow),
    runs: results,
  }
}

function compare(runs) {
  return [
    {
      name: 'prisma-gyro to createMany, rows/s',
      ratio: ratio(runs, 'create-many', 'prisma-gyro', secondsPerRow),
    },
    {
      name: 'byte path to fast-csv, MB/s',
      ratio: ratio(runs, 'fast-csv', 'byte-path', secondsPerRow),
    },
    {
      name: 'scan + remap with values checked to without, CPU s',
      ratio: ratio(runs, 'byte-path', 'byte-path-unchecked', remapCpuSeconds),
      describe: (ratio) => `value checks cost ${fixed(100 * (ratio - 1), 1)} % of scan + remap`,
    },
  ]
}

/** The goals that the project has set itself. They are meant for scale 1 on an idle machine. */
function judge(runs) {
  const bytePath = runs.get('byte-path')
  // CPU seconds, all threads: that is what one core would take.
  const rate = (cpuOf) => bytePath && median(bytePath.map((run) => run.bytes / cpuOf(run))) / MB
  const checked = ratio(runs, 'prisma-gyro', 'raw-copy', secondsPerRow)
  const peak = runs.get('prisma-gyro')?.map(({ peakBytes }) => peakBytes)
  return [
    {
      goal: 'scan + remap ≥ 150 MB/s on one core',
      value: rate(remapCpuSeconds) ?? null,
      unit: 'MB/s',
      isMet: (value) => value >= 150,
    },
    {
      goal: 'the same with the survey of the keys before it',
      value: rate(({ cpuSeconds }) => cpuSeconds) ?? null,
      unit: 'MB/s',
      isMet: (value) => value >= 150,
    },
    {
      goal: 'checked ≤ 1.10 × raw COPY',
      value: checked,
      unit: '×',
      isMet: (value) => value <= 1.1,
    },
    {
      goal: 'rebuild, keys kept ≤ 1.05 × psql that drops FKs and indexes',
      value: ratio(runs, 'prisma-gyro-rebuild-kept', 'psql-rebuild', secondsPerRow),
      unit: '×',
      isMet: (value) => value <= 1.05,
    },
    {
      goal: 'rebuild, keys kept ≤ 1/6 of psql',
      value: ratio(runs, 'prisma-gyro-rebuild-kept', 'psql', secondsPerRow),
      unit: '×',
      isMet: (value) => value <= 1 / 6,
    },
    {
      goal: 'peak memory ≤ 250 MB',
      value: peak ? Math.max(...peak) / MB : null,
      unit: 'MB',
      isMet: (value) => value <= 250,
    },
  ].map(({ isMet, ...rest }) => ({ ...rest, met: rest.value === null ? null : isMet(rest.value) }))
}

const secondsPerRow = ({ seconds, rows }) => seconds / rows
const remapCpuSeconds = ({ cpuSeconds, surveyCpuSeconds }) => cpuSeconds - surveyCpuSeconds

/** Median of the ratios of each round: what slows a whole round slows both sides of it. */
function ratio(runs, name, to, cost) {
  const [ours, theirs] = [runs.get(name), runs.get(to)]
  if (!ours || !theirs) return null
  return median(ours.map((run, round) => cost(run) / cost(theirs[round])))
}

export function median(values) {
  if (values.includes(null)) return null
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

const sum = (values) => values.reduce((total, value) => total + value, 0)

/** The report as text: the table, the goals, the machine. */
export function renderReport(report) {
  const { contestants, checks, schema, machine } = report
  const settings = Object.entries(machine.settings).map(([name, value]) => `${name}=${value}`)
  return [
    ...(contestants.length === 0 ? [] : renderShop(report)),
    ...(checks === null ? [] : renderChecks(checks)),
    ...(schema === null ? [] : renderSchema(schema)),
    `CPU: ${machine.cpu}, ${machine.cores} cores; memory: ${fixed(machine.memoryBytes / 2 ** 30, 0)} GiB; ${machine.system}`,
    `Node ${machine.node}; PostgreSQL ${machine.postgres ?? 'not started'}`,
    ...(settings.length === 0 ? [] : [`Server: ${settings.join(', ')}`]),
  ].join('\n')
}

function renderShop({ scale, rounds, rows, bytes, contestants, comparisons, goals }) {
  return [
    `Workload shop, scale ${scale}: ${whole(rows)} rows, ${fixed(bytes / MB, 1)} MB of CSV; ${medianOf(rounds)}`,
    '',
    ...renderTable([
      ['', 'seconds', 'CPU s', 'rows/s', 'MB/s', 'peak MB', '× raw COPY'],
      ...contestants.map((line) => [
        line.title,
        fixed(line.seconds, 2),
        fixed(line.cpuSeconds, 2),
        whole(line.rowsPerSecond),
        fixed(line.bytesPerSecond / MB, 1),
        whole(line.peakBytes === null ? null : line.peakBytes / MB),
        fixed(line.timePerRowToRawCopy, 2),
      ]),
    ]),
    ...comparisons
      .filter(({ ratio }) => ratio !== null)
      .map(({ name, ratio, describe }) => describe?.(ratio) ?? `${name}: ${fixed(ratio, 1)} ×`),
    '',
    ...renderTable(
      goals.map(({ goal, value, unit, met }) => [
        `goal: ${goal}`,
        value === null ? '–' : `${fixed(value, unit === '×' ? 2 : 0)} ${unit}`,
        met === null ? 'not measured' : met ? 'met' : 'not met',
      ]),
    ),
    ...(scale === 1 ? [] : ['The goals are meant for --scale 1; here the scale is smaller.']),
    '',
  ]
}

function renderChecks({ fields, rounds, lines }) {
  return [
    `Value checks in the byte path: CPU time of a field, ${whole(fields)} of each; ${medianOf(rounds)}`,
    '',
    ...renderTable([
      ['', 'off ns', 'on ns', 'difference', 'off MB/s', 'on MB/s', ''],
      ...lines.map((line) => [
        line.title,
        fixed(line.off, 1),
        fixed(line.on, 1),
        fixed(line.difference, 1),
        whole(line.bytesPerSecondOff / MB),
        whole(line.bytesPerSecondOn / MB),
        line.convertedShare > 0 ? 'converted' : '',
      ]),
    ]),
    '',
  ]
}

function renderSchema({ models, fields, rounds, lines }) {
  return [
    `Schema of ${models} models × ${fields} columns; ${medianOf(rounds)}`,
    '',
    ...renderTable([
      ['', 'ms', 'bar', '× bar', ''],
      ...lines.map(({ title, seconds, bar, toBar }) => [
        title,
        whole(seconds * 1_000),
        whole(bar && bar * 1_000),
        fixed(toBar, 2),
        toBar === null ? '' : toBar <= 1 ? 'met' : 'not met',
      ]),
    ]),
    ...(models === 300 ? [] : ['The bars are meant for 300 models.']),
    '',
  ]
}

/** First column to the left, numbers to the right. */
function renderTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]),
      )
      .join('  ')
      .trimEnd(),
  )
}

const medianOf = (rounds) => `median of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`
const fixed = (value, digits) => (value === null ? '–' : value.toFixed(digits))
const whole = (value) =>
  value === null ? '–' : String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ' ')
