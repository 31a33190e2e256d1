import { expect, it } from '@jest/globals'
import { ExitCode, exitCodeOf } from '../../src/cli/exit-code.js'
import { renderError, renderErrors } from '../../src/cli/render-error.js'
import { lookOf } from '../../src/cli/terminal.js'
import { ERROR_CODES, type ErrorCode } from '../../src/error/error-codes.js'
import type { ErrorReport } from '../../src/error/error-report.js'
import { recordStream } from './recorded-io.js'

const ROW_WIDTH: ErrorReport = {
  code: 'CSV.ROW_WIDTH',
  message: 'Order.csv has a row of the wrong width',
  why: 'Line 3 has 4 fields; the header names 5.',
  fix: 'Quote the fields that contain the delimiter, then import again: nothing was written.',
  meta: { line: 3 },
}

const PLAIN = lookOf(recordStream(), {})

it('says what happened, why and what to do', () => {
  expect(renderError(ROW_WIDTH, PLAIN)).toBe(`\
✖ Order.csv has a row of the wrong width (CSV.ROW_WIDTH)
  Line 3 has 4 fields; the header names 5.
  → Quote the fields that contain the delimiter, then import again: nothing was written.`)
})

it('fits a narrow terminal', () => {
  expect(renderError(ROW_WIDTH, { ...PLAIN, width: 40 })).toBe(`\
✖ Order.csv has a row of the wrong width
  (CSV.ROW_WIDTH)
  Line 3 has 4 fields; the header names
  5.
  → Quote the fields that contain the
    delimiter, then import again:
    nothing was written.`)
})

it('colours whole lines', () => {
  const report = { ...ROW_WIDTH, fix: 'Do.' }

  expect(renderError(report, lookOf(recordStream(80), {}))).toBe(`\
\u001b[31m✖ Order.csv has a row of the wrong width (CSV.ROW_WIDTH)\u001b[39m
  Line 3 has 4 fields; the header names 5.
\u001b[36m  → Do.\u001b[39m`)
})

it('keeps the lines of a reason and strips what could move the cursor', () => {
  const report = { ...ROW_WIDTH, message: 'a\u001b[2Jb', why: 'One:\n\ttwo.', fix: 'Do.' }

  expect(renderError(report, PLAIN)).toBe(`\
✖ a[2Jb (CSV.ROW_WIDTH)
  One:
   two.
  → Do.`)
})

it('lists errors below each other', () => {
  const report = { ...ROW_WIDTH, why: 'Why.', fix: 'Do.' }

  expect(renderErrors([report, report], PLAIN, '  ')).toBe(`\
  ✖ Order.csv has a row of the wrong width (CSV.ROW_WIDTH)
    Why.
    → Do.
  ✖ Order.csv has a row of the wrong width (CSV.ROW_WIDTH)
    Why.
    → Do.`)
})

it('says what else was found', () => {
  const other: ErrorReport = { ...ROW_WIDTH, message: 'Shop.csv is odd', why: 'Why.', fix: 'Do.' }

  expect(renderError({ ...other, meta: { alsoFound: [other, other] } }, PLAIN)).toBe(`\
✖ Shop.csv is odd (CSV.ROW_WIDTH)
  Why.
  → Do.

Also found
  ✖ Shop.csv is odd (CSV.ROW_WIDTH)
    Why.
    → Do.
  ✖ Shop.csv is odd (CSV.ROW_WIDTH)
    Why.
    → Do.`)
})

it('exits with 2 for every failure but those with a code of their own', () => {
  const codes = Object.keys(ERROR_CODES) as ErrorCode[]
  const others = codes.filter((code) => exitCodeOf(code) !== ExitCode.CouldNotRun)

  expect(others.map((code) => [code, exitCodeOf(code)])).toEqual([
    ['EXPORT.INTERRUPTED', 3],
    ['EXPORT.ROW_COUNT', 4],
    ['IMPORT.CHECK_FAILED', 4],
    ['IMPORT.INTERRUPTED', 3],
    ['IMPORT.STOPPED', 4],
    ['IMPORT.TOO_MANY_REJECTS', 4],
    ['LOAD.ROW_COUNT', 4],
    ['ROLLBACK.INTERRUPTED', 3],
    ['ROLLBACK.ROW_COUNT', 4],
    ['VERIFY.INTERRUPTED', 3],
  ])
})
