import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { resolveCsvDialect } from '../../src/csv/csv-dialect.js'
import { isGyroError } from '../../src/error/gyro-error.js'
import type { ColumnAction } from '../../src/keys/column-action.js'
import { CsvRemapper, type RemapperInput } from '../../src/keys/csv-remapper.js'
import { KeyMap } from '../../src/keys/key-map.js'
import { ReservedKeys } from '../../src/keys/reserved-keys.js'
import { RowSet } from '../../src/keys/row-set.js'
import type { TextKeyMap } from '../../src/keys/text-key-map.js'
import { queryRows } from '../../src/postgres/client.js'
import { copyIn } from '../../src/postgres/copy-in.js'
import { dateTimeRule } from '../../src/values/date-time-rule.js'
import { numberRule } from '../../src/values/number-rule.js'
import type { ValueRule } from '../../src/values/value-rule.js'
import { chunkSizes, chunksOf } from '../csv/arbitrary-csv.js'
import { withTestDatabase } from '../support/test-database.js'
import { keySetOf } from './arbitrary-keys.js'
import { faultlessRemapping, remapping } from './arbitrary-remapping.js'
import { formatForCopy } from './reference-remapper.js'

const COPY: ColumnAction = { kind: 'copy' }

const UUID = '00000000-0000-4000-8000-00000000000a'

/** Takes M as it is, has another text for S, and nothing for anything else. */
const SIZE: ValueRule = {
  accepts: (bytes, start, end) => bytes.toString('utf8', start, end) === 'M',
  convert: (text) =>
    text === 'S'
      ? 'sm\\all'
      : { code: 'LOAD.VALUE_REFUSED', why: 'takes S and M', fix: 'Write S or M' },
}

