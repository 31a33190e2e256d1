import { symlink } from 'node:fs/promises'
import path from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import type { ErrorCode } from '../../src/error/error-codes.js'
import { buildErrorReport } from '../../src/error/error-report.js'
import type { GyroError } from '../../src/error/gyro-error.js'
import type { ImportOptions } from '../../src/import/import-options.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'

/** A value of a cell: no error may tell it. */
const MARKER = 'cell-4711'

const SCHEMA = `
model Author {
  id      Int     @id @default(autoincrement())
  name    String
  email   String? @unique
  born    Int?    @db.SmallInt
  score   Decimal @default(0) @db.Decimal(4, 1)
  country String  @default("AT") @db.Char(2)
  books   Book[]
  loans   Loan[]
}

model Book {
  isbn     String  @id
  title    String
  authorId Int
  author   Author  @relation(fields: [authorId], references: [id])
  copies   Copy[]
}

model Shelf {
  room   String
  number Int
  copies Copy[]

  @@id([room, number])
}

/// Refers to rows whose keys are kept: by one column and by two.
model Copy {
  id     Int     @id @default(autoincrement())
  isbn   String?
  room   String?
  number Int?
  book   Book?   @relation(fields: [isbn], references: [isbn])
  shelf  Shelf?  @relation(fields: [room, number], references: [room, number])
}

model Loan {
  id       Int    @id
  authorId Int
  author   Author @relation(fields: [authorId], references: [id])
}

model Coin {
  id Int @id @default(autoincrement()) @db.SmallInt
}
`

const ROWS = `
insert into "Author" (name, email) values ('there', 'there@example.org');
insert into "Book" values ('1-1', 'there', 1);
insert into "Shelf" values ('A', 1);
alter table "Author" add constraint tidy check (name <> 'untidy');
create function refuse() returns trigger language plpgsql as $$
begin
  raise exception 'not %', new.title using errcode = '55000';
end $$;
create trigger refuse before insert on "Book" for each row when (new.title = 'raise ${MARKER}') execute function refuse()`

/** A folder in which nothing is wrong. */
const GOOD = { 'Author.csv': 'id,name\n1,a\n2,b\n', 'Book.csv': 'isbn,title,authorId\n9,t,2\n' }

interface BadInput {
  readonly files: Readonly<Record<string, string | Uint8Array>>
  readonly options?: Partial<ImportOptions>
  readonly code: ErrorCode
  /** File in the folder, line and column. */
  readonly at?: readonly [file: string, line?: number, column?: number]
  readonly fix: RegExp
  readonly why?: RegExp
}

