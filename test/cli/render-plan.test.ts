import { expect, it } from '@jest/globals'
import { renderPlan } from '../../src/cli/render-plan.js'
import { lookOf } from '../../src/cli/terminal.js'
import { buildErrorReport } from '../../src/error/error-report.js'
import type { ImportPlan, ModelPlan, PlannedServer } from '../../src/plan/import-plan.js'
import { cannotLock, missingPrivilege } from '../../src/plan/plan-error.js'
import { recordStream } from './recorded-io.js'

const PLAIN = lookOf(recordStream(), {})

const WHY = 'COPY parents first, constraints in place.'

function buildModel(model: string, parts: Partial<ModelPlan> = {}): ModelPlan {
  return {
    model,
    table: `public.${model}`,
    isOwner: false,
    file: `${model}.csv`,
    files: [`${model}.csv`],
    bytes: 812,
    estimatedRows: 12,
    columns: [],
    made: [],
    dialect: { delimiter: ',', quote: '"', escape: '"', lineEnd: 'lf', isDetected: false },
    strategy: 'sequential',
    keys: { column: 'id', sequence: null, by: null, from: '41', to: '52' },
    conflict: null,
    references: [],
    triggers: [],
    ...parts,
  }
}

function buildPlan(models: readonly ModelPlan[], parts: Partial<ImportPlan> = {}): ImportPlan {
  return {
    target: 'postgresql://app@localhost:5432/shop',
    server: {
      flavour: 'PostgreSQL',
      version: '18.4',
      role: 'app',
      isSuperuser: false,
      pooler: null,
    },
    steps: models.map(({ model }, index) => ({
      group: index + 1,
      models: [model],
      technique: 'checked',
      why: WHY,
    })),
    models,
    truncated: [],
    rebuild: null,
    deferral: null,
    ways: [],
    problems: [],
    rowProblems: null,
    grants: [],
    warnings: [],
    drift: [],
    ...parts,
  }
}

const SHOP = buildPlan([
  buildModel('Tenant'),
  buildModel('Shop', {
    estimatedRows: 0,
    references: [
      { name: 'tenant', columns: ['tenantId'], target: 'Tenant', policy: 'remap', missing: 'fail' },
    ],
  }),
  buildModel('Customer', {
    file: 'customers.csv',
    bytes: 5_130_000,
    estimatedRows: 41_203,
    keys: { column: 'id', sequence: 's', by: null, from: '90001', to: '131203' },
    references: [
      { name: 'shop', columns: ['shopId'], target: 'Shop', policy: 'remap', missing: 'fail' },
      {
        name: 'invitedBy',
        columns: ['invitedBy'],
        target: 'Customer',
        policy: 'remap',
        missing: 'fail',
      },
      {
        name: 'helpedBy',
        columns: ['helpedBy'],
        target: 'Customer',
        policy: 'remap',
        missing: 'fail',
      },
      { name: 'region', columns: ['regionId'], target: 'Region', policy: 'keep', missing: 'keep' },
    ],
  }),
  buildModel('Note', { keys: { column: 'id', sequence: 's', by: null, from: null, to: null } }),
  buildModel('_NoteToTag', { keys: null }),
  buildModel('Unit', { keys: null, strategy: 'none' }),
])

it('shows what is loaded in which order, how and why', () => {
  expect(renderPlan(SHOP, './export', PLAIN)).toBe(`\
Plan: ./export → postgresql://app@localhost:5432/shop
PostgreSQL 18.4, role app (not superuser)

#  Model       File               Rows    Size  New keys           Refers to
1  Tenant      Tenant.csv          ≈12   812 B      41 – ≈52
2  Shop        Shop.csv              0   812 B  –                  Tenant
3  Customer    customers.csv   ≈41 203  5.1 MB  90 001 – ≈131 203  Shop, Customer, Region (kept)
4  Note        Note.csv            ≈12   812 B  next free
5  _NoteToTag  _NoteToTag.csv      ≈12   812 B  –
6  Unit        Unit.csv            ≈12   812 B  kept

Technique
  checked: all models
    COPY parents first, constraints in place.`)
})

