// The report as sections for people, each a table with a line before it and some after: what they hold
// is decided here, how they look in render.mjs.
import { CONTESTANTS } from './contestants.mjs'
import { median } from './figures.mjs'

const MB = 1e6

/**
 * @returns Sections `{ title, about, head, rows, notes }`; `about` is one line, `head` the names of the
 * columns, `rows` cells of text, `notes` lines. A section may have no table: `rows` is empty then.
 */
export function sectionsOf(report) {
  const { contestants, growth, wide, update, exported, checks, schema } = report
  return [
    ...(contestants.length === 0 ? [] : [shopSection(report)]),
    ...([wide, update, exported].every((part) => part === null) && contestants.length === 0
      ? []
      : [goalsSection(report)]),
    ...(growth === null ? [] : [growthSection(growth)]),
    ...(wide === null ? [] : [wideSection(wide)]),
    ...(update === null ? [] : [updateSection(update)]),
    ...(exported === null ? [] : [exportSection(exported)]),
    ...(checks === null ? [] : [checksSection(checks)]),
    ...(schema === null ? [] : [schemaSection(schema)]),
    machineSection(report),
  ]
}

function shopSection({
  scale,
  rounds,
  rows,
  bytes,
  contestants,
  checkedToUnchecked,
  hookedToPlain,
}) {
  const peers = CONTESTANTS.filter(
    ({ name, peer }) => peer !== undefined && contestants.some((line) => line.name === name),
  )
  return {
    title: 'Workload shop',
    about: `scale ${scale}: ${whole(rows)} rows, ${fixed(bytes / MB, 1)} MB of CSV; ${medianOf(rounds)}`,
    head: [
      ...['', 'seconds', 'CPU s', 'rows/s', 'MB/s', 'peak MB'],
      ...peers.map(({ peer }) => `× ${peer}`),
    ],
    rows: contestants.map((line) => [
      line.title,
      fixed(line.seconds, 2),
      fixed(line.cpuSeconds, 2),
      whole(line.rowsPerSecond),
      fixed(line.bytesPerSecond / MB, 1),
      whole(line.peakBytes === null ? null : line.peakBytes / MB),
      ...peers.map(({ name }) => times(line.timesAsFastAs[name])),
    ]),
    notes: [
      '× peer: rows/s as a multiple of the rows/s of that peer; above 1 is faster.',
      ...(checkedToUnchecked === null
        ? []
        : [`Value checks cost ${fixed(100 * (checkedToUnchecked - 1), 1)} % of scan + remap.`]),
      ...(hookedToPlain === null
        ? []
        : [
            `A hook on the customers costs ${fixed(100 * (hookedToPlain - 1), 1)} % of the import.`,
          ]),
      ...(rounds === 1 ? [] : [noiseOf(contestants)]),
    ],
  }
}

/** How far the figures can be trusted: on an idle machine the rounds are close to each other. */
function noiseOf(contestants) {
  const spreads = contestants.map(({ spread }) => 100 * spread)
  const [middle, most] = [median(spreads), Math.max(...spreads)]
  return `Slowest round to fastest: ${whole(middle)} % longer in the median, ${whole(most)} % at most.`
}

function goalsSection({ scale, contestants, goals }) {
  const measured = goals.filter(({ value }) => value !== null)
  const others = goals.length - measured.length
  return {
    title: 'Goals',
    about: 'what the project has set itself, beside the median of the rounds',
    head: ['goal', 'here', ''],
    rows: measured.map(({ goal, value, unit, met }) => [
      goal,
      `${digitsOf(unit, value)} ${unit}`,
      met ? 'met' : 'not met',
    ]),
    notes: [
      ...(others === 0 ? [] : [`${others} more not measured.`]),
      ...(contestants.length === 0 || scale === 1
        ? []
        : [`The goals are meant for --scale 1 of shop; here it is ${scale}.`]),
    ],
  }
}

const digitsOf = (unit, value) =>
  unit === '×' ? times(value) : unit === 'bytes' || unit === '%' ? fixed(value, 2) : whole(value)

function growthSection({ scale, rounds, lines }) {
  return {
    title: 'Growth',
    about: `shop at 1×, 4× and 16× of scale ${scale}; ${medianOf(rounds)}`,
    head: [
      ...['', 'size', 'rows', 'seconds', 'µs/row', 'µs/further row'],
      ...['peak MB', 'bytes/further row'],
    ],
    rows: lines.flatMap(({ title, points }) =>
      points.map((point) => [
        title,
        `${point.factor}×`,
        whole(point.rows),
        fixed(point.seconds, 2),
        fixed(point.secondsPerRow * 1e6, 2),
        fixed(point.secondsPerFurtherRow && point.secondsPerFurtherRow * 1e6, 2),
        whole(point.peakBytes / MB),
        fixed(point.bytesPerFurtherRow, 1),
      ]),
    ),
    notes: [
      'Further rows are those that the size before has not: what is left when the start is paid.',
    ],
  }
}

