import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { IntegerKeySet } from '../../src/keys/integer-key-set.js'
import { KeyMap } from '../../src/keys/key-map.js'
import { ReservedKeys } from '../../src/keys/reserved-keys.js'
import type { LoadContext } from '../../src/load/load-context.js'
import { PostgresBulkLoader } from '../../src/load/postgres-bulk-loader.js'
import type { ColumnRole, PreparedMade } from '../../src/plan/prepared-column.js'
import type { PreparedModel } from '../../src/plan/prepared-import.js'
import { type PostgresClient, queryRow } from '../../src/postgres/client.js'
import { enumRule } from '../../src/values/enum-rule.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { buildFiles, DIALECT } from '../support/source-file.js'
import { withTestDatabase } from '../support/test-database.js'

const TABLES = `
create table "Parent" (id int primary key, code text unique, unique (id, code));
create table "Note" (
  id int primary key,
  "the text" text not null,
  mood text,
  parent int constraint fk references "Parent",
  code text constraint fk_code references "Parent" (code),
  total numeric(4, 1),
  constraint fk_both foreign key (parent, code) references "Parent" (id, code)
);
insert into "Parent" values (71, 'a, b'), (72, 'c')`

const HEADER = 'id,text,mood,parent,code,extra,total'

/** 1, 2, 3, … become 71, 72, 73, … */
const KEYS = buildKeys(9, 71n)

const MOOD = enumRule({
  labels: ['happy', 'sad'],
  values: [{ name: 'HAPPY', value: 'happy' }],
})

const ROLES: Readonly<Record<string, ColumnRole>> = {
  id: { kind: 'key' },
  parent: { kind: 'reference', owner: 'Parent', target: 'Parent' },
  mood: { kind: 'rule', rule: MOOD },
  extra: { kind: 'drop' },
  total: { kind: 'track' },
}

