import { appendFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { main } from '../../src/cli/main.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { type VerifyStage, withVerifyStage } from '../verification/verify-stage.js'
import { type RecordedIo, recordIo } from './recorded-io.js'

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

interface CommandStage extends VerifyStage {
  /** Runs a command, and gives what it exits with and what it says. */
  run(...args: string[]): Promise<{ readonly code: number; readonly io: RecordedIo }>
}

function withCommand(use: (stage: CommandStage) => Promise<void>): Promise<void> {
  return withVerifyStage({ schema: SHOP, files: FILES }, (stage) =>
    withCsvFolder({ 'manifest.json': JSON.stringify(stage.manifest) }, (cwd) => {
      const target = ['--url', stage.url, '--manifest', 'manifest.json']
      const run: CommandStage['run'] = async (...args) => {
        const io = recordIo({ cwd })
        return { code: await main([...args, ...target], io), io }
      }
      return use({ ...stage, run })
    }),
  )
}

describe('verify', () => {
  it('tells what was compared and what differs, and exits with 4 then', () =>
    withCommand(async ({ importBatch, client, folder, run }) => {
      const batch = await importBatch({ batchName: 'crm', onConflict: { Tenant: 'update' } })

      const right = await run('verify', batch.slice(0, 8))
      await client.query(`
update "Tenant" set plan = 'y' where name = 'a';
update "Shop" set "tenantId" = 3 where "tenantId" = 1;
delete from "Shop" where "tenantId" = 2`)
      const wrong = await run('verify', 'last', folder)
      const json = await run('verify', batch, '--json', '--quiet')

      expect([right.code, wrong.code, json.code]).toEqual([0, 4, 4])
      expect(right.io.stdout.text().replace(/in \S+ m?s\.$/m, 'in TIME.')).toBe(`\
Model   In files  In database  Columns  References
Tenant         3            3        2           0  ✔
Shop           2            2        0           1  ✔

✔ crm (${batch}) matches its files: 5 rows, 2 columns, 1 reference in TIME.
`)
      expect(wrong.io.stdout.text().replace(/in \S+ m?s\.$/m, 'in TIME.')).toBe(`\
Model   In files  In database  Columns  References
Tenant         3            3        2           0  ✖ DIFFERENT: plan
Shop           2            1        0           1  ✖ DIFFERENT: rows, → tenant

Rows of Shop: 2 in the files, 2 loaded, 1 there now.

✖ crm (${batch}) differs from its files: 4 rows, 2 columns, 1 reference compared in TIME.
  → Undo it with: npx prisma-gyro rollback ${batch.slice(0, 8)}
`)
      expect(wrong.io.stderr.text()).toContain('Check of Tenant: 3 rows in ')
      expect(JSON.parse(json.io.stdout.text())).toMatchObject({
        batch: { id: batch, name: 'crm' },
        ok: false,
        references: [{ model: 'Shop', reference: 'tenant', rows: 1, ok: false }],
      })
      expect(json.io.stderr.text()).toBe('')
    }))

  it('follows an import that asks for it', () =>
    withCommand(async ({ client, folder, run, query }) => {
      await client.query(`
create function lie() returns trigger language plpgsql as $$
begin new.plan = 'free'; return new; end $$;
create trigger lie before insert on "Tenant" for each row when (new.name = 'b') execute function lie()`)

      const told = await run('import', folder, '--verify')
      await client.query('drop trigger lie on "Tenant"; truncate "Tenant" cascade')
      const json = await run('import', folder, '--verify', '--json', '--commit', 'chunk')
      const refused = await run('import', folder, '--verify', '--no-history')
      const stream = await run('import', '-', '--models', 'Shop', '--verify')

      expect([told.code, json.code, refused.code, stream.code]).toEqual([4, 0, 2, 2])
      const text = told.io.stdout.text()
      expect(text).toContain('Undo with: npx prisma-gyro rollback')
      expect(text).toContain('3        2           0  ✖ DIFFERENT: plan\n')
      expect(text).toContain(
        '! public.Tenant has triggers (lie): they may have changed rows on their way.',
      )
      expect(JSON.parse(json.io.stdout.text())).toMatchObject({
        batch: { status: 'COMPLETED' },
        verification: { ok: true, models: [{ model: 'Tenant' }, { model: 'Shop' }] },
      })
      expect(refused.io.stderr.text()).toContain('(CLI.INVALID_OPTION)')
      expect(stream.io.stderr.text()).toContain('(CLI.INVALID_OPTION)')
      expect(await query('select count(*)::int from prisma_gyro.batch')).toEqual([[2]])
    }))

  it('says why it cannot be done', () =>
    withCommand(async ({ importBatch, folder, run }) => {
      const batch = await importBatch()
      await appendFile(path.join(folder, 'Shop.csv'), '3,3\n')

      const { code, io } = await run('verify', batch)

      expect(code).toBe(2)
      expect(io.stderr.text()).toContain(`\
✖ The files are not those of batch ${batch} (VERIFY.FILES_DIFFER)
  Shop.csv has 24 bytes and had 20. The history has the SHA-256 of what was imported.
  → Name the folder with the files as they were: prisma-gyro verify ${batch} <dir>.
`)
    }))
})
