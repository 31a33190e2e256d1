import { describe, expect, it } from '@jest/globals'
import { pickKey } from '../../src/plan/pick-key.js'
import {
  buildCatalog,
  buildLiveColumn,
  buildModel,
  buildSource,
  buildTable,
  reference,
  SEQUENCE,
} from './plan-builders.js'

const ORDER = buildModel('Order', { fields: ['note', 'id'], primaryKey: ['id'] })

describe('pickKey', () => {
  it('is the integer that is the key alone, with or without a sequence', () => {
    const id = buildLiveColumn('id', { sequence: SEQUENCE })
    const withSequence = buildTable(ORDER, { columns: [buildLiveColumn('note'), id] })

    expect(pickKey(buildSource(ORDER), buildCatalog(withSequence))).toEqual({
      field: 'id',
      key: {
        kind: 'reserved',
        column: 'id',
        index: 1,
        header: 'id',
        highest: 2147483647n,
        sequence: SEQUENCE,
        isReadable: true,
        mayRepeat: false,
      },
    })
    expect(pickKey(buildSource(ORDER), buildCatalog(buildTable(ORDER)))?.key).toMatchObject({
      sequence: null,
    })
  })

  it('is none when keys are kept', () => {
    const source = buildSource(ORDER, { strategy: 'none' })

    expect(pickKey(source, buildCatalog(buildTable(ORDER)))).toBeNull()
  })

  it('is none when the key is of another type', () => {
    const columns = [buildLiveColumn('id', { type: 'uuid', highest: null })]

    expect(pickKey(buildSource(ORDER), buildCatalog(buildTable(ORDER, { columns })))).toBeNull()
  })

  it.each(['fresh', 'match', 'hash', 'custom'] as const)(
    'is none under %s when keys of its type cannot be looked up',
    (strategy) => {
      const valueType = { name: 'numeric', isArray: false, modifier: -1, labels: null }
      const columns = [buildLiveColumn('id', { valueType, highest: null })]
      const source = buildSource({ ...ORDER, businessKey: ['note'] }, { strategy })

      expect(pickKey(source, buildCatalog(buildTable(ORDER, { columns })))).toBeNull()
    },
  )

  it('is none when the file leaves it to the database', () => {
    const source = buildSource(ORDER, { columns: [] })

    expect(pickKey(source, buildCatalog(buildTable(ORDER)))).toBeNull()
  })

  it('is none when the database lacks the column or the table', () => {
    const empty = buildTable(ORDER, { columns: [] })

    expect(pickKey(buildSource(ORDER), buildCatalog(empty))).toBeNull()
    expect(pickKey(buildSource(ORDER), buildCatalog())).toBeNull()
  })

  it('is none when the key is a reference', () => {
    const profile = buildModel('Profile', {
      fields: ['userId'],
      references: [reference('user: userId -> User.id')],
    })

    expect(pickKey(buildSource(profile), buildCatalog(buildTable(profile)))).toBeNull()
  })

  it('is the part of a composite key that a sequence numbers', () => {
    const model = buildModel('Line', {
      fields: ['orderId', 'year', 'id'],
      primaryKey: ['orderId', 'year', 'id'],
      references: [reference('order: orderId -> Order.id')],
    })
    const columns = [
      buildLiveColumn('orderId', { sequence: SEQUENCE }),
      buildLiveColumn('year'),
      buildLiveColumn('id', { sequence: SEQUENCE }),
    ]

    const picked = pickKey(buildSource(model), buildCatalog(buildTable(model, { columns })))

    expect(picked).toMatchObject({ field: 'id', key: { index: 2, mayRepeat: true } })
    expect(pickKey(buildSource(model), buildCatalog(buildTable(model)))).toBeNull()
  })

  it('is the first unique that no row may lack where there is no primary key', () => {
    const model = buildModel('Coin', {
      fields: ['nick?', 'number'],
      primaryKey: null,
      uniques: [['nick'], ['nick', 'number'], ['number']],
      businessKey: null,
      strategy: null,
    })
    const nameless = { ...model, uniques: [] }

    expect(pickKey(buildSource(model), buildCatalog(buildTable(model)))?.field).toBe('number')
    expect(pickKey(buildSource(nameless), buildCatalog(buildTable(model)))).toBeNull()
  })
})
