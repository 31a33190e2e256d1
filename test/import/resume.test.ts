import { readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, jest } from '@jest/globals'
import type { GyroError } from '../../src/error/gyro-error.js'
import { importModels } from '../../src/import/import-models.js'
import type { ImportOptions } from '../../src/import/import-options.js'
import type { ImportResult } from '../../src/import/import-result.js'
import { resumeImport } from '../../src/import/resume-import.js'
import type { ResumeOptions } from '../../src/import/resume-options.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'
import { createRole, INSERT_ONLY } from '../support/roles.js'

jest.setTimeout(60_000)

const SCHEMA = `
model Shop {
  id     Int     @id @default(autoincrement())
  name   String  @unique
  orders Order[]
}

model Order {
  id     Int    @id @default(autoincrement())
  shopId Int
  note   String?
  shop   Shop   @relation(fields: [shopId], references: [id])
}
`

const FILES = {
  'Shop.csv': 'id,name\n1,one\n2,two\n7,seven\n',
  'Order.csv.gz': gzipSync('id,shopId,note\n1,1,"a\nb"\n2,7,\n3,2,x\n4,1,\n5,1,\n'),
}

/** A row with the note `x` is refused. */
const REFUSAL = `
create function refuse() returns trigger language plpgsql as $$
begin
  if new.note = 'x' then raise check_violation; end if;
  return new;
end $$;
create trigger refuse before insert on "Order" for each row execute function refuse();`

const CHUNKS: Partial<ImportOptions> = { commit: 'chunk', batchSize: 2 }

/** A database in which the import stopped behind the second order. */
function withStopped(
  use: (stage: ImportStage, batch: string) => Promise<void>,
  { rows = '', ...setup }: Partial<StageSetup> = {},
): Promise<void> {
  const start = { schema: SCHEMA, files: FILES, rows: `${rows}${REFUSAL}`, ...setup }
  return withImportStage(start, async (stage) => {
    const { details } = await failureOf(stage.importModels(CHUNKS))
    await use(stage, String(details.meta?.['batch']))
  })
}

function resume(
  { manifest, url }: ImportStage,
  options: Pick<ResumeOptions, 'batch'> & Partial<ResumeOptions>,
): Promise<ImportResult> {
  return resumeImport(manifest, { url, ...options })
}

async function failureOf(work: Promise<unknown>): Promise<GyroError> {
  return work.then(
    () => {
      throw new Error('It did not fail')
    },
    (error) => error,
  )
}

const STATUS = 'select status, error_code from prisma_gyro.batch'
const ORDERS =
  'select o.id, s.name, note from "Order" o join "Shop" s on s.id = "shopId" order by 1'
const ALL_ORDERS = [
  [1, 'one', 'a\nb'],
  [2, 'seven', null],
  [3, 'two', 'x'],
  [4, 'one', null],
  [5, 'one', null],
]

