import { describe, expect, it } from '@jest/globals'
import { main } from '../../src/cli/main.js'
import { describeDatabase, parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { type RollbackStage, withRollbackStage } from '../rollback/rollback-stage.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { type RecordedIo, type RecordedIoOptions, recordIo } from './recorded-io.js'

const SHOP = `
model Tenant {
  id    Int    @id @default(autoincrement())
  name  String @unique
  plan  String?
  shops Shop[]
}

model Shop {
  id       Int    @id @default(autoincrement())
  tenantId Int
  tenant   Tenant @relation(fields: [tenantId], references: [id])
}
`

const FILES = {
  'Tenant.csv': 'id,name,plan\n1,a,x\n2,b,x\n3,c,x\n',
  'Shop.csv': 'id,tenantId\n1,1\n2,2\n',
}

interface CommandStage extends RollbackStage {
  readonly batch: string
  readonly io: RecordedIo
  run(...args: string[]): Promise<number>
}

/** An import of which a row was there. */
function withBatch(
  use: (stage: CommandStage) => Promise<void>,
  io: RecordedIoOptions = {},
): Promise<void> {
  const rows = `insert into "Tenant" (name) values ('a')`
  return withRollbackStage({ schema: SHOP, rows, files: FILES }, async (stage) => {
    const batch = await stage.importBatch({ batchName: 'crm', onConflict: { Tenant: 'update' } })
    const manifest = { 'manifest.json': JSON.stringify(stage.manifest) }
    await withCsvFolder(manifest, (cwd) => {
      const recorded = recordIo({ cwd, ...io })
      const target = ['--url', stage.url, '--manifest', 'manifest.json']
      const run = (...args: string[]) => main(['rollback', ...args, ...target], recorded)
      return use({ ...stage, batch, io: recorded, run })
    })
  })
}

describe('rollback', () => {
  it('shows what it would do with --dry-run, and does nothing', () =>
    withBatch(async ({ client, batch, url, io, run, snapshot }) => {
      await client.query('delete from "Shop" where id = 1')
      const before = await snapshot()

      const code = await run(batch.slice(0, 8), '--dry-run')

      expect(code).toBe(0)
      expect(io.stdout.text().replace(/\d{4}-\S+Z/, 'TIME')).toBe(`\
Rollback: crm (${batch}) from ${describeDatabase(parseDatabaseUrl(url))}
Imported TIME by postgres; now COMPLETED

Model   Table          Deleted  Restored  Gone
Tenant  public.Tenant        2         1     0
Shop    public.Shop          1         0     1
`)
      expect(io.stderr.text()).toBe(
        `\nNothing was written. Do it with: npx prisma-gyro rollback ${batch.slice(0, 8)}\n`,
      )
      expect(await snapshot()).toEqual(before)
    }))

  it('asks, and does it for yes', () =>
    withBatch(
      async ({ batch, io, run, query }) => {
        const code = await run('last')

        expect(code).toBe(0)
        expect(io.stderr.text()).toContain('Go on? [y/N] ')
        expect(io.stdout.text()).toContain('Tenant  public.Tenant        2         1\n')
        expect(io.stdout.text()).toMatch(`✔ Rolled back crm (${batch}): 5 rows in `)
        expect(await query('select name, plan from "Tenant"')).toEqual([['a', null]])
      },
      { isAsked: true, stdin: ['y\n'] },
    ))

  it('does nothing for no', () =>
    withBatch(
      async ({ batch, io, run, query }) => {
        const code = await run(batch)

        expect(code).toBe(3)
        expect(io.stdout.text()).toBe('')
        expect(io.stderr.text()).toContain('Nothing was written.')
        expect(await query('select count(*)::int from "Tenant"')).toEqual([[3]])
      },
      { isAsked: true, stdin: ['n\n'] },
    ))

  it('does not ask with --yes, and gives the document of the library', () =>
    withBatch(async ({ batch, io, run }) => {
      const code = await run(batch, '--yes', '--json')

      expect(code).toBe(0)
      expect(JSON.parse(io.stdout.text())).toMatchObject({
        batch: { id: batch, status: 'ROLLED_BACK' },
        models: [
          { model: 'Tenant', deleted: 2, restored: 1 },
          { model: 'Shop', deleted: 2 },
        ],
      })
      expect(io.stderr.text()).toContain('Undoing\nCommitting\n')
    }))

  it('cannot ask where there is no terminal', () =>
    withBatch(async ({ batch, io, run, query }) => {
      const code = await run(batch)

      expect(code).toBe(2)
      expect(io.stderr.text()).toContain('CLI.NOT_CONFIRMED')
      expect(io.stderr.text()).toContain(`prisma-gyro rollback ${batch} --dry-run`)
      expect(await query('select count(*)::int from "Tenant"')).toEqual([[3]])
    }))

  it('shows what is in the way instead of asking', () =>
    withBatch(
      async ({ client, batch, io, run }) => {
        await client.query(`insert into "Shop" ("tenantId") values (2);
update "Tenant" set plan = 'z' where name = 'b'`)

        const code = await run(batch)
        const refused = await run(batch, '--yes')

        expect([code, refused]).toEqual([2, 2])
        expect(io.stdout.text()).toContain(`
Rows of others that refer to them
  public.Shop → public.Tenant by Shop_tenantId_fkey, on delete restrict: 1 row: 3
`)
        expect(io.stdout.text()).toContain('Problems\n  ✖ Rows of the batch were changed')
        expect(io.stdout.text()).toContain('(ROLLBACK.REFERRED)')
        expect(io.stderr.text()).toContain('✖ Rows of the batch were changed since the import')
        expect(io.stderr.text()).toContain('Also found\n  ✖ Other rows refer')
      },
      { isAsked: true },
    ))

  it('takes others along and loses changes where it is told to', () =>
    withBatch(async ({ client, batch, io, run, query }) => {
      await client.query(`insert into "Shop" ("tenantId") values (2);
create table note (tenant int references "Tenant" on delete set null);
insert into note values (3), (3);
update "Tenant" set plan = 'z' where name = 'b'`)

      const shown = await run(batch, '--dry-run', '--json', '--force', '--cascade')
      const code = await run(batch, '--yes', '--quiet', '--force', '--cascade')

      const [plan = '', text] = io.stdout.text().split(/(?<=^\}\n)/m)
      expect([shown, code]).toEqual([0, 0])
      expect(io.stderr.text()).toContain(`rollback ${batch.slice(0, 8)} --force --cascade\n`)
      expect(JSON.parse(plan)).toMatchObject({ problems: [], takenAlong: [{ rows: 1 }] })
      expect(text).toContain('Rows of others that go with them\n  public.Shop: 1 row\n')
      expect(text).toContain('! 2 rows of public.note will not refer to public.Tenant any more')
      expect(io.stderr.text()).not.toContain('Undoing')
      expect(await query('select count(*)::int from "Shop"')).toEqual([[0]])
    }))
})
