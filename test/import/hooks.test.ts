import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { isGyroError } from '../../src/error/gyro-error.js'
import type { AnyRow, HookPlace } from '../../src/hooks/row-hooks.js'
import type { ImportOptions } from '../../src/import/import-options.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'

const SHOP = `
model Customer {
  id     Int        @id @default(autoincrement())
  email  String     @unique
  note   String?    @map("remark")
  bossId Int?
  boss   Customer?  @relation("boss", fields: [bossId], references: [id])
  staff  Customer[] @relation("boss")
  orders Order[]
}
model Order {
  id         Int      @id @default(autoincrement())
  customerId Int
  total      Decimal  @db.Decimal(10, 2)
  customer   Customer @relation(fields: [customerId], references: [id])
}`

const FILES = {
  'Customer.csv':
    'id,email,remark,bossId\r\n7,ann@example.org,"a ""b""\r\nc",\r\n8,bob@example.org,,7\r\n',
  'Order.csv': 'id,customerId,total\n1,7,1.50\n2,8,2.5\n3,7,3\n',
}

const ROWS = {
  Customer: [
    { id: 7, email: 'ann@example.org', note: 'a "b"\nc', bossId: null },
    { id: 8, email: 'bob@example.org', note: null, bossId: 7 },
  ],
  Order: [{ id: 1, customerId: 8, total: '2.5' }],
}

const mask = (row: AnyRow) => ({ ...row, email: `${row['id']}@example.com` })

