import { describe, expect, it } from '@jest/globals'
import { checkModel } from '../../src/plan/check-model.js'
import { buildKeyRoles } from '../../src/plan/key-roles.js'
import { pickKey } from '../../src/plan/pick-key.js'
import type { SourceModel } from '../../src/plan/source-model.js'
import type { CatalogTable } from '../../src/postgres/catalog.js'
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
  const bySource = new Map(sources.map((source) => [source.model.name, source]))
  const problems = checkModel(sources[0] as SourceModel, {
    catalog,
    keys,
    roles,
    sources: bySource,
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
      'PLAN.NOT_A_TABLE: User is not a table. public.User is a view: it holds no rows of its own. Remove its file, or import the tables that the view reads from.',
    ],
    [
      'a materialized view',
      { kind: 'm' },
      'PLAN.NOT_A_TABLE: User is not a table. public.User is a view: it holds no rows of its own. Remove its file, or import the tables that the view reads from.',
    ],
    [
      'row-level security',
      { hasRowSecurity: true },
      'PLAN.ROW_SECURITY: COPY into public.User is refused. Row-level security of the table applies to the role "joe", and COPY cannot check policies. Import as the owner of the table or as a role with BYPASSRLS.',
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
      { columns: [buildLiveColumn('id', { canSelect: false })] },
      'PLAN.MISSING_PRIVILEGE: The role "joe" may not load User. It needs select on table "public"."User" to find the highest id, as there is no sequence. Let the owner run: grant select on table "public"."User" to "joe";',
    ],
    [
      'a table that it may not lock',
      { canLock: false },
      'PLAN.MISSING_PRIVILEGE: The role "joe" may not load User. It needs update on table "public"."User" to keep others from inserting meanwhile, as there is no sequence. Let the owner run: grant update on table "public"."User" to "joe";',
    ],
    [
      'a missing column',
      { columns: [] },
      'PLAN.UNKNOWN_COLUMN: public.User has no column "id". "id" of in/User.csv goes there: the manifest of User and the database differ. Apply the migrations, or run npx prisma generate if the schema is behind the database.',
    ],
    [
      'a column that is required and unknown',
      { columns: [buildLiveColumn('id'), buildLiveColumn('shelf', { isNotNull: true })] },
      'PLAN.MISSING_COLUMN: in/User.csv lacks the column "shelf". "shelf" of public.User is required and it has no default. Add the column "shelf" to the file.',
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
    expect(check([buildSource(USER)], [buildTable(USER, { kind })])).toEqual([])
  })

  it('does not ask for what others fill in', () => {
    const columns = [
      buildLiveColumn('id'),
      buildLiveColumn('a', { isNotNull: true, hasDefault: true }),
      buildLiveColumn('b', { isNotNull: true, isGenerated: true }),
      buildLiveColumn('c'),
    ]

    expect(check([buildSource(USER)], [buildTable(USER, { columns })])).toEqual([])
  })

  it('says that Prisma Client makes the values of a missing column, the database does not', () => {
    const [id] = USER.columns
    const made = { ...(id as NonNullable<typeof id>), headers: ['code', 'c'] }
    const model = buildModel('User', { fields: ['id'] })
    const columns = [
      ...model.columns,
      { ...made, field: 'code', column: 'c', default: { by: 'client', make: 'uuid', args: [] } },
      { ...made, field: 'time', column: 't', headers: ['time'], isUpdatedAt: true },
      {
        ...made,
        field: 'by',
        column: 'd',
        headers: ['by'],
        default: { by: 'database', make: 'value' },
      },
    ] as const
    const live = ['id', 'c', 't', 'd'].map((name) => buildLiveColumn(name, { isNotNull: true }))
    const source = buildSource({ ...model, columns }, { columns: buildSource(model).columns })

    const problems = check([source], [buildTable(model, { columns: live })])

    expect(problems).toEqual([
      expect.stringMatching(
        /lacks the column "code"\. "c" of public\.User is required and Prisma Client makes its values/,
      ),
      expect.stringMatching(
        /lacks the column "time"\. "t" of public\.User is required and Prisma Client makes its values/,
      ),
      expect.stringMatching(
        /lacks the column "by"\. "d" of public\.User is required and it has no default/,
      ),
    ])
  })

  describe('a sequence that the role may not use', () => {
    const sequence = { ...SEQUENCE, isUsable: false }
    const problem =
      'PLAN.MISSING_PRIVILEGE: The role "joe" may not load Post. It needs usage on sequence public.s to take new ids. Let the owner run: grant usage on sequence public.s to "joe";'

    it.each<[string, Partial<SourceModel>, readonly string[], readonly string[]]>([
      ['gives new keys', {}, ['id'], [problem]],
      ['has to move past kept keys', { strategy: 'none' }, ['id'], [problem]],
      ['fills in what the file leaves out', { columns: [] }, ['id'], [problem]],
      ['is of a column that refers to other rows', {}, ['userId'], []],
    ])('matters if it %s', (_, parts, numbered, problems) => {
      const columns = ['id', 'userId'].map((name) =>
        buildLiveColumn(name, numbered.includes(name) ? { sequence } : {}),
      )
      const sources = [buildSource(POST, parts), buildSource(USER)]

      expect(check(sources, [buildTable(POST, { columns }), buildTable(USER)])).toEqual(problems)
    })

    it('does not matter for an identity that the file leaves out', () => {
      const columns = [buildLiveColumn('id', { sequence, isIdentity: true })]
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

  describe('a foreign key that the schema does not know', () => {
    const NOTE = buildModel('Note', { fields: ['id', 'userId'] })
    const USER_TABLE = { schema: 'public', table: 'User' }
    const foreignKey = {
      name: 'stray',
      columns: ['userId'],
      target: USER_TABLE,
      targetColumns: ['id'],
      isEnforced: true,
    }
    const tables = [buildTable(NOTE, { foreignKeys: [foreignKey] }), buildTable(USER)]

    it('is refused where the rows it refers to get new keys', () => {
      expect(check([buildSource(NOTE), buildSource(USER)], tables)).toEqual([
        'PLAN.UNKNOWN_REFERENCE: The schema lacks a relation of Note. In the database public.Note (userId) refers to User by stray, but the schema has no such relation: the values would not follow the new keys. Add the relation to the schema and run npx prisma generate, or keep the keys of User: --remap-strategy User=none.',
      ])
    })

    it('is fine where they keep them, or are not imported', () => {
      const kept = buildSource(USER, { strategy: 'none' })

      expect(check([buildSource(NOTE), kept], tables)).toEqual([])
      expect(check([buildSource(NOTE)], tables)).toEqual([])
    })

    it('is fine where the file lacks the column', () => {
      const note = buildSource(NOTE, { columns: buildSource(NOTE).columns.slice(0, 1) })

      expect(check([note, buildSource(USER)], tables)).toEqual([])
    })

    it('is fine where it refers to a column that the schema does not know', () => {
      const foreignKeys = [{ ...foreignKey, targetColumns: ['number'] }]
      const note = buildTable(NOTE, { foreignKeys })

      expect(check([buildSource(NOTE), buildSource(USER)], [note, buildTable(USER)])).toEqual([])
    })
  })
})