const CASES: Readonly<Record<string, BadInput>> = {
  'an empty folder': {
    files: {},
    code: 'SOURCE.EMPTY_FOLDER',
    fix: /Name the folder that holds the CSV files/,
  },
  'a folder without a CSV file': {
    files: { 'notes.txt': 'a' },
    code: 'SOURCE.EMPTY_FOLDER',
    fix: /Name the folder that holds the CSV files/,
  },
  'a file that matches no model': {
    files: { ...GOOD, 'Authr.csv': 'id,name\n1,a\n' },
    code: 'SOURCE.UNKNOWN_MODEL',
    fix: /Did you mean "Author"\? Rename the file/,
  },
  'two files of one model': {
    files: { 'Author.csv': 'id,name\n1,a\n', 'author.csv': 'id,name\n2,b\n' },
    code: 'SOURCE.DUPLICATE_FILE',
    fix: /Keep one of them/,
  },
  'two files of one model that was asked for': {
    files: { 'Author.csv': 'id,name\n1,a\n', 'author.csv': 'id,name\n2,b\n' },
    options: { models: ['Author'] },
    code: 'SOURCE.DUPLICATE_FILE',
    fix: /Keep one of them/,
  },
  'a file of zero bytes': {
    files: { ...GOOD, 'Shelf.csv': '' },
    code: 'SOURCE.EMPTY_FILE',
    at: ['Shelf.csv'],
    fix: /Write the column names as the first line/,
  },
  'a file of nothing but empty lines': {
    files: { ...GOOD, 'Shelf.csv': '\n\r\n\n' },
    code: 'SOURCE.EMPTY_FILE',
    at: ['Shelf.csv'],
    fix: /Write the column names/,
  },
  'an unknown header': {
    files: { 'Author.csv': `id,nmae\n1,${MARKER}\n` },
    code: 'SOURCE.UNKNOWN_HEADER',
    at: ['Author.csv', 1, 2],
    fix: /Did you mean "name"\? Rename the column/,
  },
  'a header that is __proto__': {
    files: { 'Author.csv': `id,name,__proto__\n1,a,${MARKER}\n` },
    code: 'SOURCE.UNKNOWN_HEADER',
    at: ['Author.csv', 1, 3],
    fix: /Rename the column, map it/,
  },
  'a header without a name': {
    files: { 'Author.csv': `id,name,\n1,a,${MARKER}\n` },
    code: 'SOURCE.EMPTY_HEADER',
    at: ['Author.csv', 1, 3],
    fix: /Name the column, or leave it out/,
  },
  'a header that stands twice': {
    files: { 'Author.csv': `id,name,Name\n1,a,${MARKER}\n` },
    code: 'SOURCE.DUPLICATE_HEADER',
    at: ['Author.csv', 1],
    fix: /Remove one of the two columns/,
  },
  'a missing required column': {
    files: { 'Author.csv': 'id,email\n1,a\n' },
    code: 'PLAN.MISSING_COLUMN',
    at: ['Author.csv'],
    fix: /Add the column "name" to the file/,
  },
  'a missing key that others refer to': {
    files: { 'Author.csv': 'name\na\n', 'Book.csv': 'isbn,title,authorId\n9,t,2\n' },
    code: 'PLAN.MISSING_COLUMN',
    at: ['Author.csv'],
    why: /Book\.author refers to it/,
    fix: /Add the column "id" to the file/,
  },
  'a row that is too short': {
    files: { 'Author.csv': `id,name\n1,a\n${MARKER}\n` },
    code: 'CSV.ROW_WIDTH',
    at: ['Author.csv', 3, 1],
    fix: /Quote the fields that contain the delimiter/,
  },
  'a row that is too long': {
    files: { 'Author.csv': `id,name\n1,"a\nb"\n2,b,${MARKER}\n` },
    code: 'CSV.ROW_WIDTH',
    at: ['Author.csv', 4, 1],
    fix: /Quote the fields that contain the delimiter/,
  },
  'a stray quote': {
    files: { 'Author.csv': `id,name\n1,a ${MARKER} "b"\n` },
    code: 'CSV.STRAY_QUOTE',
    at: ['Author.csv', 2, 15],
    fix: /Quote the whole field and double the quotes/,
  },
  'text after a closing quote': {
    files: { 'Author.csv': `id,name\n1,"a"${MARKER}\n` },
    code: 'CSV.STRAY_QUOTE',
    at: ['Author.csv', 2, 6],
    fix: /Quote the whole field and double the quotes/,
  },
  'an unterminated quote': {
    files: { 'Author.csv': `id,name\n1,"a\n2,${MARKER}\n` },
    code: 'CSV.UNTERMINATED_QUOTE',
    at: ['Author.csv', 2, 3],
    fix: /Close the field with a quote/,
  },
  'a NUL byte': {
    files: { 'Author.csv': `id,name\n1,ä\0${MARKER}\n` },
    code: 'CSV.NUL_BYTE',
    at: ['Author.csv', 2, 4],
    fix: /Remove the byte, or save the file as UTF-8/,
  },
  'a NUL byte in quotes': {
    files: { 'Author.csv': `id,name\n1,"\0${MARKER}"\n` },
    code: 'CSV.NUL_BYTE',
    at: ['Author.csv', 2, 4],
    fix: /Remove the byte/,
  },
  'bad UTF-8': {
    files: { 'Author.csv': Buffer.from(`id,name\n1,${MARKER}\xe9\n`, 'latin1') },
    code: 'CSV.INVALID_UTF8',
    at: ['Author.csv', 2, 12],
    fix: /Save the file as UTF-8/,
  },
  'bad UTF-8 in the header': {
    files: { 'Author.csv': Buffer.from('id,n\xe9me\n1,a\n', 'latin1') },
    code: 'CSV.INVALID_UTF8',
    at: ['Author.csv', 1, 5],
    fix: /Save the file as UTF-8/,
  },
  'bad UTF-8 in a model whose keys are kept': {
    files: { 'Shelf.csv': Buffer.from('room,number\nä,1\n\xe9,2\n', 'latin1') },
    code: 'CSV.INVALID_UTF8',
    // In Latin-1 the ä is no UTF-8 either.
    at: ['Shelf.csv', 2, 1],
    fix: /Save the file as UTF-8/,
  },
  'a carriage return alone': {
    files: { 'Author.csv': `id,name\r1,${MARKER}\r` },
    code: 'CSV.BARE_CARRIAGE_RETURN',
    at: ['Author.csv', 1, 8],
    fix: /convert the line ends/,
  },
  'a number that is none, after records of several lines': {
    files: { 'Author.csv': `id,name,born\n1,"a\nb\n\nc",1900\n2,b,${MARKER}\n` },
    code: 'LOAD.VALUE_REFUSED',
    at: ['Author.csv', 6, 5],
    why: /"born" of Author is not what smallint takes \(SQLSTATE 22P02\)/,
    fix: /Correct the value, then import again: nothing was written/,
  },
  'a number that its column cannot hold': {
    files: { 'Author.csv': 'id,name,score\n1,a,1\n2,"b",1234.5\n' },
    code: 'LOAD.VALUE_REFUSED',
    at: ['Author.csv', 3, 7],
    why: /numeric\(4,1\)/,
    fix: /Correct the value/,
  },
  'a text that is too long': {
    files: { 'Author.csv': `id,name,country\n1,a,${MARKER}\n` },
    code: 'VALUES.TOO_LONG',
    at: ['Author.csv', 2, 5],
    why: /the column takes 2/,
    fix: /Shorten the text/,
  },
  'a reference that does not fit its column': {
    files: { 'Author.csv': 'id,name\n1,a\n', 'Book.csv': `isbn,title,authorId\n9,t,${MARKER}\n` },
    code: 'KEYS.NOT_AN_INTEGER',
    at: ['Book.csv', 2, 5],
    fix: /Correct the value/,
  },
  'a NULL in a required column': {
    files: { 'Author.csv': `id,email,name\n1,"${MARKER}\n",a\n2,b,\n` },
    code: 'LOAD.NULL_VALUE',
    at: ['Author.csv', 4, 5],
    why: /"name" of Author is NULL but required/,
    fix: /write "" for an empty string/,
  },
  'a row without a key': {
    files: { 'Author.csv': 'id,name\n1,a\n,b\n' },
    code: 'KEYS.NULL_KEY',
    at: ['Author.csv', 3, 1],
    fix: /Give the row its key/,
  },
  'a key that is no integer': {
    files: { 'Author.csv': `id,name\n1,a\n${MARKER},b\n` },
    code: 'KEYS.NOT_AN_INTEGER',
    at: ['Author.csv', 3, 1],
    fix: /Correct the value/,
  },
  'an integer key that stands twice': {
    files: { 'Author.csv': 'id,name\n4711,"a\n"\n5,b\n4711,c\n' },
    code: 'KEYS.DUPLICATE',
    at: ['Author.csv', 5],
    why: /lines 2 and 5 have the same/,
    fix: /Remove one of the rows or correct its key/,
  },
  'a text key that stands twice': {
    files: {
      'Author.csv': 'id,name\n1,a\n',
      'Book.csv': `isbn,title,authorId\n${MARKER},"t\n",1\n8,t,1\n${MARKER},t,1\n`,
    },
    code: 'LOAD.DUPLICATE',
    at: ['Book.csv', 5, 1],
    why: /Book_pkey allows its values only once/,
    fix: /Remove the row from the file/,
  },
  'a composite key that stands twice': {
    files: { 'Shelf.csv': 'room,number\nB,1\nB,2\nB,1\n' },
    code: 'LOAD.DUPLICATE',
    at: ['Shelf.csv', 4, 1],
    fix: /Remove the row from the file/,
  },
  'a unique value that is in the database already': {
    files: { 'Author.csv': 'id,name,email\n1,a,x@example.org\n2,b,there@example.org\n' },
    code: 'LOAD.DUPLICATE',
    at: ['Author.csv', 3, 1],
    fix: /the one that is in the way/,
  },
  'a row that breaks a check': {
    files: { 'Author.csv': 'id,name\n1,a\n2,untidy\n' },
    code: 'LOAD.CHECK_VIOLATION',
    at: ['Author.csv', 3, 1],
    why: /violates tidy/,
    fix: /Correct the row/,
  },
  'a row that a trigger refuses': {
    files: {
      'Author.csv': 'id,name\n1,a\n',
      'Book.csv': `isbn,title,authorId\n8,t,1\n9,raise ${MARKER},1\n`,
    },
    code: 'LOAD.REFUSED',
    at: ['Book.csv', 3, 1],
    why: /the server stopped the load of Book \(SQLSTATE 55000\)/,
    fix: /Cure what the server says/,
  },
  'a reference to a row that is not in the files': {
    files: {
      'Author.csv': 'id,name\n1,a\n2,b\n',
      'Book.csv': 'isbn,title,authorId\n8,"two\nlines",1\n9,t,4711\n',
    },
    code: 'KEYS.MISSING_REFERENCE',
    at: ['Book.csv', 4, 5],
    fix: /Add the row to the file of Author, clear the reference, or say with --missing-reference/,
  },
  'a kept reference to a row that is not in the database': {
    files: { 'Copy.csv': `id,isbn\n1,1-1\n2,\n3,${MARKER}\n` },
    code: 'LOAD.MISSING_REFERENCE',
    at: ['Copy.csv', 4, 1],
    why: /the reference Copy_isbn_fkey of Copy/,
    fix: /Import the row it refers to as well/,
  },
  'a kept reference of two columns to a row that is not in the database': {
    files: { 'Copy.csv': 'number,id,room\n1,1,A\n,2,B\n7,3,\n4711,4,A\n' },
    code: 'LOAD.MISSING_REFERENCE',
    at: ['Copy.csv', 5, 1],
    why: /the reference Copy_room_number_fkey of Copy/,
    fix: /Import the row it refers to as well/,
  },
  'a reference to a model that is left out, to a row that is not there': {
    files: { ...GOOD, 'Book.csv': 'isbn,title,authorId\n7,t,1\n8,t,4711\n' },
    options: { models: ['Book'] },
    code: 'LOAD.MISSING_REFERENCE',
    at: ['Book.csv', 3, 1],
    fix: /Import the row it refers to as well/,
  },
  'more rows than a column can number': {
    files: { 'Coin.csv': `id\n${Array.from({ length: 32_768 }, (_, i) => `${i}\n`).join('')}` },
    code: 'KEYS.OUT_OF_RANGE',
    why: /"id" ends at 32767, but the new keys go up to 32768/,
    fix: /Widen the column and its sequence/,
  },
  'a key of more than 64 bits': {
    files: { 'Author.csv': 'id,name\n9223372036854775808,a\n' },
    code: 'KEYS.NOT_AN_INTEGER',
    at: ['Author.csv', 2, 1],
    fix: /Correct the value/,
  },
  'a kept id beyond the range of its column': {
    files: { 'Author.csv': 'id,name\n1,a\n2147483648,b\n' },
    options: { strategy: 'none' },
    code: 'LOAD.VALUE_REFUSED',
    at: ['Author.csv', 3, 1],
    why: /"id" of Author is not what integer takes/,
    fix: /Correct the value/,
  },
  'an unknown model in the options': {
    files: GOOD,
    options: { models: ['Autor'] },
    code: 'PLAN.UNKNOWN_MODEL',
    fix: /Did you mean "Author"\? Correct the name/,
  },
  'a model without a file in the options': {
    files: GOOD,
    options: { models: ['Author', 'Shelf'] },
    code: 'PLAN.UNKNOWN_MODEL',
    fix: /Add Shelf\.csv to the folder/,
  },
  'an unknown model in the strategies': {
    files: GOOD,
    options: { strategy: { Boook: 'none' } },
    code: 'PLAN.UNKNOWN_MODEL',
    fix: /Did you mean "Book"\?/,
  },
  'an unknown strategy': {
    files: GOOD,
    options: { strategy: 'sequentiel' as 'sequential' },
    code: 'IMPORT.INVALID_OPTION',
    why: /takes one of sequential, hash, fresh, match, none/,
    fix: /Did you mean "sequential"\?/,
  },
  'an unknown strategy of a model': {
    files: GOOD,
    options: { strategy: { Book: 'nope' as 'none' } },
    code: 'IMPORT.INVALID_OPTION',
    why: /"strategy.Book" takes/,
    fix: /Did you mean "none"\?/,
  },
  'an unknown option': {
    files: GOOD,
    options: { batchname: 'x' } as Partial<ImportOptions>,
    code: 'IMPORT.INVALID_OPTION',
    fix: /Did you mean "batchName"\?/,
  },
  'an unknown option of the files': {
    files: GOOD,
    options: { csv: { delimeter: ';' } as object },
    code: 'IMPORT.INVALID_OPTION',
    fix: /Did you mean "csv.delimiter"\?/,
  },
  'a delimiter that is none': {
    files: GOOD,
    options: { csv: { delimiter: '"' } },
    code: 'CSV.INVALID_DIALECT',
    fix: /Give another value for "delimiter"/,
  },
  'no models': {
    files: GOOD,
    options: { models: [] },
    code: 'IMPORT.INVALID_OPTION',
    fix: /Correct "models"/,
  },
  'models that are no list': {
    files: GOOD,
    options: { models: 'Author' as unknown as string[] },
    code: 'IMPORT.INVALID_OPTION',
    fix: /Correct "models"/,
  },
  'no folder': {
    files: GOOD,
    options: { from: '' },
    code: 'IMPORT.INVALID_OPTION',
    fix: /Correct "from"/,
  },
}

