import { describe, expect, it } from '@jest/globals'
import { valueTypeOf } from '../../src/plan/value-type.js'
import { readCatalog } from '../../src/postgres/catalog.js'
import type { ValueType } from '../../src/values/value-rule.js'
import { itSince } from '../support/since.js'
import { withTestDatabase } from '../support/test-database.js'

const PLAIN = { isArray: false, maxLength: null, scale: null, enum: null }

describe('valueTypeOf', () => {
  it.each([
    ['text', { ...PLAIN, base: 'text' }],
    ['varchar', { ...PLAIN, base: 'varchar' }],
    ['varchar(5)', { ...PLAIN, base: 'varchar', maxLength: 5 }],
    ['char(3)[]', { ...PLAIN, base: 'bpchar', isArray: true, maxLength: 3 }],
    ['numeric', { ...PLAIN, base: 'numeric' }],
    ['numeric(12)', { ...PLAIN, base: 'numeric', scale: 0 }],
    ['numeric(12, 2)', { ...PLAIN, base: 'numeric', scale: 2 }],
    ['timestamp(3)', { ...PLAIN, base: 'timestamp' }],
    ['mood', { ...PLAIN, base: 'mood', enum: { labels: ['ok'], values: [] } }],
  ])('knows what %s takes', expectValueType)

  itSince(15)('knows what numeric(3, -2) takes', () =>
    expectValueType('numeric(3, -2)', { ...PLAIN, base: 'numeric', scale: -2 }),
  )
})

function expectValueType(type: string, wanted: ValueType): Promise<void> {
  return withTestDatabase(
    `create type mood as enum ('ok'); create table t (c ${type})`,
    async (client) => {
      const { tables } = await readCatalog(client, [{ schema: 'public', table: 't' }])

      const types = [...tables.values()].flatMap(({ columns }) =>
        columns.map((column) => column.valueType),
      )

      expect(types.map((each) => valueTypeOf(each, []))).toEqual([wanted])
    },
  )
}