describe('hooks', () => {
  it('change rows before they get new keys, and what refers to them follows', () =>
    withShop(
      { rows: `insert into "Customer" values (default, 'old', null, null)` },
      async (stage) => {
        const { models, checks } = await stage.importModels({ transform: { Customer: mask } })

        const bytes = FILES['Customer.csv'].length
        expect(models).toMatchObject([
          { model: 'Customer', file: 'Customer.csv', read: 2, loaded: 2, rejected: 0, bytes },
          { model: 'Order', read: 3, loaded: 3 },
        ])
        expect(checks.every(({ ok }) => ok)).toBe(true)
        expect(await stage.query('select * from "Customer" order by id')).toEqual([
          [1, 'old', null, null],
          [2, '7@example.com', 'a "b"\r\nc', null],
          [3, '8@example.com', null, 2],
        ])
        const orders = await stage.query('select "customerId" from "Order" order by id')
        expect(orders).toEqual([[2], [3], [2]])
      },
    ))

  it('reject rows of a program, and see none that could not be written', () =>
    withShop({}, async (stage) => {
      const seen: unknown[] = []
      const rows = {
        ...ROWS,
        Customer: [...ROWS.Customer, { id: 9, email: 9, note: null, bossId: null }],
      }
      const validate = {
        Customer: ({ id, email }: AnyRow, { reject }: HookPlace) => {
          seen.push(id)
          return email !== 'bob@example.org' || reject('Bob has left.', 'email')
        },
      }

      const { models, rejects } = await stage.importModels({
        rows,
        validate,
        onBadRow: 'reject',
        rejects: path.join(stage.folder, 'rejects'),
      })

      expect(seen).toEqual([7, 8])
      expect(models).toMatchObject([
        { model: 'Customer', read: 3, loaded: 1, rejected: 2 },
        { model: 'Order', read: 1, loaded: 0, rejected: 1 },
      ])
      expect(rejects?.rows).toMatchObject([
        { model: 'Customer', line: 2, code: 'HOOKS.REJECTED' },
        { model: 'Customer', line: 3, code: 'ROWS.WRONG_TYPE' },
        { model: 'Order', line: 1 },
      ])
    }))

  it('are called once for each row, in order, with what it is and where', () =>
    withShop({}, async (stage) => {
      const seen: unknown[] = []
      const hooks = (name: string) => ({
        Order: async (row: AnyRow, { reject: _, ...at }: HookPlace) => {
          seen.push([name, row, path.basename(at.file), at.line, at.row, at.model])
          return name === 'transform' ? { ...row, total: '9' } : true
        },
      })

      await stage.importModels({
        transform: hooks('transform') as NonNullable<ImportOptions['transform']>,
        validate: hooks('validate') as NonNullable<ImportOptions['validate']>,
        onBadRow: 'reject',
      })

      expect(seen.slice(0, 3)).toEqual([
        ['transform', { id: 1, customerId: 7, total: '1.50' }, 'Order.csv', 2, 1, 'Order'],
        ['validate', { id: 1, customerId: 7, total: '9' }, 'Order.csv', 2, 1, 'Order'],
        ['transform', { id: 2, customerId: 8, total: '2.5' }, 'Order.csv', 3, 2, 'Order'],
      ])
      expect(seen).toHaveLength(6)
      expect(await stage.query('select distinct total from "Order"')).toEqual([['9.00']])
    }))

  it('see all parts of a model, compressed ones too, as one', () =>
    withShop(
      {
        files: {
          'Customer.001.csv': 'id,email\n1,a\n',
          'Customer.002.csv.gz': gzipSync('id,email\n2,b\n3,c'),
        },
      },
      async (stage) => {
        const lines: unknown[] = []
        const validate = {
          Customer: (_: AnyRow, { file, line, row }: HookPlace) => {
            lines.push([path.basename(file), line, row])
          },
        }

        const { models } = await stage.importModels({ transform: { Customer: mask }, validate })

        expect(lines).toEqual([
          ['Customer.001.csv', 2, 1],
          ['Customer.002.csv.gz', 2, 2],
          ['Customer.002.csv.gz', 3, 3],
        ])
        expect(models[0]?.files).toEqual(['Customer.001.csv', 'Customer.002.csv.gz'])
        expect(await stage.query('select email from "Customer" order by id')).toEqual([
          ['1@example.com'],
          ['2@example.com'],
          ['3@example.com'],
        ])
      },
    ))

  it('take rows of a program', () =>
    withShop({}, async (stage) => {
      const places: unknown[] = []
      const validate = {
        Customer: (_: AnyRow, { file, line, row }: HookPlace) => {
          places.push([file, line, row])
        },
      }

      await stage.importModels({ rows: ROWS, transform: { Customer: mask }, validate })

      expect(places).toEqual([
        ['rows.Customer', 1, 1],
        ['rows.Customer', 2, 2],
      ])
      expect(await stage.query('select email, remark from "Customer" order by id')).toEqual([
        ['7@example.com', 'a "b"\nc'],
        ['8@example.com', null],
      ])
    }))

  it('take a stream', () =>
    withShop({}, async (stage) => {
      const from = (async function* () {
        yield 'id,email\n1,a\n'
      })()

      await stage.importModels({ from, models: ['Customer'], transform: { Customer: mask } })

      expect(await stage.query('select email from "Customer"')).toEqual([['1@example.com']])
    }))

  it('are not asked about rows that are not loaded, nor by a plan that looks at none', () =>
    withShop({ rows: `insert into "Customer" values (5, 'old', null, null)` }, async (stage) => {
      const transform = {
        Customer: () => {
          throw new Error('asked')
        },
      }

      await stage.importModels({ transform, pin: { Customer: 5 } })
      await stage.importModels({ transform, models: ['Order'], pin: { Customer: 5 } })
      const plan = await stage.planImport({ transform })

      expect(plan.problems).toEqual([])
      expect(plan.warnings).toEqual([
        'Hooks of Customer are not run: a plan runs them with check (--check) only.',
      ])
    }))

  it('leave it to the plan to say what is wrong with a file', () =>
    withShop(
      { files: { 'Customer.csv': 'id,email,colour\n1,a,red\n', 'Order.csv': '' } },
      async (stage) => {
        const transform = { Customer: mask, Order: mask }

        const importing = stage.importModels({ transform })

        await expect(importing).rejects.toMatchObject({
          code: expect.stringMatching(/^SOURCE\.(UNKNOWN_HEADER|EMPTY_FILE)$/),
        })
      },
    ))

  it('tell of their progress', () =>
    withShop({}, async (stage) => {
      const events: unknown[] = []

      await stage.importModels({
        transform: { Order: (row) => row },
        onProgress: (event) => {
          if ('phase' in event && event.phase === 'hooks') events.push(event)
        },
      })

      const bytes = FILES['Order.csv'].length
      expect(events).toMatchObject([
        { type: 'phase' },
        { type: 'file-start', model: 'Order', bytes },
        { type: 'file-progress', model: 'Order', bytes, rows: 3 },
        { type: 'file-end', model: 'Order', rows: 3 },
      ])
    }))

  it('stop when the import is to stop', () =>
    withShop({}, async (stage) => {
      const stopping = new AbortController()
      const transform = {
        Customer: async (row: AnyRow) => {
          stopping.abort()
          return row
        },
      }

      const importing = stage.importModels({ transform, signal: stopping.signal })

      await expect(importing).rejects.toMatchObject({ code: 'IMPORT.INTERRUPTED' })
    }))

  it('name the line of the file where a later step refuses a row, whatever lines rows take now', () =>
    withShop(
      { files: { 'Customer.csv': 'id,email,remark\n1,a,"x\ny"\n2,b,c\n\n3,a,d\n' } },
      async (stage) => {
        const shape = (note: (row: AnyRow) => string) => ({
          Customer: (row: AnyRow) => ({ ...row, note: note(row) }),
        })

        const failures = [
          await codeOf(stage.importModels({ transform: shape(() => 'flat') })),
          await codeOf(stage.importModels({ transform: shape(({ id }) => `1\n2\n3\n${id}`) })),
        ]

        expect(failures).toEqual([
          ['LOAD.DUPLICATE', 6],
          ['LOAD.DUPLICATE', 6],
        ])
      },
    ))
})

