import type { ModelPlan, PlannedDialect } from '../index.js'
import { renderSection } from './render-section.js'
import type { Look } from './terminal.js'

/**
 * How files are written that are not as RFC 4180 says, or of which that was found out; null when
 * there is none. Those that are written alike share a line.
 */
export function renderDialects(models: readonly ModelPlan[], look: Look): string | null {
  const filesByDialect = new Map<string, string[]>()
  for (const { file, dialect } of models) {
    if (isWorthTelling(dialect)) {
      const text = describeDialect(dialect)
      filesByDialect.set(text, [...(filesByDialect.get(text) ?? []), file])
    }
  }
  const lines = [...filesByDialect].map(([text, files]) => {
    const which =
      files.length === models.length && files.length > 1 ? 'all files' : files.join(', ')
    return `${which}: ${text}`
  })
  return renderSection('Dialect', lines, look)
}

function isWorthTelling({
  delimiter,
  quote,
  escape: escaper,
  lineEnd,
  isDetected,
}: PlannedDialect) {
  const isUsual = delimiter === ',' && quote === '"' && escaper === '"' && lineEnd !== 'mixed'
  return isDetected || !isUsual
}

const LINE_ENDS = { lf: 'LF', crlf: 'CRLF', mixed: 'LF and CRLF' } as const

/** `";" between fields, line ends CRLF (found out)`. */
function describeDialect(dialect: PlannedDialect): string {
  const { delimiter, quote, escape: escaper, lineEnd, isDetected } = dialect
  const parts = [
    `${delimiter === '\t' ? 'tab' : `"${delimiter}"`} between fields`,
    ...(quote === '"' ? [] : [quote === null ? 'no quotes' : `quote ${quote}`]),
    ...(escaper === quote ? [] : [`escape ${escaper}`]),
    `line ends ${LINE_ENDS[lineEnd]}`,
  ]
  return `${parts.join(', ')}${isDetected ? ' (found out)' : ''}`
}
