import { describe, expect, it } from '@jest/globals'
import { resolveCsvDialect } from '../../src/csv/csv-dialect.js'
import { CsvRemapper } from '../../src/keys/csv-remapper.js'
import type { RemappedPart } from '../../src/load/find-copy-row.js'
import { findRefusedRow } from '../../src/load/find-refused-row.js'
import type { PreparedModel } from '../../src/plan/prepared-import.js'
import type { ReservedKey } from '../../src/plan/prepared-key.js'
import type { ServerError } from '../../src/postgres/postgres-error.js'
import { buildFiles, DIALECT } from '../support/source-file.js'

const LONG = 'ä'.repeat(40)

/** What is dropped is not sent: the places of the others move. */
const CSV = `x,id,the code,total\n,1,a,5\n,2,,6\n,3,"b, c",7\n,4,${LONG},5\n`

const KEY: ReservedKey = {
  kind: 'reserved',
  column: 'id',
  index: 1,
  header: 'id',
  highest: 9n,
  sequence: null,
  isReadable: true,
  mayRepeat: false,
}

describe('findRefusedRow', () => {
  it.each<[string, number | null, Partial<ServerError>, Partial<PreparedModel>]>([
    ['a foreign key', 3, of('23503', 'Key (the code)=(b, c) is not present in table "T".'), {}],
    ['a foreign key whose values are not told', null, of('23503', 'Key is not present.'), {}],
    [
      'a foreign key that is not known',
      null,
      of('23503', 'Key (the code)=(a) is not present.'),
      { foreignKeys: [] },
    ],
    ['a unique', 3, of('23505', 'Key ("the code", total)=(b, c, 7) already exists.'), {}],
    ['a unique of NULL', null, of('23505', 'Key ("the code", total)=(, 6) already exists.'), {}],
    ['a unique of what is not sent', null, of('23505', 'Key (x, total)=(, 6) already exists.'), {}],
    ['a unique of an expression', null, of('23505', 'Key (lower(a))=(6) already exists.'), {}],
    ['a unique whose values are not told', null, of('23505', undefined), {}],
    ['a NULL', 2, { ...of('23502', undefined), column: 'the code' }, {}],
    ['a NULL of what is not sent', null, { ...of('23502', undefined), column: 'extra' }, {}],
    ['a NULL of no column', null, of('23502', undefined), {}],
    ['a check', 3, of('23514', 'Failing row contains (made, 3, ?, 7).'), { key: KEY }],
    [
      'a check of values with commas behind the key',
      3,
      of('23514', 'Failing row contains (3, b, c, 7).'),
      { key: KEY, tableColumns: ['id', 'the code', 'total'] },
    ],
    ['a check of all values', 2, of('23514', 'Failing row contains (made, 2, null, 6).'), {}],
    [
      'a check of a key that may repeat',
      2,
      of('23514', 'Failing row contains (made, 2, null, 6).'),
      { key: { ...KEY, mayRepeat: true } },
    ],
    [
      'a check of a value that is cut off',
      4,
      of('23514', `Failing row contains (made, 4, ${'ä'.repeat(32)}..., 5).`),
      {},
    ],
    ['a check of some values', 2, of('23514', 'Failing row contains (id, total) = (2, 6).'), {}],
    ['a check of values spelt otherwise', null, of('23514', '(made, 2, null, 6.0)'), {}],
    ['a check of values with commas', null, of('23514', '(made, 3, b, c, 7)'), {}],
    ['a check of what is not sent', null, of('23514', 'Failing row (x) = (1).'), {}],
    ['a check whose values are not told', null, of('23514', undefined), {}],
    ['something else', null, of('P0001', 'Key (id)=(1)'), {}],
  ])('looks for %s: %s', async (_, row, error, parts) => {
    const found = await findRefusedRow(error as ServerError, { ...MODEL, ...parts }, openParts)

    expect(found).toBe(row)
  })
})

function of(code: string, detail: string | undefined): Partial<ServerError> {
  return { code, constraint: 'fk', ...(detail === undefined ? {} : { detail }) }
}

const HEADERS = ['x', 'id', 'the code', 'total']

const TARGET = { schema: 'public', table: 'T' }

const MODEL: PreparedModel = {
  model: 'Note',
  table: { schema: 'public', table: 'Note' },
  isOwner: true,
  source: buildFiles('Note', 'in/Note.csv'),
  dialect: DIALECT,
  technique: 'cycle',
  strategy: 'none',
  headers: HEADERS,
  columns: HEADERS.map((header) => ({
    header,
    field: header,
    column: header,
    type: 'text',
    highest: null,
    isNotNull: false,
    role: header === 'x' ? { kind: 'drop' } : { kind: 'copy' },
    sequence: null,
    isAlwaysIdentity: false,
    isReadable: true,
  })),
  made: [],
  key: null,
  businessKey: null,
  fixedKey: [],
  identity: null,
  partialMatch: null,
  conflict: null,
  estimatedRows: 4,
  references: [],
  primaryKey: ['id'],
  tableColumns: ['extra', 'id', 'the code', 'total'],
  foreignKeys: [
    {
      name: 'fk',
      columns: ['the code'],
      target: TARGET,
      targetRoot: TARGET,
      targetColumns: ['code'],
      isEnforced: true,
      isValidated: true,
      isMatchFull: false,
      deferral: 'none',
    },
  ],
  partitions: [],
  triggers: [],
}

function openParts(): readonly RemappedPart[] {
  const remapper = new CsvRemapper({
    model: 'Note',
    file: 'in/Note.csv',
    dialect: resolveCsvDialect(),
    headers: HEADERS,
    actions: MODEL.columns.map(({ role }) => (role.kind === 'drop' ? role : { kind: 'copy' })),
  })
  return [{ chunks: readOnce(), remapper }]
}

async function* readOnce(): AsyncGenerator<Buffer> {
  yield Buffer.from(CSV)
}
