import { appendFile, rename } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import { rollbackImport } from '../../src/import/rollback-import.js'
import { verifyImport } from '../../src/import/verify-import.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { listDifferent, withVerifyStage } from './verify-stage.js'

const SCHEMA = `
model Tenant {
  id    Int    @id @default(autoincrement())
  name  String
  users User[]
  notes Note[]
}

model User {
  id       Int    @id @default(autoincrement())
  tenantId Int
  name     String @db.VarChar(5)
  tenant   Tenant @relation(fields: [tenantId], references: [id])
  notes    Note[]
}

model Note {
  id       Int     @id @default(autoincrement())
  tenantId Int
  userId   Int?
  text     String?
  tenant   Tenant  @relation(fields: [tenantId], references: [id])
  user     User?   @relation(fields: [userId], references: [id])
}
`

const ROWS = `
insert into "Tenant" (name) select 'live ' || n from generate_series(1, 5) n;
insert into "User" (id, "tenantId", name) values (77, 5, 'live');
select setval('"User_id_seq"', 90)`

const FILES = {
  'Tenant.csv': 'id,name\n1,a\n2,b\n',
  'User.csv': 'id,tenantId,name\n1,1,x\n2,2,y\n3,2,z\n',
  'Note.csv': 'id,tenantId,userId,text\n1,1,1,\n2,2,2,t\n3,2,77,u\n',
}

const KEEP = { missingReference: { Note: { user: 'keep' } } } as const
const TO_NULL = { missingReference: { Note: { user: 'null' } } } as const

describe('a verification', () => {
  it('follows references to rows that no file has', () =>
    withVerifyStage({ schema: SCHEMA, rows: ROWS, files: FILES }, async (stage) => {
      const kept = await stage.importBatch(KEEP)
      const nulled = await stage.importBatch(TO_NULL)
      const right = [await stage.verify(kept), await stage.verify(nulled)]
      await stage.client.query(`update "Note" set "userId" = 91 where "userId" = 77`)

      const wrong = await stage.verify(kept)

      expect(right.map(listDifferent)).toEqual([[], []])
      expect(right.map(({ references }) => references.at(-1))).toEqual([
        { model: 'Note', reference: 'user', rows: 3, ok: true },
        { model: 'Note', reference: 'user', rows: 2, ok: true },
      ])
      expect(listDifferent(wrong)).toEqual(['Note->user'])
    }))

  it('says what it cannot compare of pinned, changed and rejected rows', () =>
    withVerifyStage({ schema: SCHEMA, rows: ROWS, files: FILES }, async (stage) => {
      const pinned = await stage.importBatch({ ...TO_NULL, pin: { Tenant: 4 } })
      const changed = await stage.importBatch({
        ...TO_NULL,
        transform: { User: (row) => ({ ...row, name: 'new' }) },
      })
      const rejected = await stage.importBatch({
        missingReference: { Note: { user: 'reject' } },
        onBadRow: 'reject',
        rejects: path.join(stage.folder, '..', `rejects-${path.basename(stage.folder)}`),
      })

      const results = [
        await stage.verify(pinned),
        await stage.verify(changed),
        await stage.verify(rejected),
      ]

      expect(results.map(listDifferent)).toEqual([[], [], []])
      const told = results.map(({ models }) =>
        models.flatMap(({ model, notCompared }) =>
          notCompared
            .filter(({ kind }) => kind !== 'column')
            .map(({ kind, name, why }) => [model, kind === 'reference' ? name : kind, why]),
        ),
      )
      expect(told).toEqual([
        [
          ['Tenant', 'model', 'its rows are one that was there'],
          [
            'User',
            'tenant',
            'is only counted: nothing of Tenant can be compared that tells its rows',
          ],
          [
            'Note',
            'tenant',
            'is only counted: nothing of Tenant can be compared that tells its rows',
          ],
        ],
        [
          ['User', 'model', 'a transform hook may have changed its rows'],
          [
            'Note',
            'user',
            'became NULL where no row is referred to, and it is not read which are there',
          ],
        ],
        [['Note', 'rows', '1 were rejected; which of the rows in the files these are is not kept']],
      ])
    }))

  it('refuses what it cannot do, and says why', () =>
    withVerifyStage({ schema: SCHEMA, rows: ROWS, files: FILES }, async (stage) => {
      const { manifest, url, folder, verify, importBatch } = stage
      const batch = await importBatch(TO_NULL)
      const rows = await importBatch({ rows: { Tenant: [{ id: 1, name: 'a' }] } })
      const from = Readable.from([FILES['Tenant.csv']])
      const stream = await importBatch({ from, models: ['Tenant'] })
      const gone = await importBatch(TO_NULL)
      await rollbackImport(manifest, { batch: gone, url })
      const other = { ...manifest, models: manifest.models.slice(1) }

      await expect(verify(rows)).rejects.toMatchObject({ code: 'VERIFY.NO_FILES' })
      await expect(verify(stream)).rejects.toMatchObject({ code: 'VERIFY.NO_FILES' })
      expect(await verify(stream, { from: folder })).toMatchObject({ ok: true })
      await expect(verify(gone)).rejects.toMatchObject({ code: 'VERIFY.NOT_COMPLETED' })
      await expect(verifyImport(other, { batch, url })).rejects.toMatchObject({
        code: 'VERIFY.OTHER_MANIFEST',
      })
      await expect(verify('none')).rejects.toMatchObject({ code: 'HISTORY.UNKNOWN_BATCH' })
      await expect(verify(batch, { signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: 'VERIFY.INTERRUPTED',
      })
      await withCsvFolder({ 'User.csv': FILES['User.csv'] }, async (moved) => {
        await rename(path.join(folder, 'Tenant.csv'), path.join(moved, 'Tenant.csv'))
        await appendFile(path.join(moved, 'User.csv'), '4,1,w\n')
        await expect(verify(batch, { from: moved })).rejects.toMatchObject({
          code: 'VERIFY.FILES_DIFFER',
          details: {
            why: 'User.csv has 41 bytes and had 35; Note.csv is missing. The history has the SHA-256 of what was imported.',
          },
        })
      })
      const temporary = await stage.query(
        `select count(*)::int from pg_class where relname like 'prisma_gyro_%'`,
      )
      expect(temporary).toEqual([[0]])
    }))

  it('needs the right to read the tables and to make temporary ones', () =>
    withVerifyStage({ schema: SCHEMA, rows: ROWS, files: FILES }, async (stage) => {
      const batch = await stage.importBatch(TO_NULL)
      const role = `verifier_${batch.slice(0, 8)}`
      await stage.client.query(`
create role ${role} login password 'p';
grant usage on schema prisma_gyro to ${role};
grant select on all tables in schema prisma_gyro to ${role};
grant select on "Tenant" to ${role}`)
      const url = new URL(stage.url)
      url.username = role
      url.password = 'p'
      try {
        await expect(stage.verify(batch, { url: url.href })).rejects.toMatchObject({
          code: 'VERIFY.MISSING_PRIVILEGE',
          details: {
            why: `It lacks select on "public"."User"; select on "public"."Note".`,
          },
        })
        await stage.client.query(`grant select on "User", "Note" to ${role}`)
        expect(await stage.verify(batch, { url: url.href })).toMatchObject({ ok: true })
      } finally {
        await stage.client.query(`drop owned by ${role}; drop role ${role}`)
      }
    }))
})
