import { describe, expect, it } from '@jest/globals'
import type { ReachedTable, ReachingReference } from '../../src/postgres/reached-tables.js'
import { buildScope, columnType } from '../../src/rollback/rollback-scope.js'

function buildTable(table: string): ReachedTable {
  return {
    schema: 'public',
    table,
    kind: 'r',
    estimatedRows: -1,
    bytes: 0,
    primaryKey: ['id'],
    columns: [{ name: 'id', type: 'integer' }],
    isReachable: true,
    canSelect: true,
    canDelete: true,
    canUpdate: true,
    hasRowSecurity: false,
    deleteTriggers: [],
  }
}

const USER = buildTable('User')
const POST = buildTable('Post')

const POST_OF_USER = { from: POST, columns: ['userId'], target: USER, targetColumns: ['id'] }

const FOREIGN_KEY: ReachingReference = {
  ...POST_OF_USER,
  name: 'fk',
  onDelete: 'cascade',
  isEnforced: true,
  isIndexed: true,
  canIndexConcurrently: true,
}

describe('the scope of a rollback', () => {
  it('holds a reference once that is in the schema and in the database', () => {
    const reached = { tables: [POST, USER], references: [FOREIGN_KEY] }

    const { references, groups } = buildScope([USER], reached, [POST_OF_USER])

    expect(references.map(({ name, onDelete }) => [name, onDelete])).toEqual([['fk', 'cascade']])
    expect(groups.map((group) => group.map(({ table }) => table))).toEqual([['Post'], ['User']])
  })

  it('expects nothing of a foreign key that is not enforced', () => {
    const references = [{ ...FOREIGN_KEY, isEnforced: false }]

    const scope = buildScope([USER], { tables: [POST, USER], references }, [])

    expect(scope.references).toMatchObject([{ name: 'fk', onDelete: 'unchecked' }])
  })

  it('holds what only the schema knows, as far as the tables are there', () => {
    const gone = { ...POST_OF_USER, from: { schema: 'public', table: 'Gone' } }

    const scope = buildScope([USER], { tables: [POST, USER], references: [] }, [
      POST_OF_USER,
      gone,
      { ...POST_OF_USER, from: USER, target: POST },
    ])

    expect(
      scope.references.map(({ name, from, onDelete }) => [name, from.table, onDelete]),
    ).toEqual([
      [null, 'Post', 'unchecked'],
      [null, 'User', 'unchecked'],
    ])
    expect(scope.groups.map((group) => group.length)).toEqual([2])
  })

  it('has a type for each column that there is', () => {
    const [table] = buildScope([USER], { tables: [USER], references: [] }, []).tables

    expect(table && columnType(table, 'id')).toBe('integer')
    expect(() => table && columnType(table, 'lost')).toThrow('User has no column lost')
  })
})
