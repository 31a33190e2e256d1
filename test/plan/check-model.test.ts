import { describe, expect, it } from '@jest/globals'
import { checkModel } from '../../src/plan/check-model.js'
import { buildKeyRoles } from '../../src/plan/key-roles.js'
import { pickKey } from '../../src/plan/pick-key.js'
import { findIdentities } from '../../src/plan/row-identities.js'
import type { SourceModel } from '../../src/plan/source-model.js'
import type { CatalogTable } from '../../src/postgres/catalog.js'
import { tableKey } from '../../src/postgres/identifier.js'
import {
  buildCatalog,
  buildLiveColumn,
  buildModel,
  buildSource,
  buildTable,
  reference,
  SEQUENCE,
} from './plan-builders.js'

const USER = buildModel('User', { fields: ['id'] })
const POST = buildModel('Post', {
  fields: ['id', 'userId'],
  references: [reference('user: userId -> User.id')],
})

/** What stands against the first of these files, in one line each. */
function check(
  sources: readonly SourceModel[],
  tables: readonly CatalogTable[],
): readonly string[] {
  const catalog = buildCatalog(...tables)
  const keys = new Map(
    sources.flatMap((source) => {
      const key = pickKey(source, catalog)
      return key === null ? [] : [[source.model.name, key] as const]
    }),
  )
  const roles = buildKeyRoles(
    sources.map(({ model }) => model),
    new Map([...keys].map(([model, { field }]) => [model, field])),
  )
  const byName = new Map(sources.map((source) => [source.model.name, source]))
  const imported = new Map(sources.map(({ table, model }) => [tableKey(table), model]))
  const problems = checkModel(sources[0] as SourceModel, {
    catalog,
    keys,
    roles,
    identities: findIdentities({ catalog, keys, roles, sources: byName }),
    sources: byName,
    imported,
  })
  return problems.map(({ code, message }) => `${code}: ${message}`)
}

