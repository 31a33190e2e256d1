import { describe, expect, it } from '@jest/globals'
import type { Manifest } from '../../src/manifest/manifest.js'
import { EncodedRows, type RowsInput } from '../../src/rows/encoded-rows.js'
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

  it('takes a property that is undefined for absent', async () => {
    const rows = Array.from({ length: 1001 }, (_, id) => ({ id, name: 'a', boss: undefined }))

    const { fields } = await encode(rows)

    expect(fields).toEqual(['id', 'name'])
  })

  it.each([
    [{ id: 1, name: 'a', score: { toFixed: failing } }],
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

function failing(): string {
  throw 'no'
}

async function encode(
  rows: RowsInput<unknown>,
): Promise<{ readonly fields: readonly string[]; readonly text: string }> {
  const encoded = new EncodedRows(...(await inputOf(rows)))
  let text = ''
  for await (const chunk of encoded) text += chunk
  return { fields: encoded.fields, text }
}

let manifest: Promise<Manifest> | null = null

async function inputOf(
  rows: RowsInput<unknown>,
): Promise<ConstructorParameters<typeof EncodedRows>> {
  manifest ??= manifestOf(SCHEMA)
  const { models, enums } = await manifest
  const [model] = models
  if (model === undefined) throw new Error('The schema has no model')
  return [model, enums, rows]
}
