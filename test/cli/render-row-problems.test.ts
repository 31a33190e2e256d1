import { expect, it } from '@jest/globals'
import picocolors from 'picocolors'
import { renderRowProblems } from '../../src/cli/render-row-problems.js'
import type { RowProblemKind } from '../../src/index.js'

const PLAIN = { colors: picocolors.createColors(false), width: Number.POSITIVE_INFINITY }

const KIND: RowProblemKind = {
  model: 'Order',
  code: 'VALUES.TOO_LONG',
  column: 'note',
  count: 1204,
  reason: 'The text has 9 characters.',
  examples: [
    { file: 'in/Order.csv', line: 3 },
    { file: 'in/Order.csv', line: 8 },
  ],
}

it('says nothing where rows were not looked at, and that all is well where it is', () => {
  expect(renderRowProblems(null, PLAIN)).toBeNull()
  expect(renderRowProblems({ rows: 1204, total: 0, byKind: [], all: [] }, PLAIN)).toBe(
    '✔ 1 204 rows looked at: none stands against the import.',
  )
})

it('shows what is wrong, how often and where', () => {
  const width: RowProblemKind = { ...KIND, code: 'CSV.ROW_WIDTH', column: null, count: 2 }
  const problems = { rows: 3000, total: 1206, byKind: [KIND, width], all: [] }

  expect(renderRowProblems(problems, PLAIN)).toBe(`\
Bad rows: 1 206 rows of 3 000 rows
  ✖ Order.note: 1 204 rows (VALUES.TOO_LONG)
    The text has 9 characters.
    in/Order.csv:3, in/Order.csv:8, …
  ✖ Order: 2 rows (CSV.ROW_WIDTH)
    The text has 9 characters.
    in/Order.csv:3, in/Order.csv:8`)
})

it.each([
  [20, 60],
  [21, 61],
  [1000, 61],
])('shows the 20 most frequent of %i kinds', (kinds, lines) => {
  const byKind = Array.from({ length: kinds }, () => KIND)

  const text = renderRowProblems({ rows: 9, total: 9, byKind, all: [] }, PLAIN) ?? ''

  expect(text.split('\n').slice(1)).toHaveLength(lines)
  if (kinds === 1000) expect(text).toMatch(/\n {2}… and 980 more kinds: --json shows all$/)
})
