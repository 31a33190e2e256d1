import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { CsvPart } from '../../src/csv/csv-chunks.js'
import { type CsvDialect, type CsvOptions, resolveCsvDialect } from '../../src/csv/csv-dialect.js'
import type { IntegerKeySet } from '../../src/keys/integer-key-set.js'
import { type KeySurvey, type SurveyInput, surveyKeys } from '../../src/keys/survey-keys.js'
import {
  anyBytes,
  cellOf,
  cellText,
  chunkSizes,
  chunksOf,
  damagedCsv,
  type WrittenCsv,
  writtenRows,
} from '../csv/arbitrary-csv.js'
import { type ReferenceDialect, RFC_4180, readReferenceCsv } from '../csv/reference-csv.js'
import { optionsOf } from '../csv/scan-csv.js'
import { anyKey, compareRank } from './arbitrary-keys.js'

const INPUT: SurveyInput = {
  model: 'Order',
  dialect: resolveCsvDialect(),
  column: 0,
  header: 'id',
  mayRepeat: false,
}

describe('surveyKeys', () => {
  it('finds every key of a column, however it is written', () => {
    const row = fc.record({ key: anyKey(), write: fc.constantFrom(String, withZeros, withQuotes) })
    const rows = fc.uniqueArray(row, { selector: ({ key }) => key, maxLength: 30 })
    return fc.assert(
      fc.asyncProperty(rows, chunkSizes(), async (written, sizes) => {
        const lines = written.map(({ key, write }) => `"a\nb",${write(key)}\r\n`)
        const file = Buffer.from(`name,id\n${lines.join('')}`)

        const { keys, rows: count } = await surveyFile(file, { column: 1 }, sizes)

        const sorted = written.map(({ key }) => key).sort(compareRank)
        expect(count).toBe(written.length)
        expect(keys.size).toBe(written.length)
        for (const [rank, key] of sorted.entries()) {
          expect(rankOf(keys, key)).toBe(rank)
        }
      }),
    )
  })

  it('finds none in a file without rows', async () => {
    const { keys, rows } = await survey('id,name\n')

    expect([keys.size, rows]).toEqual([0, 0])
  })

  it('tells the bytes and the rows it has read', async () => {
    const progress: number[][] = []
    const chunks = () => chunksOf(Buffer.from('id\n1\n2\n3\n4'), [4, 3, 4])

    await surveyKeys([partOf(chunks)], INPUT, (bytes, rows) => progress.push([bytes, rows]))

    expect(progress).toEqual([
      [4, 0],
      [7, 2],
      [10, 3],
      [10, 4],
    ])
  })

  it.each([
    ['small', '7', '007'],
    ['beyond 2^53', '9007199254740993', '09007199254740993'],
  ])('tells both lines of a key that stands twice: %s', async (_, first, second) => {
    const surveying = survey(`id,name\n1,"a\nb"\n${first},c\n2,d\n"${second}",e\n${first},f\n`)

    await expect(surveying).rejects.toMatchObject({
      code: 'KEYS.DUPLICATE',
      details: {
        why: '"id" of Order must be different in every row, but lines 4 and 6 have the same.',
        meta: { file: 'Order.csv', model: 'Order', header: 'id', line: 6, lines: [4, 6] },
      },
    })
  })

  it('finds both lines in different chunks', async () => {
    const file = Buffer.from('id\n1\n2\n3\n2\n4\n')

    await expect(surveyFile(file, {}, [1])).rejects.toMatchObject({
      details: { meta: { lines: [3, 5] } },
    })
  })

  it('reads all parts, and tells the files of a key that stands in two', async () => {
    const progress: number[][] = []
    const parts = ['id\n1\n2\n', 'id\n', 'id\n3\n1\n'].map((text, index) =>
      partOf(() => [Buffer.from(text)], `Order.${index}.csv`),
    )

    const surveying = surveyKeys(parts, INPUT, (bytes, rows) => progress.push([bytes, rows]))

    await expect(surveying).rejects.toMatchObject({
      code: 'KEYS.DUPLICATE',
      details: {
        why: '"id" of Order must be different in every row, but line 2 of Order.0.csv and line 3 of Order.2.csv have the same.',
        meta: { file: 'Order.2.csv', line: 3, lines: [2, 3] },
      },
    })
    expect(progress).toEqual([
      [7, 2],
      [7, 2],
      [10, 2],
      [10, 2],
      [17, 4],
      [17, 4],
    ])
  })

  it('counts a key once where it may repeat', async () => {
    const text = 'id\n5\n5\n9007199254740993\n5\n3\n9007199254740993\n'

    const { keys, rows } = await survey(text, { mayRepeat: true })

    expect([keys.size, rows]).toEqual([3, 6])
    expect([keys.rankOf(3), keys.rankOf(5), keys.rankOfBig(9007199254740993n)]).toEqual([0, 1, 2])
  })

  it.each([
    ['nothing', '', ''],
    ['the text of NULL', 'NULL', 'NULL'],
    ['a number that means NULL', '0', '0'],
    ['text beyond ASCII', 'näd', 'näd'],
  ])('refuses NULL as a key: %s', async (_, nullText, cell) => {
    const dialect = resolveCsvDialect({ null: nullText })

    const surveying = survey(`name,id\na,1\nb,${cell}\n`, { column: 1, dialect })

    await expect(surveying).rejects.toMatchObject({
      code: 'KEYS.NULL_KEY',
      details: { meta: { file: 'Order.csv', line: 3, column: 3, model: 'Order', header: 'id' } },
    })
  })

  it('takes a quoted number that would mean NULL', async () => {
    const dialect = resolveCsvDialect({ null: '0' })

    const { keys } = await survey('id\n"0"\n1\n', { dialect })

    expect(keys.range).toEqual({ from: 0, to: 1 })
  })

  it.each([
    '""',
    'x',
    '1.0',
    '+1',
    ' 1',
    '1e3',
    '-',
    '9223372036854775808',
    '-9223372036854775809',
    '9'.repeat(30),
  ])('refuses %s as a key', async (cell) => {
    const surveying = survey(`id,name\n1,a\n${cell},b\n`)

    await expect(surveying).rejects.toMatchObject({
      code: 'KEYS.NOT_AN_INTEGER',
      details: { meta: { line: 3, column: 1 } },
    })
  })

  it('takes the lowest and the highest integer of 64 bits', async () => {
    const { keys } = await survey('id\n9223372036854775807\n-9223372036854775808\n')

    expect(keys.rankOfBig(-(2n ** 63n))).toBe(0)
    expect(keys.rankOfBig(2n ** 63n - 1n)).toBe(1)
  })

  it('reads the rows of every file as the reference does', () => {
    return fc.assert(
      fc.asyncProperty(writtenKeys(), chunkSizes(), async ({ csv, column }, sizes) => {
        const { dialect, rows } = csv
        const input = { dialect: resolve(dialect), column, mayRepeat: true }

        const { keys, rows: count } = await surveyFile(csv.file, input, sizes)

        const data = rows.slice(1)
        const sorted = [...new Set(data.map((row) => BigInt(row[column]?.text ?? '')))]
        sorted.sort(compareRank)
        expect([count, keys.size]).toEqual([data.length, sorted.length])
        expect(sorted.map((key) => rankOf(keys, key))).toEqual([...sorted.keys()])
      }),
      { numRuns: 500 },
    )
  })

  it('refuses what is malformed as the reference does, or leaves it to the remapper', () => {
    const file = fc.oneof(
      anyBytes().map((bytes) => ({ file: bytes, dialect: RFC_4180 })),
      damagedCsv(),
    )
    return fc.assert(
      fc.asyncProperty(file, chunkSizes(), async ({ file: bytes, dialect }, sizes) => {
        const input = { dialect: resolve(dialect), mayRepeat: true }

        const outcome = await surveyFile(bytes, input, sizes).then(
          ({ rows }) => rows,
          (error) => ({ code: error.code, line: error.details.meta.line }),
        )

        const { rows, problem } = readReferenceCsv(bytes, dialect)
        const data = dialect.headlessWidth === null ? rows.slice(1) : rows
        const badKey = data.find(([key]) => !/^-?\d{1,18}$/.test(key?.text ?? ''))?.[0]
        if (problem !== null && IS_LEFT.has(problem.code)) return
        const { code, line } = problem ?? {}
        const accepted = [
          ...(problem === null ? [] : [{ code, line }]),
          ...(badKey === undefined
            ? []
            : KEY_CODES.map((each) => ({ code: each, line: badKey.line }))),
        ]
        expect(accepted.length === 0 ? [data.length] : accepted).toContainEqual(outcome)
      }),
      { numRuns: 1000 },
    )
  })

  it('refuses a row that is malformed before its key', async () => {
    const surveying = survey('a,id\n1,1\n2\n', { column: 1 })

    await expect(surveying).rejects.toMatchObject({ code: 'CSV.ROW_WIDTH' })
  })

  it.each([
    ['in a field', 'a"b"'],
    ['behind one', '"a"b'],
  ])('refuses a row that may end elsewhere: a quote %s', async (_, cell) => {
    const surveying = survey(`id,name\n1,a\n2,${cell}\n3,c\n`)

    await expect(surveying).rejects.toMatchObject({
      code: 'CSV.STRAY_QUOTE',
      details: { meta: { line: 3 } },
    })
  })

  it('leaves a row that is malformed behind its key to the remapper', async () => {
    const { keys, rows } = await survey('id,name\n1,a\n2\n3,a,b\n4,a\0\n5,a\rb\n')

    expect([keys.size, rows]).toEqual([5, 5])
  })

  it.each<[string, CsvOptions, string]>([
    ['ends a field', { delimiter: '1' }, 'id1a\n21b\n221c\n'],
    ['is a quote', { quote: '1' }, 'id,a\n2,b\n1221,c\n'],
    ['escapes a quote', { escape: '1' }, 'id,a\n2,b\n"22",c\n'],
  ])('takes no digit for a part of a key that %s', async (_, options, text) => {
    const { keys, rows } = await survey(text, { dialect: resolveCsvDialect(options) })

    expect([rows, keys.rankOf(2), keys.rankOf(22)]).toEqual([2, 0, 1])
  })
})

