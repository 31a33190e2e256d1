import { describe, expect, it } from '@jest/globals'
import type { ColumnDefault } from '../../src/manifest/manifest.js'
import { checkKey } from '../../src/plan/check-key.js'
import { findBusinessKey } from '../../src/plan/find-business-key.js'
import type { Strategy } from '../../src/plan/import-plan.js'
import { pickKey } from '../../src/plan/pick-key.js'
import type { CatalogColumn } from '../../src/postgres/catalog-column.js'
import {
  buildCatalog,
  buildLiveColumn,
  buildModel,
  buildSource,
  buildTable,
  reference,
} from './plan-builders.js'

const NANOID_8: ColumnDefault = { by: 'client', make: 'nanoid', args: [8] }

describe('checkKey', () => {
  it('finds nothing wrong with keys that fit', () => {
    expect(check({ type: 'varchar', length: 8 }, NANOID_8)).toEqual([])
    expect(check({ type: 'text' }, NANOID_8, 10_000)).toEqual([])
    expect(check({ type: 'uuid' }, null, 1e9)).toEqual([])
  })

  it('refuses keys that nobody can make', () => {
    expect(check({ type: 'text' }, null)).toEqual([
      [
        'Tag cannot get new keys',
        'The strategy fresh makes integers, uuids and what Prisma Client makes, but Tag.id is none of these.',
        'Write @default(uuid()), cuid(), nanoid() or ulid() at Tag.id in the schema and run npx prisma generate, or keep its keys: --remap-strategy Tag=none.',
      ],
    ])
    expect(check({ type: 'numeric' }, NANOID_8)).toHaveLength(1)
    expect(check({ type: 'uuid', isArray: true }, null)).toHaveLength(1)
  })

  it('refuses keys that are longer than their column', () => {
    expect(check({ type: 'varchar', length: 7 }, NANOID_8)).toEqual([
      [
        'Tag cannot get new keys',
        'New keys have 8 characters, but the column of Tag.id takes 7.',
        'Widen the column, or keep its keys: --remap-strategy Tag=none.',
      ],
    ])
  })

  it.each([
    [23_000, -1, 0],
    [24_000, -1, 1],
    [1_000, 1_000_000, 1],
  ])('refuses nanoids too short for %d rows beside %d', (rows, there, count) => {
    const problems = check({ type: 'text' }, NANOID_8, rows, { there })

    expect(problems).toHaveLength(count)
    expect(problems.map(([, why]) => why)).toEqual(
      Array.from({ length: count }, () => expect.stringMatching(/random keys of 8 characters/)),
    )
  })

  it('leaves models alone whose keys come from elsewhere', () => {
    const model = buildModel('Pair', {
      fields: ['tagId', 'code'],
      primaryKey: ['tagId', 'code'],
      references: [reference('tag: tagId -> Tag.id')],
    })
    const catalog = buildCatalog(buildTable(model))
    const unnamed = buildModel('Log', { fields: ['line?'], primaryKey: null })

    expect(checkKey(buildSource(model, { strategy: 'fresh' }), null, catalog)).toEqual([])
    expect(checkKey(buildSource(model, { strategy: 'fresh', columns: [] }), null, catalog)).toEqual(
      [],
    )
    expect(checkKey(buildSource(unnamed, { strategy: 'fresh' }), null, catalog)).toEqual([])
  })
})

describe('checkKey of hashes', () => {
  it.each([
    ['a text of 26 characters', { type: 'varchar', length: 26 }, 1e9, -1, []],
    [
      'a shorter one',
      { type: 'varchar', length: 25 },
      3,
      -1,
      [/have 26 characters, but .* takes 25/],
    ],
    ['a uuid', { type: 'uuid' }, 1e9, 1e9, []],
    ['an int2', { type: 'int2' }, 256, -1, []],
    ['an int2 that is full', { type: 'int2' }, 200, 57, [/of which 256 may be taken/]],
    ['an int4 that is full', { type: 'int4' }, 16_777_217, 0, [/of which 16777216 may/]],
    ['an int8', { type: 'int8' }, 1e12, 1e12, []],
  ] as const)('looks at its length and its room: %s', (_, type, rows, there, whys) => {
    const problems = check(type, null, rows, { there, strategy: 'hash' })

    expect(problems.map(([, why]) => why)).toEqual(whys.map((why) => expect.stringMatching(why)))
  })
})

describe('findBusinessKey', () => {
  it.each([
    ['what the schema says', { businessKey: ['a', 'b'], uniques: [['c']] }, 'id', ['a', 'b']],
    ['the only unique', { uniques: [['a', 'b']] }, 'id', ['a', 'b']],
    ['the only unique without the key', { uniques: [['id', 'c'], ['a']] }, 'id', ['a']],
    ['none of several', { uniques: [['a'], ['b']] }, 'id', null],
    ['none', {}, 'id', null],
    ['a key that nobody makes', { uniques: [['a']] }, null, ['id']],
    ['not even that', { primaryKey: null, uniques: [] }, null, null],
  ])('is %s', (_, parts, made, key) => {
    const model = buildModel('Tag', { fields: ['id', 'a', 'b', 'c'], ...parts })

    expect(findBusinessKey(model, made)).toEqual(key)
  })
})

describe('a part of a composite key', () => {
  it.each([
    ['a uuid that may be anything', {}, undefined],
    ['a uuid that the database makes', { hasDefault: true }, 'b'],
  ])('gets new values where it is made: %s', (_, parts, field) => {
    const model = buildModel('Pair', { fields: ['a', 'b'], primaryKey: ['a', 'b'] })
    const columns = [uuid('a', {}), uuid('b', parts)]
    const source = buildSource(model, { strategy: 'fresh' })

    expect(pickKey(source, buildCatalog(buildTable(model, { columns })))?.field).toBe(field)
  })
})

const INTEGERS = new Map([
  ['int2', 1n],
  ['int4', 1n],
  ['int8', 1n],
])

function uuid(name: string, parts: Partial<CatalogColumn>): CatalogColumn {
  return buildLiveColumn(name, { ...typeOf({ type: 'uuid' }), ...parts })
}

interface Type {
  readonly type: string
  readonly length?: number
  readonly isArray?: boolean
}

function typeOf({ type, length, isArray = false }: Type): Partial<CatalogColumn> {
  const modifier = length === undefined ? -1 : length + 4
  const highest = INTEGERS.get(type) ?? null
  return { highest, valueType: { name: type, isArray, modifier, labels: null } }
}

/** The texts of what is wrong with new keys for `Tag.id`. */
function check(
  type: Type,
  made: ColumnDefault | null,
  estimatedRows = 3,
  { there = -1, strategy = 'fresh' }: { there?: number; strategy?: Strategy } = {},
): readonly (readonly string[])[] {
  const model = buildModel('Tag', { fields: ['id'] })
  const columns = model.columns.map((column) => ({ ...column, default: made }))
  const tag = { ...model, columns, businessKey: strategy === 'hash' ? ['name'] : null }
  const source = buildSource(tag, { strategy, estimatedRows })
  const live = [buildLiveColumn('id', typeOf(type))]
  const catalog = buildCatalog(buildTable(tag, { columns: live, estimatedRows: there }))
  return checkKey(source, pickKey(source, catalog), catalog).map(({ summary, details }) => [
    summary,
    details.why,
    details.fix,
  ])
}
