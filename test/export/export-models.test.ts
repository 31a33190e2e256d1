import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { fingerprintManifest } from '../../src/manifest/fingerprint-manifest.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import type { ProgressEvent } from '../../src/progress/progress.js'
import { parseExportRecord } from '../../src/source/export-record.js'
import { createRole } from '../support/roles.js'
import { type ExportStage, withExportStage } from './export-stage.js'

const SCHEMA = `
model Tenant {
  id   Int    @id @default(autoincrement())
  name String @unique
  users User[]

  @@map("tenants")
}

model User {
  id       Int     @id @default(autoincrement())
  tenantId Int     @map("tenant id")
  tenant   Tenant  @relation(fields: [tenantId], references: [id])
  bossId   Int?
  boss     User?   @relation("boss", fields: [bossId], references: [id])
  staff    User[]  @relation("boss")
  tags     Tag[]
  /// @gyro.skip
  secret   String?
}

model Tag {
  id    Int    @id
  users User[]
}
`

const ROWS = `
insert into tenants (name) values ('a,b'), ('c');
insert into "User" ("tenant id", "bossId", secret) select 1 + i % 2, nullif(i - 1, 0), 'x' from generate_series(1, 5) i;
insert into "Tag" values (1);
insert into "_TagToUser" values (1, 3)`

const FILES = ['Tag.csv', 'Tenant.csv', 'User.csv', '_TagToUser.csv', 'export.json']

function withShop<Result>(use: (stage: ExportStage) => Promise<Result>): Promise<Result> {
  return withExportStage({ schema: SCHEMA, rows: ROWS }, use)
}

