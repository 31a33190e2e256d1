import { inspect } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import { buildErrorReport } from '../../src/error/error-report.js'
import { asGyroError, GyroError, isGyroError } from '../../src/error/gyro-error.js'
import { InternalError } from '../../src/error/internal-error.js'

const DETAILS = { why: 'Line 2 is short.', fix: 'Complete it.', meta: { line: 2 } }

describe('GyroError', () => {
  it('says in one message what happened, why, and what to do', () => {
    const cause = new Error('first')

    const error = new GyroError('CSV.ROW_WIDTH', 'a.csv has a short row', { ...DETAILS, cause })

    expect(error.message).toBe('a.csv has a short row. Line 2 is short. Complete it.')
    expect(error.cause).toBe(cause)
    expect(String(error)).toMatch(/^GyroError: a\.csv has/)
    expect(inspect(error)).toMatch(/code: 'CSV\.ROW_WIDTH'/)
  })
})

describe('isGyroError', () => {
  it.each<[unknown, boolean]>([
    [new GyroError('CSV.ROW_WIDTH', 's', DETAILS), true],
    // Of the other build of the library.
    [Object.assign(new Error(), { name: 'GyroError', code: 'CSV.ROW_WIDTH' }), true],
    [Object.assign(new Error(), { name: 'GyroError' }), false],
    [new InternalError('bug'), false],
    [{ name: 'GyroError', code: 'CSV.ROW_WIDTH' }, false],
    [null, false],
  ])('knows %s: %s', (value, isOne) => {
    expect(isGyroError(value)).toBe(isOne)
  })
})

describe('asGyroError', () => {
  it('lets a bug through as what it is', () => {
    const bug = new TypeError('a bug')
    const error = new GyroError('CSV.ROW_WIDTH', 's', DETAILS)

    expect(asGyroError(error)).toBe(error)
    expect(() => asGyroError(bug)).toThrow(bug)
  })
})

describe('buildErrorReport', () => {
  it('is what programs read', () => {
    const report = buildErrorReport(
      new GyroError('CSV.ROW_WIDTH', 'a.csv has a short row', DETAILS),
    )

    expect(report).toEqual({
      code: 'CSV.ROW_WIDTH',
      message: 'a.csv has a short row',
      why: 'Line 2 is short.',
      fix: 'Complete it.',
      meta: { line: 2 },
    })
  })

  it('has no facts where there are none', () => {
    const error = new GyroError('IMPORT.INTERRUPTED', 's', { why: 'w', fix: 'f' })

    expect(buildErrorReport(error).meta).toEqual({})
  })
})