describe('CsvRemapper, compared with the reference', () => {
  it('gives the same bytes or the same error, whatever its chunks', () => {
    fc.assert(
      fc.property(remapping(), chunkSizes(), ({ file, input, expected }, sizes) => {
        const remapper = new CsvRemapper(input)
        try {
          const text = remapAll(remapper, file, sizes)

          expect(text).toBe(formatForCopy(expected.rows))
          expect(remapper.rows).toBe(expected.rows.length)
          expect(remapper.bytesRead).toBe(file.length)
          expect(input.actions.map((_, column) => remapper.highest(column))).toEqual(
            expected.highest,
          )
          expect(expected.problem).toBeNull()
        } catch (error) {
          if (!isGyroError(error)) throw error
          expect({ code: error.code, ...error.details.meta }).toMatchObject({ ...expected.problem })
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('gives what COPY of PostgreSQL reads as the same values', () =>
    withTestDatabase(
      'create table "Text" (row serial, c0 text, c1 text, c2 text, c3 text)',
      (client) => {
        const table = { schema: 'public', table: 'Text' }
        return fc.assert(
          fc.asyncProperty(faultlessRemapping(), async ({ file, input, expected }) => {
            const columns = input.actions.map((_, column) => `c${column}`)

            const rows = await copyIn(client, { ...table, columns }, remapStream(input, file))

            const stored = await queryRows<Record<string, string | null>>(client, {
              text: `select ${columns} from "Text" order by row`,
              values: [],
            })
            expect(rows).toBe(expected.rows.length)
            expect(stored.map((row) => columns.map((column) => row[column]))).toEqual(expected.rows)
            await client.query('truncate "Text"')
          }),
          { numRuns: 60 },
        )
      },
    ))
})

describe('CsvRemapper', () => {
  it('replaces keys and references, and keeps what is NULL apart from what is empty', () => {
    const orders = keysOf([7n, 5n, 6n], 101n)
    const customers = keysOf([1n, 40n], 2n ** 62n)

    const text = remap(
      'id,customer,note,secret,size\n5,40,,x,S\n"7",,"",y,M\n6,1,"a\tb\\\n""c""",z,\n',
      [
        { kind: 'key', keys: orders },
        { kind: 'reference', keys: customers, target: 'Customer' },
        COPY,
        { kind: 'drop' },
        { kind: 'rule', rule: SIZE },
      ],
    )

    expect(text).toBe(
      [
        '101\t4611686018427387905\t\\N\tsm\\\\all',
        '103\t\\N\t\tM',
        '102\t4611686018427387904\ta\\tb\\\\\\n"c"\t\\N',
        '',
      ].join('\n'),
    )
  })

  it('cannot be ended by what the file says', () => {
    expect(remap('a\n\\.\n1\n', [COPY])).toBe('\\\\.\n1\n')
  })

  it('remembers the highest value of a column, exactly', () => {
    const remapper = new CsvRemapper(inputOf('id,n\n', [COPY, { kind: 'track' }]))

    remapper.push(Buffer.from('id,n\n1,-9\n'))
    const first = remapper.highest(1)
    remapper.push(Buffer.from('2,9223372036854775807\n3,\n4,9223372036854775806\n'))
    remapper.end()

    expect(first).toBe(-9n)
    expect(remapper.highest(1)).toBe(9_223_372_036_854_775_807n)
    expect(remapper.highest(0)).toBeNull()
  })

  it('remembers the highest value beside one far below all others', () => {
    const remapper = new CsvRemapper(inputOf('n\n', [{ kind: 'track' }]))

    remapper.push(Buffer.from('n\n-9223372036854775808\n'))
    const first = remapper.highest(0)
    remapper.push(Buffer.from('7\n'))
    remapper.end()

    expect(first).toBe(-9_223_372_036_854_775_808n)
    expect(remapper.highest(0)).toBe(7n)
  })

  it('gives rows far larger than a chunk', () => {
    const long = '\t\\'.repeat(500_000)

    const text = remap(`a,b\n${long},1\nx,"${long}"\n`, [COPY, COPY])

    const escaped = '\\t\\\\'.repeat(500_000)
    expect(text === `${escaped}\t1\nx\t${escaped}\n`).toBe(true)
  })

  it('gives rows that grow far beyond a chunk', () => {
    const long = '\t'.repeat(300_000)
    const grow: ValueRule = { accepts: () => false, convert: (text) => `${text}${long}` }

    const text = remap('a,b\n1,x\n2,y\n', [COPY, { kind: 'rule', rule: grow }], {
      made: [
        { kind: 'each', make: () => 'z'.repeat(600_000) },
        { kind: 'constant', text: 'a\tb' },
      ],
    })

    const row = (start: string) =>
      `${start}${'\\t'.repeat(300_000)}\t${'z'.repeat(600_000)}\ta\\tb\n`
    expect(text === `${row('1\tx')}${row('2\ty')}`).toBe(true)
  })

  it('reads other quotes than those of RFC 4180 before it asks a rule', () => {
    const accepted: string[] = []
    const rule: ValueRule = {
      accepts: (bytes, start, end) => {
        accepted.push(bytes.toString('utf8', start, end))
        return true
      },
      convert: (text) => `<${text}>`,
    }
    const dialect = resolveCsvDialect({ escape: '\\' })

    const text = remap('a\n"x\\"y"\n"plain"\nbare\n', [{ kind: 'rule', rule }], { dialect })

    expect(accepted).toEqual(['plain', 'bare'])
    expect(text).toBe('<x"y>\nplain\nbare\n')
  })

  it('gives many rows at once in chunks that stay as they are', () => {
    const remapper = new CsvRemapper(inputOf('a,b\n', [COPY, COPY]))
    const lines = Array.from({ length: 100_000 }, (_, row) => `${row},abc`)
    const half = lines.length / 2
    const pushed = [['a,b'], lines.slice(0, half), lines.slice(half)].map((part) =>
      remapper.push(Buffer.from(`${part.join('\n')}\n`)),
    )

    const chunks = [...pushed.flat(), ...remapper.end()]

    expect(chunks.length).toBeGreaterThan(3)
    expect(Buffer.concat(chunks).toString()).toBe(`${lines.join('\n').replaceAll(',', '\t')}\n`)
    expect(remapper.rows).toBe(100_000)
    // Each chunk ends where a row does.
    expect(chunks.map((chunk) => chunk.at(-1))).toEqual(chunks.map(() => 0x0a))
  })

  it('goes on behind rows of every kind, and counts their lines', () => {
    const lines = Array.from({ length: 2_000 }, (_, row) => {
      const note = row % 7 === 0 ? '"a\nb"' : row % 11 === 0 ? '"S"' : row % 13 === 0 ? '' : 'M'
      return `${row},"n\n${row}",${row % 7 === 0 ? 'M' : note}`
    })
    const actions: ColumnAction[] = [{ kind: 'track' }, COPY, { kind: 'rule', rule: SIZE }]
    const text = `id,n,size\n${lines.join('\n')}\n`

    const remapped = remap(text, actions).split('\n')
    const refused = () => remap(`${text}1,2,"?"\n`, actions)

    expect(remapped).toHaveLength(2_001)
    expect(remapped.at(11)).toBe('11\tn\\n11\tsm\\\\all')
    expect(remapped.at(13)).toBe('13\tn\\n13\t\\N')
    expect(remapped.at(-2)).toBe('1999\tn\\n1999\tM')
    expect(refused).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({
          meta: expect.objectContaining({ line: 4_002, column: 5 }),
        }),
      }),
    )
  })

  it('gives rows of thousands of keys that may all grow', () => {
    const keys = keysOf([1n], 1_000_000n)
    const columns = Array.from({ length: 3_000 }, (_, column) => `c${column}`)
    const actions = columns.map((): ColumnAction => {
      return { kind: 'reference', keys, target: 'Customer' }
    })
    const rows = Array.from({ length: 40 }, () => columns.map(() => '1'))

    const text = remap([columns, ...rows].map((row) => `${row}\n`).join(''), actions)

    const row = `${columns.map(() => '1000000').join('\t')}\n`
    expect(text === row.repeat(40)).toBe(true)
  })

  it('gives made values that leave no room in a chunk', () => {
    const lines = Array.from({ length: 12 }, (_, row) => String(row))

    const text = remap(`a\n${lines.join('\n')}`, [COPY], {
      made: [{ kind: 'each', make: () => 'z'.repeat(60_000) }],
    })

    expect(text === lines.map((row) => `${row}\t${'z'.repeat(60_000)}\n`).join('')).toBe(true)
  })

  it('tells of NUL behind what is escaped', () => {
    const remapping = () => remap('a,b\n1,2\n1,"x\t\0"\n', [COPY, COPY])

    expect(remapping).toThrow(expect.objectContaining({ code: 'CSV.NUL_BYTE' }))
  })

  it('reads a file without quotes', () => {
    const dialect = resolveCsvDialect({ quote: 'none' })

    expect(remap('a,b\n1,2\n"x","\\"\n', [COPY, COPY], { dialect })).toBe('1\t2\n"x"\t"\\\\"\n')
  })

  it.each(['.', '-', ':', '7', ' '])('does not take %j for a part of a value', (delimiter) => {
    const dialect = resolveCsvDialect({ delimiter })
    const actions: ColumnAction[] = [
      { kind: 'key', keys: keysOf([1n], 5n) },
      { kind: 'rule', rule: numberRule(2, { allowSpecial: false }) },
    ]
    const lines = ['a,b', '1,2', '1,3'].map((line) => line.replace(',', delimiter))

    expect(remap(lines.join('\n'), actions, { dialect })).toBe('5\t2\n5\t3\n')
  })

  it.each([
    ['2026-01-31 12:00:00', true],
    ['2026-01-31T12:00:00.5Z', true],
    ['2026-01-31 12:00:00.', false],
    ['2026-01-31 12:00', true],
    ['2026-01-31x12:00:00', false],
    ['2026-01-3112:00:00', false],
    ['2026-01-31 12:00:00Zx', false],
    ['2O26-01-31 12:00:00', false],
    ['2026/01-31 12:00:00', false],
    ['2026-01-31 12:0a:00', false],
    ['2026-01-31 12:00:0', false],
  ])('takes %s for a time: %s', (text, isAccepted) => {
    const rule = dateTimeRule('timestamp', { allowSpecial: false })
    const first = '2026-01-01 00:00:00'
    const remapping = () => remap(`at\n${first}\n${text}\n`, [{ kind: 'rule', rule }])

    if (isAccepted) {
      expect(remapping()).toBe(`${first}\n${text}\n`)
    } else {
      expect(remapping).toThrow(expect.objectContaining({ code: 'VALUES.INVALID_DATE_TIME' }))
    }
  })

  it.each([
    ['key', 'id,c\n5,1\n,1\n', 'KEYS.NULL_KEY', { line: 3, column: 1, header: 'id' }],
    ['key', 'id,c\nx,1\n', 'KEYS.NOT_AN_INTEGER', { line: 2, column: 1, header: 'id' }],
    ['reference', 'id,c\n5,"a\n"\n', 'KEYS.NOT_AN_INTEGER', { line: 2, column: 3, header: 'c' }],
    ['reference', 'id,c\n5,""\n', 'KEYS.NOT_AN_INTEGER', { line: 2, column: 3, header: 'c' }],
    [
      'reference',
      'id,c\n5,1\n\n5,3\n',
      'KEYS.MISSING_REFERENCE',
      { line: 4, column: 3, header: 'c', target: 'Customer' },
    ],
    [
      'reference',
      'id,c\n5,99999999999999999999\n',
      'KEYS.MISSING_REFERENCE',
      { line: 2, column: 3, header: 'c', target: 'Customer' },
    ],
    ['malformed', 'id,c\n5,1,2\n', 'CSV.ROW_WIDTH', { line: 2, column: 1 }],
    ['malformed', 'id,c\n5,1\n5,1,2\n', 'CSV.ROW_WIDTH', { line: 3, column: 1 }],
    ['malformed', 'id,c\n5,1\n5,"1\t\0"\n', 'CSV.NUL_BYTE', { line: 3, column: 6 }],
    ['malformed', 'id,c\n5,1\n5,1\r5,1\n', 'CSV.BARE_CARRIAGE_RETURN', { line: 3, column: 4 }],
  ])('tells the place of a bad %s in %j', (_, text, code, meta) => {
    const actions: ColumnAction[] = [
      { kind: 'key', keys: keysOf([5n], 1n) },
      { kind: 'reference', keys: keysOf([1n, 2n], 1n), target: 'Customer' },
    ]

    expect(() => remap(text, actions)).toThrow(
      expect.objectContaining({
        code,
        details: expect.objectContaining({
          meta: expect.objectContaining({ file: 'Order.csv', ...meta }),
        }),
      }),
    )
  })

  it.each([
    ['has other columns than before', 'id,b\n1,2\n'],
    ['has keys that were not there before', 'id\n5\n6\n'],
  ])('stops when the file %s', (_, text) => {
    const remapper = new CsvRemapper(inputOf('id\n', [{ kind: 'key', keys: keysOf([5n], 1n) }]))

    const push = () => remapper.push(Buffer.from(text))

    expect(push).toThrow(expect.objectContaining({ code: 'KEYS.FILE_CHANGED' }))
  })
})

describe('rows that are left out', () => {
  it('are those of the set, whatever the chunks', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 30 })), chunkSizes(), (rows, sizes) => {
        const skipped = new RowSet()
        for (const row of rows) skipped.add(row)
        const lines = Array.from({ length: 20 }, (_, row) => `${row}`)
        const actions: readonly ColumnAction[] = [COPY]
        const input = { ...inputOf('n\n', actions), skipped, rowsBefore: 5 }
        const remapper = new CsvRemapper(input)

        const text = remapAll(remapper, Buffer.from(`n\n${lines.join('\n')}\n`), sizes)

        const kept = lines.filter((_, row) => !rows.includes(row + 5))
        expect(text).toBe(kept.map((line) => `${line}\n`).join(''))
        expect([remapper.rows, remapper.skipped]).toEqual([kept.length, 20 - kept.length])
      }),
    )
  })
})

