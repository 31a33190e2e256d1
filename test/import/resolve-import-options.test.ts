import path from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import type { ImportOptions } from '../../src/import/import-options.js'
import { resolveImportOptions } from '../../src/import/resolve-import-options.js'
import type { Manifest } from '../../src/manifest/manifest.js'
import { buildModel, reference } from '../plan/plan-builders.js'

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
      fkMode: 'auto',
      csv: {},
      batchName: 'export',
      check: false,
      badRows: null,
      checksRows: false,
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

  it('takes a mode for foreign keys, and suggests the nearest', () => {
    const { fkMode } = resolveImportOptions(MANIFEST, { from: 'a', fkMode: 'rebuild' })

    expect(fkMode).toBe('rebuild')
    expect(() => resolveImportOptions(MANIFEST, { from: 'a', fkMode: 'rebild' as 'auto' })).toThrow(
      expect.objectContaining({
        code: 'IMPORT.INVALID_OPTION',
        message:
          'There is no mode "rebild" for foreign keys. The option "fkMode" takes one of auto, checked, rebuild, deferred, replica. Did you mean "rebuild"? Choose one of these.',
      }),
    )
  })

  it('takes one strategy for all', () => {
    const { strategyOf } = resolveImportOptions(MANIFEST, { from: 'a', strategy: 'none' })

    expect(strategyOf('Customer')).toBe('none')
  })

  it('takes what the schema says of a model before what is said for all', () => {
    const inSchema = {
      ...MANIFEST,
      models: MANIFEST.models.map((model) => ({ ...model, strategy: 'none' as const })),
    }

    const strategies = [undefined, 'sequential', { Order: 'sequential' }] as const
    const chosen = strategies.map((strategy) => {
      const { strategyOf } = resolveImportOptions(inSchema, {
        from: 'a',
        ...(strategy && { strategy }),
      })
      return [strategyOf('Order'), strategyOf('Customer')]
    })

    expect(chosen).toEqual([
      ['none', 'none'],
      ['none', 'none'],
      ['sequential', 'none'],
    ])
  })

  it('takes what is said of files and their headers', () => {
    const { source, columns } = resolveImportOptions(MANIFEST, {
      from: 'a',
      csv: { delimiter: 'auto', quote: "'" },
      map: { Order: { sum: 'total' } },
      ignoreColumns: ['x'],
      headers: { Order: ['id', 'sum'] },
      ignoreUnknown: true,
      followSymlinks: true,
      maxInflated: { bytes: 5 },
    })

    expect(source).toMatchObject({
      options: {
        ignoreUnknown: true,
        followSymlinks: true,
        maxInflated: { ratio: Number.POSITIVE_INFINITY, bytes: 5 },
      },
    })
    expect(columns).toEqual({
      map: new Map([['Order', new Map([['sum', 'total']])]]),
      ignored: ['x'],
      headers: new Map([['Order', ['id', 'sum']]]),
    })
  })

  it('takes rows of the models that are imported', () => {
    const input = new Set([{ id: 1 }])

    const { source, batchName } = resolveImportOptions(MANIFEST, {
      rows: { Customer: [], Order: input },
      models: ['Order'],
    })

    expect(source).toEqual({ kind: 'rows', rows: [{ model: MANIFEST.models[1], input }] })
    expect(batchName).toBe('rows')
  })

  it('takes a stream of one model, with its columns', () => {
    const from = Readable.from(['1\n'])

    const options = resolveImportOptions(MANIFEST, { from, models: ['Order'], headers: ['id'] })

    expect(options.source).toEqual({ kind: 'stream', input: from, model: MANIFEST.models[1] })
    expect(options.batchName).toBe('stdin')
    expect(options.columns.headers).toEqual(new Map([['Order', ['id']]]))
  })

  it.each<[ImportOptions['maxInflated'], number, number]>([
    ['200x', 200, Number.POSITIVE_INFINITY],
    ['1.5 X', 1.5, Number.POSITIVE_INFINITY],
    ['10GB', Number.POSITIVE_INFINITY, 10e9],
    ['500b', Number.POSITIVE_INFINITY, 500],
    [{ ratio: 3 }, 3, Number.POSITIVE_INFINITY],
    [{ ratio: 3, bytes: 9 }, 3, 9],
  ])('reads %j as a limit of what an archive may become', (maxInflated, ratio, bytes) => {
    const { source } = resolveImportOptions(MANIFEST, {
      from: 'a',
      ...(maxInflated && { maxInflated }),
    })

    expect(source).toMatchObject({ options: { maxInflated: { ratio, bytes } } })
  })

  it.each<[object, string]>([
    [{ ignoreUnknown: 1 }, 'It takes true or false, but got 1.'],
    [{ followSymlinks: 'no' }, 'It takes true or false, but got "no".'],
    [{ maxInflated: '10' }, 'such as "10GB", but got "10".'],
    [{ maxInflated: {} }, 'such as "10GB", but got {}.'],
    [{ maxInflated: { ratio: 0 } }, 'but got {"ratio":0}.'],
    [{ maxInflated: { ratoi: 2, bytes: 3 } }, 'but got {"ratoi":2,"bytes":3}.'],
    [{ ignoreColumns: 'a' }, 'It takes a list of header cells, but got "a".'],
    [{ ignoreColumns: [1] }, 'It takes a list of header cells, but got [1].'],
    [
      { map: [] },
      'The option "map" has a wrong value. It takes an object with a property per model',
    ],
    [{ map: { Order: null } }, 'The option "map.Order" has a wrong value.'],
    [{ map: { Ordr: {} } }, 'There is no model "Ordr". The option "map" names it'],
    [
      { map: { Order: { x: 'totl' } } },
      'There is no field "totl". The option "map.Order" takes the fields id, total. Did you mean "total"? Choose one of these.',
    ],
    [
      { headers: { Order: [] } },
      'The option "headers.Order" has a wrong value. It takes a list of column names',
    ],
    [{ headers: { Order: [1] } }, 'The option "headers.Order" has a wrong value.'],
    [{ headers: { Ordr: ['id'] } }, 'There is no model "Ordr". The option "headers" names it'],
    [{ headers: ['id'] }, 'It takes a list per model, unless "models" names a single one'],
    [{ headers: ['id'], models: ['Order', 'Customer'] }, 'unless "models" names a single one'],
    [{ headers: 'id' }, 'The option "headers" has a wrong value.'],
    [{ from: Readable.from([]) }, 'It takes exactly one model where "from" is a stream'],
    [{ from: Readable.from([]), models: ['Order', 'Customer'] }, 'exactly one model'],
    [{ from: null }, 'It takes the path of a folder, or a stream of bytes, but got null.'],
    [{ csv: { delimiter: 'auto', quote: 'x"' } }, 'The CSV option "quote" cannot be used.'],
    [{ csv: { delimiter: ';', null: ';' } }, 'The CSV option "null" cannot be used.'],
  ])('refuses %j', (options, message) => {
    expect(() =>
      resolveImportOptions(MANIFEST, { from: 'a', ...options } as ImportOptions),
    ).toThrow(message)
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
      'There is no option "signl". The options are from, rows, url, client, schema, models, strategy, pin, onConflict, missingReference, truncate, allowRemote, fkMode, useCopy, csv, csv.delimiter, csv.quote, csv.escape, csv.null, map, ignoreColumns, headers, ignoreUnknown, followSymlinks, maxInflated, allowSpecial, transform, validate, check, onBadRow, maxRejects, rejects, safeCells, history, commit, batchSize, batchName, onProgress, signal. Did you mean "signal"? Remove or rename the option.',
    ],
    [
      { from: 'a', check: 'yes' },
      'The option "check" has a wrong value. It takes true or false, but got "yes".',
    ],
    [
      { from: 'a', allowSpecial: 'yes' },
      'The option "allowSpecial" has a wrong value. It takes true or false, but got "yes".',
    ],
    [
      { from: 'a', strategy: 'serial' },
      'There is no strategy "serial". The option "strategy" takes one of sequential, hash, fresh, match, none. Choose one of these.',
    ],
    [
      { from: 'a', strategy: { Order: 'nome' } },
      'There is no strategy "nome". The option "strategy.Order" takes one of sequential, hash, fresh, match, none, or an object with the function mapKeys. Did you mean "none"? Choose one of these.',
    ],
    [
      { from: 'a', strategy: { Ordr: 'none' } },
      'There is no model "Ordr". The option "strategy" names it, but the manifest does not have it. Did you mean "Order"? Correct the name; after a change of the schema run npx prisma generate.',
    ],
    [
      { from: 'a', models: ['toString'] },
      'There is no model "toString". The option "models" names it, but the manifest does not have it. Correct the name; after a change of the schema run npx prisma generate.',
    ],
    [
      { from: 'a', rows: { Order: [] } },
      '"from" and "rows" exclude each other. The option "from" is about files; with "rows" there are none. Give one of the two.',
    ],
    [{ rows: { Order: [] }, map: {} }, '"map" and "rows" exclude each other'],
    [{ rows: [] }, 'It takes an object with the rows of each model, but got "object".'],
    [{ rows: 1 }, 'It takes an object with the rows of each model, but got "number".'],
    [{ rows: null }, 'It takes an object with the rows of each model'],
    [{ rows: {} }, 'It takes the rows of at least one model'],
    [{ rows: { Ordr: [] } }, 'Did you mean "Order"?'],
    [{ rows: { Order: 'id' } }, 'It takes an array or another iterable of rows, but got "string".'],
    [{ rows: { Order: null } }, 'It takes an array or another iterable of rows'],
    [{ rows: { Order: { id: 1 } } }, 'It takes an array or another iterable of rows'],
    [{ from: 'a', useCopy: 'no' }, 'It takes true or false, but got "no".'],
    [{ from: 'a', history: 'no' }, 'It takes true or false, but got "no".'],
    [{ from: 'a', commit: 'often' }, `It takes 'once' or 'chunk', but got "often".`],
    [{ from: 'a', commit: 'chunk', batchSize: 0 }, 'It takes a whole number of rows, 1 or more'],
    [{ from: 'a', commit: 'chunk', batchSize: '9' }, 'It takes a whole number of rows, 1 or more'],
    [
      { from: 'a', batchSize: 9 },
      '"batchSize" and "commit" contradict each other. Without chunks all rows are committed at once. Leave one of them out.',
    ],
    [
      { from: 'a', commit: 'chunk', history: false },
      '"commit" and "history" contradict each other',
    ],
    [{ rows: { Order: [] }, commit: 'chunk' }, '"commit" and "from" contradict each other'],
    [{ from: 'a', commit: 'chunk', client: {} }, '"commit" and "client" contradict each other'],
    [{ from: 'a', commit: 'chunk', validate: {} }, '"commit" and "validate" contradict'],
    [{ from: 'a', commit: 'chunk', transform: {} }, '"commit" and "transform" contradict'],
    [{ from: 'a', commit: 'chunk', truncate: true }, '"commit" and "truncate" contradict'],
    [{ from: 'a', commit: 'chunk', fkMode: 'rebuild' }, '"commit" and "fkMode" contradict'],
  ])('refuses %j', (options, message) => {
    expect(() => resolveImportOptions(MANIFEST, options as ImportOptions)).toThrow(message)
  })
})