describe('bad input', () => {
  it.each(Object.entries(CASES))('refuses %s and writes nothing', (_, bad) =>
    withLibrary(bad.files, async (stage) => {
      const error = await expectRefusal(stage, bad.options)

      expect(error.code).toBe(bad.code)
      expect(error.details.fix).toMatch(bad.fix)
      expect(error.details.why).toMatch(bad.why ?? /\.$/)
      expectPlace(error, stage, bad.at)
      expectNoValues(error)
    }),
  )

  it('refuses a folder that is not there', () =>
    withLibrary(GOOD, async (stage) => {
      const from = path.join(stage.folder, 'nowhere')

      const error = await expectRefusal(stage, { from })

      expect(error.code).toBe('SOURCE.FOLDER_NOT_FOUND')
      expect(error.details.why).toMatch(/ENOENT/)
      expect(error.details.fix).toMatch(/Name a folder/)
      expect(error.details.meta).toEqual({ folder: from })
    }))

  it('refuses a file where a folder is wanted', () =>
    withLibrary(GOOD, async (stage) => {
      const error = await expectRefusal(stage, { from: path.join(stage.folder, 'Author.csv') })

      expect(error.code).toBe('SOURCE.FOLDER_NOT_FOUND')
      expect(error.details.why).toMatch(/ENOTDIR/)
    }))

  it('refuses a link, unless it may follow it or its model is left out', () =>
    withLibrary(GOOD, async (stage) => {
      const file = path.join(stage.folder, 'Shelf.csv')
      await symlink('gone.csv', file)

      const error = await expectRefusal(stage)
      const followed = await expectRefusal(stage, { followSymlinks: true })
      const result = await stage.importModels({ models: ['Author'] })

      expect(error.code).toBe('SOURCE.NOT_A_FILE')
      expect(error.details.meta).toEqual({ file, kind: 'a link' })
      expect(followed.code).toBe('SOURCE.UNREADABLE_FILE')
      expect(followed.details.fix).toMatch(/Make the file readable/)
      expect(result.models).toHaveLength(1)
    }))

  it('tells of the other problems beside the first', () =>
    withLibrary({ 'Author.csv': 'id,nmae\n1,a\n', 'Shelf.csv': '' }, async (stage) => {
      const error = await expectRefusal(stage)

      expect(error.code).toBe('SOURCE.UNKNOWN_HEADER')
      expect(error.details.meta?.['alsoFound']).toEqual([
        expect.objectContaining({ code: 'SOURCE.EMPTY_FILE' }),
        expect.objectContaining({ code: 'PLAN.MISSING_COLUMN' }),
      ])
    }))
})