function wideSection({ scale, rounds, lines }) {
  return {
    title: 'Workload wide',
    about: `scale ${scale}: many dense ids in a parent, a tenth as many children; ${medianOf(rounds)}`,
    head: ['', 'keys', 'seconds', 'MB/s', 'peak MB', 'bytes/key', 'least', 'most'],
    rows: lines.flatMap(({ title, sizes }) =>
      sizes.map(({ keys, seconds, bytesPerSecond, peakBytes, bytesPerKey }) => [
        title,
        whole(keys),
        fixed(seconds, 2),
        fixed(bytesPerSecond / MB, 1),
        whole(peakBytes / MB),
        fixed(bytesPerKey?.median ?? null, 2),
        fixed(bytesPerKey?.least ?? null, 2),
        fixed(bytesPerKey?.most ?? null, 2),
      ]),
    ),
    notes: [
      'Bytes per key: peak above that of the first size, by further keys. Least and most of the rounds.',
    ],
  }
}

function updateSection({ rows, rounds, lines }) {
  return {
    title: 'Workload update',
    about: `${whole(rows)} rows into a table that has them all, with other values; ${medianOf(rounds)}`,
    head: ['', 'seconds', 'rows/s', 'peak MB', '× psql'],
    rows: lines.map(({ title, seconds, rowsPerSecond, peakBytes, toPeer }) => [
      title,
      fixed(seconds, 2),
      whole(rowsPerSecond),
      whole(peakBytes === null ? null : peakBytes / MB),
      fixed(toPeer, 2),
    ]),
    notes: ['× psql: the time as a multiple of what psql takes by the same column.'],
  }
}

function exportSection({ scale, rows, rounds, lines }) {
  return {
    title: 'Export',
    about: `shop at scale ${scale}, ${whole(rows)} rows, into files; ${medianOf(rounds)}`,
    head: ['', 'rows', 'seconds', 'CPU s', 'MB/s', 'peak MB', '× psql'],
    rows: lines.map(
      ({ title, rows: own, seconds, cpuSeconds, bytesPerSecond, peakBytes, toPsql }) => [
        title,
        whole(own),
        fixed(seconds, 2),
        fixed(cpuSeconds, 2),
        fixed(bytesPerSecond / MB, 1),
        whole(peakBytes === null ? null : peakBytes / MB),
        fixed(toPsql, 2),
      ],
    ),
    notes: ['× psql: the time as a multiple of what psql takes for the same rows.'],
  }
}

function checksSection({ fields, rounds, lines }) {
  return {
    title: 'Value checks in the byte path',
    about: `CPU time of a field, ${whole(fields)} of each; ${medianOf(rounds)}`,
    head: ['', 'off ns', 'on ns', 'difference', 'off MB/s', 'on MB/s', ''],
    rows: lines.map((line) => [
      line.title,
      fixed(line.off, 1),
      fixed(line.on, 1),
      fixed(line.difference, 1),
      whole(line.bytesPerSecondOff / MB),
      whole(line.bytesPerSecondOn / MB),
      line.convertedShare > 0 ? 'converted' : '',
    ]),
    notes: [],
  }
}

function schemaSection({ models, fields, rounds, lines }) {
  return {
    title: 'A large schema',
    about: `${models} models × ${fields} columns; ${medianOf(rounds)}`,
    head: ['', 'ms', 'bar', '× bar', ''],
    rows: lines.map(({ title, seconds, bar, toBar }) => [
      title,
      whole(seconds * 1_000),
      whole(bar && bar * 1_000),
      fixed(toBar, 2),
      toBar === null ? '' : toBar <= 1 ? 'met' : 'not met',
    ]),
    notes: models === 300 ? [] : ['The bars are meant for 300 models.'],
  }
}

function machineSection({ machine, seconds, loadBefore }) {
  const { date, cpu, cores, memoryBytes, system, node, versions, postgres, settings } = machine
  const pairs = (values, between) =>
    Object.entries(values)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => `${name}${between}${value}`)
      .join(', ')
  return {
    title: 'Machine',
    about: `${date}, Node ${node}, PostgreSQL ${postgres ?? 'not started'}`,
    head: [],
    rows: [],
    notes: [
      `${cpu}, ${cores} cores, ${fixed(memoryBytes / 2 ** 30, 0)} GiB; ${system}.`,
      `Versions: ${pairs(versions, ' ')}.`,
      ...(postgres === null ? [] : [`Server: ${pairs(settings, '=')}.`]),
      `All of it took ${fixed(seconds / 60, 1)} minutes; the load before was ${fixed(loadBefore, 1)}.`,
    ],
  }
}

const medianOf = (rounds) => `median of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`
const fixed = (value, digits) => (value === null ? '–' : value.toFixed(digits))
const whole = (value) =>
  value === null ? '–' : String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ' ')
/** A ratio with some three digits. */
const times = (value) => fixed(value, value < 10 ? 2 : value < 100 ? 1 : 0)