describe('keys that are text', () => {
  const KEYS: TextKeyMap = {
    spelling: 'uuid',
    size: 1,
    hasTarget: () => false,
    range: null,
    targetOf: (source) => (source === UUID ? 'a\tb' : null),
  }

  it('are replaced, however they are spelled', () => {
    const text = remap(`id,other\n${UUID},"{${UUID}}"\n${UUID.toUpperCase()},\n`, [
      { kind: 'textKey', keys: KEYS },
      { kind: 'textReference', keys: KEYS, target: 'Order' },
    ])

    expect(text).toBe('a\\tb\ta\\tb\na\\tb\t\\N\n')
  })

  it.each([
    ['', 'KEYS.NULL_KEY'],
    ['5', 'KEYS.INVALID_UUID'],
    [UUID.replaceAll('0', '1'), 'KEYS.FILE_CHANGED'],
  ])('are refused: %j', (field, code) => {
    const push = () => remap(`id,n\n${field},1\n`, [{ kind: 'textKey', keys: KEYS }, COPY])

    expect(push).toThrow(expect.objectContaining({ code }))
  })

  it('may refer to what is not in the files', () => {
    const action: ColumnAction = { kind: 'textReference', keys: KEYS, target: 'Customer' }

    const push = () => remap(`id\n${UUID.replaceAll('0', '1')}\n`, [action])

    expect(push).toThrow(expect.objectContaining({ code: 'KEYS.MISSING_REFERENCE' }))
  })
})