describe('a row that a hook rejects', () => {
  const noBob = {
    Customer: ({ email }: AnyRow, at: HookPlace) =>
      email !== 'bob@example.org' || at.reject('Bob has left.', 'email'),
  }

  it('fails the import with its place', () =>
    withShop({}, async (stage) => {
      const importing = stage.importModels({ validate: noBob })

      const file = path.join(stage.folder, 'Customer.csv')
      await expect(importing).rejects.toMatchObject({
        code: 'HOOKS.REJECTED',
        message: expect.stringContaining(`${file}:4: "email": Bob has left.`),
        details: { meta: { hook: 'validate', model: 'Customer', file, line: 4, field: 'email' } },
      })
      expect(await stage.query('select from "Customer"')).toEqual([])
    }))

  it('goes into the file of rejected rows as it was, and those that refer to it follow', () =>
    withShop({}, (stage) =>
      withCsvFolder({}, async (folder) => {
        const rejects = path.join(folder, 'bad')

        const result = await stage.importModels({
          transform: {
            Customer: (row) => ({ ...mask(row), note: `${row['note']}\n`, bossId: null }),
          },
          validate: {
            Customer: ({ id }, { reject }) => {
              if (id === 7) reject('Seven is no customer.')
            },
          },
          onBadRow: 'reject',
          rejects,
        })

        expect(
          result.models.map(({ model, read, loaded, rejected }) => [model, read, loaded, rejected]),
        ).toEqual([
          ['Customer', 2, 1, 1],
          ['Order', 3, 1, 2],
        ])
        expect(await readFile(path.join(rejects, 'Customer.rejected.csv'), 'utf8')).toBe(
          'id,email,remark,bossId,"_file","_line","_column","_code","_reason"\n' +
            '7,ann@example.org,"a ""b""\r\nc",,"Customer.csv","2","","HOOKS.REJECTED","Seven is no customer."\r\n',
        )
        expect(await readFile(path.join(rejects, 'Order.rejected.csv'), 'utf8')).toContain(
          'KEYS.REFERS_TO_REJECTED',
        )
        const stored = await stage.query('select email, remark from "Customer"')
        expect(stored).toEqual([['8@example.com', 'null\n']])
      }),
    ))

  it('is a row problem of a plan, beside those of other rows', () =>
    withShop(
      {
        files: {
          'Customer.csv':
            'id,email,remark,bossId\n1,"a\n",x,\n2,b\n3,c,x,y\n4,bob@example.org,x,\n',
        },
      },
      async (stage) => {
        const transform = { Customer: (row: AnyRow) => ({ ...row, note: 'a\nb\nc' }) }

        const options = { validate: noBob, transform, check: true }
        const { rowProblems, models, warnings } = await stage.planImport(options)

        expect(rowProblems?.all.map(({ line, column, code }) => [line, column, code])).toEqual([
          [4, null, 'CSV.ROW_WIDTH'],
          [5, 'bossId', 'HOOKS.UNREADABLE_VALUE'],
          [6, 'email', 'HOOKS.REJECTED'],
        ])
        expect(rowProblems?.rows).toBe(4)
        expect([models[0]?.bytes, warnings]).toEqual([66, []])
      },
    ))

  it('is rejected beside what the database refuses, each at its own line', () =>
    withShop(
      {
        rows: `insert into "Customer" (id, email) values (100, 'taken')`,
        files: {
          'Customer.csv': 'id,email,remark\n1,a,"x\ny"\n2,bob@example.org,\n3,taken,\n4,d,\n',
        },
      },
      (stage) =>
        withCsvFolder({}, async (folder) => {
          const rejects = path.join(folder, 'bad')

          const { models } = await stage.importModels({
            transform: { Customer: (row) => ({ ...row, note: row['id'] === 1 ? 'x' : 'a\nb' }) },
            validate: noBob,
            onBadRow: 'reject',
            rejects,
          })

          const rejected = await readFile(path.join(rejects, 'Customer.rejected.csv'), 'utf8')
          expect(models).toMatchObject([{ read: 4, loaded: 2, rejected: 2 }])
          expect(rejected.split('\n').slice(1, 3)).toEqual([
            expect.stringMatching(
              /^2,bob@example.org,,"Customer.csv","4","email","HOOKS.REJECTED"/,
            ),
            expect.stringMatching(/^3,taken,,"Customer.csv","5","","LOAD.DUPLICATE"/),
          ])
          const stored = await stage.query('select email, remark from "Customer" order by id')
          expect(stored).toEqual([
            ['taken', null],
            ['a', 'x'],
            ['d', 'a\nb'],
          ])
        }),
    ))
})