it('fits 80 columns', () => {
  const lines = renderPlan(SHOP, './export', { ...PLAIN, width: 80 }).split('\n')

  expect(lines.filter((line) => line.length > 80)).toEqual([])
  expect(lines.slice(3, 7).join('\n')).toBe(`\
#  Model       File               Rows  New keys           Refers to
1  Tenant      Tenant.csv          ≈12      41 – ≈52
2  Shop        Shop.csv              0  –                  Tenant
3  Customer    customers.csv   ≈41 203  90 001 – ≈131 203  Shop, Customer,`)
})

it('says where keys come from that are no range of ids', () => {
  const keys = { column: 'id', sequence: null, from: null, to: null }
  const plan = buildPlan([
    buildModel('Tenant', { strategy: 'none', keys: { ...keys, by: 'a row that is there' } }),
    buildModel('Tag', { strategy: 'match', keys: { ...keys, by: 'match on label' } }),
  ])

  const lines = renderPlan(plan, './export', PLAIN).split('\n')

  expect(
    lines
      .slice(3, 6)
      .map((line) => line.trimEnd())
      .join('\n'),
  ).toBe(`\
#  Model   File        Rows   Size  New keys             Refers to
1  Tenant  Tenant.csv   ≈12  812 B  a row that is there
2  Tag     Tag.csv      ≈12  812 B  match on label`)
})

it('names the models of a technique where reasons differ', () => {
  const plan = buildPlan([buildModel('A'), buildModel('B'), buildModel('C')], {
    steps: [
      { group: 1, models: ['A'], technique: 'checked', why: 'The first reason.' },
      { group: 2, models: ['B'], technique: 'checked', why: 'Another reason.' },
      { group: 3, models: ['C'], technique: 'checked', why: 'The first reason.' },
    ],
  })

  expect(renderPlan(plan, './export', PLAIN).split('\n').slice(-5).join('\n')).toBe(`\
Technique
  checked: A, C
    The first reason.
  checked: B
    Another reason.`)
})

it('ends with what a person should know and what has to be cured', () => {
  const plan = buildPlan([], {
    warnings: ['Tenant.csv is ignored.'],
    problems: [
      {
        code: 'SOURCE.UNKNOWN_MODEL',
        message: 'custmers.csv matches no model',
        why: 'No model has a file of this name.',
        fix: 'Did you mean "Customer"?',
        meta: {},
      },
    ],
  })

  expect(renderPlan(plan, './export', PLAIN)).toBe(`\
Plan: ./export → postgresql://app@localhost:5432/shop
PostgreSQL 18.4, role app (not superuser)

Warnings
  ! Tenant.csv is ignored.

Problems
  ✖ custmers.csv matches no model (SOURCE.UNKNOWN_MODEL)
    No model has a file of this name.
    → Did you mean "Customer"?`)
})

it.each<[string, Partial<PlannedServer>, readonly boolean[], string]>([
  [
    'a superuser',
    { role: 'postgres', isSuperuser: true },
    [true],
    'PostgreSQL 18.4, role postgres (superuser)',
  ],
  ['a role that owns nothing', {}, [false, false], 'PostgreSQL 18.4, role app (not superuser)'],
  [
    'a role that owns some tables',
    {},
    [true, false, false],
    'PostgreSQL 18.4, role app (not superuser, owner of 1 of 3 tables)',
  ],
  [
    'the owner, at a service',
    { flavour: 'Neon' },
    [true, true],
    'PostgreSQL 18.4 (Neon), role app (not superuser, owner of all tables)',
  ],
  [
    'a role of another product',
    { flavour: 'CockroachDB', version: '24.1.3' },
    [false],
    'CockroachDB 24.1.3, role app (not superuser)',
  ],
])('tells the server and %s', (_, parts, owned, line) => {
  const models = owned.map((isOwner, index) => buildModel(`M${index}`, { isOwner }))
  const { server } = buildPlan([])
  const plan = buildPlan(models, { server: { ...server, ...parts } })

  expect(renderPlan(plan, '.', PLAIN).split('\n')[1]).toBe(line)
})