describe('exportModels', () => {
  it('writes a file per model and says what is in it', () =>
    withShop(async ({ export: run, list, read, to, manifest }) => {
      const result = await run()

      expect(await list()).toEqual(FILES)
      expect(await read('User.csv')).toBe('id,tenantId,bossId\n1,2,\n2,1,1\n3,2,2\n4,1,3\n5,2,4\n')
      expect(await read('Tenant.csv')).toBe('id,name\n1,"a,b"\n2,c\n')
      const record = parseExportRecord(await read('export.json'), 'export.json')
      expect(record).toEqual({
        version: 1,
        tool: 'prisma-gyro 0.1.0',
        manifest: fingerprintManifest(manifest),
        snapshotTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        slice: { where: {}, roots: [] },
        models: result.models.map(({ seconds: _, ...model }) => model),
        warnings: [],
      })
      expect(record?.models.map(({ model, rows, dependsOn }) => [model, rows, dependsOn])).toEqual([
        ['Tag', 1, []],
        ['Tenant', 2, []],
        ['User', 5, ['Tenant']],
        ['_TagToUser', 1, ['Tag', 'User']],
      ])
      for (const { file, bytes, sha256 } of result.models) {
        const content = await readFile(path.join(to, file))
        expect(content.length).toBe(bytes)
        expect(createHash('sha256').update(content).digest('hex')).toBe(sha256)
      }
      expect(record?.models[2]?.columns).toEqual([
        { header: 'id', field: 'id', mask: null },
        { header: 'tenantId', field: 'tenantId', mask: null },
        { header: 'bossId', field: 'bossId', mask: null },
      ])
    }))

  it('shows all tables at one moment, whatever happens meanwhile', () =>
    withShop(async ({ export: run, client, read, url }) => {
      await withConnection(parseDatabaseUrl(url), async (writer) => {
        let isChanged = false
        const onProgress = async (event: ProgressEvent) => {
          if (event.type !== 'phase' || event.phase !== 'select' || isChanged) return
          isChanged = true
          await writer.query(`insert into tenants (name) values ('late')`)
          await writer.query('delete from "_TagToUser"')
        }
        const { models } = await run({ onProgress: (event) => void onProgress(event), jobs: 3 })

        expect(models.map(({ rows }) => rows)).toEqual([1, 2, 5, 1])
        expect(await read('_TagToUser.csv')).toBe('A,B\n1,3\n')
        await client.query('select 1')
      })
    }))

  it('compresses, and replaces nothing but the files of an export', () =>
    withShop(async ({ export: run, list, to }) => {
      await run()
      const again = run()
      await expect(again).rejects.toMatchObject({
        code: 'EXPORT.FOLDER',
        details: { why: 'It holds Tag.csv, Tenant.csv, User.csv and 2 more.' },
      })
      const { models } = await run({ gzip: true, overwrite: true, jobs: 1 })

      expect(await list()).toEqual([
        'Tag.csv.gz',
        'Tenant.csv.gz',
        'User.csv.gz',
        '_TagToUser.csv.gz',
        'export.json',
      ])
      const packed = await readFile(path.join(to, 'Tag.csv.gz'))
      expect(gunzipSync(packed).toString()).toBe('id\n1\n')
      expect(models[0]?.bytes).toBe(packed.length)

      await writeFile(path.join(to, 'notes.txt'), 'mine')
      await expect(run({ overwrite: true })).rejects.toMatchObject({
        code: 'EXPORT.FOLDER',
        details: { meta: { files: ['notes.txt'] } },
      })
      await rm(path.join(to, 'notes.txt'))
      await writeFile(path.join(to, 'export.json'), '{"mine": 1}')
      await expect(run({ overwrite: true })).rejects.toMatchObject({ code: 'EXPORT.FOLDER' })
    }))

  it('makes the folder, and tells what cannot be one', () =>
    withShop(async ({ export: run, to }) => {
      await run({ to: path.join(to, 'a', 'b') })
      expect((await stat(path.join(to, 'a', 'b', 'export.json'))).isFile()).toBe(true)

      const file = path.join(to, 'file')
      await writeFile(file, '')
      for (const taken of [file, path.join(file, 'below')]) {
        await expect(run({ to: taken })).rejects.toMatchObject({
          code: 'EXPORT.FOLDER',
          details: { meta: { code: 'ENOTDIR' } },
        })
      }
    }))

  it('tells how far it is', () =>
    withShop(async ({ export: run, client }) => {
      await client.query('analyze')
      const events: ProgressEvent[] = []
      await run({ onProgress: (event) => void events.push(event), jobs: 1 })

      const phases = events.flatMap((event) => (event.type === 'phase' ? [event.phase] : []))
      expect(phases).toEqual(['plan', 'select', 'export'])
      const ofUser = events.filter((event) => 'model' in event && event.model === 'User')
      expect(ofUser).toEqual([
        {
          type: 'file-start',
          phase: 'export',
          model: 'User',
          file: expect.stringContaining('User.csv'),
          bytes: 0,
          rows: 5,
        },
        { type: 'file-progress', phase: 'export', model: 'User', bytes: 29, rows: 5 },
        {
          type: 'file-end',
          phase: 'export',
          model: 'User',
          rows: 5,
          seconds: expect.any(Number),
        },
      ])
    }))

  it('refuses wrong options by their name, without what was given', () =>
    withShop(async ({ export: run }) => {
      const refusals: readonly (readonly [object, object])[] = [
        [{ jobs: 0 }, { meta: { option: 'jobs' } }],
        [{ gzip: 'yes' }, { meta: { option: 'gzip' } }],
        [{ depth: -1 }, { meta: { option: 'depth' } }],
        [{ prune: 'all' }, { meta: { option: 'prune' } }],
        [{ limit: { User: 1.5 } }, { meta: { option: 'limit.User' } }],
        [{ roots: { Usr: [1] } }, { meta: { option: 'roots', model: 'Usr' } }],
        [{ include: 'User' }, { meta: { option: 'include' } }],
        [{ mask: { User: 'hash' } }, { meta: { option: 'mask.User' } }],
        // Taken for nothing, these would give away all rows, or all values.
        [{ mask: { User: undefined } }, { meta: { option: 'mask.User' } }],
        [{ roots: { Tenant: undefined } }, { meta: { option: 'roots.Tenant' } }],
        [{ where: { Tenant: undefined } }, { meta: { option: 'where.Tenant' } }],
        [{ nope: 1 }, { meta: { option: 'nope' } }],
        [{ to: '' }, { meta: { option: 'to' } }],
      ]
      for (const [options, details] of refusals) {
        const code = expect.stringMatching(/^EXPORT\.(INVALID_OPTION|UNKNOWN_MODEL)$/)
        await expect(run(options)).rejects.toMatchObject({
          code,
          details: { meta: expect.objectContaining(Object.values(details)[0] as object) },
        })
      }
      await expect(run({ where: { User: 7 as unknown as string } })).rejects.toMatchObject({
        code: 'SLICE.INVALID_CONDITION',
      })
      await expect(run({ mask: { Tenant: { name: 'hash' } }, maskKey: '' })).rejects.toMatchObject({
        code: 'MASK.WEAK_KEY',
      })
    }))
})

