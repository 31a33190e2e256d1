import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import type { ProgressEvent } from '../../src/progress/progress.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'

const SCHEMA = `
model Customer {
  id        Int        @id @default(autoincrement())
  name      String?
  invitedBy Int?       @map("invited_by")
  inviter   Customer?  @relation("invites", fields: [invitedBy], references: [id])
  invited   Customer[] @relation("invites")
}

model Tag {
  id   Int    @id @default(autoincrement())
  name String
}
`

/** Every customer with the name of the one who invited it, in the order of the new keys. */
const CUSTOMERS = `
select c.name, i.name from "Customer" c left join "Customer" i on i.id = c.invited_by order by c.id`

function withStage<Result>(
  files: Readonly<Record<string, string | Buffer>>,
  use: (stage: ImportStage) => Promise<Result>,
): Promise<Result> {
  return withImportStage({ schema: SCHEMA, files }, use)
}

describe('a model in several parts', () => {
  const PARTS = {
    'Customer.001.csv': 'id,name,invited_by\n1,a,3\n',
    'Customer.002.csv.gz': gzipSync('id,name,invited_by\r\n'),
    'Customer.003.csv.gz': gzipSync('id,name,invited_by\r\n3,c,2\r\n2,b,\r\n'),
  }

  it('is loaded as one, with references that point forward into the next part', () =>
    withStage(PARTS, async (stage) => {
      const events: ProgressEvent[] = []

      const plan = await stage.planImport()
      const result = await stage.importModels({ onProgress: (event) => events.push(event) })

      const bytes = Object.values(PARTS).reduce((sum, part) => sum + part.length, 0)
      const files = Object.keys(PARTS)
      expect(plan.models[0]).toMatchObject({ file: files[0], files, bytes, estimatedRows: 3 })
      expect(plan.models[0]?.dialect.lineEnd).toBe('mixed')
      expect(result.models[0]).toMatchObject({ file: files[0], files, bytes, loaded: 3 })
      expect(await stage.query(CUSTOMERS)).toEqual([
        ['a', 'c'],
        ['b', null],
        ['c', 'b'],
      ])
      const progress = events.filter((event) => event.type === 'file-progress')
      expect(progress.at(-1)).toMatchObject({ phase: 'load', bytes, rows: 3 })
      expect(events.filter((event) => event.type === 'file-start')).toHaveLength(2)
    }))

  it.each<[string, Record<string, string>, object]>([
    [
      'another header',
      { 'Tag.1.csv': 'id,name\n1,a\n', 'Tag.2.csv': 'name,id\nb,2\n' },
      {
        code: 'SOURCE.HEADER_DIFFERS',
        details: {
          why: expect.stringMatching(
            /^Column 1 of line 1 is "name" in \S+Tag\.2\.csv, but "id" in \S+Tag\.1\.csv\.$/,
          ),
        },
      },
    ],
    [
      'a column less',
      { 'Tag.1.csv': 'id,name\n1,a\n', 'Tag.2.csv': 'id\n2\n' },
      {
        code: 'SOURCE.HEADER_DIFFERS',
        details: { why: expect.stringMatching(/^Column 2 of line 1 is missing in/) },
      },
    ],
    [
      'a column more',
      { 'Tag.1.csv': 'id,name\n1,a\n', 'Tag.2.csv': 'id,name,more\n2,b,c\n' },
      {
        code: 'SOURCE.HEADER_DIFFERS',
        details: {
          why: expect.stringMatching(/^Column 3 of line 1 is "more" in \S+, but missing in/),
        },
      },
    ],
    [
      'another delimiter',
      { 'Tag.1.csv': 'id,name\n1,a\n', 'Tag.2.csv': 'id;name\n2;b\n' },
      { code: 'SOURCE.HEADER_DIFFERS' },
    ],
    [
      'no header',
      { 'Tag.1.csv': 'id,name\n1,a\n', 'Tag.2.csv': '' },
      { code: 'SOURCE.EMPTY_FILE' },
    ],
    [
      'a key of another part',
      { 'Tag.1.csv': 'id,name\n1,a\n', 'Tag.2.csv': 'id,name\n2,b\n1,c\n' },
      { code: 'KEYS.DUPLICATE', details: { meta: { lines: [2, 3] } } },
    ],
    [
      'a row of the wrong width',
      { 'Tag.1.csv': 'id,name\n1,a\n', 'Tag.2.csv': `id,name\n${manyRows(100_000)}0\n` },
      {
        code: 'CSV.ROW_WIDTH',
        details: { meta: { file: expect.stringMatching(/Tag\.2\.csv$/), line: 100_002 } },
      },
    ],
    [
      'a value that PostgreSQL refuses',
      { 'Tag.1.csv': 'id,name\n1,a\n', 'Tag.2.csv': 'id,name\n2,b\n3,\n' },
      {
        code: 'LOAD.NULL_VALUE',
        details: { meta: { file: expect.stringMatching(/Tag\.2\.csv$/), line: 3 } },
      },
    ],
  ])('is refused for a part with %s, which is named', (_, files, wanted) =>
    withStage(files, async (stage) => {
      const before = await stage.snapshot()

      await expect(stage.importModels()).rejects.toMatchObject(wanted)
      expect(await stage.snapshot()).toEqual(before)
    }),
  )
})