it('gives the statements for what a role lacks once, ready to be copied', () => {
  const table = { schema: 'public', table: 'A' }
  const usage = { privilege: 'usage', on: 'schema "public"', for: 'to reach the table' }
  const insert = { privilege: 'insert', on: `table "public"."A"`, for: 'to load rows' }
  const problems = [
    missingPrivilege({ model: 'A', table }, 'app', usage),
    missingPrivilege({ model: 'A', table }, 'app', insert),
    cannotLock({ model: 'B', table, file: 'B.csv' }),
    missingPrivilege({ model: 'C', table }, 'app', usage),
  ].map(buildErrorReport)
  const grants = [
    'grant usage on schema "public" to "app";',
    'grant insert on table "public"."A" to "app"; -- longer than the terminal is wide, but whole',
  ]
  const plan = buildPlan([buildModel('A')], { problems, grants })

  const text = renderPlan(plan, '.', { ...PLAIN, width: 60 })

  expect(text.split('\n\n').slice(-2).join('\n\n')).toBe(`\
Problems
  ✖ B has no sequence to take new ids from
    (PLAN.CANNOT_LOCK)
    public.A is a foreign table: others cannot be kept from
    inserting into it meanwhile.
    → Give the column a sequence as its default, or keep its
      keys: --remap-strategy B=none.

Missing privileges
  ✖ The role "app" may not load A, C
    (PLAN.MISSING_PRIVILEGE)
    It needs usage to reach the table; insert to load rows.
    → Let the owner run:
${grants.join('\n')}`)
})

it('lists what the loader makes', () => {
  const made = [
    { column: 'id', by: 'uuid(7)' },
    { column: 'updated_at', by: '@updatedAt' },
  ]
  const plan = buildPlan([buildModel('A', { made }), buildModel('B')])

  expect(renderPlan(plan, './export', PLAIN).split('\n\n').at(-1)).toBe(`\
Made here, as the files lack them
  A: id by uuid(7), updated_at by @updatedAt`)
})

it('lists what a rebuild locks, and what it keeps', () => {
  const locked = [
    { table: 'public.A', bytes: 5_130_000, rows: 41_203 },
    { table: 'public.B', bytes: 8_192, rows: null },
  ]
  const kept = ['The index a of public.A stays: it is invalid.']
  const plan = buildPlan([buildModel('A')], { rebuild: { locked, kept, seconds: 3.2 } })

  expect(renderPlan(plan, './export', PLAIN).split('\n').slice(-7).join('\n')).toBe(`\
Locked by the rebuild
  public.A (5.1 MB, ≈41 203 rows)
  public.B (8.2 kB, rows not counted yet)
    Nobody else can read or write them from the load to COMMIT, ≈3.2 s.

Kept by the rebuild
  The index a of public.A stays: it is invalid.`)
})

it('shows how rows could go in where there is a choice', () => {
  const ways = [
    { mode: 'checked', seconds: 42, isChosen: false, why: 'All stays in place.' },
    { mode: 'rebuild', seconds: 5.8, isChosen: true, why: 'Locks.' },
    { mode: 'deferred', seconds: null, isChosen: false, why: 'The role is no owner.' },
  ] as const
  const plan = buildPlan([buildModel('A')], { ways })
  const single = buildPlan([buildModel('A')], { ways: ways.toSpliced(1, 1) })

  expect(renderPlan(plan, './export', PLAIN)).toContain(`

How rows could go in
--fk-mode    Time  What it means
checked     ≈42 s  All stays in place.
rebuild ←  ≈5.8 s  Locks.
deferred        –  The role is no owner.`)
  expect(renderPlan(single, './export', PLAIN)).not.toContain('How rows could go in')
})

it('lists what is locked to make foreign keys deferrable', () => {
  const locked = [{ table: 'public.A', bytes: 5_130_000, rows: 41_203 }]
  const plan = buildPlan([buildModel('A')], { deferral: { locked, seconds: 3.2 } })

  expect(renderPlan(plan, './export', PLAIN).split('\n').slice(-3).join('\n')).toBe(`\
Locked to make foreign keys deferrable
  public.A (5.1 MB, ≈41 203 rows)
    Nobody else can read or write them from the load to COMMIT, ≈3.2 s.`)
})

