// The growth as a picture: seconds and peak memory by rows, both axes from zero, so that what is in
// proportion is a straight line. Drawn for light and dark pages: no background, colours for both.
const WIDTH = 860
const HEIGHT = 364
const PANEL = { top: 76, width: 350, height: 230 }
const LEFTS = [60, 490]
const MEMORY_GOAL_MB = 250

/** Told apart without colours too. */
const STYLES = [
  { colour: '#d97706', marker: 'square' },
  { colour: '#3b82f6', marker: 'circle' },
  { colour: '#16a34a', marker: 'triangle' },
]
const INK = '#768089'

/** The SVG of what `benchGrowth` gives. */
export function renderGrowthPlot({ lines }) {
  const highest = Math.max(...lines.flatMap(({ points }) => points.map(({ rows }) => rows))) / 1e6
  const panels = [
    { title: 'Time, seconds', measureOf: ({ seconds }) => seconds },
    {
      title: 'Peak memory of the process, MB',
      measureOf: ({ peakBytes }) => peakBytes / 1e6,
      goal: MEMORY_GOAL_MB,
    },
  ]
  return `\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" \
font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="12" fill="${INK}">
${[
  '<title>Seconds and peak memory of an import, by millions of rows</title>',
  ...legend(lines),
  ...panels.flatMap((panel, index) => drawPanel({ ...panel, left: LEFTS[index], lines, highest })),
].join('\n')}
</svg>
`
}

function legend(lines) {
  let x = LEFTS[0]
  return lines.flatMap(({ title }, index) => {
    const { colour, marker } = STYLES[index]
    const start = x
    x += 60 + 7 * title.length
    return [
      `<path d="M${start} 20h28" stroke="${colour}" stroke-width="2"/>`,
      drawMarker(marker, start + 14, 20, colour),
      text(start + 36, 24, title),
    ]
  })
}

function drawPanel({ title, measureOf, goal, left, lines, highest }) {
  const values = lines.flatMap(({ points }) => points.map(measureOf))
  const xTicks = ticksUpTo(highest)
  const yTicks = ticksUpTo(Math.max(...values, goal ?? 0))
  const bottom = PANEL.top + PANEL.height
  const xOf = (rows) => round(left + (rows / xTicks.at(-1)) * PANEL.width)
  const yOf = (value) => round(bottom - (value / yTicks.at(-1)) * PANEL.height)
  const right = left + PANEL.width
  return [
    text(left, PANEL.top - 14, title, ' font-weight="600"'),
    ...yTicks.flatMap((tick) => [
      `<path d="M${left} ${yOf(tick)}H${right}" stroke="${INK}" stroke-opacity="${tick === 0 ? 1 : 0.25}"/>`,
      text(left - 8, yOf(tick) + 4, String(tick), ' text-anchor="end"'),
    ]),
    ...xTicks.map((tick) => text(xOf(tick), bottom + 18, String(tick), ' text-anchor="middle"')),
    text(left + PANEL.width / 2, bottom + 38, 'rows, millions', ' text-anchor="middle"'),
    ...(goal === undefined ? [] : drawGoal(left, right, yOf(goal))),
    ...lines.flatMap(({ points }, index) => {
      const places = points.map((point) => [xOf(point.rows / 1e6), yOf(measureOf(point))])
      return drawLine(places, STYLES[index])
    }),
  ]
}

const drawGoal = (left, right, y) => [
  `<path d="M${left} ${y}H${right}" stroke="${INK}" stroke-dasharray="5 4"/>`,
  text(right, y + 16, 'goal', ' text-anchor="end"'),
]

function drawLine(places, { colour, marker }) {
  return [
    `<path d="M${places.map((place) => place.join(' ')).join('L')}" stroke="${colour}" stroke-width="2" fill="none"/>`,
    ...places.map(([x, y]) => drawMarker(marker, x, y, colour)),
  ]
}

function drawMarker(marker, x, y, colour) {
  if (marker === 'circle') return `<circle cx="${x}" cy="${y}" r="4" fill="${colour}"/>`
  const outline = marker === 'square' ? `M${x - 4} ${y - 4}h8v8h-8z` : `M${x} ${y - 5}l5 9h-10z`
  return `<path d="${outline}" fill="${colour}"/>`
}

/** From 0 in four to eight equal steps of 1, 2 or 5 times a power of ten, past the value. */
function ticksUpTo(value) {
  const rough = 10 ** Math.floor(Math.log10(value / 4))
  const step = [1, 2, 5, 10].map((factor) => factor * rough).find((size) => value / size <= 6)
  const count = Math.ceil(value / step)
  // Rounded, because 3 × 0.1 is not 0.3.
  return Array.from({ length: count + 1 }, (_, tick) => Number((tick * step).toPrecision(6)))
}

const round = (value) => Math.round(value * 10) / 10
const text = (x, y, content, attributes = '') =>
  `<text x="${x}" y="${y}"${attributes}>${content}</text>`
