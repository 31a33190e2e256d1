import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it, jest } from '@jest/globals'
import { renderManifest } from '../../generator/render-manifest.js'
import type { PostgresClient } from '../../src/postgres/client.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { takeSnapshot } from '../support/import-stage.js'
import { isBlocked } from '../support/is-blocked.js'
import { manifestOf } from '../support/manifest-of.js'
import { withProjectFolder } from '../support/project-folder.js'
import {
  type EndedProgram,
  type ProgramOptions,
  pressCtrlC,
  type RunningProgram,
  runProgram,
  withProgram,
} from '../support/run-program.js'
import { withTestDatabase } from '../support/test-database.js'
import { until } from '../support/until.js'

// Processes take their time on a busy machine.
jest.setTimeout(180_000)

/** The built command, as `npm test` and `npm run build` leave it. */
const BIN = path.resolve('dist/src/bin.js')

/** A URL that leads nowhere: what takes it fails. */
const NOWHERE = 'postgresql://127.0.0.1:1/nowhere'

const TABLES = await readFile('prisma/migrations/0001_init/migration.sql', 'utf8')
const MANIFEST = renderManifest(await manifestOf('prisma/schema.prisma'))
const OLD_ROWS = `insert into tenants (name) values ('old'), ('older')`

const EXPORT = {
  'export/Tenant.csv': 'id,name\n14,a\n15,b\n',
  'export/Tag.csv': 'id,tenantId,name\n70,15,x\n71,14,y\n72,15,z\n',
}

/** Loading this row takes as long as somebody else holds the advisory lock 7. */
const WAITING_ROW = 'waiting'
const WAIT = `
create function wait() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(7);
  return new;
end $$;
create trigger wait before insert on tenants
for each row when (new.name = '${WAITING_ROW}') execute function wait()`

describe('the built command', () => {
  it('shows the plan on stdout and writes nothing', () =>
    withStage({}, async ({ client, url, run }) => {
      const before = await takeSnapshot(client)

      const { code, stdout, stderr } = await run(['plan', './export', '--url', url])

      expect({ code, stderr }).toEqual({
        code: 0,
        stderr:
          '\nNothing was written.\nLoad it with: npx prisma-gyro import ./export, with the same options\n',
      })
      expect(stdout).toMatch(/^1 +Tenant +Tenant\.csv .*\n2 +Tag +Tag\.csv /m)
      expect(await takeSnapshot(client)).toEqual(before)
    }))

  it('imports with the result on stdout and its progress on stderr', () =>
    withStage({}, async ({ client, url, run }) => {
      const { code, stdout, stderr } = await run(['import', './export', '--url', url])

      expect(stderr).toMatch(/^Tenant: 2 rows in .*\nTag: 3 rows in .*\nVerifying\nCommitting\n$/)
      expect(stdout).toMatch(/^Tenant +2 +3 – 4 .*\nTag +3 +1 – 3 /m)
      expect(code).toBe(0)
      const { rows } = await client.query(`\
select tag.id, tag.name, tenant.id as "tenantId", tenant.name as tenant
from "Tag" tag join tenants tenant on tenant.id = tag."tenantId" order by 1`)
      expect(rows).toEqual([
        { id: 1, name: 'x', tenantId: 4, tenant: 'b' },
        { id: 2, name: 'y', tenantId: 3, tenant: 'a' },
        { id: 3, name: 'z', tenantId: 4, tenant: 'b' },
      ])
    }))

  it('says nothing but one document with --json and --quiet', () =>
    withStage({}, async ({ url, run }) => {
      const plan = await run(['plan', './export', '--json', '--quiet', '--url', url])
      const result = await run(['import', './export', '--json', '--quiet', '--url', url])

      expect([plan.stderr, result.stderr]).toEqual(['', ''])
      expect(JSON.parse(plan.stdout)).toMatchObject({
        models: [{ model: 'Tenant' }, { model: 'Tag' }],
      })
      expect(JSON.parse(result.stdout)).toMatchObject({ batch: { status: 'COMPLETED' } })
    }))

  it.each<[what: string, files: Record<string, string>, code: string]>([
    ['a folder that is not there', {}, 'SOURCE.FOLDER_NOT_FOUND'],
    ['a bad row', { 'bad/Tenant.csv': 'id,name\n1,a\n2,b,c\n' }, 'CSV.ROW_WIDTH'],
  ])('exits with 2 for %s, the error as the only document on stdout', (_what, files, error) =>
    withStage(files, async ({ client, url, run }) => {
      const before = await takeSnapshot(client)

      const { code, stdout } = await run(['import', './bad', '--json', '--url', url])

      expect(code).toBe(2)
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: error } })
      expect(await takeSnapshot(client)).toEqual(before)
    }),
  )

  it('exits with 4 when the rows that arrived are not those that were sent', () =>
    withStage({}, async ({ client, url, run }) => {
      await client.query(`
create function lose() returns trigger language plpgsql as 'begin return null; end';
create trigger lose before insert on "Tag" for each row execute function lose()`)
      const before = await takeSnapshot(client)

      const { code, stdout, stderr } = await run(['import', './export', '--url', url])

      expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
      expect(stderr).toContain('(LOAD.ROW_COUNT)')
      expect(await takeSnapshot(client)).toEqual(before)
    }))

  it('finishes an import whose reader went away', () =>
    withStage({}, async ({ client, url, folder }) => {
      const args = [BIN, 'import', './export', '--url', url]

      const { code, signal } = await withProgram(
        process.execPath,
        args,
        { cwd: folder },
        (program) => {
          program.child.stdout?.destroy()
          program.child.stderr?.destroy()
          return program.ended
        },
      )

      expect({ code, signal }).toEqual({ code: 0, signal: null })
      const tags = await client.query('select from "Tag"')
      expect(tags.rowCount).toBe(3)
    }))

  it('shows its first line to head', () =>
    withStage({}, async ({ url, folder }) => {
      const script = 'set -o pipefail; "$0" "$1" plan ./export --quiet --url "$2" | head -n 1'
      const args = ['-c', script, process.execPath, BIN, url]

      const { code, stdout, stderr } = await runProgram('bash', args, { cwd: folder })

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(/^Plan: .*\n$/)
    }))
})

