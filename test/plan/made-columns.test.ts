import { describe, expect, it } from '@jest/globals'
import type { ManifestColumn } from '../../src/manifest/manifest.js'
import { describeMaker, findMaker, listMadeColumns } from '../../src/plan/made-columns.js'
import type { MadeBy } from '../../src/plan/prepared-column.js'
import type { CatalogColumn } from '../../src/postgres/catalog-column.js'
import { buildLiveColumn, buildModel, buildSource, buildTable } from './plan-builders.js'

const [COLUMN] = buildModel('Note', { fields: ['at'] }).columns as [ManifestColumn]
const TIMESTAMP = { name: 'timestamp', isArray: false, modifier: 3, labels: null }
const UUID: ManifestColumn['default'] = { by: 'client', make: 'uuid', args: [7] }
const NOW: ManifestColumn['default'] = { by: 'database', make: 'now' }
const VALUE: ManifestColumn['default'] = { by: 'database', make: 'value' }

describe('findMaker', () => {
  it.each<[string, Partial<ManifestColumn>, Partial<CatalogColumn>, MadeBy | null]>([
    ['uuid(7)', { default: UUID }, {}, { kind: 'client', make: 'uuid', args: [7] }],
    [
      '@updatedAt',
      { isUpdatedAt: true },
      { valueType: TIMESTAMP, hasDefault: true },
      { kind: 'timestamp', type: 'timestamp', isUpdatedAt: true },
    ],
    [
      'now() that the database does not make',
      { default: NOW },
      { valueType: TIMESTAMP },
      { kind: 'timestamp', type: 'timestamp', isUpdatedAt: false },
    ],
    ['now() of the database', { default: NOW }, { valueType: TIMESTAMP, hasDefault: true }, null],
    ['now() of a column that holds no time', { default: NOW }, {}, null],
    ['a literal', { default: VALUE }, {}, null],
    ['nothing', {}, {}, null],
    ['a list that may not be NULL', { isList: true }, { isNotNull: true }, { kind: 'emptyList' }],
    ['a list that may be NULL', { isList: true }, {}, null],
    ['a list of the database', { isList: true }, { isNotNull: true, hasDefault: true }, null],
    ['uuid() of a hidden column', { default: UUID, isHidden: true }, {}, null],
    ['uuid() of a computed column', { default: UUID }, { isGenerated: true }, null],
  ])('sees to %s', (_, column, live, wanted) => {
    expect(findMaker({ ...COLUMN, ...column }, buildLiveColumn('at', live))).toEqual(wanted)
  })
})

describe('listMadeColumns', () => {
  it('names columns that the file lacks and the table has', () => {
    const columns = ['a', 'b', 'c'].map(
      (field): ManifestColumn => ({ ...COLUMN, field, column: `${field}_column`, default: UUID }),
    )
    const model = buildModel('Note', { fields: ['x'], columns })
    const live = buildTable(model, {
      columns: ['a', 'b'].map((name) => buildLiveColumn(`${name}_column`)),
    })
    const inFile = columns.filter(({ field }) => field === 'b')
    const source = buildSource(model, {
      columns: inFile.map((column, index) => ({ header: column.field, index, column })),
    })

    const names = listMadeColumns(source, live).map(({ column }) => column)

    expect(names).toEqual(['a_column'])
    expect(listMadeColumns(source, undefined)).toEqual([])
  })
})

describe('describeMaker', () => {
  it.each<[MadeBy, string]>([
    [{ kind: 'client', make: 'nanoid', args: [] }, 'nanoid()'],
    [{ kind: 'client', make: 'cuid', args: [2] }, 'cuid(2)'],
    [{ kind: 'timestamp', type: 'date', isUpdatedAt: true }, '@updatedAt'],
    [{ kind: 'timestamp', type: 'date', isUpdatedAt: false }, 'now()'],
    [{ kind: 'emptyList' }, '[]'],
  ])('says %j as the schema does', (value, text) => {
    expect(describeMaker(value)).toBe(text)
  })
})
