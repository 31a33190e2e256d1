import { describe, expect, it } from '@jest/globals'
import { Decimal } from '@prisma/client/runtime/client'
import type { Manifest } from '../../src/manifest/manifest.js'
import { EncodedRows, type RowsInput } from '../../src/rows/encoded-rows.js'
import type { TakeUnwritten, UnwrittenRow } from '../../src/rows/row-fault.js'
import { manifestOf } from '../support/manifest-of.js'

const SCHEMA = `
datasource db {
  provider = "postgresql"
}
enum Role {
  READER @map("reader")
}
model User {
  id     Int      @id
  name   String
  note   String?
  role   Role     @default(READER)
  tags   String[]
  born   DateTime?
  score  Decimal?
  ratio  Float?
  isNew  Boolean?
  photo  Bytes?
  extra  Json?
}`

describe('EncodedRows', () => {
  it('writes the columns that rows have, in schema order', async () => {
    expect(await encode([{ name: 'a,b', id: 1 }])).toEqual({
      fields: ['id', 'name'],
      text: '1,"a,b"\n',
    })
  })

  it('writes NULL and empty text apart', async () => {
    const { text } = await encode([
      { id: 1, name: '', note: null },
      { id: 2, name: 'NULL' },
    ])

    expect(text).toBe('1,"",\n2,NULL,\n')
  })

  it('finds the columns in the first 1000 rows', async () => {
    const rows = Array.from({ length: 1001 }, (_, id) => ({ id, name: 'a' }))

    const { fields, text } = await encode(
      rows.with(999, { id: 999, name: 'b', note: 'c' } as never),
    )

    expect(fields).toEqual(['id', 'name', 'note'])
    expect(text.split('\n').slice(998, 1001)).toEqual(['998,a,', '999,b,c', '1000,a,'])
  })

  it('ends with a full batch as with any other', async () => {
    const { text } = await encode(Array.from({ length: 1000 }, (_, id) => ({ id, name: 'a' })))

    expect(text.split('\n')).toHaveLength(1001)
  })

  it('leaves elements that are null, and enum values that it does not know, to the database', async () => {
    const { text } = await encode([{ id: 1, name: 'a', role: 'reader', tags: ['a', null] }])

    expect(text).toBe('1,a,reader,"{""a"",NULL}"\n')
  })

  it('has all columns where there are no rows', async () => {
    const { fields, text } = await encode([])

    expect(fields).toHaveLength(11)
    expect(text).toBe('')
  })

  it('cuts many rows into chunks', async () => {
    const rows = Array.from({ length: 900 }, (_, id) => ({ id, name: 'x'.repeat(200) }))
    const chunks: string[] = []

    for await (const chunk of new EncodedRows(...(await inputOf(rows)))) chunks.push(chunk)

    expect(chunks.length).toBe(3)
  })

  it.each<[string, unknown, string, string]>([
    ['id', 1.5, 'a whole number', 'a fraction'],
    ['id', 2 ** 53, 'a whole number', 'a number beyond 2^53, which is not exact'],
    ['id', '1', 'a whole number', 'a string'],
    ['name', 1, 'a string', 'a number'],
    ['name', null, 'a string', 'null'],
    ['role', 1, 'a value of Role', 'a number'],
    ['tags', 'a', 'a list of string', 'a string'],
    ['tags', [1], 'a list of string', 'a list'],
    ['born', new Date(Number.NaN), 'a Date or its ISO 8601 text', 'a Date without a time'],
    ['score', {}, 'a decimal number or its text', 'an object'],
    ['score', { toFixed: 1 }, 'a decimal number or its text', 'an object'],
    ['score', new Number(0.5), 'a decimal number or its text', 'an object'],
    ['score', 1e23, 'a decimal number or its text', 'a number beyond 2^53, which is not exact'],
    ['ratio', '1', 'a number', 'a string'],
    ['isNew', 0, 'a boolean', 'a number'],
    ['photo', 'abc', 'a Uint8Array', 'a string'],
    ['extra', () => {}, 'a value of JSON, its null as Prisma.JsonNull', 'a function'],
    ['extra', 1n, 'a value of JSON, its null as Prisma.JsonNull', 'a bigint'],
  ])('refuses %s of another type', async (field, value, wanted, got) => {
    const encoding = encode([{ id: 1, name: 'a', [field]: value }])

    await expect(encoding).rejects.toMatchObject({
      code: 'ROWS.WRONG_TYPE',
      details: { meta: { model: 'User', row: 1, field, wanted, got } },
    })
  })

  it.each<[unknown, string]>([
    ['1.50', '1.50'],
    [0.1, '0.1'],
    [1e-7, '1e-7'],
    [2n ** 64n, '18446744073709551616'],
    [new Decimal('1e-30'), `0.${'0'.repeat(29)}1`],
  ])('takes %s for a decimal number', async (score, wanted) => {
    expect(await encode([{ id: 1, name: 'a', score }])).toMatchObject({ text: `1,a,${wanted}\n` })
  })

  it('leaves empty what it cannot write of a row, and says why, where that is not the end', async () => {
    const faults: [number, UnwrittenRow][] = []
    const rows = [
      { id: 1, name: 'a' },
      { id: 2, name: 3, note: 4 },
      { id: 3, name: 'c', nmae: 'x' },
      { id: 4 },
      5,
      ['length'],
      { id: 6, name: 'a\0' },
      { id: 7, name: 'g', role: 1 },
      { id: 8, name: 'h' },
    ]

    const { fields, text } = await encode(rows, (row, fault) => faults.push([row, fault]))

    // Only rows that can be written decide on columns.
    expect(fields).toEqual(['id', 'name'])
    expect(text).toBe('1,a\n2,\n3,c\n4,\n,\n,\n6,\n7,g\n8,h\n')
    expect(faults.map(([row, { field, code }]) => [row, field, code])).toEqual([
      [1, 'note', 'ROWS.WRONG_TYPE'],
      [2, 'nmae', 'ROWS.UNKNOWN_FIELD'],
      [3, 'name', 'ROWS.MISSING_FIELD'],
      [4, null, 'ROWS.NOT_A_ROW'],
      [5, null, 'ROWS.NOT_A_ROW'],
      [6, 'name', 'ROWS.UNSTORABLE_TEXT'],
      [7, 'role', 'ROWS.WRONG_TYPE'],
    ])
    expect(faults.map(([, { why }]) => why)[0]).toBe(
      '"note" of User takes a string, but got a number. Left empty in a file of rejected rows: "name".',
    )
  })

  it('has all columns where no row can be written', async () => {
    const { fields, text } = await encode([1, 2], () => {})

    expect(fields).toHaveLength(11)
    expect(text).toBe(`${','.repeat(10)}\n${','.repeat(10)}\n`)
  })

  it('ends where the program throws, even if bad rows do not end it', async () => {
    const throwing = Object.defineProperty({ id: 1 }, 'name', {
      enumerable: true,
      get: () => {
        throw new Error('secret')
      },
    })

    await expect(encode([throwing], () => {})).rejects.toMatchObject({ code: 'ROWS.FAILED' })
  })

  it('says how to write what it refuses', async () => {
    const encoding = encode([{ id: 1, name: 2 }])

    await expect(encoding).rejects.toThrow(
      'rows.User has a value of the wrong type. rows.User, row 1: "name" of User takes a string, but got a number. Convert the value; nothing was written.',
    )
  })

  it.each([
    [
      [{ id: 1, nmae: 'a' }],
      'ROWS.UNKNOWN_FIELD',
      'row 1: User has no column for "nmae"; it has id,',
    ],
    [
      [{ id: 1, name: 'a' }, { id: 2 }],
      'ROWS.MISSING_FIELD',
      'row 2: "name" is absent, but required.',
    ],
    [
      [
        { id: 1, name: 'a', role: 'READER' },
        { id: 2, name: 'a' },
      ],
      'ROWS.MISSING_FIELD',
      'row 2: "role" is absent here and present in other rows',
    ],
    [[{ id: 1, name: 'a' }, null], 'ROWS.NOT_A_ROW', 'row 2: a row is an object with a property'],
    [[[1, 'a']], 'ROWS.NOT_A_ROW', 'but this is a list.'],
    [[{ id: 1, name: 'a\0' }], 'ROWS.UNSTORABLE_TEXT', 'row 1: "name" of User holds U+0000'],
    [[{ id: 1, name: '\ud800' }], 'ROWS.UNSTORABLE_TEXT', 'half of a surrogate pair'],
    [
      [...Array.from({ length: 1000 }, (_, id) => ({ id, name: 'a' })), { id: 1, note: 'a' }],
      'ROWS.LATE_FIELD',
      'row 1001: "note" is in none of the first 1000 rows',
    ],
    [
      [...Array.from({ length: 1000 }, (_, id) => ({ id, name: 'a' })), { id: 1, boss: 'a' }],
      'ROWS.UNKNOWN_FIELD',
      'row 1001: User has no column for "boss"',
    ],
  ])('refuses rows that are wrong: %#', async (rows, code, message) => {
    await expect(encode(rows)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    })
  })

  it.each([
    ['a list', () => [{ id: 1, name: 'a' }, Promise.resolve({ id: 2, name: 'b' })]],
    [
      'what gives them in time',
      () =>
        later([
          { id: 1, name: 'a' },
          { id: 2, name: 'b' },
        ]),
    ],
    [
      'what is both',
      () =>
        Object.assign([], {
          [Symbol.asyncIterator]: () =>
            later([
              { id: 1, name: 'a' },
              { id: 2, name: 'b' },
            ]),
        }),
    ],
  ])('waits for the rows of %s', async (_, rowsOf) => {
    const { text } = await encode(rowsOf())

    expect(text).toBe('1,a\n2,b\n')
  })

  it('takes a field named then for a field', async () => {
    const thenable = Object.fromEntries([
      ['id', 1],
      ['then', 'b'],
    ])

    await expect(encode([thenable])).rejects.toMatchObject({ code: 'ROWS.UNKNOWN_FIELD' })
  })

  it.each([() => [row(1), Promise.reject('no')], () => failingAfter([row(1)])])(
    'names the row that what gives them fails at: %#',
    async (rowsOf) => {
      await expect(encode(rowsOf())).rejects.toMatchObject({
        code: 'ROWS.FAILED',
        details: { meta: { row: 2 }, cause: 'no' },
      })
    },
  )

  it('takes a property that is undefined for absent', async () => {
    const rows = Array.from({ length: 1001 }, (_, id) => ({ id, name: 'a', boss: undefined }))

    const { fields } = await encode(rows)

    expect(fields).toEqual(['id', 'name'])
  })

  it.each([
    [{ id: 1, name: 'a', score: { s: 1, e: 0, d: [1], toFixed: failing } }],
    [
      {
        id: 1,
        get name() {
          return failing()
        },
      },
    ],
  ])('names the row whose own code throws: %#', async (row) => {
    await expect(encode([row])).rejects.toMatchObject({
      code: 'ROWS.FAILED',
      details: { meta: { row: 1 }, cause: 'no' },
      message: expect.stringContaining('threw a string'),
    })
  })
})

function row(id: number): object {
  return { id, name: 'a' }
}

async function* later(rows: readonly object[]): AsyncGenerator<object> {
  for (const each of rows) yield each
}

function* failingAfter(rows: readonly object[]): Generator<object> {
  yield* rows
  failing()
}

function failing(): string {
  throw 'no'
}

async function encode(
  rows: RowsInput<unknown>,
  onUnwritten?: TakeUnwritten,
): Promise<{ readonly fields: readonly string[]; readonly text: string }> {
  const encoded = new EncodedRows(...(await inputOf(rows, onUnwritten)))
  let text = ''
  for await (const chunk of encoded) text += chunk
  return { fields: encoded.fields, text }
}

let manifest: Promise<Manifest> | null = null

async function inputOf(
  rows: RowsInput<unknown>,
  onUnwritten: TakeUnwritten | null = null,
): Promise<ConstructorParameters<typeof EncodedRows>> {
  manifest ??= manifestOf(SCHEMA)
  const { models, enums } = await manifest
  const [model] = models
  if (model === undefined) throw new Error('The schema has no model')
  return [model, enums, { rows, onUnwritten }]
}