describe('the option commit', () => {
  const resolve = (options: Partial<ImportOptions>) =>
    resolveImportOptions(MANIFEST, { from: '.', ...options })

  it('has chunks keep constraints in place', () => {
    const once = { commit: 'once', fkMode: 'auto' }
    expect(resolve({})).toMatchObject(once)
    expect(resolve({ commit: 'once' })).toMatchObject(once)
    const chunk = { commit: 'chunk', batchSize: 100_000, fkMode: 'checked' }
    expect(resolve({ commit: 'chunk' })).toMatchObject(chunk)
    const small = { commit: 'chunk', batchSize: 7, fkMode: 'checked' } as const
    expect(resolve(small)).toMatchObject(small)
  })
})

describe('the option onConflict', () => {
  const resolve = (onConflict: unknown, pin = {}) =>
    resolveImportOptions(MANIFEST, { from: '.', pin, onConflict } as ImportOptions).policyOf

  it('is for all models, for others, or for one', () => {
    const none = { on: null, columns: null }
    const policyOf = resolve({
      '*': 'skip',
      Order: { action: 'update', on: ['id', 'id'], columns: ['total'] },
    })

    expect(resolve(undefined)('Order')).toEqual({ action: 'error', ...none, isForAll: true })
    expect(resolve('update')('Order')).toEqual({ action: 'update', ...none, isForAll: true })
    expect(resolve({ Order: 'skip' })('Order')).toEqual({
      action: 'skip',
      ...none,
      isForAll: false,
    })
    expect(policyOf('Customer')).toEqual({ action: 'skip', ...none, isForAll: true })
    expect(policyOf('Order')).toEqual({
      action: 'update',
      on: ['id'],
      columns: ['total'],
      isForAll: false,
    })
  })

  it('is not about models that are pinned', () => {
    expect(resolve('skip', { Order: 1 })('Order').action).toBe('error')
    expect(() => resolve({ Order: 'skip' }, { Order: 1 })).toThrow(
      '"onConflict.Order" and "pin.Order" contradict each other. No row of a pinned model is loaded.',
    )
  })

  it.each([
    ['upsert', 'The option "onConflict" has a wrong value'],
    [null, 'The option "onConflict" has a wrong value'],
    [{ '*': 'x' }, 'The option "onConflict.*" has a wrong value'],
    [{ Order: 3 }, 'The option "onConflict.Order" has a wrong value'],
    [{ Order: { on: ['id'] } }, 'The option "onConflict.Order.action" has a wrong value'],
    [{ Order: { action: 'skip', on: [] } }, 'a list of at least one field'],
    [{ Order: { action: 'skip', on: 'id' } }, 'a list of at least one field'],
    [{ Order: { action: 'skip', on: ['x'] } }, 'There is no field "x"'],
    [{ Order: { action: 'skip', columns: ['total'] } }, '"columns" beside the action update only'],
    [{ Order: { action: 'error', on: ['id'] } }, 'The option "onConflict.Order" has a wrong value'],
    [{ Order: { action: 'skip', by: 1 } }, 'The option "onConflict.Order" has a wrong value'],
    [{ Ordr: 'skip' }, 'There is no model "Ordr"'],
  ])('refuses %j', (onConflict, message) => {
    expect(() => resolve(onConflict)).toThrow(message)
  })
})