function withLibrary(
  files: BadInput['files'],
  use: (stage: ImportStage) => Promise<void>,
): Promise<void> {
  return withImportStage({ schema: SCHEMA, rows: ROWS, files }, use)
}

/** What an import rejects with; the database has to be the same before and after. */
async function expectRefusal(
  stage: ImportStage,
  options?: Partial<ImportOptions>,
): Promise<GyroError> {
  const before = await stage.snapshot()

  const error = await stage.importModels(options).then(
    () => null,
    (reason: unknown) => reason,
  )

  expect(error).toHaveProperty('name', 'GyroError')
  expect(await stage.snapshot()).toEqual(before)
  return error as GyroError
}

function expectPlace(error: GyroError, { folder }: ImportStage, at: BadInput['at']): void {
  if (at === undefined) return
  const [name, line, column] = at
  const file = path.join(folder, name)
  const meta = error.details.meta ?? {}
  expect([meta['file'], meta['line'], line && meta['column']].slice(0, at.length)).toEqual(
    [file, line, column].slice(0, at.length),
  )
  const place = column === undefined ? file : line === 1 ? name : `${file}:${line}:${column}`
  expect(error.message).toContain(error.code === 'CSV.ROW_WIDTH' ? `line ${line}` : place)
}

/** What was in the cells is told nowhere: these are often the data of persons. */
function expectNoValues(error: GyroError): void {
  const told = [
    error.message,
    String(error.stack),
    JSON.stringify(error),
    JSON.stringify(buildErrorReport(error)),
    inspect(error, { depth: null, showHidden: true }),
  ].join('\n')
  expect(told).not.toContain(MARKER)
  expect(told).not.toMatch(/\b4711\b/)
}
