import { describe, expect, it } from '@jest/globals'
import {
  CircularDependencyResolver,
  type LoadGroup,
} from '../../src/graph/circular-dependency-resolver.js'
import { checkLoadWay } from '../../src/plan/check-load-way.js'
import { chooseLoadWay } from '../../src/plan/choose-load-way.js'
import type { PreparedConflict } from '../../src/plan/conflict.js'
import type { PreparedModel, PreparedReference } from '../../src/plan/prepared-import.js'
import { warnOfDeferral, warnOfQueue } from '../../src/plan/warn-of-queue.js'
import type { Catalog } from '../../src/postgres/catalog.js'
import type { CatalogForeignKey } from '../../src/postgres/catalog-foreign-key.js'
import { buildFiles, DIALECT } from '../support/source-file.js'
import { buildCatalog, buildLiveColumn, buildModel, buildTable } from './plan-builders.js'

const CIRCLE = buildCircle(9)

const GRANT = 'grant temporary on database "shop" to "joe";'

const TRIGGER = {
  name: 't',
  timing: 'after',
  level: 'row',
  function: 'public.f',
} as const

describe('chooseLoadWay', () => {
  it('copies straight into the table where nothing speaks against it', () => {
    const { way, why } = choose([prepare('User')])

    expect(way).toEqual({ technique: 'checked' })
    expect(why).toBe(
      'Parents come first and constraints stay in place: PostgreSQL checks every row.',
    )
  })

  it.each([
    [41_297_762, ''],
    [
      41_297_763,
      ' User goes in by about 2 COPYs: PostgreSQL holds what it has to check in memory until one ends.',
    ],
  ])('cuts a COPY whose checks would take more than 512 MB: %s rows', (estimatedRows, cut) => {
    const { why } = choose([{ ...prepare('User', ['team -> Team']), estimatedRows }])

    expect(why).toBe(
      `Parents come first and constraints stay in place: PostgreSQL checks every row.${cut}`,
    )
  })

  it('says why a model may refer to itself', () => {
    expect(choose([prepare('User', ['boss -> User'])]).why).toBe(
      'Constraints stay in place; one COPY holds all rows, so that User.boss may point forward.',
    )
  })

  it('stages rows that policies concern', () => {
    const { way, why } = choose([prepare('User')], {}, { hasRowSecurity: true })

    expect(way).toEqual({ technique: 'staged' })
    expect(why).toBe(
      'Row-level security applies to the role, and COPY cannot check policies: rows are copied into a temporary table and inserted from there, so that PostgreSQL checks each.',
    )
  })

  it('loads a circle by one statement', () => {
    const { way, why } = choose(CIRCLE)

    expect(way).toEqual({ technique: 'cycle', rowsFrom: 'temporary tables' })
    expect(why).toBe(
      'They refer to each other in a circle (Team.owner → User.team → Team): their rows are copied into temporary tables, then go in by one statement, at the end of which PostgreSQL checks every row.',
    )
  })

  it('loads a circle by parameters without temporary tables', () => {
    const { way, why } = choose(CIRCLE, { canCreateTemporary: false })

    expect(way).toEqual({ technique: 'cycle', rowsFrom: 'parameters', grant: GRANT })
    expect(why).toBe(
      'They refer to each other in a circle (Team.owner → User.team → Team): their rows are the parameters of one statement, at the end of which PostgreSQL checks every row, as the role may not create temporary tables.',
    )
  })

  it('copies a circle that no foreign key holds', () => {
    const models = CIRCLE.map((model) => ({
      ...model,
      references: model.references.map((each) => ({ ...each, check: 'look-up' as const })),
    }))

    const { way, why } = choose(models)

    expect(way).toEqual({ technique: 'checked' })
    expect(why).toBe(
      'No foreign key holds the circle (Team.owner → User.team → Team): rows are copied in any order.',
    )
    expect(choose(models, {}, { hasRowSecurity: true }).way.technique).toBe('cycle')
  })

  it('copies a circle whose foreign keys can wait', () => {
    const { way, why } = choose(CIRCLE.map(withDeferral('possible')))

    expect(way).toEqual({ technique: 'deferred' })
    expect(why).toBe(
      'They refer to each other in a circle (Team.owner → User.team → Team) by deferrable foreign keys: rows are copied in any order, then PostgreSQL checks every row.',
    )
  })

  it.each<[string, readonly PreparedModel[], object, object, string]>([
    ['one of them cannot', [withDeferral('possible')(CIRCLE[0]), CIRCLE[1]], {}, {}, 'cycle'],
    ['policies apply', CIRCLE.map(withDeferral('possible')), {}, { hasRowSecurity: true }, 'cycle'],
    [
      'Citus would have to be told',
      CIRCLE.map(withDeferral('possible')),
      { isCitus: true },
      {},
      'two-pass',
    ],
  ])('copies no circle where %s', (_, models, catalog, table, technique) => {
    expect(choose(models, catalog, table).way.technique).toBe(technique)
  })

  it('copies a circle whose foreign keys wait unasked, on Citus too', () => {
    const { way } = choose(CIRCLE.map(withDeferral('initial')), { isCitus: true })

    expect(way).toEqual({ technique: 'deferred' })
  })

  it('asks no more of a self relation', () => {
    const self = prepare('User', ['team -> Team', 'boss -> User'])
    const [team, boss] = self.foreignKeys as [CatalogForeignKey, CatalogForeignKey]
    const user = { ...self, foreignKeys: [{ ...team, deferral: 'possible' as const }, boss] }

    expect(choose([withDeferral('possible')(CIRCLE[0]), user]).way.technique).toBe('deferred')
  })

  it('breaks a circle where a reference may be NULL, on Citus', () => {
    const { way, why } = choose(CIRCLE, { isCitus: true }, {}, ['owner'])

    expect(way).toEqual({
      technique: 'two-pass',
      order: ['User', 'Team'],
      filledLater: [{ model: 'User', columns: ['team'], key: ['id'] }],
    })
    expect(why).toBe(
      'They refer to each other in a circle (Team.owner → User.team → Team), which Citus does not take by one statement: User (team) is NULL at first and filled in when all rows are there.',
    )
  })
})