describe('what an export needs', () => {
  it('is told before anything is written', () =>
    withShop(async ({ export: run, plan, client, url, list }) => {
      const reader = await createRole(
        { client, url },
        'grant select (id) on "User" to ROLE; grant select on "Tag", "_TagToUser" to ROLE',
      )
      await expect(run({ url: reader })).rejects.toMatchObject({
        code: 'EXPORT.MISSING_PRIVILEGE',
        details: {
          meta: {
            models: ['Tenant', 'User'],
            grants: [
              expect.stringMatching(/^grant select on table "public"."tenants" to "role_\w+";$/),
              expect.stringMatching(/^grant select on table "public"."User" to "role_\w+";$/),
            ],
          },
        },
      })
      const role = new URL(reader).username
      // SELECT of the columns that go out is enough, and writes nothing.
      await client.query(
        `grant select (id, "tenant id", "bossId") on "User" to ${role}; grant select on tenants to ${role}`,
      )
      await client.query(`alter role ${role} set default_transaction_read_only = on`)
      expect((await run({ url: reader })).models.map(({ rows }) => rows)).toEqual([1, 2, 5, 1])
      const sliced = plan({ url: reader, roots: { Tenant: [1] }, overwrite: true })
      await expect(sliced).rejects.toMatchObject({
        code: 'EXPORT.MISSING_PRIVILEGE',
        details: { meta: { models: ['User'] } },
      })

      await client.query(
        'alter table "User" enable row level security; alter table "User" add note int',
      )
      const { warnings } = await run({ overwrite: true })
      expect(warnings).toEqual(['User: the schema lacks note of public.User: not exported.'])
      await expect(plan({ url: reader, overwrite: true })).rejects.toMatchObject({
        code: 'EXPORT.ROW_SECURITY',
      })
      await client.query('alter table "User" rename "bossId" to boss')
      await expect(plan({ overwrite: true })).rejects.toMatchObject({
        code: 'EXPORT.MISSING_COLUMN',
        details: { meta: { columns: ['bossId'] } },
      })
      await client.query('drop table "_TagToUser"')
      await expect(run({ overwrite: true })).rejects.toMatchObject({
        code: 'EXPORT.MISSING_TABLE',
      })
      expect(await list()).toEqual(FILES)
    }))

  it('may be called anything', () =>
    withExportStage(
      {
        schema: `
model Odd {
  id   Int    @id @map("select; --")
  a    String @map("it's \\"100 %\\" / ü")

  @@map("Ünï \\"t\\" $1 %s")
}`,
        sql: `
create table "Ünï ""t"" $1 %s" ("select; --" int primary key, "it's ""100 %"" / ü" text not null);
insert into "Ünï ""t"" $1 %s" values (1, 'x')`,
      },
      async ({ export: run, read }) => {
        const { models } = await run()

        expect(models.map(({ file, table }) => [file, table])).toEqual([
          ['Odd.csv', 'public.Ünï "t" $1 %s'],
        ])
        expect(await read('Odd.csv')).toBe('id,a\n1,x\n')
      },
    ))

  it('is read from views, partitions and inheritance, each row once', () =>
    withExportStage(
      {
        schema: `
model Base {
  id    Int    @id
  parts Part[]
}
model Child {
  id Int @id
}
model Part {
  id     Int  @id
  baseId Int
  base   Base @relation(fields: [baseId], references: [id])
}`,
        sql: `
create table "Base" (id int primary key);
create table "Child" () inherits ("Base");
create table hidden (id int primary key, "baseId" int not null);
create view "Part" as select * from hidden`,
        rows: `insert into "Base" values (1); insert into "Child" values (2); insert into hidden values (3, 1)`,
      },
      async ({ export: run, plan, read }) => {
        await run()

        expect(await Promise.all(['Base.csv', 'Child.csv', 'Part.csv'].map(read))).toEqual([
          'id\n1\n',
          'id\n2\n',
          'id,baseId\n3,1\n',
        ])
        // Rows of a view have no place by which a slice could tell them.
        const roots = { Base: [1] }
        const overwrite = true
        for (const options of [{ roots }, { roots: { Part: [3] } }]) {
          await expect(plan({ ...options, overwrite })).rejects.toMatchObject({
            code: 'SLICE.VIEW',
            details: { meta: { model: 'Part' } },
          })
        }
        const { models } = await plan({ roots, overwrite, exclude: ['Part'] })
        expect(models.map(({ model }) => model)).toEqual(['Base'])
      },
    ))
})

describe('planExport', () => {
  it('says what would be written, and writes nothing', () =>
    withShop(async ({ plan, client, list, to }) => {
      await client.query('analyze')
      const { models, target, folder } = await plan({ gzip: true })

      expect(
        models.map(({ model, rows, isCounted, file }) => [model, rows, isCounted, file]),
      ).toEqual([
        ['Tag', 1, false, 'Tag.csv.gz'],
        ['Tenant', 2, false, 'Tenant.csv.gz'],
        ['User', 5, false, 'User.csv.gz'],
        ['_TagToUser', 1, false, '_TagToUser.csv.gz'],
      ])
      expect([target, folder]).toEqual([expect.stringMatching(/^postgresql:\/\/[^:]+@/), to])
      expect(await list()).toEqual([])
      await mkdir(path.join(to, 'x'))
      await expect(plan()).rejects.toMatchObject({ code: 'EXPORT.FOLDER' })
    }))
})