describe('an import that is told to stop', () => {
  it.each<[signal: NodeJS.Signals, at: string, rows: number]>([
    ['SIGINT', 'the last row', 0],
    ['SIGTERM', 'the last row', 0],
    ['SIGINT', 'a row with most of the file before it', 50_000],
    ['SIGINT', 'a row with most of the file still to come', -50_000],
  ])('rolls back at %s during %s', (signal, _at, rows) =>
    withStage({ 'export/Tenant.csv': tenants(rows) }, async ({ client, url, start }) => {
      await client.query(`${WAIT}; select pg_advisory_lock(7)`)
      const before = await takeSnapshot(client)

      const { code, stdout, stderr } = await start(
        ['import', './export', '--url', url],
        async (program) => {
          await program.until(() => isBlocked(client))
          program.child.kill(signal)
          return program.ended
        },
      )

      expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
      expect(stderr).toMatch(
        /^Stopping: rolling back …\n✖ The import was stopped \(IMPORT\.INTERRUPTED\)\n/m,
      )
      expect(stderr).toContain('rolled back: the database is as it was')
      await untilAlone(client)
      expect(await takeSnapshot(client)).toEqual(before)
    }),
  )

  it('stops before COPY has begun, too, and says so in JSON', () =>
    withStage({}, async ({ client, url, start }) => {
      const before = await takeSnapshot(client)
      await client.query('begin; lock table "Tag"')

      const { code, stdout } = await start(
        ['import', './export', '--json', '--url', url],
        async (program) => {
          await program.until(() => isBlocked(client))
          program.child.kill('SIGINT')
          return program.ended
        },
      )

      await client.query('commit')
      expect(code).toBe(3)
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'IMPORT.INTERRUPTED' } })
      await untilAlone(client)
      expect(await takeSnapshot(client)).toEqual(before)
    }))

  it('ends at once at the second Ctrl-C, and the server undoes it', () =>
    withStage({ 'export/Tenant.csv': tenants(0) }, async ({ client, url, start }) => {
      await client.query(`
create function wait() returns trigger language plpgsql as $$
begin
  loop
    begin
      perform pg_advisory_xact_lock(7);
      return new;
    exception when query_canceled then
      -- Goes on, whatever it is told.
    end;
  end loop;
end $$;
create trigger wait before insert on tenants for each row execute function wait();
select pg_advisory_lock(7)`)
      const before = await takeSnapshot(client)

      const { code } = await start(['import', './export', '--url', url], async (program) => {
        await program.until(() => isBlocked(client))
        program.child.kill('SIGINT')
        await program.until(({ stderr }) => stderr.includes('Stopping'))
        // Again and again: shortly after the first it would count as the same.
        await until(() => !program.child.kill('SIGINT'))
        return program.ended
      })

      expect(code).toBe(3)
      await client.query('select pg_advisory_unlock(7)')
      await untilAlone(client)
      expect(await takeSnapshot(client)).toEqual(before)
    }))
})

