import { describe, expect, it } from '@jest/globals'
import type { ManifestColumn, ManifestModel } from '../../src/manifest/manifest.js'
import { matchHeaders } from '../../src/source/match-headers.js'

describe('matchHeaders', () => {
  const ORDER = buildModel({
    id: ['id'],
    customerId: ['customerId', 'customer_id'],
    placedAt: ['placedAt', 'placed_at'],
  })

  it('finds columns by field and by column name, whose case matters only if it has to', () => {
    const { columns, problems } = matchHeaders('o.csv', ['PLACED_AT', 'Id', 'customer_id'], ORDER)

    expect(problems).toEqual([])
    expect(columns.map(({ header, index, column }) => [header, index, column.field])).toEqual([
      ['PLACED_AT', 0, 'placedAt'],
      ['Id', 1, 'id'],
      ['customer_id', 2, 'customerId'],
    ])
  })

  it('takes the name of a field before the column of another', () => {
    const model = buildModel({ name: ['name', 'label'], label: ['label', 'name'] })

    const { columns, problems } = matchHeaders('o.csv', ['label', 'name'], model)

    expect(problems).toEqual([])
    expect(columns.map(({ column }) => column.field)).toEqual(['label', 'name'])
  })

  it('tells fields apart by case where it has to', () => {
    const model = buildModel({ a: ['a', 'x'], A: ['A', 'y'] })

    const { columns } = matchHeaders('o.csv', ['A', 'a'], model)

    expect(columns.map(({ column }) => column.field)).toEqual(['A', 'a'])
  })

  it('does not guess between two', () => {
    const model = buildModel({ aB: ['aB'], Ab: ['Ab'], c: ['c', 'same'], d: ['d', 'same'] })

    const { columns, problems } = matchHeaders('o.csv', ['AB', 'same'], model)

    expect(columns).toEqual([])
    expect(problems.map(({ code }) => code)).toEqual([
      'SOURCE.UNKNOWN_HEADER',
      'SOURCE.UNKNOWN_HEADER',
    ])
  })

  it('says where an unknown header stands, and what may be meant', () => {
    const { columns, problems } = matchHeaders('o.csv', ['id', 'custmerId'], ORDER)

    expect(columns).toHaveLength(1)
    expect(problems.map(({ message }) => message)).toEqual([
      'o.csv has a column that Order does not. Column 2 of line 1 is "custmerId", which is no field and no column of Order. Did you mean "customerId"? Rename the column, or remove it from the file.',
    ])
  })

  it('says that two headers mean the same', () => {
    const { problems } = matchHeaders('o.csv', ['placedAt', 'id', 'placed_at'], ORDER)

    expect(problems.map(({ message }) => message)).toEqual([
      'o.csv has a column twice. "placedAt" and "placed_at" of line 1 both mean the field "placedAt". Remove one of the two columns.',
    ])
  })

  it.each(['__proto__', 'constructor', 'toString', ''])('knows no header %j', (header) => {
    const { problems } = matchHeaders('o.csv', [header], ORDER)

    expect(problems.map(({ code }) => code)).toEqual(['SOURCE.UNKNOWN_HEADER'])
  })

  it.each(['__proto__', 'constructor'])('finds a field that is called %j', (header) => {
    const model = buildModel({ [`my ${header}`]: [header], id: ['id'] })

    const { columns } = matchHeaders('o.csv', [header], model)

    expect(columns.map(({ column }) => column.field)).toEqual([`my ${header}`])
  })
})

/** A model with these fields and the headers of each. */
function buildModel(fields: Readonly<Record<string, readonly string[]>>): ManifestModel {
  const columns = Object.entries(fields).map(
    ([field, headers]): ManifestColumn => ({
      field,
      column: headers.at(-1) ?? field,
      type: 'String',
      enum: null,
      nativeType: null,
      isList: false,
      isRequired: true,
      default: null,
      isUpdatedAt: false,
      isHidden: false,
      isSkipped: false,
      headers,
    }),
  )
  return {
    name: 'Order',
    kind: 'model',
    schema: null,
    table: 'Order',
    columns,
    primaryKey: null,
    uniques: [],
    businessKey: null,
    strategy: null,
    references: [],
    files: ['Order'],
  }
}
