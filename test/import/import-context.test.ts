import { describe, expect, it } from '@jest/globals'
import { withFileProgress } from '../../src/import/import-context.js'
import type { PreparedModel } from '../../src/plan/prepared-import.js'
import type { ProgressEvent } from '../../src/progress/progress.js'
import { buildFiles } from '../support/source-file.js'

const ORDER = {
  model: 'Order',
  source: { ...buildFiles('Order', 'in/o.csv'), bytes: 70 },
} as PreparedModel

describe('withFileProgress', () => {
  it('tells of the start, the progress and the end of a file', async () => {
    const events: ProgressEvent[] = []
    const context = { onProgress: (event: ProgressEvent) => events.push(event) }

    const result = await withFileProgress(context, 'load', ORDER, async (report) => {
      report(30, 2)
      report(70, 5)
      return { rows: 5, more: 'kept' }
    })

    expect(result).toEqual({ rows: 5, more: 'kept', seconds: expect.any(Number) })
    expect(events).toEqual([
      { type: 'file-start', phase: 'load', model: 'Order', file: 'in/o.csv', bytes: 70 },
      { type: 'file-progress', phase: 'load', model: 'Order', bytes: 30, rows: 2 },
      { type: 'file-progress', phase: 'load', model: 'Order', bytes: 70, rows: 5 },
      { type: 'file-end', phase: 'load', model: 'Order', rows: 5, seconds: result.seconds },
    ])
  })

  it('tells of no end when the work fails', async () => {
    const types: string[] = []
    const failure = new Error('no')

    const working = withFileProgress(
      { onProgress: ({ type }) => types.push(type) },
      'survey',
      ORDER,
      () => Promise.reject(failure),
    )

    await expect(working).rejects.toBe(failure)
    expect(types).toEqual(['file-start'])
  })
})