/** The keys of a model and the ids that they get. */
function keysOf(source: readonly bigint[], from: bigint): KeyMap {
  return new KeyMap(keySetOf(source), new ReservedKeys([{ from, count: source.length, step: 1n }]))
}

function inputOf(text: string, actions: readonly ColumnAction[]): RemapperInput {
  return {
    model: 'Order',
    file: 'Order.csv',
    dialect: resolveCsvDialect(),
    headers: text.slice(0, text.indexOf('\n')).split(','),
    actions,
  }
}

function remap(
  text: string,
  actions: readonly ColumnAction[],
  parts: Partial<RemapperInput> = {},
): string {
  const file = Buffer.from(text)
  const remapper = new CsvRemapper({ ...inputOf(text, actions), ...parts })
  return remapAll(remapper, file, [file.length])
}

function remapAll(remapper: CsvRemapper, file: Buffer, sizes: readonly number[]): string {
  const chunks: Buffer[] = []
  for (const chunk of chunksOf(file, sizes)) chunks.push(...remapper.push(chunk))
  chunks.push(...remapper.end())
  return Buffer.concat(chunks).toString('utf8')
}

async function* remapStream(input: RemapperInput, file: Buffer): AsyncGenerator<Buffer> {
  const remapper = new CsvRemapper(input)
  for (const chunk of chunksOf(file, [64])) yield* remapper.push(chunk)
  yield* remapper.end()
}