describe('an import that stopped midway', () => {
  it('says what is committed and how to go on', () =>
    withImportStage({ schema: SCHEMA, files: FILES, rows: REFUSAL }, async (stage) => {
      const { code, summary, details } = await failureOf(stage.importModels(CHUNKS))

      const batch = String(details.meta?.['batch'])
      expect(code).toBe('IMPORT.STOPPED')
      expect(summary).toMatch(/^The import stopped midway: /)
      expect(details.why).toMatch(/ 5 rows are committed and stay\.$/)
      expect(details.fix).toBe(
        `When the cause is gone and no file had to change, go on with: prisma-gyro resume ${batch}. Else undo it with: prisma-gyro rollback ${batch}, and import again.`,
      )
      expect(details.meta).toMatchObject({ rows: 5, failure: 'LOAD.CHECK_VIOLATION' })
      expect(await stage.query(STATUS)).toEqual([['FAILED', 'LOAD.CHECK_VIOLATION']])
    }))

  it('goes on at the next row', () =>
    withStopped(async (stage, batch) => {
      await stage.client.query('drop trigger refuse on "Order"')

      const result = await resume(stage, { batch: batch.slice(0, 8) })

      expect(result).toMatchObject({
        batch: { id: batch, status: 'COMPLETED' },
        models: [
          { model: 'Shop', read: 3, loaded: 3, skipped: 0, keys: { from: '1', to: '3' } },
          { model: 'Order', read: 5, loaded: 5, skipped: 0, keys: { from: '1', to: '5' } },
        ],
      })
      expect(await stage.query(ORDERS)).toEqual(ALL_ORDERS)
      expect(await stage.query(STATUS)).toEqual([['COMPLETED', null]])
      const events = await stage.query('select kind from prisma_gyro.event order by id')
      expect(events.flat()).toEqual([
        ...['pending', 'in_progress', 'failed', 'in_progress', 'resumed', 'completed'],
      ])
      expect(await stage.query('select model, rows::int from prisma_gyro.file order by 1')).toEqual(
        [
          ['Order', 5],
          ['Shop', 3],
        ],
      )
    }))

  it('may stop again, and goes on all the same', () =>
    withStopped(async (stage, batch) => {
      const again = await failureOf(resume(stage, { batch }))
      expect(again).toMatchObject({ code: 'IMPORT.STOPPED', details: { meta: { rows: 5 } } })
      await stage.client.query('drop trigger refuse on "Order"')

      await resume(stage, { batch })

      expect(await stage.query(ORDERS)).toEqual(ALL_ORDERS)
    }))

  it('takes ids that nobody else got meanwhile', () =>
    withStopped(async (stage, batch) => {
      await stage.client.query(`drop trigger refuse on "Order";
insert into "Shop" (name) values ('new'); insert into "Order" ("shopId", note) values (4, 'new')`)

      await resume(stage, { batch })

      expect(await stage.query(ORDERS)).toEqual([...ALL_ORDERS, [6, 'new', 'new']])
    }))

  it('finds its files in another folder', () =>
    withStopped(async (stage, batch) => {
      await stage.client.query('drop trigger refuse on "Order"')
      const moved = `${stage.folder}-moved`
      await rename(stage.folder, moved)
      expect(await failureOf(resume(stage, { batch }))).toMatchObject({
        code: 'SOURCE.FOLDER_NOT_FOUND',
      })

      await resume(stage, { batch, from: moved })

      await rename(moved, stage.folder)
      expect(await stage.query(ORDERS)).toEqual(ALL_ORDERS)
    }))

  it('does not go on with other files, and names each', () =>
    withStopped(async (stage, batch) => {
      const before = await stage.snapshot()
      await writeFile(path.join(stage.folder, 'Shop.csv'), 'id,name\n1,one\n2,TWO\n7,seven\n')
      await rename(
        path.join(stage.folder, 'Order.csv.gz'),
        path.join(stage.folder, 'Order.1.csv.gz'),
      )

      const failure = await failureOf(resume(stage, { batch }))

      expect(failure).toMatchObject({
        code: 'IMPORT.FILES_DIFFER',
        summary: `The files of batch ${batch} are not the same`,
        details: {
          why: 'Order.csv.gz is missing; Shop.csv has other contents; Order.1.csv.gz is new. Rows that are in the database already are told by their place in the files.',
          fix: `Put the files back as they were, or name their folder with --from. If they have to change, undo what is there with: prisma-gyro rollback ${batch}, and import again.`,
        },
      })
      expect(await stage.snapshot()).toEqual(before)
      await writeFile(path.join(stage.folder, 'Shop.csv'), 'id,name\n')
      expect(await failureOf(resume(stage, { batch }))).toMatchObject({
        details: { why: expect.stringContaining('Shop.csv has 8 bytes and had 28') },
      })
    }))

  it('does not go on with another manifest', () =>
    withStopped(async ({ manifest, url }, batch) => {
      const other = { ...manifest, models: manifest.models.slice(0, 1) }

      const failure = await failureOf(resumeImport(other, { batch, url }))

      expect(failure).toMatchObject({
        code: 'IMPORT.MANIFEST_DIFFERS',
        summary: `Batch ${batch} is of another manifest`,
        details: {
          why: 'The Prisma schema has changed since the import began: its models may mean other columns.',
          fix: `Use the manifest of that time with --manifest, or undo what is there with: prisma-gyro rollback ${batch}, and import again.`,
        },
      })
    }))

  it('does not go on where rows would be loaded another way', () =>
    withStopped(async (stage, batch) => {
      await stage.client.query('alter table "Order" alter note type varchar(9)')

      const failure = await failureOf(resume(stage, { batch }))

      expect(failure).toMatchObject({
        code: 'IMPORT.PLAN_DIFFERS',
        summary: `Batch ${batch} would go on differently`,
        details: {
          why: 'The tables, their constraints or what the role may do have changed since the import began, or another version than 0.1.0 works on it: rows would be loaded another way than those before.',
          fix: `Put the database back as it was and use prisma-gyro 0.1.0, or undo what is there with: prisma-gyro rollback ${batch}, and import again.`,
        },
      })
      expect(await stage.query(STATUS)).toEqual([['FAILED', 'LOAD.CHECK_VIOLATION']])
    }))

  it('waits for who works on it', () =>
    withStopped(async (stage, batch) => {
      await stage.client.query(
        `select pg_advisory_lock(hashtextextended('${batch}', 7453889121846035507))`,
      )
      expect(await failureOf(resume(stage, { batch }))).toMatchObject({ code: 'HISTORY.RUNNING' })
      await stage.client.query('select pg_advisory_unlock_all()')

      await stage.client.query('select pg_advisory_lock(7453889121846035507)')
      expect(await failureOf(resume(stage, { batch }))).toMatchObject({
        code: 'IMPORT.ALREADY_RUNNING',
      })
    }))

  it('is not resumed twice', () =>
    withStopped(async (stage, batch) => {
      await stage.client.query('drop trigger refuse on "Order"')
      await resume(stage, { batch })

      expect(await failureOf(resume(stage, { batch }))).toMatchObject({
        code: 'IMPORT.NOT_RESUMABLE',
        summary: `Batch ${batch} cannot be resumed`,
        details: {
          why: 'It is complete: all its rows are there.',
          fix: 'There is nothing left to do.',
        },
      })
    }))

  it('rejects the same rows when it goes on', () => {
    const files = {
      'Shop.csv': 'id,name\n1,one\n2,two\n1,again\n7,seven\n',
      'Order.csv': 'id,shopId,note\n1,1,\n2,99,\n3,2,y\n4,z,\n5,1,x\n6,7,\n7,8,\n',
    }
    const start = { schema: SCHEMA, files, rows: REFUSAL }
    return withImportStage(start, (stage) =>
      withCsvFolder({}, async (folder) => {
        const rejects = path.join(folder, 'rejects')
        const options: Partial<ImportOptions> = { ...CHUNKS, onBadRow: 'reject', rejects }
        const { details } = await failureOf(stage.importModels(options))
        await stage.client.query('drop trigger refuse on "Order"')

        const result = await resume(stage, { batch: String(details.meta?.['batch']) })

        expect(result).toMatchObject({
          models: [
            { model: 'Shop', read: 4, loaded: 3, rejected: 1 },
            { model: 'Order', read: 7, loaded: 4, rejected: 3 },
          ],
          rejects: { folder: rejects, files: ['Shop.rejected.csv', 'Order.rejected.csv'] },
        })
        const [, ...orders] = (
          await readFile(path.join(rejects, 'Order.rejected.csv'), 'utf8')
        ).split('\n')
        expect(orders.map((line) => line.slice(0, 4))).toEqual(['2,99', '4,z,', '7,8,', ''])
        expect(
          await stage.query(
            'select rows_read::int, rejected::int from prisma_gyro.model order by 1',
          ),
        ).toEqual([
          [4, 1],
          [7, 3],
        ])
      }),
    )
  })

  it('keeps the batch in progress where the loader was killed', () =>
    withImportStage({ schema: SCHEMA, files: FILES }, async (stage) => {
      await stage.client.query(`
create function die() returns trigger language plpgsql as $$
begin
  if new.note = 'x' then perform pg_terminate_backend(pg_backend_pid()); end if;
  return new;
end $$;
create trigger die before insert on "Order" for each row execute function die();`)

      const failure = await failureOf(stage.importModels(CHUNKS))

      expect(failure).toMatchObject({
        code: 'IMPORT.STOPPED',
        details: { meta: { rows: 5, failure: 'POSTGRES.CONNECTION_LOST' } },
      })
      expect(await stage.query(STATUS)).toEqual([['IN_PROGRESS', null]])
      await stage.client.query('drop trigger die on "Order"')
      await resume(stage, { batch: String(failure.details.meta?.['batch']) })
      expect(await stage.query(ORDERS)).toEqual(ALL_ORDERS)
    }))

  it('stops between two chunks when it is asked to', () =>
    withImportStage({ schema: SCHEMA, files: FILES }, async (stage) => {
      const stopping = new AbortController()
      const onProgress: ImportOptions['onProgress'] = (event) => {
        if (event.type === 'file-start' && event.phase === 'load' && event.model === 'Order') {
          stopping.abort()
        }
      }
      const given = { ...CHUNKS, onProgress, signal: stopping.signal }

      const failure = await failureOf(stage.importModels(given))

      const batch = String(failure.details.meta?.['batch'])
      expect(failure).toMatchObject({
        code: 'IMPORT.INTERRUPTED',
        summary: 'The import was stopped midway',
        details: {
          why: 'It was asked to stop. 3 rows are committed and stay.',
          fix: `Go on with: prisma-gyro resume ${batch}, or undo it with: prisma-gyro rollback ${batch}.`,
        },
      })
      expect(await stage.query(STATUS)).toEqual([['FAILED', 'IMPORT.INTERRUPTED']])
      await resume(stage, { batch })
      expect(await stage.query(ORDERS)).toEqual(ALL_ORDERS)
    }))
})