describe('checkLoadWay', () => {
  const LARGE = buildCircle(9_000_000)

  it.each<[string, readonly PreparedModel[], Partial<Catalog>, object]>([
    ['a small circle', buildCircle(9), {}, {}],
    ['a large circle', LARGE, { canCreateTemporary: true }, {}],
    ['a table', [prepare('User')], {}, {}],
  ])('has nothing against %s', (_, models, catalog, table) => {
    expect(check(models, { canCreateTemporary: false, ...catalog }, table)).toEqual([])
  })

  it.each<[string, readonly PreparedModel[], Partial<Catalog>, object]>([
    ['a large circle', LARGE, {}, {}],
    ['row-level security', [prepare('User')], {}, { hasRowSecurity: true }],
    ['a circle on Citus', buildCircle(9), { isCitus: true }, {}],
  ])('wants temporary tables for %s', (_, models, catalog, table) => {
    const problems = check(models, { canCreateTemporary: false, ...catalog }, table)

    expect(problems).toEqual([
      `PLAN.MISSING_PRIVILEGE: The role "joe" may not load ${models[0]?.model}. It needs temporary on database "shop" to hold rows in a temporary table before they go in. Let the owner run: ${GRANT}`,
    ])
  })

  it('has no way on Citus to meet rows that are there', () => {
    const conflict: PreparedConflict = {
      action: 'skip',
      target: ['id'],
      predicate: null,
      nullsEqual: false,
      updated: [],
    }
    const met = CIRCLE.map((model) => ({ ...model, conflict }))

    expect(check(met, { isCitus: true })).toEqual([
      'PLAN.CONFLICT_MODE: Team, User cannot meet rows on Citus. They refer to each other in a circle, which Citus does not take by one statement. Leave --on-conflict out for Team and User.',
    ])
  })

  it.each([
    ['all references are required', CIRCLE, ['owner', 'team']],
    ['no primary key tells the rows', CIRCLE.map((model) => ({ ...model, primaryKey: null })), []],
  ])('has no way on Citus where %s', (_, models, required) => {
    expect(check(models, { isCitus: true }, {}, required)).toEqual([
      'PLAN.UNBREAKABLE_CYCLE: Team, User cannot be loaded. They refer to each other in a circle: Team.owner → User.team → Team. Citus does not take them by one statement, and what refers on is required, or the files lack the primary key by which it could be filled in afterwards. Make one of these references optional, or add the primary keys to the files.',
    ])
  })
})