describe('a compressed file', () => {
  it('that is cut off far behind its head leaves nothing', () => {
    const rows = Array.from({ length: 200_000 }, (_, row) => `${row},${(row * 7919) % 10_007}\n`)
    const packed = gzipSync(`id,name\n${rows.join('')}`)
    return withStage({ 'Tag.csv.gz': packed.subarray(0, -100_000) }, async (stage) => {
      const plan = await stage.planImport()

      expect(plan.problems).toEqual([])
      await expect(stage.importModels()).rejects.toMatchObject({ code: 'SOURCE.BAD_ARCHIVE' })
      expect(await stage.query('select from "Tag"')).toEqual([])
    })
  })

  it('that becomes larger than is allowed leaves nothing', () =>
    withStage({ 'Tag.csv.gz': gzipSync('id,name\n1,a\n') }, async (stage) => {
      const importing = stage.importModels({ maxInflated: '10B' })

      await expect(importing).rejects.toMatchObject({ code: 'SOURCE.INFLATED_TOO_FAR' })
    }))
})

describe('a stream of one model', () => {
  it('is imported, and planned, as a file is', () =>
    withStage({}, async (stage) => {
      const from = () => Readable.from(['id,name,invited_by\n', '1,a,2\n2,b,\n'])

      const plan = await stage.planImport({ from: from(), models: ['Customer'] })
      const result = await stage.importModels({ from: from(), models: ['Customer'] })

      expect(plan.models).toMatchObject([{ model: 'Customer', file: 'stdin', estimatedRows: 2 }])
      expect(result.batch.name).toBe('stdin')
      expect(await stage.query(CUSTOMERS)).toEqual([
        ['a', 'b'],
        ['b', null],
      ])
    }))

  it('says where it is wrong', () =>
    withStage({}, async (stage) => {
      const from = Readable.from(['id,name\n1,a\n', 'x,b\n'])

      const importing = stage.importModels({ from, models: ['Tag'] })

      await expect(importing).rejects.toMatchObject({
        code: 'KEYS.NOT_AN_INTEGER',
        details: { meta: { file: 'stdin', line: 3, column: 1 } },
      })
    }))

  it.each(['importModels', 'planImport'] as const)('stops when it is told to: %s', (name) =>
    withStage({}, async (stage) => {
      const stop = new AbortController()
      const from = new Readable({ read: () => setImmediate(() => stop.abort()) })

      const working = stage[name]({ from, models: ['Tag'], signal: stop.signal })

      await expect(working).rejects.toMatchObject({ code: 'IMPORT.INTERRUPTED' })
    }),
  )
})

describe('the header of a file', () => {
  it('may have other names and more columns', () =>
    withStage({ 'Tag.csv': 'No,Tag Name,legacy\n1,a,x\n' }, async (stage) => {
      const options = {
        map: { Tag: { No: 'id', 'Tag Name': 'name' } },
        ignoreColumns: ['legacy'],
      }

      const result = await stage.importModels(options)

      expect(result.warnings).toEqual([
        expect.stringMatching(/Tag\.csv: left out as asked for: "legacy"\.$/),
      ])
      expect(await stage.query('select name from "Tag"')).toEqual([['a']])
    }))

  it('may be missing where an option says what it would be', () =>
    withStage({ 'Tag.1.csv': '1,a\n', 'Tag.2.csv': '2,b\n' }, async (stage) => {
      const plan = await stage.planImport({ headers: { Tag: ['id', 'name'] } })
      await stage.importModels({ headers: ['id', 'name'], models: ['Tag'] })

      expect(plan.models).toMatchObject([{ model: 'Tag', estimatedRows: 2 }])
      expect(await stage.query('select id, name from "Tag" order by 1')).toEqual([
        [1, 'a'],
        [2, 'b'],
      ])
    }))

  it('that an option says has the width of the rows', () =>
    withStage({ 'Tag.csv': '1,a\n' }, async (stage) => {
      const importing = stage.importModels({ headers: { Tag: ['id', 'name', 'more'] } })

      await expect(importing).rejects.toMatchObject({
        code: 'CSV.ROW_WIDTH',
        details: { why: expect.stringContaining('the option "headers" (--header) names 3') },
      })
    }))

  it.each<[string, object, object]>([
    [
      'an ignored column that is nowhere',
      { ignoreColumns: ['nmae', 'id'] },
      { code: 'SOURCE.UNKNOWN_HEADER', details: { why: 'The option "ignoreColumns" names it.' } },
    ],
    [
      'a mapped model without a file',
      { map: { Customer: { a: 'name' } } },
      { code: 'PLAN.UNKNOWN_MODEL', details: { meta: { option: 'map', model: 'Customer' } } },
    ],
    [
      'columns of a model that is left out',
      { headers: { Customer: ['id'] }, models: ['Tag'] },
      { code: 'PLAN.UNKNOWN_MODEL', details: { meta: { option: 'headers', model: 'Customer' } } },
    ],
  ])('is refused for %s', (_, options, wanted) =>
    withStage({ 'Tag.csv': 'id,name\n1,a\n' }, async (stage) => {
      await expect(stage.importModels(options)).rejects.toMatchObject(wanted)
    }),
  )

  it('tells of no unused option where a file could not be read', () =>
    withStage({ 'Tag.csv': '', 'Customer.csv': 'id\n1\n' }, async (stage) => {
      const { problems } = await stage.planImport({ ignoreColumns: ['legacy'] })

      expect(problems.map(({ code }) => code)).toEqual(['SOURCE.EMPTY_FILE'])
    }))
})