describe('PostgresBulkLoader', () => {
  it('loads the rows of a file with new keys and references', () =>
    withNotes('3,a,HAPPY,2,c,x,5\n1,"b\nc",sad,,"a, b",x,\n', async (stage) => {
      const progress: [number, number][] = []

      const { rows, highest } = await stage.loader.load(stage.model, (bytes, count) => {
        progress.push([bytes, count])
      })

      expect(rows).toBe(2)
      expect([...highest]).toEqual([[6, 5n]])
      expect(progress.at(-1)).toEqual([stage.bytes, 2])
      expect(await stage.stored()).toEqual([
        [71, 'b\nc', 'sad', null, 'a, b', null],
        [73, 'a', 'happy', 72, 'c', '5.0'],
      ])
    }))

  it('fills columns that the file lacks', () =>
    withNotes('3,a,,,,,\n1,b,,,,,\n', async (stage) => {
      await stage.client.query(`
alter table "Note" add uid uuid not null, add changed timestamp(3) not null, add tags text[] not null`)
      const made: PreparedMade[] = [
        { column: 'tags', type: 'text[]', value: { kind: 'emptyList' } },
        { column: 'uid', type: 'uuid', value: { kind: 'client', make: 'uuid', args: [7] } },
        {
          column: 'changed',
          type: 'timestamp',
          value: { kind: 'timestamp', type: 'timestamp', isUpdatedAt: true },
        },
      ]

      await stage.loader.load({ ...stage.model, made }, () => {})

      const { rows } = await stage.client.query('select uid, changed::text, tags from "Note"')
      const row = { uid: expect.any(String), changed: '2020-01-31 23:30:00.123', tags: [] }
      expect(rows).toEqual([row, row])
      expect(new Set(rows.map(({ uid }) => uid)).size).toBe(2)
    }))

  it('loads all parts of a model, and tells the highest value of all', () =>
    withNotes('1,a,,,,,7\n', async (stage) => {
      const { rows, highest } = await stage.loader.load(
        await stage.addParts('2,b,,,,,9\n', '', '3,c,,,,,8\n'),
        () => {},
      )

      expect([rows, ...highest]).toEqual([3, [6, 9n]])
      expect((await stage.stored()).map(([id]) => id)).toEqual([71, 72, 73])
    }))

  it('finds the part of a refused row', () =>
    withNotes('1,a,,,,,\n', async (stage) => {
      const model = await stage.addParts('2,b,,,c,,\n', '3,c,,,c,,\n4,d,,,e,,\n')

      const loading = stage.loader.load(model, () => {})

      await expect(loading).rejects.toMatchObject({
        code: 'LOAD.MISSING_REFERENCE',
        details: { meta: { file: model.source.parts[2]?.path, line: 3, constraint: 'fk_code' } },
      })
    }))

  describe('where the foreign-key checks of all rows take too much memory of the server', () => {
    /** The model has four foreign keys. */
    const BYTES_PER_ROW = 4 * 13

    it.each([
      [3, 1],
      [2, 2],
      [1, 3],
    ])('takes as many COPYs as needed for %s rows each: %s', (maxRows, copies) =>
      withNotes('', async ({ client, context, addParts }) => {
        const loader = new PostgresBulkLoader(context, maxRows * BYTES_PER_ROW)
        const model = await addParts('1,a,,,,,7\n', '2,b,,,,,9\n', '3,c,,,,,8\n')

        const { rows, highest } = await loader.load(model, () => {})

        expect([rows, ...highest]).toEqual([3, [6, 9n]])
        expect(await countCopies(client)).toEqual({ rows: 3, copies })
      }),
    )

    it('cuts one file too, where a row ends', () =>
      withNotes(LONG_ROWS, async ({ client, context, model, stored }) => {
        const loader = new PostgresBulkLoader(context, BYTES_PER_ROW - 1)

        await loader.load(model, () => {})

        const { rows, copies } = await countCopies(client)
        expect(rows).toBe(9)
        expect(copies).toBeGreaterThan(1)
        expect((await stored()).map(([, text]) => String(text).length)).toEqual(
          Array.from({ length: 9 }, () => LONG_TEXT.length),
        )
      }))

    it.each([
      ['a value', '3,c,,,,,99999', 'LOAD.VALUE_REFUSED'],
      ['a NULL', '3,,,,,,', 'LOAD.NULL_VALUE'],
      ['a reference', '3,c,,,d,,', 'LOAD.MISSING_REFERENCE'],
      ['a duplicate', '1,c,,,,,', 'LOAD.DUPLICATE'],
    ])('finds the row of a later COPY: %s', (_, row, code) =>
      withNotes('1,a,,,,,\n', async ({ context, addParts }) => {
        const loader = new PostgresBulkLoader(context, BYTES_PER_ROW)
        const model = await addParts('2,b,,,,,\n', `4,d,,,,,\n${row}\n`)

        const loading = loader.load(model, () => {})

        const file = model.source.parts[2]?.path
        await expect(loading).rejects.toMatchObject({ code, details: { meta: { file, line: 3 } } })
      }),
    )

    it('tells what is wrong with a file behind the first COPY', () =>
      withNotes('1,a,,,,,\n', async ({ context, addParts }) => {
        const loader = new PostgresBulkLoader(context, BYTES_PER_ROW)
        const model = await addParts('2,b\n')

        const loading = loader.load(model, () => {})

        await expect(loading).rejects.toMatchObject({ code: 'CSV.ROW_WIDTH' })
      }))
  })

  it('loads nothing from a header', () =>
    withNotes('', async (stage) => {
      const { rows, highest } = await stage.loader.load(stage.model, () => {})

      expect([rows, highest.size]).toEqual([0, 0])
    }))

  it.each<[string, string, object]>([
    [
      'a value',
      '1,a,,,,,\n2,"b\n\n",,,,,\n3,c,,,,,99999\n',
      { code: 'LOAD.VALUE_REFUSED', details: { meta: { line: 6, column: 9, header: 'total' } } },
    ],
    [
      'a NULL',
      '1,a,,,,,\n2,,,,,,\n',
      { code: 'LOAD.NULL_VALUE', details: { meta: { line: 3, column: 3, header: 'text' } } },
    ],
    [
      'a value of COPY that is our own',
      '1,a,,,,,\n2,b,,9,,,\n',
      {
        code: 'LOAD.MISSING_REFERENCE',
        details: { meta: { line: 3, column: 1, constraint: 'fk' } },
      },
    ],
    [
      'a kept reference',
      '1,a,,,c,,\n2,b,,,d,,\n',
      { code: 'LOAD.MISSING_REFERENCE', details: { meta: { line: 3, constraint: 'fk_code' } } },
    ],
    [
      'a kept reference of a row that lacks its line end',
      '1,a,,,c,,\n2,b,,,d,,',
      { code: 'LOAD.MISSING_REFERENCE', details: { meta: { line: 3, constraint: 'fk_code' } } },
    ],
    [
      'a kept reference with tabs and backslashes',
      '1,a,,,c,,\n2,b,,,"\\\t""x""\r\ny",,\n',
      { code: 'LOAD.MISSING_REFERENCE', details: { meta: { line: 3, constraint: 'fk_code' } } },
    ],
    [
      'a kept reference that reads like the NULL of COPY, behind a NULL',
      '1,a,,,,,\n2,b,,,N,,\n',
      { code: 'LOAD.MISSING_REFERENCE', details: { meta: { line: 3, constraint: 'fk_code' } } },
    ],
    [
      'a reference of two columns',
      '1,a,,2,c,,\n2,b,,1,c,,\n3,c,,2,"a, b",,\n',
      { code: 'LOAD.MISSING_REFERENCE', details: { meta: { line: 3, constraint: 'fk_both' } } },
    ],
    [
      'a reference of keys',
      '1,a,,999,,,\n',
      { code: 'KEYS.MISSING_REFERENCE', details: { meta: { line: 2, column: 6 } } },
    ],
    ['a row', '1,a,,,,\n', { code: 'CSV.ROW_WIDTH' }],
  ])('keeps nothing when %s is refused, and says where', (_, rows, wanted) =>
    withNotes(rows, async (stage) => {
      const loading = stage.loader.load(stage.model, () => {})

      await expect(loading).rejects.toMatchObject(wanted)
      expect(await stage.stored()).toEqual([])
    }),
  )

  it('finds the line of a refused row that lies far in the file', () =>
    withNotes(
      `${Array.from({ length: 70_000 }, () => '1,"a\n",,,c,,\n').join('')}1,a,,,d,,\n`,
      async (stage) => {
        await stage.client.query('alter table "Note" drop constraint "Note_pkey"')

        const loading = stage.loader.load(stage.model, () => {})

        await expect(loading).rejects.toMatchObject({ details: { meta: { line: 140_002 } } })
      },
    ))

  it('tells no line when the server names no values', () =>
    withNotes('1,a,,,d,,\n', async (stage) => {
      const role = `loader_${Math.random().toString(36).slice(2)}`
      await stage.client.query(`
create role ${role}; grant insert on "Note" to ${role}; set role ${role}`)

      const loading = stage.loader.load(stage.model, () => {})

      await expect(loading).rejects.toMatchObject({
        code: 'LOAD.MISSING_REFERENCE',
        details: { meta: expect.not.objectContaining({ line: expect.anything() }) },
      })
    }))

  it('tells no line when the values are spelt otherwise in the file', () =>
    withNotes('1,a,,,,,5.00\n', async (stage) => {
      await stage.client.query(`
create table number (total numeric(4, 1) primary key);
alter table "Note" add constraint fk_total foreign key (total) references number`)

      const loading = stage.loader.load(
        withRoles(stage.model, { total: { kind: 'copy' } }),
        () => {},
      )

      await expect(loading).rejects.toMatchObject({
        code: 'LOAD.MISSING_REFERENCE',
        details: { meta: { constraint: 'fk_total', file: expect.any(String) } },
      })
    }))

  it('tells no line of a foreign key that it does not know', () =>
    withNotes('1,a,,,d,,\n', async (stage) => {
      const loading = stage.loader.load({ ...stage.model, foreignKeys: [] }, () => {})

      await expect(loading).rejects.toMatchObject({
        code: 'LOAD.MISSING_REFERENCE',
        details: { meta: expect.not.objectContaining({ line: expect.anything() }) },
      })
    }))

  it('takes the words around the line in any language', () =>
    withNotes('1,a,,,,,\n2,b,,,,,99999\n', async (stage) => {
      const german = Object.create(stage.client, {
        query: {
          value: (query: object) => {
            const sink = stage.client.query(query as never) as unknown as NodeJS.EventEmitter
            const { emit } = sink
            sink.emit = (name, error, ...rest) => {
              if (name === 'error' && 'where' in Object(error)) {
                error.where = error.where.replace('line', 'Zeile').replace('column', 'Spalte')
              }
              return emit.call(sink, name, error, ...rest)
            }
            return sink
          },
        },
      })
      const loader = new PostgresBulkLoader({ ...stage.context, client: german })

      const loading = loader.load(stage.model, () => {})

      await expect(loading).rejects.toMatchObject({
        code: 'LOAD.VALUE_REFUSED',
        details: { meta: { line: 3, header: 'total' } },
      })
    }))

  it('tells neither a line nor the words of a trigger that refuses at the end', () =>
    withNotes('1,a,,,,,\n', async (stage) => {
      await stage.client.query(`
create function refuse() returns trigger language plpgsql as
$$begin raise exception 'cell-4711'; end$$;
create trigger refuse after insert on "Note" for each row execute function refuse()`)

      const loading = stage.loader.load(stage.model, () => {})

      await expect(loading).rejects.toMatchObject({
        code: 'LOAD.REFUSED',
        message: expect.not.stringContaining('4711'),
        details: { meta: expect.not.objectContaining({ line: expect.anything() }) },
      })
    }))

  it('says that rows were lost', () =>
    withNotes('1,a,,,,,\n', async (stage) => {
      await stage.client.query(`
create function drop_row() returns trigger language plpgsql as 'begin return null; end';
create trigger drop_row before insert on "Note" for each row execute function drop_row()`)

      const loading = stage.loader.load(stage.model, () => {})

      await expect(loading).rejects.toMatchObject({ code: 'LOAD.ROW_COUNT' })
    }))

  it('leaves a lost connection to others', () =>
    withNotes('1,a,,,,,\n', async (stage) => {
      await stage.client.query(`
create function leave() returns trigger language plpgsql as
'begin perform pg_terminate_backend(pg_backend_pid()); return new; end';
create trigger leave before insert on "Note" for each row execute function leave()`)

      const loading = stage.loader.load(stage.model, () => {})

      await expect(loading).rejects.toMatchObject({ code: '57P01' })
    }))

  it('takes a key map that is not there for a bug', () =>
    withNotes('1,a,,,,,\n', async (stage) => {
      const loader = new PostgresBulkLoader({ ...stage.context, keyMaps: new Map() })

      const loading = loader.load(stage.model, () => {})

      await expect(loading).rejects.toMatchObject({
        name: 'InternalError',
        message: 'The keys of Note were not mapped before they were needed',
      })
    }))

  describe('checkDeferred', () => {
    const DEFERRED = `
alter table "Note" alter constraint fk_code deferrable initially deferred;
begin`

    it('finds the line of a row that breaks a constraint', () =>
      withNotes('1,a,,,c,,\n2,b,,,d,,\n', async (stage) => {
        await stage.client.query(DEFERRED)
        await stage.loader.load(stage.model, () => {})

        const checking = stage.loader.checkDeferred([other(stage.model), stage.model])

        await expect(checking).rejects.toMatchObject({
          code: 'LOAD.MISSING_REFERENCE',
          details: { meta: { model: 'Note', line: 3 } },
        })
        await stage.client.query('rollback')
      }))

    it('leaves to others what is of no table of the import', () =>
      withNotes('1,a,,,d,,\n', async (stage) => {
        await stage.client.query(DEFERRED)
        await stage.loader.load(stage.model, () => {})

        const checking = stage.loader.checkDeferred([other(stage.model)])

        await expect(checking).rejects.toMatchObject({ code: '23503' })
        await stage.client.query('rollback')
      }))

    it('has nothing against rows that fit', () =>
      withNotes('1,a,,,c,,\n', async (stage) => {
        await stage.client.query(DEFERRED)
        await stage.loader.load(stage.model, () => {})

        await stage.loader.checkDeferred([stage.model])

        await stage.client.query('commit')
        expect(await stage.stored()).toHaveLength(1)
      }))
  })
})