describe('what cannot be resumed', () => {
  it('is an import of one transaction, or one that wrote nothing', () =>
    withImportStage({ schema: SCHEMA, files: FILES }, async (stage) => {
      await stage.importModels({ models: ['Shop'] })
      // The same names again.
      await failureOf(stage.importModels({ models: ['Shop'] }))
      await stage.client.query('alter table "Order" rename to "Orders"')
      await failureOf(stage.importModels(CHUNKS))
      const ids = await stage.query(
        `select id::text, commit_mode from prisma_gyro.batch where status = 'FAILED' order by created_at`,
      )

      const reasons = await Promise.all(
        ids.map(([id]) => failureOf(resume(stage, { batch: String(id) }))),
      )

      // The plan of the last failed before its batch began.
      expect(ids.map(([, mode]) => mode)).toEqual(['once'])
      expect(reasons).toMatchObject([
        { code: 'IMPORT.NOT_RESUMABLE', details: { meta: { reason: 'once' } } },
      ])
      const unknown = await failureOf(resume(stage, { batch: 'ffffffff' }))
      expect(unknown).toMatchObject({ code: 'HISTORY.UNKNOWN_BATCH' })
    }))

  it('is told by an option that is wrong', () =>
    withImportStage({ schema: SCHEMA, files: FILES }, async (stage) => {
      for (const options of [{ batch: '' }, { batch: 'a', from: '' }, { batch: 'a', form: 'b' }]) {
        expect(await failureOf(resume(stage, options))).toMatchObject({
          code: 'IMPORT.INVALID_OPTION',
        })
      }
    }))
})