describe('a hook that does what it may not', () => {
  const cause = new TypeError('secret value')

  it.each<[string, ImportOptions['transform'], ImportOptions['validate'], object]>([
    [
      'throws',
      {
        Customer: () => {
          throw cause
        },
      },
      {},
      { code: 'HOOKS.FAILED', cause, details: { meta: { hook: 'transform', line: 2 } } },
    ],
    [
      'gives a promise that fails',
      {},
      { Customer: () => Promise.reject(cause) },
      { code: 'HOOKS.FAILED', cause, details: { meta: { hook: 'validate' } } },
    ],
    [
      'throws no error',
      {
        Customer: () => {
          throw 'secret value'
        },
      },
      {},
      { code: 'HOOKS.FAILED', message: expect.stringContaining('it threw a string') },
    ],
    [
      'gives no row',
      { Customer: () => undefined as unknown as AnyRow },
      {},
      { code: 'HOOKS.INVALID_RESULT', message: expect.stringContaining('but got nothing') },
    ],
    [
      'says false',
      {},
      { Customer: () => false as unknown as true },
      { code: 'HOOKS.INVALID_RESULT', message: expect.stringContaining('but got false') },
    ],
    [
      'leaves a field out',
      { Customer: ({ email: _, ...row }) => row },
      {},
      { code: 'HOOKS.INVALID_RESULT', message: expect.stringContaining('lacks "email"') },
    ],
    [
      'gives a value of another type',
      { Customer: async (row) => ({ ...row, email: 5 }) },
      {},
      {
        code: 'HOOKS.INVALID_RESULT',
        message: expect.stringContaining('"email" takes a string, but got a number'),
      },
    ],
    [
      'gives text that PostgreSQL cannot store',
      { Customer: (row) => ({ ...row, email: 'a\0' }) },
      {},
      { code: 'HOOKS.INVALID_RESULT', message: expect.stringContaining('U+0000') },
    ],
    [
      'gives a value that throws',
      {
        Customer: (row) => ({
          ...row,
          get email() {
            throw cause
          },
        }),
      },
      {},
      { code: 'HOOKS.FAILED', cause },
    ],
    [
      'adds a field that no model has',
      { Customer: (row) => ({ ...row, emial: 'a' }) },
      {},
      { code: 'HOOKS.UNKNOWN_FIELD', message: expect.stringContaining('Did you mean "email"?') },
    ],
    [
      'adds a field that the file lacks',
      { Order: (row) => ({ ...row, id: 5 }) },
      {},
      { code: 'HOOKS.UNKNOWN_FIELD', message: expect.stringContaining('Add the column') },
    ],
    [
      'rejects without a reason',
      { Customer: (_, { reject }) => reject('') },
      {},
      { code: 'HOOKS.INVALID_RESULT', message: expect.stringContaining('without a reason') },
    ],
    [
      'hides that it rejects without a reason',
      {
        Customer: (row, { reject }) => {
          try {
            reject(5 as unknown as string)
          } catch {}
          return row
        },
      },
      {},
      { code: 'HOOKS.INVALID_RESULT', message: expect.stringContaining('but got a number') },
    ],
    [
      'rejects a field that is none',
      {},
      {
        Customer: (_, { reject }) => {
          reject('bad', 'emial')
        },
      },
      { code: 'HOOKS.UNKNOWN_FIELD', message: expect.stringContaining('Did you mean "email"?') },
    ],
  ])('fails the import, also where bad rows are rejected: %s', (_, transform, validate, failure) =>
    withShop({ files: { ...FILES, 'Order.csv': 'customerId,total\n7,1.50\n' } }, async (stage) => {
      const options = { transform, validate } as Partial<ImportOptions>
      const before = await stage.snapshot()

      const failing = stage.importModels(options)
      const rejecting = stage.importModels({ ...options, onBadRow: 'reject' })

      await expect(failing).rejects.toMatchObject(failure)
      await expect(rejecting).rejects.toMatchObject(failure)
      const error: Error = await failing.catch((thrown) => thrown)
      expect(error.message).not.toContain('secret')
      expect(await stage.snapshot()).toEqual(before)
    }),
  )

  it('tells where it threw, and not what it said', () =>
    withShop({}, async (stage) => {
      const failure = new TypeError('secret\n    at secret (/secret.js:1:1)')
      failure.stack = `${failure}\n    at mask (file:///shop/hooks.mjs:5:12)\n    at x (/y.js:1:1)`
      const transform = { Customer: () => Promise.reject<AnyRow>(failure) }

      const error: Error = await stage.importModels({ transform }).catch((thrown) => thrown)

      expect(error.message).toBe(
        `transform.Customer failed. ${stage.folder}/Customer.csv:2: it threw TypeError at file:///shop/hooks.mjs:5:12, the cause of this error. Correct the hook there; to reject a row, call reject of its second argument. Nothing was written.`,
      )
    }))

  it.each([
    ['from another hook', () => true as const],
    ['from nowhere', () => new Promise<true>((done) => setTimeout(() => done(true)))],
  ])('ends the import where it rejects too late: %s', (_, lastSays) =>
    withShop({}, async (stage) => {
      let unheard: unknown = null
      const listen = (error: unknown) => {
        unheard = error
      }
      process.once('uncaughtException', listen)
      const late: HookPlace['reject'][] = []
      const validate = {
        Customer: (_row: AnyRow, { reject }: HookPlace) => void late.push(reject),
        Order: () => {
          if (lastSays() === true) late.at(-1)?.('He has left.')
          else setTimeout(() => late.at(-1)?.('He has left.'))
          return lastSays()
        },
      }
      const failure = {
        code: 'HOOKS.INVALID_RESULT',
        message: expect.stringMatching(/reject was called when .* Nothing was written\.$/),
        details: { meta: { hook: 'validate', model: 'Customer', line: 4 } },
      }

      await expect(stage.importModels({ validate })).rejects.toMatchObject(failure)
      await expect(stage.importModels({ validate, onBadRow: 'reject' })).rejects.toMatchObject(
        failure,
      )
      await expect(stage.planImport({ validate, check: true })).rejects.toMatchObject(failure)

      process.off('uncaughtException', listen)
      expect(unheard).toBeNull()
      expect(await stage.query('select from "Customer"')).toEqual([])
    }),
  )

  it.each(['without a promise', 'with one'])('hears that it rejects too late: %s', (how) =>
    withShop({}, async (stage) => {
      const rejects: HookPlace['reject'][] = []
      const validate = {
        Customer: (_: AnyRow, { reject }: HookPlace) => {
          rejects.push(reject)
          return how === 'with one' ? Promise.resolve(true as const) : true
        },
      }

      await stage.importModels({ validate })

      expect(rejects).toHaveLength(2)
      expect(() => rejects[1]?.('bad')).toThrow(
        expect.objectContaining({
          code: 'HOOKS.INVALID_RESULT',
          summary: 'validate.Customer rejected a row too late',
          message: expect.stringMatching(/the row was loaded: roll it back\.$/),
          details: expect.objectContaining({ meta: expect.objectContaining({ line: 4 }) }),
        }),
      )
    }),
  )

  it('fails where the file has no quotes for its text', () =>
    withShop({}, async (stage) => {
      const transform = { Order: (row: AnyRow) => ({ ...row, total: '1,5' }) }

      const importing = stage.importModels({ transform, models: ['Order'], csv: { quote: 'none' } })

      await expect(importing).rejects.toMatchObject({
        code: 'HOOKS.INVALID_RESULT',
        message: expect.stringContaining('read without them'),
      })
    }))

  it('fails where a value is none of its type', () =>
    withShop({ files: { 'Order.csv': 'id,customerId,total\nx,7,1\n' } }, async (stage) => {
      const importing = stage.importModels({ transform: { Order: (row) => row } })

      await expect(importing).rejects.toMatchObject({
        code: 'HOOKS.UNREADABLE_VALUE',
        message: expect.stringContaining('Order.csv:2: "id" takes a whole number'),
      })
    }))
})