interface LoaderStage {
  readonly client: PostgresClient
  readonly context: LoadContext
  readonly loader: PostgresBulkLoader
  readonly model: PreparedModel
  /** Size of the file. */
  readonly bytes: number
  /** The model with more files, of which these are the rows. */
  addParts(...rows: readonly string[]): Promise<PreparedModel>
  stored(): Promise<readonly (readonly unknown[])[]>
}

/** Rows of the file `Note.csv`, after its header. */
function withNotes(rows: string, use: (stage: LoaderStage) => Promise<void>): Promise<void> {
  const text = `${HEADER}\n${rows}`
  return withTestDatabase(TABLES, (client) =>
    withCsvFolder({ 'Note.csv': text }, (folder) => {
      const context: LoadContext = {
        client,
        skipped: new Map(),
        met: new Map(),
        keyMaps: new Map([
          ['Note', KEYS],
          ['Parent', KEYS],
        ]),
        runAt: new Date('2020-01-31T23:30:00.123Z'),
        signal: new AbortController().signal,
      }
      const stored = async () => {
        const statement = { text: 'select * from "Note" order by id', rowMode: 'array' }
        return (await client.query<unknown[]>(statement)).rows
      }
      return use({
        client,
        context,
        loader: new PostgresBulkLoader(context),
        model: buildNote(path.join(folder, 'Note.csv')),
        bytes: Buffer.byteLength(text),
        addParts: async (...parts) => {
          const files = parts.map((_, index) => path.join(folder, `Note.${index}.csv`))
          for (const [index, file] of files.entries()) {
            await writeFile(file, `${HEADER}\n${parts[index]}`)
          }
          return buildNote(path.join(folder, 'Note.csv'), ...files)
        },
        stored,
      })
    }),
  )
}