/** Found beyond the key of a row: the second pass tells it. */
const IS_LEFT: ReadonlySet<string> = new Set([
  'CSV.ROW_WIDTH',
  'CSV.NUL_BYTE',
  'CSV.BARE_CARRIAGE_RETURN',
])
const KEY_CODES = ['KEYS.NULL_KEY', 'KEYS.NOT_AN_INTEGER']

/** A table with a column of keys, between or beside others. */
function writtenKeys(): fc.Arbitrary<{ readonly csv: WrittenCsv; readonly column: number }> {
  const key = fc.record({ key: anyKey(), write: fc.constantFrom(String, String, withZeros) })
  const keyCell = cellOf(key.map(({ key: value, write }) => write(value)))
  return fc
    .record({ before: fc.nat({ max: 2 }), behind: fc.nat({ max: 2 }) })
    .chain(({ before, behind }) => {
      const [left, right] = [before, behind].map((count) =>
        Array.from({ length: count }, () => cellOf(cellText())),
      )
      const columns = [...(left ?? []), keyCell, ...(right ?? [])]
      return writtenRows(columns, { maxRows: 20 }).map((csv) => ({ csv, column: before }))
    })
}

function resolve(dialect: ReferenceDialect): CsvDialect {
  return resolveCsvDialect(optionsOf(dialect), dialect.headlessWidth)
}

function rankOf(keys: IntegerKeySet, key: bigint): number {
  const small = Number(key)
  return Number.isSafeInteger(small) ? keys.rankOf(small) : keys.rankOfBig(key)
}

const withZeros = (key: bigint) => String(key).replace(/\d/, '000$&')
const withQuotes = (key: bigint) => `"${key}"`

function survey(text: string, input: Partial<SurveyInput> = {}): Promise<KeySurvey> {
  return surveyFile(Buffer.from(text), input, [1000])
}

function surveyFile(
  file: Buffer,
  input: Partial<SurveyInput>,
  sizes: readonly number[],
): Promise<KeySurvey> {
  return surveyKeys([partOf(() => chunksOf(file, sizes))], { ...INPUT, ...input }, () => {})
}

function partOf(chunks: () => Iterable<Buffer>, file = 'Order.csv'): CsvPart {
  const open = () => {
    const opened = {
      bytesRead: 0,
      async *[Symbol.asyncIterator]() {
        for (const chunk of chunks()) {
          opened.bytesRead += chunk.length
          yield chunk
        }
      },
    }
    return opened
  }
  return { file, open }
}