it('lists triggers, and where schema and database differ', () => {
  const triggers = [
    { name: 'stamp', timing: 'before', level: 'row', function: 'app.stamp' },
    { name: 'log', timing: 'after', level: 'statement', function: 'public.log' },
  ] as const
  const plan = buildPlan([buildModel('A', { triggers }), buildModel('B')], {
    drift: ['B: public.B lacks the columns "x".', 'C: there is no table public.C.'],
  })

  expect(renderPlan(plan, './export', PLAIN).split('\n\n').slice(-2).join('\n\n')).toBe(`\
Triggers
  A: stamp (before each row, app.stamp)
  A: log (after the file, public.log)
    They fire for the rows of the import as for those of an application.

Where schema and database differ
  B: public.B lacks the columns "x".
  C: there is no table public.C.`)
})

it('tells how files are written that are not as RFC 4180 says, or of which that was found out', () => {
  const usual = {
    delimiter: ',',
    quote: '"',
    escape: '"',
    lineEnd: 'crlf',
    isDetected: false,
  } as const
  const plan = buildPlan([
    buildModel('A', { dialect: usual }),
    buildModel('B', { dialect: { ...usual, delimiter: ';', isDetected: true } }),
    buildModel('C', { dialect: { ...usual, delimiter: ';', isDetected: true } }),
    buildModel('D', { dialect: { ...usual, isDetected: true } }),
    buildModel('E', { dialect: { ...usual, lineEnd: 'mixed' } }),
    buildModel('F', { dialect: { ...usual, quote: null, escape: null } }),
    buildModel('G', { dialect: { ...usual, delimiter: '\t', quote: "'", escape: '\\' } }),
  ])

  expect(renderPlan(plan, './export', PLAIN)).toContain(`

Dialect
  B.csv, C.csv: ";" between fields, line ends CRLF (found out)
  D.csv: "," between fields, line ends CRLF (found out)
  E.csv: "," between fields, line ends LF and CRLF
  F.csv: "," between fields, no quotes, line ends CRLF
  G.csv: tab between fields, quote ', escape \\, line ends CRLF`)
})

it('names no file where all are written alike', () => {
  const dialect = {
    delimiter: '|',
    quote: '"',
    escape: '"',
    lineEnd: 'lf',
    isDetected: false,
  } as const
  const one = buildPlan([buildModel('A', { dialect })])
  const two = buildPlan([buildModel('A', { dialect }), buildModel('B', { dialect })])

  expect(renderPlan(one, '.', PLAIN)).toContain('\n  A.csv: "|" between fields, line ends LF')
  expect(renderPlan(two, '.', PLAIN)).toContain('\n  all files: "|" between fields, line ends LF')
})

it('counts the parts of a model', () => {
  const plan = buildPlan([
    buildModel('A', { file: 'A.1.csv', files: ['A.1.csv', 'A.2.csv', 'A.3.csv'] }),
  ])

  expect(renderPlan(plan, '.', PLAIN)).toContain('A.1.csv + 2')
})

it('tells what becomes of rows that are there', () => {
  const plan = buildPlan(
    [
      buildModel('A', { conflict: { action: 'update', on: ['a', 'b'], columns: ['c', 'd'] } }),
      buildModel('B', { conflict: { action: 'skip', on: ['id'], columns: [] } }),
      buildModel('C'),
    ],
    {
      truncated: [
        { table: 'public.A', rows: 1 },
        { table: 'public.B', rows: null },
      ],
    },
  )

  expect(renderPlan(plan, '.', PLAIN)).toContain(`

Emptied before the load
  public.A: about 1 row
  public.B

Rows that are there already
  A: on conflict update by a, b: c, d
  B: on conflict skip by id`)
})

it('tells what becomes of references without a row, where that is not as by default', () => {
  const reference = { columns: ['x'], target: 'B' }
  const plan = buildPlan([
    buildModel('A', {
      references: [
        { ...reference, name: 'usual', policy: 'remap', missing: 'fail' },
        { ...reference, name: 'there', policy: 'keep', missing: 'keep' },
        { ...reference, name: 'kept', policy: 'remap', missing: 'keep' },
        { ...reference, name: 'awaited', policy: 'keep', missing: 'fail' },
      ],
    }),
    buildModel('B', {
      references: [{ ...reference, name: 'b', policy: 'remap', missing: 'null' }],
    }),
  ])

  expect(renderPlan(plan, './export', PLAIN).split('\n\n').at(-1)).toBe(`\
Where the row referred to is not in the files
  A.kept: keep
  A.awaited: fail
  B.b: null`)
})