/** How many rows there are, and by how many statements they came. */
async function countCopies(
  client: PostgresClient,
): Promise<{ readonly rows: number; readonly copies: number }> {
  return queryRow(client, {
    text: `\
select count(*)::int as rows, count(distinct (xmin::text, cmin::text))::int as copies from "Note"`,
    values: [],
  })
}

/** Larger together than what is read of a file at once. */
const LONG_TEXT = 'ä\n'.repeat(10_000)
const LONG_ROWS = Array.from({ length: 9 }, (_, i) => `${i + 1},"${LONG_TEXT}",,,,,\n`).join('')

function buildNote(file: string, ...others: readonly string[]): PreparedModel {
  const headers = HEADER.split(',')
  const target = { schema: 'public', table: 'Parent' }
  return {
    model: 'Note',
    table: { schema: 'public', table: 'Note' },
    isOwner: true,
    source: buildFiles('Note', file, ...others),
    dialect: DIALECT,
    technique: 'checked',
    strategy: 'sequential',
    headers,
    columns: headers.map((header) => ({
      header,
      field: header,
      column: header === 'text' ? 'the text' : header,
      type: 'any',
      highest: null,
      isNotNull: false,
      role: ROLES[header] ?? { kind: 'copy' },
      sequence: null,
      isAlwaysIdentity: false,
      isReadable: true,
    })),
    made: [],
    primaryKey: ['id'],
    tableColumns: ['id', 'the text', 'mood', 'parent', 'code', 'total'],
    key: null,
    businessKey: null,
    fixedKey: [],
    identity: null,
    partialMatch: null,
    conflict: null,
    estimatedRows: 1,
    references: [],
    foreignKeys: [
      {
        name: 'fk',
        columns: ['parent'],
        target,
        targetRoot: target,
        targetColumns: ['id'],
        isEnforced: true,
        isValidated: true,
        isMatchFull: false,
        deferral: 'none',
      },
      {
        name: 'fk_code',
        columns: ['code'],
        target,
        targetRoot: target,
        targetColumns: ['code'],
        isEnforced: true,
        isValidated: true,
        isMatchFull: false,
        deferral: 'none',
      },
      {
        name: 'fk_both',
        columns: ['parent', 'code'],
        target,
        targetRoot: target,
        targetColumns: ['id', 'code'],
        isEnforced: true,
        isValidated: true,
        isMatchFull: false,
        deferral: 'none',
      },
      {
        name: 'fk_total',
        columns: ['total'],
        target,
        targetRoot: target,
        targetColumns: ['id'],
        isEnforced: true,
        isValidated: true,
        isMatchFull: false,
        deferral: 'none',
      },
    ],
    partitions: [],
    triggers: [],
  }
}

function withRoles(
  model: PreparedModel,
  roles: Readonly<Record<string, ColumnRole>>,
): PreparedModel {
  const columns = model.columns.map((column) => ({
    ...column,
    role: roles[column.header] ?? column.role,
  }))
  return { ...model, columns }
}

/** The same model of another table. */
function other(model: PreparedModel): PreparedModel {
  return { ...model, model: 'Other', table: { schema: 'public', table: 'Other' } }
}

function buildKeys(count: number, from: bigint): KeyMap {
  const keys = new IntegerKeySet()
  for (let key = 1; key <= count; key++) keys.add(key)
  keys.seal()
  return new KeyMap(keys, new ReservedKeys([{ from, count, step: 1n }]))
}