describe('the database of a command', () => {
  const CONFIG = `
import { writeFileSync } from 'node:fs'
import { defineConfig, env } from 'prisma/config'
writeFileSync('config-was-loaded', '')
export default defineConfig({ datasource: { url: env('SHOP_URL') } })`
  const PLAN = ['plan', './export', '--quiet']

  it('is --url before the Prisma config and DATABASE_URL', () =>
    withStage({ 'prisma.config.ts': CONFIG }, async ({ url, run }) => {
      const env = { SHOP_URL: NOWHERE, DATABASE_URL: NOWHERE }

      const { code, stderr } = await run([...PLAN, '--url', url], { env })

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    }))

  it('is that of the Prisma config before DATABASE_URL', () =>
    withStage({ 'prisma.config.ts': CONFIG }, async ({ url, run }) => {
      const env = { SHOP_URL: url, DATABASE_URL: NOWHERE }

      const { code, stderr } = await run(PLAN, { env })

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    }))

  it('is DATABASE_URL where nothing else names one', () =>
    withStage({}, async ({ url, run }) => {
      const { code, stderr } = await run(PLAN, { env: { DATABASE_URL: url } })

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    }))

  it('is asked for, with both ways to name one, where nothing does', () =>
    withStage({}, async ({ run }) => {
      const { code, stdout, stderr } = await run(PLAN)

      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/\(PROJECT\.NO_DATABASE_URL\)\n.*--url .* --embedded /s)
    }))

  it('needs no Prisma config when --url and --manifest say it all', () =>
    withStage({ 'prisma.config.ts': CONFIG }, async ({ url, folder, run }) => {
      const manifest = ['--manifest', 'generated/gyro/manifest.json']

      const { code, stderr } = await run([...PLAN, '--url', url, ...manifest])

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(existsSync(path.join(folder, 'config-was-loaded'))).toBe(false)
    }))
})

describe('--embedded', () => {
  it('makes the tables, keeps the rows from one command to the next and stops the server', () =>
    withProjectFolder({ ...PROJECT, ...EXPORT }, async (folder) => {
      const command = [BIN, 'import', './export', '--embedded', '--json']
      const first = await runProgram(process.execPath, command, { cwd: folder })

      const second = await runProgram(process.execPath, command, { cwd: folder })

      expect([first, second]).toMatchObject([{ code: 0 }, { code: 0 }])
      expect([first, second].map(({ stdout }) => JSON.parse(stdout).models[0].keys)).toEqual([
        { from: '1', to: '2' },
        { from: '3', to: '4' },
      ])
      expect(await listProcesses(folder)).toEqual([])
      const [, url = ''] = /^Embedded PostgreSQL: (\S+)$/m.exec(second.stderr) ?? []
      const connecting = withConnection(parseDatabaseUrl(url), async () => {})
      await expect(connecting).rejects.toMatchObject({ code: 'POSTGRES.UNREACHABLE' })
    }))

  it('leaves no process behind when Ctrl-C meets the creation of the cluster', () =>
    withProjectFolder({ ...PROJECT, ...EXPORT }, (folder) =>
      withEmbeddedPlan(folder, async (program) => {
        await program.until(async () => (await listProcesses(folder)).length > 0)

        const { signal } = await pressCtrlC(program)

        expect(signal).toBe('SIGINT')
        await until(async () => (await listProcesses(folder)).length === 0)
      }),
    ))

  it('leaves no server behind when Ctrl-C meets a statement', () => {
    const slow = { 'prisma/migrations/0002_slow/migration.sql': 'select pg_sleep(600)' }
    return withProjectFolder({ ...PROJECT, ...EXPORT, ...slow }, (folder) =>
      withEmbeddedPlan(folder, async (program) => {
        await program.until(() => isSleeping(folder))

        const { signal } = await pressCtrlC(program)

        expect(signal).toBe('SIGINT')
        await until(async () => (await listProcesses(folder)).length === 0)
      }),
    )
  })
})

