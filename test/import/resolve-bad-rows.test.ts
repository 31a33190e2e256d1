import { describe, expect, it } from '@jest/globals'
import type { ImportOptions } from '../../src/import/import-options.js'
import { exceeds, type RejectLimit, resolveBadRows } from '../../src/import/resolve-bad-rows.js'

const FROM = { from: 'in/export' }

describe('resolveBadRows', () => {
  it('gives nothing where a bad row fails the import', () => {
    expect(resolveBadRows(FROM)).toBeNull()
    expect(resolveBadRows({ ...FROM, onBadRow: 'fail', safeCells: false })).toBeNull()
  })

  it.each<[Partial<ImportOptions>, object]>([
    [{}, { folder: null, isSafe: false, limit: { kind: 'rows', rows: Number.POSITIVE_INFINITY } }],
    [{ maxRejects: 100 }, { limit: { kind: 'rows', rows: 100 } }],
    [{ maxRejects: '0' }, { limit: { kind: 'rows', rows: 0 } }],
    [{ maxRejects: '2.5%' }, { limit: { kind: 'share', percent: 2.5 } }],
    [
      { rejects: 'in/bad', safeCells: true },
      { folder: 'in/bad', isSafe: true },
    ],
    [{ rejects: 'in/export-bad' }, { folder: 'in/export-bad' }],
    [{ rejects: '.' }, { folder: '.' }],
    [{ from: [] as never, rejects: 'in' }, { folder: 'in' }],
  ])('takes %j', (options, expected) => {
    expect(resolveBadRows({ ...FROM, onBadRow: 'reject', ...options })).toMatchObject(expected)
  })

  it.each<[object, string]>([
    [{ onBadRow: 'skip' }, 'onBadRow'],
    [{ onBadRow: 'reject', maxRejects: '1.5' }, 'maxRejects'],
    [{ onBadRow: 'reject', maxRejects: '101%' }, 'maxRejects'],
    [{ onBadRow: 'reject', maxRejects: -1 }, 'maxRejects'],
    [{ onBadRow: 'reject', maxRejects: 'many' }, 'maxRejects'],
    [{ onBadRow: 'reject', rejects: '' }, 'rejects'],
    [{ onBadRow: 'reject', rejects: 7 }, 'rejects'],
    [{ onBadRow: 'reject', rejects: 'in/export' }, 'rejects'],
    [{ onBadRow: 'reject', rejects: 'in/export/..bad' }, 'rejects'],
    [{ onBadRow: 'reject', safeCells: 'yes' }, 'safeCells'],
    [{ maxRejects: 5 }, 'maxRejects'],
    [{ rejects: 'bad' }, 'rejects'],
    [{ safeCells: true }, 'safeCells'],
  ])('refuses %j', (options, option) => {
    expect(() => resolveBadRows({ ...FROM, ...options } as ImportOptions)).toThrow(
      expect.objectContaining({
        code: 'IMPORT.INVALID_OPTION',
        details: expect.objectContaining({ meta: expect.objectContaining({ option }) }),
      }),
    )
  })
})

it.each<[RejectLimit, number, boolean]>([
  [{ kind: 'rows', rows: 2 }, 2, false],
  [{ kind: 'rows', rows: 2 }, 3, true],
  [{ kind: 'share', percent: 1 }, 10, false],
  [{ kind: 'share', percent: 1 }, 11, true],
  [{ kind: 'share', percent: 0 }, 1, true],
])('knows whether %j of 1000 rows is exceeded by %i', (limit, rejected, isExceeded) => {
  expect(exceeds(limit, { rejected, rows: 1000 })).toBe(isExceeded)
})
