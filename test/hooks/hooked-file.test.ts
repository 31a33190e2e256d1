import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { resolveCsvDialect } from '../../src/csv/csv-dialect.js'
import { CsvScanner } from '../../src/csv/csv-scanner.js'
import { isNullField } from '../../src/csv/is-null-field.js'
import type { LineShifts } from '../../src/csv/line-shifts.js'
import { buildFieldWriter } from '../../src/csv/write-field.js'
import { buildHookedColumns } from '../../src/hooks/hooked-columns.js'
import { HookedFile, type HookedModel } from '../../src/hooks/hooked-file.js'
import type { AnyRow, HookPlace, TransformHook } from '../../src/hooks/row-hooks.js'
import { cellText, writtenCsv } from '../csv/arbitrary-csv.js'
import { type ReferenceDialect, RFC_4180 } from '../csv/reference-csv.js'
import { optionsOf } from '../csv/scan-csv.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { buildSourceFile } from '../support/source-file.js'
import { columnOf } from './column-of.js'

describe('HookedFile', () => {
  it('keeps every byte where hooks change nothing', () =>
    withCsvFolder({}, (folder) =>
      fc.assert(
        fc.asyncProperty(writtenCsv(), async ({ file, dialect, rows }) => {
          const { bytes } = await runHooked(folder, {
            file,
            dialect,
            width: rows[0]?.length ?? 1,
            transform: (row) => ({ ...row }),
          })

          // A line feed may follow, which the last row lacks.
          const isSame =
            bytes.equals(file) || bytes.equals(Buffer.concat([file, Buffer.from('\n')]))
          expect(isSame).toBe(true)
        }),
      ),
    ))

  it('changes the fields that hooks change and no others, and knows the lines of the original', () =>
    withCsvFolder({}, (folder) =>
      fc.assert(
        fc.asyncProperty(
          writtenCsv().filter(({ dialect }) => dialect.quote !== 'none'),
          fc.array(
            fc.array(fc.option(fc.option(cellText()), { nil: undefined }), { maxLength: 4 }),
          ),
          fc.boolean(),
          async ({ file, dialect, rows }, edits, isLater) => {
            const width = rows[0]?.length ?? 1
            const lines: number[] = []
            const editOf = (row: number, field: number) => edits[row]?.[field]
            const change = (row: AnyRow, { row: number }: HookPlace) => {
              const changed = Array.from({ length: width }, (_, field) => {
                const edit = editOf(number - 1, field)
                return [`c${field}`, edit === undefined ? row[`c${field}`] : edit]
              })
              return Object.fromEntries(changed)
            }
            const transform = (row: AnyRow, at: HookPlace) => {
              lines.push(at.line)
              return isLater && at.row % 2 === 0
                ? Promise.resolve(change(row, at))
                : change(row, at)
            }

            const { bytes, shifts } = await runHooked(folder, { file, dialect, width, transform })

            const before = readFile(file, dialect)
            const after = readFile(bytes, dialect, shifts)
            expect(lines).toEqual(before.map(({ line }) => line))
            expect(after.map(({ line }) => line)).toEqual(lines)
            const wanted = before.map(({ texts }, row) =>
              texts.map((text, field) => {
                const edit = editOf(row, field)
                return edit === undefined ? text : edit
              }),
            )
            expect(after.map(({ texts }) => texts)).toEqual(wanted)
          },
        ),
      ),
    ))

  it('takes a file in any chunks', () =>
    withCsvFolder({}, async (folder) => {
      const rows = Array.from({ length: 60_000 }, (_, row) => `${row},"a ${row}\n""b"""\r\n`)
      const file = Buffer.from(`id,name\n${rows.join('')}`)
      const transform = (row: AnyRow) => ({ ...row, c0: `<${row['c0']}>` })

      const { bytes, model } = await runHooked(folder, {
        file,
        dialect: RFC_4180,
        width: 2,
        transform,
      })

      const wanted = `id,name\n${rows.map((row) => row.replace(/^\d+/, '<$&>')).join('')}`
      expect(bytes.toString()).toBe(wanted)
      expect(model.reported.at(-1)).toEqual([file.length, 60_000])
    }))

  it('writes anew what was changed in place, and keeps what only looks like another value', () =>
    withCsvFolder({}, async (folder) => {
      const types = ['Json', 'Json', 'DateTime', 'DateTime', 'Decimal'] as const
      const file = Buffer.from(
        'a,b,c,d,e\n"{""x"" : 1.0}","{""x"" : 1.0}",2026-01-31 00:00:00.123456,2026-01-31,1.50\n',
      )
      const transform = (row: AnyRow) => {
        const [changed, at] = [row['c1'] as { x: number }, row['c3'] as Date]
        changed.x = 2
        at.setUTCHours(1)
        return { ...row, c2: new Date(row['c2'] as Date), c0: { x: 1 } }
      }

      const { bytes } = await runHooked(folder, {
        file,
        dialect: RFC_4180,
        width: 5,
        transform,
        types,
      })

      expect(bytes.toString().split('\n')[1]).toBe(
        '"{""x"" : 1.0}","{""x"":2}",2026-01-31 00:00:00.123456,2026-01-31T01:00:00.000Z,1.50',
      )
    }))

  it('keeps a date that no Date can be, unless it is changed', () =>
    withCsvFolder({}, async (folder) => {
      const transform = (row: AnyRow) => {
        const changed = row['c1'] as Date
        changed.setTime(0)
        return row
      }
      const run = {
        file: Buffer.from('a,b\ninfinity,infinity\n'),
        dialect: RFC_4180,
        width: 2,
        types: ['DateTime', 'DateTime'],
      } as const

      const { bytes } = await runHooked(folder, { ...run, transform })
      const copying = runHooked(folder, {
        ...run,
        transform: ({ c0, ...row }) => ({ ...row, c0: new Date(c0 as Date) }),
      })

      expect(bytes.toString()).toBe('a,b\ninfinity,1970-01-01T00:00:00.000Z\n')
      await expect(copying).rejects.toMatchObject({
        code: 'HOOKS.INVALID_RESULT',
        message: expect.stringContaining('but got a Date without a time'),
      })
    }))

  it('keeps a list that is NULL though hooks see an empty one', () =>
    withCsvFolder({}, async (folder) => {
      const seen: unknown[] = []
      const transform = (row: AnyRow) => {
        seen.push(row['c0'])
        return { ...row, c1: ['a"b', null] }
      }
      const file = Buffer.from('a,b\n,\n')

      const { bytes } = await runHooked(folder, {
        file,
        dialect: RFC_4180,
        width: 2,
        transform,
        isList: true,
      })

      expect(seen).toEqual([[]])
      expect(bytes.toString()).toBe('a,b\n,"{""a\\""b"",NULL}"\n')
    }))

  it.each([
    ['of another width', '1,2\n3\n4,5\n', 'CSV.ROW_WIDTH'],
    ['that is malformed', '1,2\n"3"x,4\n', 'CSV.STRAY_QUOTE'],
  ])('fails at a row %s', (_, rows, code) =>
    withCsvFolder({}, async (folder) => {
      const file = Buffer.from(`a,b\n${rows}`)

      const running = runHooked(folder, {
        file,
        dialect: RFC_4180,
        width: 2,
        transform: (row) => row,
      })

      await expect(running).rejects.toMatchObject({ code, details: { meta: { line: 3 } } })
    }),
  )

  it('fails at bytes that are no UTF-8, also in front of a row of another width', () =>
    withCsvFolder({}, async (folder) => {
      const file = Buffer.from('a,b\n\xff,2\n3\n', 'latin1')
      const run = { file, dialect: RFC_4180, width: 2, transform: (row: AnyRow) => row }

      const running = runHooked(folder, { ...run, rejected: new Map() })

      await expect(running).rejects.toMatchObject({ code: 'CSV.INVALID_UTF8' })
    }))

  it('passes rows of another width where they are told later, and counts them', () =>
    withCsvFolder({}, async (folder) => {
      const file = Buffer.from('a,b\n3\n1,2\n\n4,5,6\n7,8\n')
      const numbers: number[][] = []
      const transform = (row: AnyRow, at: HookPlace) => {
        numbers.push([at.row, at.line])
        return { ...row, c0: 'x' }
      }

      const { bytes, rows } = await runHooked(folder, {
        file,
        dialect: RFC_4180,
        width: 2,
        transform,
        rejected: new Map(),
      })

      expect(bytes.toString()).toBe('a,b\n3\nx,2\n\n4,5,6\nx,8\n')
      expect(numbers).toEqual([
        [2, 3],
        [4, 6],
      ])
      expect(rows).toBe(4)
    }))
})

