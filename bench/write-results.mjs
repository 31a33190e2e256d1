import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { renderGrowthPlot } from './growth-plot.mjs'
import { renderMarkdown } from './render.mjs'
import { sectionsOf } from './sections.mjs'

const PLOT = 'growth.svg'

/** Writes RESULTS.md and, where growth was measured, its plot into a folder, made where it is missing. */
export function writeResults(folder, report) {
  const { growth } = report
  mkdirSync(folder, { recursive: true })
  const plot = path.join(folder, PLOT)
  if (growth === null) rmSync(plot, { force: true })
  else writeFileSync(plot, renderGrowthPlot(growth))
  const pictures =
    growth === null ? {} : { Growth: `![Seconds and peak memory by millions of rows](${PLOT})` }
  const text = `\
# What the benchmark measured

Written by \`npm run bench -- --write bench\`, not by hand. [README.md](README.md) says what each line is.

${renderMarkdown(sectionsOf(report), pictures)}
`
  writeFileSync(path.join(folder, 'RESULTS.md'), text)
}