describe('the options transform and validate', () => {
  it.each<[Partial<ImportOptions>, string, RegExp]>([
    [{ transform: { Custmer: mask } }, 'PLAN.UNKNOWN_MODEL', /Did you mean "Customer"/],
    [{ validate: { Nobody: () => true } }, 'PLAN.UNKNOWN_MODEL', /"validate"/],
    [{ transform: mask as never }, 'IMPORT.INVALID_OPTION', /"transform"/],
    [{ transform: null as never }, 'IMPORT.INVALID_OPTION', /"transform"/],
    [{ validate: { Customer: 'yes' as never } }, 'IMPORT.INVALID_OPTION', /"validate.Customer"/],
  ])('refuse what is no function of a model: %j', (options, code, message) =>
    withShop({}, async (stage) => {
      const importing = stage.importModels(options)

      await expect(importing).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      })
    }),
  )

  it('take undefined for none', () =>
    withShop({}, async (stage) => {
      const { models } = await stage.importModels({ transform: { Customer: undefined } })

      expect(models).toHaveLength(2)
    }))
})

/** The code and the line of what a promise fails with. */
async function codeOf(importing: Promise<unknown>): Promise<readonly unknown[]> {
  const error = await importing.catch((thrown: unknown) => thrown)
  return isGyroError(error) ? [error.code, error.details.meta?.['line']] : [error]
}

function withShop<Result>(
  parts: Partial<StageSetup>,
  use: (stage: ImportStage) => Promise<Result>,
): Promise<Result> {
  return withImportStage({ schema: SHOP, files: FILES, ...parts }, use)
}
