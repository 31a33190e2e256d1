import { describe, expect, it } from '@jest/globals'
import type { ManifestColumn, ManifestModel } from '../../src/manifest/manifest.js'
import { headerOptionsOf, type ModelHeaderOptions } from '../../src/source/header-options.js'
import type { HeaderRow } from '../../src/source/header-row.js'
import { type MatchedHeaders, matchHeaders } from '../../src/source/match-headers.js'

describe('matchHeaders', () => {
  const ORDER = buildModel({
    id: ['id'],
    customerId: ['customerId', 'customer_id'],
    placedAt: ['placedAt', 'placed_at'],
  })

  it('finds columns by field and by column name, whose case matters only if it has to', () => {
    const { columns, problems } = match(['PLACED_AT', 'Id', 'customer_id'], ORDER)

    expect(problems).toEqual([])
    expect(columns.map(({ header, index, column }) => [header, index, column.field])).toEqual([
      ['PLACED_AT', 0, 'placedAt'],
      ['Id', 1, 'id'],
      ['customer_id', 2, 'customerId'],
    ])
  })

  it('leaves out what was said of rejected rows, where all of it stands behind the others', () => {
    const told = ['_file', '_line', '_column', '_code', '_reason']

    const { columns, problems, warnings } = match(['id', ...told], ORDER)

    expect([columns.length, problems, warnings]).toEqual([1, [], []])
    expect(match(['id', ...told.slice(1)], ORDER).problems).toHaveLength(4)
    expect(match([...told, 'id'], ORDER).problems).toHaveLength(5)
  })

  it('takes the name of a field before the column of another', () => {
    const model = buildModel({ name: ['name', 'label'], label: ['label', 'name'] })

    const { columns, problems } = match(['label', 'name'], model)

    expect(problems).toEqual([])
    expect(columns.map(({ column }) => column.field)).toEqual(['label', 'name'])
  })

  it('tells fields apart by case where it has to', () => {
    const model = buildModel({ a: ['a', 'x'], A: ['A', 'y'] })

    const { columns } = match(['A', 'a'], model)

    expect(columns.map(({ column }) => column.field)).toEqual(['A', 'a'])
  })

  it('does not guess between two', () => {
    const model = buildModel({ aB: ['aB'], Ab: ['Ab'], c: ['c', 'same'], d: ['d', 'same'] })

    const { columns, problems } = match(['AB', 'same'], model)

    expect(columns).toEqual([])
    expect(problems.map(({ code }) => code)).toEqual([
      'SOURCE.UNKNOWN_HEADER',
      'SOURCE.UNKNOWN_HEADER',
    ])
  })

  it('says where an unknown header stands, and what may be meant', () => {
    const { columns, problems } = match(['id', 'custmerId'], ORDER)

    expect(columns).toHaveLength(1)
    expect(problems.map(({ message }) => message)).toEqual([
      'o.csv has a column that Order does not. Column 2 of line 1 is "custmerId", which is no field and no column of Order. Did you mean "customerId"? Rename the column, map it with --map Order.<header>=<field>, or leave it out with --ignore-columns.',
    ])
  })

  it('says that two headers mean the same', () => {
    const { problems } = match(['placedAt', 'id', 'placed_at'], ORDER)

    expect(problems.map(({ message }) => message)).toEqual([
      'o.csv has a column twice. "placedAt" (column 1) and "placed_at" (column 3) of line 1 both mean the field "placedAt". Remove one of the two columns, or leave one out with --ignore-columns.',
    ])
  })

  it.each(['__proto__', 'constructor', 'toString'])('knows no header %j', (header) => {
    const { problems } = match([header], ORDER)

    expect(problems.map(({ code }) => code)).toEqual(['SOURCE.UNKNOWN_HEADER'])
  })

  it.each(['__proto__', 'constructor'])('finds a field that is called %j', (header) => {
    const model = buildModel({ [`my ${header}`]: [header], id: ['id'] })

    const { columns } = match([header], model)

    expect(columns.map(({ column }) => column.field)).toEqual([`my ${header}`])
  })

  it('says that a header stands twice, and where', () => {
    const { problems } = match(['id', 'placedAt', 'id'], ORDER)

    expect(problems.map(({ code, details }) => [code, details.why])).toEqual([
      [
        'SOURCE.DUPLICATE_HEADER',
        '"id" (column 1) and "id" (column 3) of line 1 both mean the field "id".',
      ],
    ])
  })

  it('says that a header is empty, and where', () => {
    const { problems } = match(['id', ''], ORDER)

    expect(problems.map(({ message }) => message)).toEqual([
      'o.csv has a column without a name. Column 2 of line 1 is empty. Name the column, or leave it out with --ignore-columns Order.',
    ])
    expect(problems[0]?.code).toBe('SOURCE.EMPTY_HEADER')
  })

  it.each([
    ['id;total', ',', "--delimiter ';'"],
    ['id\ttotal', ',', '--delimiter tab'],
    ['id|total', ',', "--delimiter '|'"],
    ['id,total', '\t', "--delimiter ','"],
  ])('guesses what stands between the fields of %j', (header, delimiter, guess) => {
    const { problems } = match([header], ORDER, {}, { delimiter })

    expect(problems[0]?.details.fix).toBe(
      `The file seems to have another character between fields: ${guess}.`,
    )
  })

  it('names the option where the header is no line of the file', () => {
    const { problems } = match(
      ['id', 'tot'],
      ORDER,
      { headers: ['id', 'tot'] },
      { isHeadless: true },
    )
    const { problems: twice } = match(['id', 'id'], ORDER, {}, { isHeadless: true })

    expect(problems[0]?.details.why).toMatch(/^Name 2 of the option "headers" is "tot"/)
    expect(twice[0]?.details.why).toContain('"id" (column 2) of the option "headers" both mean')
  })
})

