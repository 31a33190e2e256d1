import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { ImportOptions } from '../../src/import/import-options.js'
import { resolveImportOptions } from '../../src/import/resolve-import-options.js'
import type { Manifest } from '../../src/manifest/manifest.js'
import { buildModel } from '../plan/plan-builders.js'

const MANIFEST = {
  version: 1,
  models: [
    buildModel('Customer', { fields: ['id'] }),
    buildModel('Order', { fields: ['id', 'total'] }),
  ],
  enums: [],
} as unknown as Manifest

describe('resolveImportOptions', () => {
  it('fills in defaults', () => {
    const options = resolveImportOptions(MANIFEST, { from: 'out/export' })

    expect(options).toMatchObject({
      source: {
        kind: 'folder',
        folder: 'out/export',
        options: {
          ignoreUnknown: false,
          followSymlinks: false,
          maxInflated: { ratio: 50, bytes: 100e9 },
        },
      },
      models: null,
      csv: {},
      batchName: 'export',
    })
    expect(options.strategyOf('Order')).toBe('sequential')
    expect(options.onProgress({ type: 'phase', phase: 'plan' })).toBeUndefined()
    expect(options.signal.aborted).toBe(false)
    expect(Object.isFrozen(options)).toBe(true)
  })

  it('names the batch after the folder, also after the current one', () => {
    const { batchName } = resolveImportOptions(MANIFEST, { from: '.' })

    expect(batchName).toBe(path.basename(process.cwd()))
  })

  it('takes what is given', () => {
    const onProgress = () => {}
    const { signal } = new AbortController()

    const options = resolveImportOptions(MANIFEST, {
      from: 'a',
      models: ['Order', 'Order'],
      strategy: { Order: 'none' },
      csv: { delimiter: ';', null: 'NULL' },
      batchName: 'b',
      onProgress,
      signal,
    })

    expect(options).toMatchObject({ models: ['Order'], batchName: 'b', onProgress, signal })
    expect(options.strategyOf('Order')).toBe('none')
    expect(options.strategyOf('Customer')).toBe('sequential')
    expect(options.csv).toEqual({ delimiter: ';', null: 'NULL' })
  })

  it('takes one strategy for all', () => {
    const { strategyOf } = resolveImportOptions(MANIFEST, { from: 'a', strategy: 'none' })

    expect(strategyOf('Customer')).toBe('none')
  })

  it.each<[object, string]>([
    [
      {},
      'The option "from" has a wrong value. It takes the path of a folder, or a stream of bytes, but got undefined. Correct "from".',
    ],
    [
      { from: 7 },
      'The option "from" has a wrong value. It takes the path of a folder, or a stream of bytes, but got 7. Correct "from".',
    ],
    [
      { from: 'a', models: [] },
      'The option "models" has a wrong value. It takes a list of at least one model, but got []. Correct "models".',
    ],
    [
      { from: 'a', signl: 1 },
      'There is no option "signl". The options are from, url, models, strategy, csv, csv.delimiter, csv.quote, csv.escape, csv.null, map, ignoreColumns, headers, ignoreUnknown, followSymlinks, maxInflated, allowSpecial, batchName, onProgress, signal. Did you mean "signal"? Remove or rename the option.',
    ],
    [
      { from: 'a', strategy: 'hash' },
      'There is no strategy "hash". The option "strategy" takes one of sequential, none. Choose one of these.',
    ],
    [
      { from: 'a', strategy: { Order: 'nome' } },
      'There is no strategy "nome". The option "strategy.Order" takes one of sequential, none. Did you mean "none"? Choose one of these.',
    ],
    [
      { from: 'a', strategy: { Ordr: 'none' } },
      'There is no model "Ordr". The option "strategy" names it, but the manifest does not have it. Did you mean "Order"? Correct the name; after a change of the schema run npx prisma generate.',
    ],
    [
      { from: 'a', models: ['toString'] },
      'There is no model "toString". The option "models" names it, but the manifest does not have it. Correct the name; after a change of the schema run npx prisma generate.',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => resolveImportOptions(MANIFEST, options as ImportOptions)).toThrow(message)
  })
})