describe('warnOfQueue', () => {
  it('warns of the memory that the checks of a circle take', () => {
    const models = CIRCLE.map((model) => ({ ...model, estimatedRows: 30_000_000 }))

    expect(warnOfQueue(choose(models), models)).toEqual([
      'PostgreSQL will need about 744 MB of memory for the foreign-key checks of Team, User: it notes every row of a statement until its end. A rebuild (--fk-mode rebuild) does not take it.',
    ])
  })

  it('leaves checks that wait for the end of the load to that warning', () => {
    const models = CIRCLE.map(withDeferral('possible')).map((model) => ({
      ...model,
      estimatedRows: 30_000_000,
    }))

    expect(warnOfQueue(choose(models), models)).toEqual([])
    expect(warnOfDeferral(models)).toEqual([
      'PostgreSQL will need about 744 MB of memory for the foreign-key checks of Team, User: it notes every row until all are there. A rebuild (--fk-mode rebuild) does not take it.',
    ])
    expect(warnOfDeferral(CIRCLE)).toEqual([])
  })

  it('counts each COPY by itself', () => {
    expect(warn('boss -> User', { estimatedRows: 60_000_000 })).toEqual([
      'PostgreSQL will need about 744 MB of memory for the foreign-key checks of User: it notes every row of a statement until its end. A rebuild (--fk-mode rebuild) does not take it.',
    ])
    expect(warn('boss -> User', { estimatedRows: 30_000_000 })).toEqual([])
  })

  it('has nothing against a COPY that is cut', () => {
    expect(warn('team -> Team', { estimatedRows: 60_000_000 })).toEqual([])
  })

  it.each<[string, Partial<PreparedModel>]>([
    ['a trigger of the statement', { triggers: [{ ...TRIGGER, level: 'statement' }] }],
    ['a partition that its rows refer to', { partitions: [{ schema: 'public', table: 'Team' }] }],
  ])('warns of a COPY that cannot be cut: %s', (_, parts) => {
    const [warning] = warn('team -> Team', { ...parts, estimatedRows: 60_000_000 })

    expect(warning).toMatch(/^PostgreSQL will need about 744 MB .+ of a statement until its end\./)
  })

  it('cuts a COPY with triggers of the row', () => {
    expect(warn('team -> Team', { triggers: [TRIGGER], estimatedRows: 60_000_000 })).toEqual([])
  })

  it('warns of rows that go in from a temporary table, by one statement', () => {
    const [model] = [{ ...prepare('User', ['team -> Team']), estimatedRows: 60_000_000 }]

    expect(warnOfQueue(choose([model], {}, { hasRowSecurity: true }), [model])).toHaveLength(1)
  })

  it('warns of checks that wait for COMMIT', () => {
    const model = prepare('User', ['team -> Team'])
    const foreignKeys = model.foreignKeys.map((each) => ({ ...each, deferral: 'initial' as const }))

    expect(warn('team -> Team', { foreignKeys, estimatedRows: 60_000_000 })).toEqual([
      'PostgreSQL will need about 744 MB of memory for the foreign-key checks of User: it notes every row until COMMIT. A rebuild (--fk-mode rebuild) does not take it.',
    ])
  })
})

