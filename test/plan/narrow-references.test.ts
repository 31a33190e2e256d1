import { describe, expect, it } from '@jest/globals'
import { findNarrowReferences } from '../../src/plan/narrow-references.js'
import type { PreparedColumn } from '../../src/plan/prepared-column.js'
import { buildPrepared, buildPreparedColumn } from './plan-builders.js'

const TO_USER = { kind: 'reference', owner: 'User', target: 'User' } as const

const FAR = { from: 1n, to: 2_147_483_648n }

describe('findNarrowReferences', () => {
  it('tells the column, its type and the key that is beyond', () => {
    const columns = [buildPreparedColumn('userId', { role: TO_USER })]

    const found = findNarrowReferences([buildPrepared('Post', { columns })], (model) =>
      model === 'User' ? FAR : null,
    )

    expect(found).toEqual([
      {
        table: { schema: 'public', table: 'Post' },
        column: 'userId',
        type: 'integer',
        limit: 2_147_483_647n,
        target: 'User',
        key: 2_147_483_648n,
      },
    ])
  })

  it.each<[string, Partial<PreparedColumn>, number]>([
    ['no integer', { role: TO_USER, highest: null }, 9],
    ['wide enough', { role: TO_USER, highest: 2n ** 63n - 1n }, 9],
    ['of a file without rows', { role: TO_USER }, 0],
    ['no reference', { role: { kind: 'copy' } }, 9],
    ['a reference to keys that are kept', { role: { ...TO_USER, owner: 'Other' } }, 9],
  ])('passes over a column that is %s', (_, column, estimatedRows) => {
    const columns = [buildPreparedColumn('userId', column)]

    const found = findNarrowReferences(
      [buildPrepared('Post', { columns, estimatedRows })],
      (model) => (model === 'User' ? FAR : null),
    )

    expect(found).toEqual([])
  })
})