describe('the option missingReference', () => {
  const resolve = (missingReference: unknown, pin = {}) =>
    resolveImportOptions(SHOP, { from: '.', pin, missingReference } as ImportOptions)
  const SHOP = {
    ...MANIFEST,
    models: [
      ...MANIFEST.models,
      buildModel('Item', {
        fields: ['id', 'orderId', 'sentTo'],
        references: [
          reference('order: orderId -> Order.id'),
          reference('to: sentTo -> Customer.id'),
        ],
      }),
    ],
  }

  it('is for all references, for those of a model, or for one', () => {
    const { askedPolicies } = resolve({
      '*': 'keep',
      Order: 'fail',
      Item: { '*': 'null', order: 'reject' },
    })

    expect(askedPolicies('Customer', 'any')).toBe('keep')
    expect(askedPolicies('Order', 'any')).toBe('fail')
    expect(askedPolicies('Item', 'to')).toBe('null')
    expect(askedPolicies('Item', 'order')).toBe('reject')
    expect(resolve('keep').askedPolicies('Item', 'to')).toBe('keep')
    expect(resolve({ Item: { to: 'keep' } }).askedPolicies('Item', 'order')).toBeNull()
    expect(resolve(undefined).askedPolicies('Item', 'order')).toBeNull()
  })

  it('knows whether rows are rejected', () => {
    const asked = [undefined, 'keep', 'reject', { Item: 'reject' }, { Item: { to: 'reject' } }]

    expect(asked.map((policy) => resolve(policy).rejectsMissing)).toEqual([
      ...[false, false],
      ...[true, true, true],
    ])
  })

  it.each([
    [
      'kep',
      'There is no policy "kep" for missing rows. The option "missingReference" takes one of fail, keep, null, reject. Did you mean "keep"? Choose one of these.',
    ],
    [null, 'There is no policy "null" for missing rows'],
    [{ '*': 1 }, 'The option "missingReference.*" takes one of'],
    [{ Item: null }, 'The option "missingReference.Item" takes one of'],
    [{ Item: { to: 'x' } }, 'The option "missingReference.Item.to" takes one of'],
    [{ Itm: 'keep' }, 'There is no model "Itm"'],
    [
      { Item: { oder: 'keep' } },
      'There is no reference "oder". The option "missingReference.Item" takes the references of its model, which has order, to. Did you mean "order"? Write the field of the relation, such as customer, or leave it out.',
    ],
    [{ Order: { to: 'keep' } }, 'takes the references of its model, which has none.'],
  ])('refuses %j', (missingReference, message) => {
    expect(() => resolve(missingReference)).toThrow(message)
  })

  it('is not about models that are pinned, nor about what refers to them', () => {
    expect(() => resolve({ Item: 'keep' }, { Item: 1 })).toThrow(
      '"missingReference.Item" and "pin.Item" contradict each other. No row of a pinned model is loaded.',
    )
    expect(() => resolve({ Item: { order: 'keep' } }, { Order: 1 })).toThrow(
      '"missingReference.Item.order" and "pin.Order" contradict each other. Every row that refers to Order gets the row that is pinned.',
    )
    expect(resolve('keep', { Order: 1 }).askedPolicies('Item', 'order')).toBe('keep')
  })
})
