import { beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Manifest, ManifestModel } from '../../../src/manifest/manifest.js'
import { parseCondition } from '../../../src/slice/condition/parse-condition.js'
import { renderCondition } from '../../../src/slice/condition/render-condition.js'
import { manifestOf } from '../../support/manifest-of.js'

const SCHEMA = `
datasource db {
  provider = "postgresql"
}
model Order {
  id     Int      @id
  total  Decimal
  name   String   @map("Cust\\"omer % name")
  status Status
  marks  Status[]
  data   Json
  order  Int
  date   DateTime
}
enum Status {
  OPEN
  PAID @map("paid in full")
}`

let manifest: Manifest
let model: ManifestModel

beforeAll(async () => {
  manifest = await manifestOf(SCHEMA)
  model = manifest.models[0] as ManifestModel
})

function render(sql: string, values: readonly unknown[] = []) {
  const bound: unknown[] = []
  const { enums } = manifest
  const text = renderCondition(
    parseCondition(model, { sql, values }),
    { name: 'Order', enums },
    bound,
  )
  return { text, values: bound }
}

function refusal(sql: string, values?: readonly unknown[]): unknown {
  try {
    return render(sql, values)
  } catch (error) {
    return error
  }
}

describe('a condition', () => {
  it.each([
    ['id = 7', '(t."id" = 7)', []],
    ["name = 'O''Brien'", '(t."Cust""omer % name" = $1)', ["O'Brien"]],
    ['"Cust""omer % name" like \'%\\;--\'', '(t."Cust""omer % name" like $1)', ['%\\;--']],
    [
      'id=1 or id!=2 and not total>=.5e3',
      '((t."id" = 1) or ((t."id" <> 2) and (not (t."total" >= .5e3))))',
      [],
    ],
    ['- -id < -1 - -2', '((- (- t."id")) < ((- 1) - (- 2)))', []],
    [
      'id NOT IN (1, 2) AND id Not Between 1 + 1 and 9',
      '((t."id" not in (1, 2)) and (t."id" not between (1 + 1) and 9))',
      [],
    ],
    [
      "data->'a'->>'b' is not distinct from null",
      '(((t."data" -> $1) ->> $2) is not distinct from null)',
      ['a', 'b'],
    ],
    [
      "date >= date '2024-01-01' and date < now() - interval '1 day'",
      '((t."date" >= ($1::pg_catalog.date)) and (t."date" < (pg_catalog.now() - ($2::pg_catalog."interval"))))',
      ['2024-01-01', '1 day'],
    ],
    ["coalesce(lower(name), '')::TEXT is null", null, ['']],
    ['"order" = 1', '(t."order" = 1)', []],
    ["status = 'PAID'", '(t."status" = $1)', ['paid in full']],
    ["status in ('OPEN', 'paid in full')", '(t."status" in ($1, $2))', ['OPEN', 'paid in full']],
    ["'PAID' = any(marks)", '($1 = any (t."marks"))', ['paid in full']],
    ["marks @> '{PAID}'", '(t."marks" @> $1)', ['{PAID}']],
    ["status::text like 'p%'", '((t."status"::pg_catalog.text) like $1)', ['p%']],
  ])('%s', (sql, text, values) => {
    const rendered = render(sql)

    expect(rendered.values).toEqual(values)
    if (text !== null) expect(rendered.text).toBe(text)
  })

  it('binds what a program gave for placeholders, each where it stands', () => {
    expect(render('id = any($2) or id = $1 or id = $1', [7, [1, 2]])).toEqual({
      text: '((t."id" = any ($1)) or (t."id" = $2) or (t."id" = $3))',
      values: [[1, 2], 7, 7],
    })
    expect(render('status = any($1)', [['PAID']]).values).toEqual([['paid in full']])
  })

  it.each([
    ['', 'Column 1'],
    ['id = 1; drop table x', 'without a semicolon'],
    ['id = 1 -- x', 'Column 8 of its text: comments are not allowed'],
    ['id = 1 /* x */', 'comments'],
    ["name = 'x", 'no closing quote'],
    ['"name = 1', 'no closing quote'],
    ["name = E'\\''", 'plain quotes'],
    ["name = U&'\\0041'", 'plain quotes'],
    ['name = $$x$$', 'dollar'],
    ['name = $a$x$a$', 'dollar'],
    ['id = $1', '$1 has no value'],
    ['id = 1 id', 'ends here, but id follows'],
    ['id in (select 1)', 'subqueries'],
    ['exists (select 1)', 'subqueries'],
    ['count(id) > 1', 'aggregates'],
    ['pg_sleep(9) is null', 'none of those that are allowed'],
    ['pg_catalog.pg_sleep(9) is null', 'without the model'],
    ['"name"(id) = 1', 'ends here'],
    ['lowr(name) = name', 'Did you mean "lower"?'],
    ['lower() = name', 'lower takes 1 arguments, not 0'],
    ['id::regclass is null', 'none of the types'],
    ['id = 1 = 2', 'not chained'],
    ["name ~ '(a+)+$'", 'regular expressions'],
    ['order = 1', 'it is written "order"'],
    ['id = 1a', 'a number goes on'],
    ['id = 0x1F', 'a number goes on'],
    ['id = 1 \0', 'NUL'],
    ['id in ()', 'a column or a value is expected here, not ")"'],
    ['id not 5', 'in, between, like or ilike'],
    ['id is 5', 'null, true, false'],
    ['id ? 5', 'no meaning'],
    ['case when true then true end', 'case is not allowed'],
    ["status = 'PAYD'", 'Did you mean "PAID"?'],
  ])('is refused: %s', (sql, reason) => {
    const error = refusal(sql)

    expect(error).toMatchObject({ code: 'SLICE.INVALID_CONDITION' })
    expect(String(error)).toContain(reason)
  })

  it('is refused where it is too deep for the stack of the server or of Node', () => {
    for (const sql of [
      `${'('.repeat(101)}id`,
      `${'not '.repeat(20_000)}true`,
      `${'- '.repeat(20_000)}1 = 1`,
      `id${' + 1'.repeat(20_000)} = 1`,
      `id${'::int'.repeat(20_000)} = 1`,
    ]) {
      expect(refusal(sql)).toMatchObject({
        code: 'SLICE.INVALID_CONDITION',
        message: expect.stringMatching(/nested deeper|operators in rows/),
      })
    }
  })

  it('names no value of its text in an error', () => {
    expect(String(refusal("id = 1 'secret'"))).not.toContain('secret')
    expect(String(refusal('id = 1 424242'))).not.toContain('424242')
    expect(String(refusal("status = 'secret'"))).not.toContain('secret')
  })

  it('takes long lists and long chains of and and or', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => index)

    expect(render(`id in (${ids.join(', ')})`).text.length).toBeGreaterThan(50_000)
    expect(render(ids.map((id) => `id = ${id}`).join(' or ')).values).toEqual([])
  })

  it('needs a value for each placeholder and a placeholder for each value', () => {
    expect(String(refusal('id = $2', [1]))).toContain('$2 has no value')
    expect(String(refusal('id = $2', [1, 2]))).toContain('nothing uses the value of $1')
  })

  it('suggests the column that was meant', () => {
    expect(refusal('stats = 1')).toMatchObject({
      code: 'SLICE.UNKNOWN_COLUMN',
      message: expect.stringContaining('Did you mean "status"?'),
    })
  })

  it('never gives SQL of anything but what is allowed', () => {
    const piece = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...PIECES) },
      { weight: 1, arbitrary: fc.string({ maxLength: 3 }) },
    )
    // Mostly what may be, in an order in which it may, so that the rest comes to all places.
    const operand = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...OPERANDS) }, piece)
    const operator = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...OPERATORS) }, piece)
    const words = fc.array(fc.tuple(operator, operand), { maxLength: 4 })
    const soups = fc.oneof(
      fc.array(piece, { maxLength: 12 }),
      fc.tuple(operand, words).map(([first, rest]) => [first, ...rest.flat()]),
    )
    let accepted = 0
    fc.assert(
      fc.property(soups, fc.constantFrom('', ' ', ' '), (soup, gap) => {
        const result = refusal(soup.join(gap))
        if (result instanceof Error) {
          return (result as Error & { code?: string }).code?.startsWith('SLICE.') === true
        }
        accepted++
        return (result as { text: string }).text.replaceAll(ALLOWED, '') === ''
      }),
      { numRuns: 600 },
    )

    expect(accepted).toBeGreaterThan(60)
  })
})

