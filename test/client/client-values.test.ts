import { describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import { READ_VALUE, Uncarried } from '../../src/client/client-value.js'
import { withImportStage } from '../support/import-stage.js'
import { withPrismaClient } from '../support/prisma-client.js'

// A Client is generated the first time that its schema is met.
jest.setTimeout(240_000)

const SCHEMA = `
enum Mood {
  HAPPY @map("happy mood")
  SAD
}
model Value {
  id       Int       @id
  text     String?
  char     String?   @db.Char(4)
  uuid     String?   @db.Uuid
  inet     String?   @db.Inet
  bits     String?   @db.Bit(3)
  flag     Boolean?
  small    Int?      @db.SmallInt
  big      BigInt?
  real     Float?    @db.Real
  double   Float?
  decimal  Decimal?
  money    Decimal?  @db.Money
  at       DateTime?
  zoned    DateTime? @db.Timestamptz(3)
  micros   DateTime? @db.Timestamp(6)
  day      DateTime? @db.Date
  hour     DateTime? @db.Time(3)
  json     Json?
  plain    Json?     @db.Json
  bytes    Bytes?
  mood     Mood?
  texts    String[]
  bigs     BigInt[]
  decimals Decimal[]
  doubles  Float[]
  flags    Boolean[]
  times    DateTime[]
  moods    Mood[]
  jsons    Json[]
  blobs    Bytes[]
  marks    Int[]     @default([1])
}`

/** Of every size, most of them with 17 digits. */
const DOUBLES = fc
  .sample(fc.double({ noDefaultInfinity: true, noNaN: true }), { numRuns: 300, seed: 7 })
  .filter((value) => !Object.is(value, -0))
  .map(String)

const VALUES: readonly Readonly<Record<string, string>>[] = [
  {},
  {
    text: '"a ""b"", \t\\N\nc"',
    char: 'ab',
    uuid: 'A0EEBC999C0B4EF8BB6D6BB9BD380A11',
    inet: '10.0.0.1/24',
    bits: '101',
    flag: 'yes',
    small: '-7',
    big: '9223372036854775807',
    real: '0.1',
    double: '1.7976931348623157e308',
    decimal: '12345678901234567890.123456789012345678901234567890',
    money: '12.34',
    at: '2024-03-04T05:06:07.089+02:00',
    zoned: '2024-03-04T05:06:07.1Z',
    micros: '2024-03-04 05:06:07.120000',
    day: '0044-03-15',
    hour: '23:59:59.999',
    json: '"{""b"": [1, 1.50, null, ""x""], ""a"": 12300}"',
    plain: '"[1, 2]"',
    bytes: '\\x00ff',
    mood: 'HAPPY',
    texts: '"{x,""y \\""z\\"""",NULL_}"',
    bigs: '"{1,-9223372036854775808}"',
    decimals: '"{1.50,12345678901234567890.5}"',
    flags: '"{t,f}"',
    times: '"{2024-01-01 00:00:00.5}"',
    moods: '"{HAPPY,SAD}"',
    jsons: '"[""{\\""a\\"": 1}"",""null""]"',
    blobs: '"{""\\\\x01"",""\\\\x""}"',
  },
  ...DOUBLES.map((double) => ({ double, doubles: `"{${double},1}"` })),
  { json: 'null', text: '""', texts: '{}', mood: 'happy mood', flag: 'false' },
]

const COLUMNS = [...new Set(VALUES.flatMap((row) => Object.keys(row)))]

const FILE = [
  ['id', ...COLUMNS].join(','),
  ...VALUES.map((row, id) => [id, ...COLUMNS.map((name) => row[name] ?? '')].join(',')),
].join('\n')

describe('values that go through Prisma Client', () => {
  it('are those that COPY would have stored', () =>
    withImportStage({ schema: SCHEMA, files: { 'Value.csv': FILE } }, (stage) =>
      withPrismaClient({ schema: SCHEMA, url: stage.url }, async (client) => {
        await stage.importModels({ strategy: 'none', history: false })
        const { 'public."Value"': _, '"Value"': copied, ...others } = await stage.snapshot()
        await stage.client.query('truncate "Value"')

        await stage.importModels({ strategy: 'none', client })

        expect(copied).toHaveLength(VALUES.length)
        expect(others).toEqual({})
        expect((await stage.snapshot())['"Value"']).toEqual(copied?.map(asClientWrites))
      }),
    ))

  it.each([
    ['micros', '2024-03-04 05:06:07.123456', 'a time with more than milliseconds'],
    ['at', 'infinity', 'a time with more than milliseconds'],
    ['hour', '24:00', 'a time with more than milliseconds'],
    ['double', 'NaN', 'a number that is none, or -0'],
    ['double', '-0', 'a number that is none, or -0'],
    ['decimal', 'NaN', 'a number that is none'],
    ['json', '"{""a"": 12345678901234567890}"', 'JSON with a number that JavaScript rounds'],
    ['json', '"[{""__proto__"": 1}]"', 'JSON with a property __proto__'],
    ['texts', '"{a,NULL}"', 'a list with a NULL in it'],
    ['marks', '', 'NULL where a list has a default'],
    ['texts', '"{{a},{b}}"', 'a list with a NULL in it, of several dimensions'],
    [
      'texts',
      '"[2:3]={a,b}"',
      'a list with a NULL in it, of several dimensions, or that begins elsewhere',
    ],
  ])('are refused rather than changed: %s %s', (column, value, reason) =>
    withImportStage(
      {
        schema: SCHEMA,
        files: { 'Value.csv': `id,${column}\n1,${column === 'marks' ? '{}' : ''}\n2,${value}\n` },
      },
      (stage) =>
        withPrismaClient({ schema: SCHEMA, url: stage.url }, async (client) => {
          const importing = stage.importModels({ client, allowSpecial: true })

          await expect(importing).rejects.toMatchObject({
            code: 'LOAD.CLIENT_VALUE',
            details: {
              why: expect.stringContaining(`${column} holds ${reason}`),
              meta: { line: 3, header: column },
            },
          })
          expect(await stage.query('select from "Value"')).toEqual([])
        }),
    ),
  )
})

/** What of a value is not the value: whitespace of JSON that is kept as text, zeros at the end. */
function asClientWrites(row: string): string {
  return row.replace('"[1, 2]"', '"[1,2]"').replace('[1, 1.50, ', '[1, 1.5, ')
}

describe('a number of JSON', () => {
  it('is let through when JavaScript reads the same number, however it is written', () => {
    const number = fc.tuple(
      fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
      fc.integer({ min: -30, max: 30 }),
    )
    fc.assert(
      fc.property(number, ([digits, exponent]) => {
        const text = `${digits}e${exponent}`
        const read = READ_VALUE.Json(`{"a":[${text}]}`)

        expect(read instanceof Uncarried).toBe(!isSame(text, digits, exponent))
      }),
    )
  })
})

/** Compares `digits` times ten to the power of `exponent` with what JavaScript makes of it, by integers. */
function isSame(text: string, digits: bigint, exponent: number): boolean {
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(Number(text))) ?? []
  const scale = 400n
  const read = BigInt(`${sign}${whole}${fraction}`)
  const readPower = BigInt(power) - BigInt(fraction.length) + scale
  return read * 10n ** readPower === digits * 10n ** (BigInt(exponent) + scale)
}