interface Run extends Partial<Pick<HookedModel, 'rejected'>> {
  readonly file: Buffer
  readonly dialect: ReferenceDialect
  readonly width: number
  readonly transform: TransformHook
  readonly types?: readonly Parameters<typeof columnOf>[1][]
  readonly isList?: boolean
}

/** A file of nullable columns c0, c1, … of text, unless it says otherwise. */
async function runHooked(folder: string, run: Run) {
  const opened = path.join(folder, 'Model.csv')
  await writeFile(opened, run.file)
  const dialect = resolveCsvDialect(optionsOf(run.dialect), run.dialect.headlessWidth)
  const columns = Array.from({ length: run.width }, (_, index) => ({
    header: `h${index}`,
    index,
    column: columnOf(`c${index}`, run.types?.[index] ?? 'String', run.isList),
  }))
  const reported: number[][] = []
  const model: HookedModel & { readonly reported: number[][] } = {
    model: 'Model',
    hooks: { transform: run.transform, validate: null },
    format: {
      columns: buildHookedColumns(columns, []),
      dialect,
      write: buildFieldWriter(dialect),
      modelFields: [],
    },
    rejected: run.rejected ?? null,
    unwritten: new Map(),
    signal: new AbortController().signal,
    takeLate: () => false,
    onProgress: (...progress) => reported.push(progress),
    reported,
  }
  const hooked = new HookedFile(buildSourceFile(opened), model, 0)
  const chunks: Buffer[] = []
  for await (const chunk of hooked) chunks.push(chunk)
  return { bytes: Buffer.concat(chunks), shifts: hooked.shifts, rows: hooked.rows, model }
}

/** Data rows: their texts, null for NULL, and the lines on which they begin. */
function readFile(file: Buffer, written: ReferenceDialect, shifts?: LineShifts) {
  const dialect = resolveCsvDialect(optionsOf(written), written.headlessWidth)
  const scanner = new CsvScanner(dialect, 'Model.csv', { shifts })
  scanner.push(file)
  scanner.end()
  const rows: { line: number; texts: (string | null)[] }[] = []
  while (scanner.scan()) {
    for (let row = scanner.firstRow; row < scanner.rows; row++) {
      const texts = Array.from({ length: scanner.width }, (_, field) =>
        isNullField(scanner, row * scanner.width + field, dialect)
          ? null
          : scanner.textOf(row, field),
      )
      rows.push({ line: scanner.positionOf(row, 0).line, texts })
    }
  }
  return rows
}