describe('matchHeaders with options', () => {
  const ORDER = buildModel({
    id: ['id'],
    customerId: ['customerId', 'customer_id'],
    secret: ['secret'],
  })

  it('takes a header for the field it is mapped to, whatever else it could be', () => {
    const map = new Map([
      ['customer_id', 'id'],
      ['Customer Name', 'customerId'],
    ])

    const { columns, problems } = match(['Customer Name', 'customer_id'], ORDER, { map })

    expect(problems).toEqual([])
    expect(columns.map(({ column }) => column.field)).toEqual(['customerId', 'id'])
  })

  it('says that no header is the one that is mapped', () => {
    const { problems } = match(['id', 'Customer'], ORDER, {
      map: new Map([
        ['Custmer', 'customerId'],
        ['Customer', 'customerId'],
      ]),
    })

    expect(problems.map(({ message }) => message)).toEqual([
      'o.csv has no column "Custmer". The option "map" names it for Order. Did you mean "Customer"? Correct the name, or leave the entry out.',
    ])
  })

  it('knows no header that is mapped to nothing', () => {
    const { problems } = match(['id', 'x'], ORDER, { map: new Map([['x', 'y']]) })

    expect(problems.map(({ code }) => code)).toEqual(['SOURCE.UNKNOWN_HEADER'])
  })

  it('leaves out what is to be ignored or skipped, and says so', () => {
    const model = {
      ...ORDER,
      columns: ORDER.columns.map((column) => ({ ...column, isSkipped: column.field === 'secret' })),
    }
    const { ignoredBy } = headerOptionsOf('Order', {
      map: new Map(),
      ignored: ['legacy', 'Order.customerId', 'Order.', 'Other.id', 'unused'],
      headers: new Map(),
    })

    const matched = match(['legacy', 'id', 'secret', '', 'customerId', 'legacy'], model, {
      ignoredBy,
    })

    expect(matched.problems).toEqual([])
    expect(matched.columns.map(({ header, index }) => [header, index])).toEqual([['id', 1]])
    expect(matched.ignoredBy).toEqual(['legacy', 'Order.', 'Order.customerId'])
    expect(matched.warnings).toEqual([
      'o.csv: left out as asked for: "legacy", "", "customerId".',
      'o.csv: left out as @gyro.skip says: "secret".',
    ])
  })

  it('refuses a file of which nothing is left', () => {
    const { problems } = match(['id'], ORDER, { ignoredBy: () => 'id' })

    expect(problems.map(({ message }) => message)).toEqual([
      'Nothing of o.csv would be imported. All its columns are left out, by the options or the schema of Order. Move the file out of the folder, or keep a column.',
    ])
    expect(problems[0]?.code).toBe('SOURCE.NO_COLUMN')
  })
})

const NO_OPTIONS: ModelHeaderOptions = headerOptionsOf('Order', {
  map: new Map(),
  ignored: [],
  headers: new Map(),
})

function match(
  headers: readonly string[],
  model: ManifestModel,
  options: Partial<ModelHeaderOptions> = {},
  row: Partial<HeaderRow> = {},
): MatchedHeaders {
  const whole = { file: 'o.csv', headers, model, delimiter: ',', isHeadless: false, ...row }
  return matchHeaders(whole, { ...NO_OPTIONS, ...options })
}

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