/** What a test has to play with: a project with a manifest and an export, and a database. */
interface Stage {
  readonly client: PostgresClient
  readonly url: string
  readonly folder: string
  /** Runs a command line in the project. */
  run(args: readonly string[], options?: Pick<ProgramOptions, 'env'>): Promise<EndedProgram>
  /** The same, while `use` runs. */
  start(
    args: readonly string[],
    use: (program: RunningProgram) => Promise<EndedProgram>,
  ): Promise<EndedProgram>
}

function withStage(
  files: Readonly<Record<string, string>>,
  use: (stage: Stage) => Promise<void>,
): Promise<void> {
  const project = { 'generated/gyro/manifest.json': MANIFEST, ...EXPORT, ...files }
  return withTestDatabase([TABLES, OLD_ROWS], (client, { url }) =>
    withProjectFolder(project, (folder) =>
      use({
        client,
        url,
        folder,
        run: (args, options) =>
          runProgram(process.execPath, [BIN, ...args], { cwd: folder, ...options }),
        start: (args, useProgram) =>
          withProgram(process.execPath, [BIN, ...args], { cwd: folder }, useProgram),
      }),
    ),
  )
}

/** A file with the waiting row, and that many rows before it, or after it when negative. */
function tenants(others: number): string {
  const rows = Array.from({ length: Math.abs(others) }, (_, i) => `${i + 2},${'x'.repeat(200)}\n`)
  const waiting = `1,${WAITING_ROW}\n`
  return `id,name\n${others < 0 ? waiting : ''}${rows.join('')}${others < 0 ? '' : waiting}`
}

/** Waits until the database has no connection but the test's own. */
async function untilAlone(client: PostgresClient): Promise<void> {
  await until(async () => {
    const { rowCount } = await client.query(`\
select from pg_stat_activity
where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`)
    return rowCount === 0
  })
}

const PROJECT = {
  'generated/gyro/manifest.json': MANIFEST,
  'prisma/migrations/0001_init/migration.sql': TABLES,
}

function withEmbeddedPlan(
  folder: string,
  use: (program: RunningProgram) => Promise<void>,
): Promise<void> {
  const args = [BIN, 'plan', './export', '--embedded']
  return withProgram(process.execPath, args, { cwd: folder, ownGroup: true }, use)
}

/** The command lines that name a folder. */
async function listProcesses(folder: string): Promise<readonly string[]> {
  const { stdout } = await runProgram('ps', ['-A', '-o', 'args='], { cwd: folder })
  return stdout.split('\n').filter((line) => line.includes(folder))
}

/** Whether a statement sleeps in the embedded PostgreSQL of a project. */
async function isSleeping(folder: string): Promise<boolean> {
  const read = (name: string) => readFile(path.join(folder, '.gyro/postgres', name), 'utf8')
  try {
    const port = (await read('data/postmaster.pid')).split('\n')[3]
    const url = `postgresql://postgres:${await read('password')}@127.0.0.1:${port}/postgres`
    return await withConnection(parseDatabaseUrl(url), async (client) => {
      const sleeping = await client.query(
        "select from pg_stat_activity where wait_event = 'PgSleep'",
      )
      return sleeping.rowCount !== 0
    })
  } catch {
    return false
  }
}
