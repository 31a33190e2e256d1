import type { Row } from './conformance-case.js'

/** What became of a file: the rows behind its header as they are stored, or why there are none. */
export type Outcome =
  | { readonly rows: readonly Row[] }
  /** A code of ours, or an SQLSTATE. */
  | { readonly refused: string }

/** An outcome beside what the writer of the file meant. */
export type Judgement =
  | 'same rows'
  | 'refused'
  | 'rows lost'
  | 'rows joined'
  | 'rows too many'
  | 'other values'
  /** Somebody has to guess, and did. */
  | 'guessed'

export const JUDGEMENTS: readonly Judgement[] = [
  'same rows',
  'refused',
  'rows lost',
  'rows joined',
  'rows too many',
  'other values',
  'guessed',
]

/** @param meant The rows behind the header; null where nobody knows. */
export function judge(outcome: Outcome, meant: readonly Row[] | null): Judgement {
  if ('refused' in outcome) {
    return 'refused'
  }
  if (meant === null) {
    return 'guessed'
  }
  const { rows } = outcome
  if (rows.length > meant.length) {
    return 'rows too many'
  }
  if (rows.length < meant.length) {
    return holdsForeignLineBreak(rows, meant) ? 'rows joined' : 'rows lost'
  }
  return JSON.stringify(rows) === JSON.stringify(meant) ? 'same rows' : 'other values'
}

/** Whether a line break is in a field that is none of those meant: it should have ended a row. */
function holdsForeignLineBreak(rows: readonly Row[], meant: readonly Row[]): boolean {
  const known = new Set(meant.flat())
  return rows.flat().some((field) => field !== null && /[\r\n]/.test(field) && !known.has(field))
}
