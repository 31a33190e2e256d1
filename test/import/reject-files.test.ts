import { mkdirSync, readdirSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import type { ImportOptions } from '../../src/import/import-options.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { withImportStage } from '../support/import-stage.js'

const NOTE = `
model Note {
  id   Int     @id @default(autoincrement())
  text String?
}
model Word {
  word String @id
}`

/** Imports a file of which a row is bad, and gives the file of that row. */
function rejectFrom(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: Partial<ImportOptions> = {},
): Promise<{ readonly names: readonly string[]; readonly text: string; readonly loaded: number }> {
  return withImportStage({ schema: NOTE, files }, (stage) =>
    withCsvFolder({}, async (rejects) => {
      const result = await stage.importModels({ onBadRow: 'reject', rejects, ...options })
      const names = await readdir(rejects)
      const text = await readFile(path.join(rejects, names[0] as string), 'utf8')
      return { names, text, loaded: result.models[0]?.loaded ?? 0 }
    }),
  )
}

const WHY = 'The column takes whole numbers: an optional minus and digits.'

describe('a file of rejected rows', () => {
  it.each<[string, string, Partial<ImportOptions>, string]>([
    [
      'keeps carriage returns',
      'id,text\r\n1,a\r\nx,"b\r\nc"\r\n',
      {},
      `id,text,"_file","_line","_column","_code","_reason"\nx,"b\r\nc","Note.csv","3","id","KEYS.NOT_AN_INTEGER","${WHY}"\r\n`,
    ],
    [
      'ends a last row that does not end',
      '\ufeffid,text\n1,a\nx,b',
      {},
      `id,text,"_file","_line","_column","_code","_reason"\nx,b,"Note.csv","3","id","KEYS.NOT_AN_INTEGER","${WHY}"\n`,
    ],
    [
      'is delimited, quoted and escaped as the original is',
      "id;text\n1;a\nx;'b\\';'\n2;'a';;\r\n",
      { csv: { delimiter: ';', quote: "'", escape: '\\' } },
      `id;text;'_file';'_line';'_column';'_code';'_reason'\nx;'b\\';';'Note.csv';'3';'id';'KEYS.NOT_AN_INTEGER';'${WHY}'\n2;'a';;;'Note.csv';'4';'';'CSV.ROW_WIDTH';'The row has 4 fields\\; the header names 2.'\r\n`.replaceAll(
        '\\;',
        ';',
      ),
    ],
    [
      'has no quotes where the original has none',
      'id,text\n1,a\nx,"b\n',
      { csv: { quote: 'none' } },
      `id,text,_file,_line,_column,_code,_reason\nx,"b,Note.csv,3,id,KEYS.NOT_AN_INTEGER,${WHY}\n`,
    ],
    [
      'has a header where the original has none',
      '1,a\nx,b\n',
      { headers: { Note: ['id', 'text'] } },
      `"id","text","_file","_line","_column","_code","_reason"\nx,b,"Note.csv","2","id","KEYS.NOT_AN_INTEGER","${WHY}"\n`,
    ],
    [
      'holds no cell that a spreadsheet would run, on request',
      'id,text\n1,a\nx,=1+1\ny,"@""a"""\nz,\n-z,""\n2,+a,b\n',
      { safeCells: true },
      `\
id,text,"_file","_line","_column","_code","_reason"
x,"'=1+1","Note.csv","3","id","KEYS.NOT_AN_INTEGER","${WHY}"
y,"'@""a""","Note.csv","4","id","KEYS.NOT_AN_INTEGER","${WHY}"
z,,"Note.csv","5","id","KEYS.NOT_AN_INTEGER","${WHY}"
"'-z","","Note.csv","6","id","KEYS.NOT_AN_INTEGER","${WHY}"
2,"'+a",b,"Note.csv","7","","CSV.ROW_WIDTH","The row has 3 fields; the header names 2."
`,
    ],
  ])('%s', async (_, file, options, expected) => {
    const { text, loaded } = await rejectFrom({ 'Note.csv': file }, options)

    expect(text).toBe(expected)
    expect(loaded).toBe(1)
  })

  it('is no archive where the original is one, and says which of several parts a row is from', async () => {
    const { names, text, loaded } = await rejectFrom({
      'Note.1.tsv': 'id\ttext\nx\ta\n1\ta\n',
      'Note.2.tsv.gz': gzipSync('id\ttext\n2\tb\n1\tb\nz\tb\n'),
    })

    expect(names).toEqual(['Note.rejected.tsv'])
    expect(text.split('\n').slice(1)).toEqual([
      `x\ta\t"Note.1.tsv"\t"2"\t"id"\t"KEYS.NOT_AN_INTEGER"\t"${WHY}"`,
      expect.stringMatching(/^1\tb\t"Note.2.tsv.gz"\t"3"\t"id"\t"KEYS.DUPLICATE"/),
      `z\tb\t"Note.2.tsv.gz"\t"4"\t"id"\t"KEYS.NOT_AN_INTEGER"\t"${WHY}"`,
      '',
    ])
    expect(loaded).toBe(2)
  })

  it('may be of a file with a single column, in which an empty line is a row', async () => {
    const { text, loaded } = await rejectFrom({ 'Word.csv': 'word\na\n\nb\na\nc\n' })

    expect(
      text
        .split('\n')
        .slice(1)
        .map((line) => line.slice(0, 40)),
    ).toEqual([
      ',"Word.csv","3","word","LOAD.NULL_VALUE"',
      'a,"Word.csv","5","word","KEYS.DUPLICATE"',
      '',
    ])
    expect(loaded).toBe(3)
  })

  it('is written in blocks where many rows are rejected', async () => {
    const rows = Array.from({ length: 2000 }, (_, row) => `x${row},text\n`).join('')

    const { text } = await rejectFrom({ 'Note.csv': `id,text\n1,a\n${rows}` })

    expect(text.split('\n')).toHaveLength(2002)
    expect(text.split('\n').at(-2)).toMatch(/^x1999,text,"Note.csv","2002"/)
  })

  it('is below rejects/ unless a folder is named, under a number where that is there', () =>
    withCsvFolder({}, async (working) => {
      const before = process.cwd()
      process.chdir(working)
      try {
        await withImportStage({ schema: NOTE, files: { 'Note.csv': 'id\nx\n' } }, async (stage) => {
          const options = { onBadRow: 'reject', batchName: '../our shop' } as const

          const folders = []
          for (const _ of [1, 2]) folders.push((await stage.importModels(options)).rejects?.folder)

          expect(folders).toEqual(['rejects/.._our_shop', 'rejects/.._our_shop-2'])
          expect(await readdir('rejects/.._our_shop-2')).toEqual(['Note.rejected.csv'])
        })
      } finally {
        process.chdir(before)
      }
    }))

  it('is never written over, and the import fails where it cannot be written', () =>
    withImportStage({ schema: NOTE, files: { 'Note.csv': 'id\nx\n1\n' } }, (stage) =>
      withCsvFolder({ 'Note.rejected.csv': 'work', file: '' }, async (folder) => {
        const before = await stage.snapshot()
        const importTo = (rejects: string) => stage.importModels({ onBadRow: 'reject', rejects })

        await expect(importTo(folder)).rejects.toMatchObject({ code: 'REJECTS.UNWRITABLE' })
        await expect(importTo(path.join(folder, 'file', 'x'))).rejects.toMatchObject({
          code: 'REJECTS.UNWRITABLE',
          details: { meta: { code: 'ENOTDIR' } },
        })
        expect(await readFile(path.join(folder, 'Note.rejected.csv'), 'utf8')).toBe('work')
        expect(await readdir(folder)).toEqual(['Note.rejected.csv', 'file'])
        expect(await stage.snapshot()).toEqual(before)
      }),
    ))

  it('goes again, with its folder, where the import fails after it was written', () =>
    withImportStage({ schema: NOTE, files: { 'Note.csv': 'id\nx\n1\n' } }, (stage) =>
      withCsvFolder({}, async (folder) => {
        const seen: string[][] = []
        const importing = stage.importModels({
          onBadRow: 'reject',
          rejects: path.join(folder, 'bad'),
          onProgress: (event) => {
            if (event.type !== 'phase' || event.phase !== 'commit') return
            seen.push(readdirSync(path.join(folder, 'bad')))
            throw new Error('stopped')
          },
        })

        await expect(importing).rejects.toThrow('stopped')
        expect(seen).toEqual([['Note.rejected.csv.part']])
        expect(await readdir(folder)).toEqual([])
      }),
    ))

  it('keeps its first name where it cannot get its own after COMMIT', () =>
    withImportStage({ schema: NOTE, files: { 'Note.csv': 'id\nx\n1\n' } }, (stage) =>
      withCsvFolder({}, async (folder) => {
        const result = await stage.importModels({
          onBadRow: 'reject',
          rejects: folder,
          onProgress: (event) => {
            // Nothing takes the place of a folder.
            if (event.type === 'phase' && event.phase === 'commit') {
              mkdirSync(path.join(folder, 'Note.rejected.csv', 'x'), { recursive: true })
            }
          },
        })

        expect(result.warnings).toEqual([
          `Rejected rows are in ${path.join(folder, 'Note.rejected.csv.part')} still.`,
        ])
        expect(result.models[0]?.loaded).toBe(1)
      }),
    ))
})