describe('checkModel', () => {
  it('has nothing against a table that fits', () => {
    const sources = [buildSource(POST), buildSource(USER)]

    expect(check(sources, [buildTable(POST), buildTable(USER)])).toEqual([])
  })

  it.each<[string, Partial<CatalogTable>, string]>([
    [
      'a view',
      { kind: 'v' },
      'PLAN.NOT_A_TABLE: User is not a table. public.User is a view: what it shows is the rows of other tables. Remove its file, or import the tables that the view reads from.',
    ],
    [
      'a materialized view',
      { kind: 'm' },
      'PLAN.NOT_A_TABLE: User is not a table. public.User is a materialized view: what it holds is the rows of other tables. Remove its file, or import the tables that the view reads from.',
    ],
    [
      'a foreign table without a sequence',
      { kind: 'f' },
      'PLAN.CANNOT_LOCK: User has no sequence to take new ids from. public.User is a foreign table: others cannot be kept from inserting into it meanwhile. Give the column a sequence as its default, or keep its keys: --remap-strategy User=none.',
    ],
    [
      'rules for INSERT',
      { insertRules: ['a', 'b'] },
      'PLAN.INSERT_RULE: public.User has a rule for INSERT. An INSERT of an application follows "a" and "b", COPY does not: the rows of User would go elsewhere. Use a trigger instead, or disable it while you import: alter table "public"."User" disable rule "a"; alter table "public"."User" disable rule "b";',
    ],
    [
      'a schema out of reach',
      { isReachable: false },
      'PLAN.MISSING_PRIVILEGE: The role "joe" may not load User. It needs usage on schema "public" to reach the table. Let the owner run: grant usage on schema "public" to "joe";',
    ],
    [
      'a table it may not insert into',
      { columns: [buildLiveColumn('id', { canInsert: false })] },
      'PLAN.MISSING_PRIVILEGE: The role "joe" may not load User. It needs insert on table "public"."User" to load rows. Let the owner run: grant insert on table "public"."User" to "joe";',
    ],
    [
      'a key that it may not read',
      { columns: [buildLiveColumn('id', { canSelect: false, isSelectGranted: false })] },
      'PLAN.MISSING_PRIVILEGE: The role "joe" may not load User. It needs select on table "public"."User" to find the highest id, as there is no sequence. Let the owner run: grant select on table "public"."User" to "joe";',
    ],
    [
      'a table that it may not lock',
      { canLock: false },
      'PLAN.MISSING_PRIVILEGE: The role "joe" may not load User. It needs update on table "public"."User" to keep others from inserting meanwhile, as there is no sequence. Let the owner run: grant update on table "public"."User" to "joe";',
    ],
  ])('refuses %s', (_, table, problem) => {
    expect(check([buildSource(USER)], [buildTable(USER, table)])).toEqual([problem])
  })

  it('refuses a model without a table', () => {
    expect(check([buildSource(USER)], [])).toEqual([
      'PLAN.MISSING_TABLE: The database has no table for User. public.User does not exist in it. Apply the migrations (npx prisma migrate deploy), or check the URL and its ?schema=.',
    ])
  })

  it.each(['p', 'f'])('loads relations of kind %s', (kind) => {
    const columns = [buildLiveColumn('id', { sequence: SEQUENCE })]

    expect(check([buildSource(USER)], [buildTable(USER, { kind, columns })])).toEqual([])
  })

  describe('a sequence that the role may not use', () => {
    const sequence = { ...SEQUENCE, isUsable: false }
    const sequenceLacks = ['sequence public.s']
    const problem =
      'PLAN.MISSING_PRIVILEGE: The role "joe" may not load Post. It needs usage on sequence public.s to take new ids. Let the owner run: grant usage on sequence public.s to "joe";'

    it.each<[string, Partial<SourceModel>, readonly string[], readonly string[]]>([
      ['gives new keys', {}, ['id'], [problem]],
      ['has to move past kept keys', { strategy: 'none' }, ['id'], [problem]],
      ['fills in what the file leaves out', { columns: [] }, ['id'], [problem]],
      ['is of a column that refers to other rows', {}, ['userId'], []],
    ])('matters if it %s', (_, parts, numbered, problems) => {
      const columns = ['id', 'userId'].map((name) =>
        buildLiveColumn(name, numbered.includes(name) ? { sequence, sequenceLacks } : {}),
      )
      const sources = [buildSource(POST, parts), buildSource(USER)]

      expect(check(sources, [buildTable(POST, { columns }), buildTable(USER)])).toEqual(problems)
    })

    it('does not matter for an identity that the file leaves out', () => {
      const columns = [buildLiveColumn('id', { sequence, sequenceLacks, isIdentity: true })]
      const source = buildSource(USER, { columns: [] })

      expect(check([source], [buildTable(USER, { columns })])).toEqual([])
    })
  })

  describe('a reference to a model whose file lacks the key', () => {
    const user = buildSource(USER, { columns: [] })

    it('is refused', () => {
      const problems = check([buildSource(POST), user], [buildTable(POST), buildTable(USER)])

      expect(problems).toEqual([
        'PLAN.MISSING_COLUMN: in/User.csv lacks the column "id". Post.user refers to it, so that its source key must be known. Add the column "id" to the file.',
      ])
    })

    it('is fine when the file lacks the reference too', () => {
      const post = buildSource(POST, { columns: buildSource(POST).columns.slice(0, 1) })

      expect(check([post, user], [buildTable(POST), buildTable(USER)])).toEqual([])
    })
  })

  describe('a foreign key to a column that the schema does not know', () => {
    const NOTE = buildModel('Note', { fields: ['id', 'userNumber'] })
    const USER_TABLE = { schema: 'public', table: 'User' }
    const foreignKey = {
      name: 'stray',
      columns: ['userNumber'],
      target: USER_TABLE,
      targetRoot: USER_TABLE,
      targetColumns: ['number'],
      isEnforced: true,
      isValidated: true,
      isMatchFull: false,
      deferral: 'none' as const,
    }
    const tables = [buildTable(NOTE, { foreignKeys: [foreignKey] }), buildTable(USER)]

    it('is refused: no file can tell which of its rows is meant', () => {
      expect(check([buildSource(NOTE), buildSource(USER)], tables)).toEqual([
        'PLAN.UNKNOWN_REFERENCE: The schema lacks a column that Note refers to. In the database public.Note (userNumber) refers to "number" of User by stray, but the schema does not have that column, so that the row that is meant cannot be told. Add "number" to the model User and run npx prisma generate, or leave one of the two files out with --models.',
      ])
    })

    it('is fine where the rows that it refers to are not imported', () => {
      expect(check([buildSource(NOTE)], tables)).toEqual([])
    })

    it('is fine where the file lacks the column', () => {
      const [id] = buildSource(NOTE).columns
      const lacking = buildSource(NOTE, { columns: id ? [id] : [] })

      expect(check([lacking, buildSource(USER)], tables)).toEqual([])
    })
  })
})
