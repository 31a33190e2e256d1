import type { ErrorReport } from '../error/error-report.js'
import type { Look } from './terminal.js'
import { wrapText } from './wrap-text.js'

/** An error for people: what happened, why, what to do; then what else was found on the way. */
export function renderError(report: ErrorReport, look: Look): string {
  const main = renderReport(report, look, '')
  const others = report.meta['alsoFound']
  return Array.isArray(others) ? `${main}\n\nAlso found\n${renderErrors(others, look, '  ')}` : main
}

/** Errors below each other, as a plan lists its problems. */
export function renderErrors(reports: readonly ErrorReport[], look: Look, indent: string): string {
  return reports.map((report) => renderReport(report, look, indent)).join('\n')
}

function renderReport(report: ErrorReport, { colors, width }: Look, indent: string): string {
  const rest = `${indent}  `
  const summary = wrapText(`${report.message} (${report.code})`, {
    width,
    first: `${indent}✖ `,
    rest,
  })
  const why = wrapText(report.why, { width, first: rest, rest })
  const fix = wrapText(report.fix, { width, first: `${rest}→ `, rest: `${rest}  ` })
  return [
    ...summary.map((line) => colors.red(line)),
    ...why,
    ...fix.map((line) => colors.cyan(line)),
  ].join('\n')
}