/** What is warned of for a model "User" with one reference. */
function warn(reference: string, parts: Partial<PreparedModel>): readonly string[] {
  const model = { ...prepare('User', [reference]), ...parts }
  return warnOfQueue(choose([model]), [model])
}

/** Foreign keys that can wait. */
function withDeferral(deferral: CatalogForeignKey['deferral']) {
  return (model: PreparedModel): PreparedModel => ({
    ...model,
    foreignKeys: model.foreignKeys.map((each) => ({ ...each, deferral })),
  })
}

/** Two models that refer to each other, in files of this size. */
function buildCircle(bytes: number): readonly [PreparedModel, PreparedModel] {
  return [prepare('Team', ['owner -> User'], bytes), prepare('User', ['team -> Team'], bytes)]
}

function choose(
  models: readonly PreparedModel[],
  parts: Partial<Catalog> = {},
  table: Parameters<typeof catalogOf>[1] = {},
  required: readonly string[] = [],
) {
  return chooseLoadWay(groupOf(models), models, { ...catalogOf(models, table, required), ...parts })
}

function check(
  models: readonly PreparedModel[],
  parts: Partial<Catalog>,
  table: Parameters<typeof catalogOf>[1] = {},
  required: readonly string[] = [],
): readonly string[] {
  const group = choose(models, parts, table, required)
  const catalog = { ...catalogOf(models, table, required), ...parts }
  return checkLoadWay(group, models, catalog).map(({ code, message }) => `${code}: ${message}`)
}

function groupOf(models: readonly PreparedModel[]): LoadGroup {
  const graph = models.map(({ model, references }) => ({
    name: model,
    references: references.map(({ name, targetModel }) => ({ name, target: targetModel })),
  }))
  return new CircularDependencyResolver(graph).resolve()[0] as LoadGroup
}

function catalogOf(
  models: readonly PreparedModel[],
  table: { readonly hasRowSecurity?: boolean },
  required: readonly string[],
): Catalog {
  return buildCatalog(
    ...models.map(({ model, tableColumns }) =>
      buildTable(buildModel(model, { fields: [] }), {
        columns: tableColumns.map((name) =>
          buildLiveColumn(name, { isNotNull: required.includes(name) }),
        ),
        ...table,
      }),
    ),
  )
}

/** A model whose references are written `owner -> User`: `owner` is the column too. */
function prepare(model: string, references: readonly string[] = [], bytes = 9): PreparedModel {
  const parsed = references.map((text) => text.split(' -> ') as [string, string])
  const columns = parsed.map(([name]) => name)
  return {
    model,
    table: { schema: 'public', table: model },
    isOwner: true,
    source: { ...buildFiles(model, `in/${model}.csv`), bytes },
    dialect: DIALECT,
    technique: 'checked',
    strategy: 'none',
    headers: [],
    columns: [],
    made: [],
    key: null,
    businessKey: null,
    fixedKey: [],
    identity: null,
    partialMatch: null,
    conflict: null,
    estimatedRows: 3,
    references: parsed.map(([name, target]) => buildReference(name, target)),
    primaryKey: ['id'],
    tableColumns: ['id', ...columns],
    foreignKeys: parsed.map(([name, target]) => buildForeignKey(name, target)),
    partitions: [],
    triggers: [],
  }
}

function buildReference(name: string, target: string): PreparedReference {
  return {
    ...buildForeignKey(name, target),
    name,
    targetModel: target,
    followed: null,
    check: 'foreign key',
    knownBy: null,
    missing: { policy: 'keep', nulled: [], guards: [], spellings: null },
  }
}

function buildForeignKey(column: string, table: string) {
  const target = { schema: 'public', table }
  return {
    name: `${column}_fkey`,
    columns: [column],
    target,
    targetRoot: target,
    targetColumns: ['id'],
    isEnforced: true,
    isValidated: true,
    isMatchFull: false,
    deferral: 'none' as const,
  }
}
