import { writeFileSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Writable } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import { DataSlicer } from '../../src/export/data-slicer.js'
import { ExportFolder } from '../../src/export/export-folder.js'
import { exportModel } from '../../src/export/export-model.js'
import { prepareExport } from '../../src/export/prepare-export.js'
import { resolveExportOptions } from '../../src/export/resolve-export-options.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import type { ProgressEvent } from '../../src/progress/progress.js'
import { type ExportStage, withExportStage } from './export-stage.js'

const SCHEMA = `
model Big {
  id   Int    @id
  text String
}

model Small {
  id Int @id
}
`

const ROWS = `
insert into "Big" select i, repeat('x', 100) from generate_series(1, 50000) i;
insert into "Small" select generate_series(1, 3)`

function withRows(use: (stage: ExportStage) => Promise<void>): Promise<void> {
  return withExportStage({ schema: SCHEMA, rows: ROWS }, use)
}

/** Calls `act` when the large file is on its way. */
function midway(act: () => void): (event: ProgressEvent) => void {
  let isDone = false
  return (event) => {
    if (isDone || event.type !== 'file-progress' || event.bytes < 1_000_000) return
    isDone = true
    act()
  }
}

const END_OTHERS = `
select count(pg_terminate_backend(pid)) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()`

describe('an export that fails', () => {
  it('leaves the folder as it was when the connection is lost', () =>
    withRows(async ({ export: run, client, to, list, read }) => {
      const folder = path.join(to, 'new', 'folder')
      for (const jobs of [1, 2]) {
        const onProgress = midway(() => void client.query(END_OTHERS))
        await expect(run({ to: folder, onProgress, jobs })).rejects.toMatchObject({
          code: 'POSTGRES.CONNECTION_LOST',
          details: { fix: expect.stringContaining('what was written is removed') },
        })
      }
      expect(await list()).toEqual([])

      await run()
      const before = await read('export.json')
      await client.query('delete from "Small"')
      const onProgress = midway(() => void client.query(END_OTHERS))
      await expect(run({ onProgress, overwrite: true })).rejects.toMatchObject({
        code: 'POSTGRES.CONNECTION_LOST',
      })
      expect(await list()).toEqual(['Big.csv', 'Small.csv', 'export.json'])
      expect([await read('export.json'), await read('Small.csv')]).toEqual([
        before,
        'id\n1\n2\n3\n',
      ])
    }))

  it('leaves nothing when it is stopped, neither here nor on the server', () =>
    withRows(async ({ export: run, client, list, manifest, url }) => {
      for (const jobs of [1, 2]) {
        const controller = new AbortController()
        const onProgress = midway(() => controller.abort())
        await expect(run({ signal: controller.signal, onProgress, jobs })).rejects.toMatchObject({
          code: 'EXPORT.INTERRUPTED',
        })
      }
      expect(await list()).toEqual([])
      await expect(run({ signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: 'EXPORT.INTERRUPTED',
      })
      // A reader that goes away ends it too.
      for await (const chunk of exportModel(manifest, { model: 'Big', url })) {
        expect(chunk.toString()).toBe('id,text\n')
        break
      }
      const { rows } = await client.query(
        `select from pg_stat_activity where application_name = 'prisma-gyro' and pid <> pg_backend_pid()
           and datname = current_database() and state <> 'idle' and wait_event_type is distinct from 'Client'`,
      )
      expect(rows).toEqual([])
    }))

  it.each([false, true])('tells of a full disk, and removes what is there (gzip: %s)', (gzip) =>
    withRows(async ({ url, manifest, to }) => {
      const database = parseDatabaseUrl(url)
      const folder = await ExportFolder.find(path.join(to, 'full'), { files: [], overwrite: false })
      await folder.make()
      const options = { ...resolveExportOptions(manifest, { to, gzip }, 'export'), manifest }
      const files = new Map([
        ['Big', 'Big.csv'],
        ['Small', 'Small.csv'],
      ])

      const exporting = withConnection(database, async (client) => {
        const request = { ...options, models: manifest.models, schema: 'public' }
        const { models } = await prepareExport(client, request)
        const slicer = new DataSlicer({ ...options, folder, files, openFile: fullDisk })
        return slicer.run([client], models)
      })

      await expect(exporting).rejects.toMatchObject({
        code: 'EXPORT.UNWRITABLE',
        details: { meta: { code: 'ENOSPC' } },
      })
      await folder.discard()
      expect(await readdir(to)).toEqual([])
    }),
  )

  it('does without further connections where the server has none, and without waiting for itself', () =>
    withRows(async ({ export: run, client, url }) => {
      await withConnection(parseDatabaseUrl(url), async (other) => {
        let altering: Promise<unknown> = Promise.resolve()
        // Waits behind the export, and whoever comes later behind it.
        const onProgress = (event: ProgressEvent) => {
          if (event.type === 'phase' && event.phase === 'select') {
            altering = other.query('alter table "Small" add note int')
          }
        }
        const { models, warnings } = await run({ onProgress })
        await altering

        expect(models.map(({ rows }) => rows)).toEqual([50_000, 3])
        expect(warnings.length).toBeLessThanOrEqual(1)
      })
      await client.query('select 1')
    }))

  it('is told where another export writes, and where no folder can be made', () =>
    withRows(async ({ export: run, to, list }) => {
      const onProgress = () => writeFileSync(path.join(to, 'Big.csv.part'), '')
      await expect(run({ onProgress })).rejects.toMatchObject({
        code: 'EXPORT.UNWRITABLE',
        details: { fix: expect.stringContaining('Another export') },
      })
      expect(await list()).toEqual(['Big.csv.part'])
      await expect(run({ to: '/proc/none/here' })).rejects.toMatchObject({ code: 'EXPORT.FOLDER' })
    }))

  it('takes over what a run that was killed has left', () =>
    withRows(async ({ export: run, to, list }) => {
      await writeFile(path.join(to, 'Big.csv.part'), 'half')
      await expect(run()).rejects.toMatchObject({ code: 'EXPORT.FOLDER' })
      await run({ overwrite: true })

      expect(await list()).toEqual(['Big.csv', 'Small.csv', 'export.json'])
    }))
})

/** Takes a hundred thousand bytes. */
function fullDisk(): Writable {
  let room = 100_000
  return new Writable({
    write(chunk: Buffer, _, done) {
      room -= chunk.length
      const full = Object.assign(new Error('no space left'), { code: 'ENOSPC', syscall: 'write' })
      done(room < 0 ? full : null)
    },
  })
}