describe('the dialect of a file', () => {
  it('is found out for each', () =>
    withStage(
      { 'Tag.csv': 'id;legacy;name\n1;x;"a;b"\n', 'Customer.tsv': 'Id\tName\r\n1\ta\r\n' },
      async (stage) => {
        const options = { csv: { delimiter: 'auto' }, ignoreColumns: ['legacy'] }

        const plan = await stage.planImport(options)
        await stage.importModels(options)

        expect(plan.models.map(({ model, dialect }) => [model, dialect])).toEqual([
          [
            'Customer',
            { delimiter: '\t', quote: '"', escape: '"', lineEnd: 'crlf', isDetected: true },
          ],
          ['Tag', { delimiter: ';', quote: '"', escape: '"', lineEnd: 'lf', isDetected: true }],
        ])
        expect(await stage.query('select name from "Tag"')).toEqual([['a;b']])
        expect(await stage.query('select name from "Customer"')).toEqual([['a']])
      },
    ))

  it('has commas where there is but one column, with a warning', () =>
    withStage({ 'Customer.csv': 'id\n1\n' }, async (stage) => {
      const { models, warnings } = await stage.planImport({ csv: { delimiter: 'auto' } })

      expect(models[0]?.dialect).toMatchObject({ delimiter: ',', isDetected: true })
      expect(warnings).toEqual([
        expect.stringMatching(/Customer\.csv seems to have one column: read with commas\.$/),
      ])
    }))

  it('is tabs by default in a .tsv file, and what is said in every file', () =>
    withStage({ 'Tag.tsv': 'id\tname\n1\ta\n', 'Customer.csv': 'id\n1\n' }, async (stage) => {
      const usual = await stage.planImport()
      const said = await stage.planImport({ csv: { delimiter: ';' } })

      expect(usual.problems).toEqual([])
      expect(usual.models.map(({ dialect }) => dialect.delimiter)).toEqual([',', '\t'])
      expect(said.problems[0]?.fix).toContain('--delimiter tab')
    }))

  it('may have escapes or no quotes at all', () =>
    withStage({ 'Tag.csv': 'id,name\n1,"a\\"b\\\\c\\n"\n' }, async (stage) => {
      await stage.importModels({ csv: { escape: '\\' } })
      const { models } = await stage.planImport({ csv: { quote: 'none' } })
      await stage.importModels({ csv: { quote: 'none' } })

      expect(models[0]?.dialect).toMatchObject({ quote: null, escape: null })
      expect(await stage.query('select name from "Tag" order by id')).toEqual([
        ['a"b\\c\\n'],
        ['"a\\"b\\\\c\\n"'],
      ])
    }))

  it('is refused where the text of NULL does not fit the file', () =>
    withStage({ 'Tag.tsv': 'id\tname\n' }, async (stage) => {
      const { problems } = await stage.planImport({ csv: { null: '\t' } })

      expect(problems.map(({ code }) => code)).toEqual(['CSV.INVALID_DIALECT'])
    }))

  it('is never UTF-16', () =>
    withStage({ 'Tag.csv': Buffer.from('\ufeffid,name\n1,a\n', 'utf16le') }, async (stage) => {
      await expect(stage.importModels()).rejects.toMatchObject({
        code: 'CSV.UTF_16',
        details: { fix: expect.stringMatching(/^Save the file as UTF-8/) },
      })
    }))
})

/** Rows of two fields from id 2 on, enough for several chunks. */
function manyRows(count: number): string {
  return Array.from({ length: count }, (_, index) => `${index + 2},b\n`).join('')
}