const PIECES = [
  ...['id', 'total', 'name', '"order"', '"Cust""omer % name"', 'status', 'data', 'x', '"t"', 't.'],
  ...['=', '<>', '!=', '<', '>=', '+', '-', '*', '/', '%', '||', '->', '->>', '@>', '::', '~'],
  ...['and', 'or', 'not', 'in', 'between', 'is', 'null', 'true', 'like', 'any', 'distinct from'],
  ...[
    '(',
    ')',
    ',',
    ';',
    '--',
    '/*',
    '*/',
    "'",
    '"',
    "''",
    '$1',
    '$$',
    '\\',
    '\0',
    '\n',
    '.',
    'é',
    '\u00a0',
    '𝄞',
    '\ud800',
    '＇',
  ],
  ...["'x'", "E'x'", "'; drop table x'", '1', '2.5', '1e9', '0x1', 'int', 'regclass', "date '1'"],
  ...['lower(', 'now()', 'pg_sleep(1)', 'count(', 'select', 'union', 'cast(', 'operator('],
]

const OPERANDS = [
  ...['id', 'name', '"order"', '(total)', "'; drop table x; --'", "'a''b'", '1', '.5e3', 'null'],
  ...[
    'lower(name)',
    'now()',
    'coalesce(id, 1)',
    "date '1'",
    '- id',
    'not true',
    'id::text',
    '(1, 2)',
  ],
]

const OPERATORS = [
  ...['=', '<>', '!=', '<=', '+', '-', '*', '/', '%', '||', '->', '->>', '@>', 'and', 'or', 'like'],
  ...['in', 'not in', 'is not distinct from', 'not ilike', 'between 1 and'],
]

/** What may be in the SQL, and what must be around it so that it is that. */
const ALLOWED =
  /t\."(?:id|total|Cust""omer % name|status|marks|data|order|date)"(?!")|\$\d+(?!\w)|(?<![\w"])\d+(?:\.\d*)?(?:e[+-]?\d+)?(?![\w"])|(?<![\w"])\.\d+(?:e[+-]?\d+)?(?![\w"])|::pg_catalog\.(?:int4|int2|int8|text|date|timestamptz|uuid|bool|json|jsonb|"(?:numeric|time|timestamp|interval)")(?![\w"(])|pg_catalog\.(?:abs|date_part|date_trunc|length|lower|now|upper)(?=\()|(?<![\w"])(?:and|or|not|in|between|is|null|true|false|like|ilike|any|all|distinct|from|current_date|current_timestamp|coalesce)(?![\w"])|(?<= )(?:<=|>=|<>|=|<|>|\|\||->>|->|@>|<@|\+|\*|\/|%)(?= )|(?<=[ (])-(?= )|[ (),]/g