describe('chunks', () => {
  it('are not committed where there can be no history', () =>
    withImportStage({ schema: SCHEMA, files: FILES }, async (stage) => {
      const before = await stage.snapshot()
      const url = await createRole(stage, INSERT_ONLY)
      const options = { ...CHUNKS, url }

      const failure = await failureOf(
        importModels(stage.manifest, { from: stage.folder, ...options }),
      )

      expect(failure).toMatchObject({
        code: 'IMPORT.CHUNKS_NEED_HISTORY',
        summary: 'Chunks cannot be committed one by one',
        details: {
          why: expect.stringMatching(
            /^How far the import has come is kept in the schema prisma_gyro, with the rows\. .* Let the owner or an administrator run:\ncreate schema/s,
          ),
          fix: 'Let the role write the history, or import without --commit chunk: all rows in one transaction.',
        },
      })
      expect(await stage.snapshot()).toEqual(before)
      const { problems } = await stage.planImport(options)
      expect(problems).toMatchObject([{ code: 'IMPORT.CHUNKS_NEED_HISTORY' }])
    }))

  it('are not committed through a pooler', () =>
    withImportStage({ schema: SCHEMA, files: FILES }, async (stage) => {
      const url = `${stage.url}?pgbouncer=true`

      const failure = await failureOf(stage.importModels({ ...CHUNKS, url }))

      expect(failure).toMatchObject({
        code: 'IMPORT.CHUNKS_NEED_SESSION',
        summary: 'Chunks need a connection of their own',
        details: {
          why: 'Between two chunks the import keeps others away by a lock of its session; a connection pooler (pgbouncer=true) may hand that to somebody else.',
          fix: 'Give the direct URL of the server with --url, or import without --commit chunk.',
        },
      })
      const { problems } = await stage.planImport({ ...CHUNKS, url })
      expect(problems).toMatchObject([{ code: 'IMPORT.CHUNKS_NEED_SESSION' }])
    }))

  it('are told by the plan', () =>
    withImportStage(
      {
        schema: `${SCHEMA}
model Topic {
  id       Int     @id
  parentId Int?
  parent   Topic?  @relation("parent", fields: [parentId], references: [id])
  children Topic[] @relation("parent")
}`,
        files: { ...FILES, 'Topic.csv': 'id,parentId\n1,1\n' },
      },
      async (stage) => {
        const { steps, warnings } = await stage.planImport(CHUNKS)

        expect(steps.map(({ why }) => why.split(/(?<=\.) /).at(-1))).toEqual([
          expect.stringMatching(/^Shop is committed in about \d chunks of 2 rows\.$/),
          'Topic is one chunk: its rows may refer to each other, or a trigger fires once for all.',
          expect.stringMatching(/^Order is committed in about \d chunks of 2 rows\.$/),
        ])
        expect(warnings).toEqual([
          'Nothing numbers Topic.id: the ids behind the highest one are taken, which others that insert between two chunks may take as well. The import stops then.',
        ])
      },
    ))
})
