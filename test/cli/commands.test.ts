import { chmod, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import { main } from '../../src/cli/main.js'
import type { Manifest, ManifestColumn, ManifestModel } from '../../src/manifest/manifest.js'
import { type PostgresClient, queryRows } from '../../src/postgres/client.js'
import { describeDatabase, parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { readServer } from '../../src/postgres/server.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { withTestDatabase } from '../support/test-database.js'
import { type RecordedIo, recordIo } from './recorded-io.js'

const TABLES = `
create table "Tenant" (id serial primary key, name text);
create table "Shop" (id serial primary key, "tenantId" int not null references "Tenant", name text);
insert into "Tenant" (name) values ('old'), ('older');
insert into "Shop" ("tenantId", name) values (1, 'old')`

const MANIFEST: Manifest = {
  version: 1,
  relationMode: 'foreignKeys',
  models: [
    buildModel('Shop', {
      columns: [
        buildColumn('id', { type: 'Int', default: { by: 'database', make: 'autoincrement' } }),
        buildColumn('tenantId', { type: 'Int' }),
        buildColumn('name', { isRequired: false }),
      ],
      references: [
        {
          name: 'tenant',
          fields: ['tenantId'],
          target: 'Tenant',
          targetFields: ['id'],
          isNullable: false,
          origin: 'relation',
        },
      ],
    }),
    buildModel('Tenant', {
      columns: [
        buildColumn('id', { type: 'Int', default: { by: 'database', make: 'autoincrement' } }),
        buildColumn('name', { isRequired: false }),
      ],
    }),
  ],
  enums: [],
  excluded: [],
}

const EXPORT = {
  'Tenant.csv': 'id,name\n1,a\n2,b\n',
  'Shop.csv': 'id,tenantId,name\n7,2,x\n9,1,y\n11,2,z\n',
}

function buildModel(name: string, parts: Partial<ManifestModel>): ManifestModel {
  return {
    name,
    kind: 'model',
    schema: null,
    table: name,
    columns: [],
    primaryKey: ['id'],
    uniques: [],
    businessKey: null,
    strategy: null,
    references: [],
    files: [name],
    ...parts,
  }
}

function buildColumn(field: string, parts: Partial<ManifestColumn> = {}): ManifestColumn {
  return {
    field,
    column: field,
    type: 'String',
    enum: null,
    nativeType: null,
    isList: false,
    isRequired: true,
    default: null,
    isUpdatedAt: false,
    isHidden: false,
    isSkipped: false,
    headers: [field],
    ...parts,
  }
}

/** What a test has to play with: a project with a manifest and an `export` folder, a database. */
interface Stage {
  readonly client: PostgresClient
  readonly url: string
  readonly folder: string
  /** Path of the `export` folder. */
  readonly dir: string
  readonly io: RecordedIo
  /** Runs a command line on the database. */
  readonly run: (...args: string[]) => Promise<number>
}

function withStage(
  files: Readonly<Record<string, string>>,
  use: (stage: Stage) => Promise<void>,
  answer?: string,
): Promise<void> {
  const inExport = Object.entries(files).map(([name, text]) => [`export/${name}`, text] as const)
  const project = {
    'generated/gyro/manifest.json': JSON.stringify(MANIFEST),
    ...Object.fromEntries(inExport),
  }
  return withTestDatabase(TABLES, (client, { url }) =>
    withCsvFolder(project, (folder) => {
      const asked = answer === undefined ? {} : { stdin: [answer], isAsked: true }
      const io = recordIo({ cwd: folder, ...asked })
      const run = (...args: string[]) => main([...args, '--url', url], io)
      return use({ client, url, folder, dir: path.join(folder, 'export'), io, run })
    }),
  )
}

/** Rows of one model on standard input. */
function withStdin(
  stdin: readonly string[],
  use: (stage: Pick<Stage, 'client' | 'io' | 'run'>) => Promise<void>,
): Promise<void> {
  return withTestDatabase(TABLES, (client, { url }) =>
    withCsvFolder({ 'manifest.json': JSON.stringify(MANIFEST) }, (folder) => {
      const io = recordIo({ cwd: folder, stdin })
      const target = ['--url', url, '--manifest', path.join(folder, 'manifest.json')]
      return use({ client, io, run: (...args) => main([...args, ...target], io) })
    }),
  )
}

async function readShops(client: PostgresClient) {
  const text = `\
select s.id, s.name as shop, t.name as tenant
from "Shop" s join "Tenant" t on t.id = s."tenantId"
where s.id > 1
order by s.id`
  return queryRows(client, { text, values: [] })
}

describe('plan', () => {
  it('shows what an import would do and writes nothing', () =>
    withStage(EXPORT, async ({ client, url, dir, io, run }) => {
      const code = await run('plan', dir)
      const { version } = await readServer(client)

      expect(code).toBe(0)
      expect(io.stdout.text()).toBe(`\
Plan: ${dir} → ${describeDatabase(parseDatabaseUrl(url))}
PostgreSQL ${version}, role postgres (superuser)

#  Model   File        Rows  Size  New keys  Refers to
1  Tenant  Tenant.csv    ≈2  16 B  3 – ≈4
2  Shop    Shop.csv      ≈3  36 B  2 – ≈4    Tenant

Technique
  checked: all models
    Parents come first and constraints stay in place: PostgreSQL checks every row.
`)
      expect(io.stderr.text()).toBe(
        `\nNothing was written.\nLoad it with: npx prisma-gyro import ${dir}, with the same options\n`,
      )
      expect(await readShops(client)).toEqual([])
    }))

  it('is the document of the library with --json', () =>
    withStage(EXPORT, async ({ dir, io, run }) => {
      const code = await run('plan', dir, '--json', '--quiet')

      expect(code).toBe(0)
      expect(io.stderr.text()).toBe('')
      expect(JSON.parse(io.stdout.text())).toMatchObject({
        steps: [{ models: ['Tenant'] }, { models: ['Shop'] }],
        models: [{ model: 'Tenant' }, { model: 'Shop' }],
        problems: [],
      })
    }))

  it('exits with 2 when something has to be cured', () =>
    withStage({ ...EXPORT, 'Shpo.csv': 'id\n' }, async ({ dir, io, run }) => {
      const code = await run('plan', dir)

      expect(code).toBe(2)
      expect(io.stdout.text()).toContain('Problems\n  ✖ Shpo.csv')
      expect(io.stdout.text()).toContain('Did you mean "Shop"?')
      expect(io.stderr.text()).toBe('')
    }))
})

describe('--transform', () => {
  const hooks = `
export const transform = { Shop: (row) => ({ ...row, name: row.name.toUpperCase() }) }
export const validate = { Shop: ({ name }, { reject }) => name !== 'Y' || reject('No Y.', 'name') }`

  it('changes and rejects rows by what a file exports', () =>
    withStage(EXPORT, async ({ client, folder, dir, run }) => {
      await writeFile(path.join(folder, 'hooks.mjs'), hooks)
      const options = ['--transform', 'hooks.mjs', '--on-bad-row', 'reject']

      const code = await run('import', dir, ...options, '--rejects', path.join(folder, 'bad'))

      expect(code).toBe(4)
      expect(await readShops(client)).toMatchObject([{ shop: 'X' }, { shop: 'Z' }])
    }))

  it('is run by a plan that looks at all rows, which writes nothing', () =>
    withStage(EXPORT, async ({ client, folder, dir, io, run }) => {
      await writeFile(path.join(folder, 'hooks.mjs'), hooks)

      const code = await run('plan', dir, '--transform', 'hooks.mjs', '--check')

      expect(code).toBe(4)
      expect(io.stdout.text()).toContain('HOOKS.REJECTED')
      expect(io.stdout.text()).toContain('No Y.')
      expect(await readShops(client)).toEqual([])
    }))

  it('exits with 2 where the file names no model', () =>
    withStage(EXPORT, async ({ folder, dir, io, run }) => {
      const text = 'export const transform = { Shpo: (row) => row }'
      await writeFile(path.join(folder, 'hooks.mjs'), text)

      const code = await run('import', dir, '--transform', 'hooks.mjs')

      expect(code).toBe(2)
      expect(io.stderr.text()).toContain('Did you mean "Shop"?')
    }))
})

describe('import', () => {
  it('puts bad rows aside where it is asked to, and says so by its exit code', () =>
    withStage(
      { ...EXPORT, 'Tenant.csv': 'id,name\n1,a\nx,=b\n' },
      async ({ folder, dir, io, run }) => {
        const rejects = path.join(folder, 'bad')
        const options = ['--on-bad-row', 'reject', '--safe-cells', '--rejects']

        const checked = await run('plan', dir, '--check')
        const planned = await run('import', dir, '--dry-run', '--on-bad-row', 'reject')
        const loaded = await run('import', dir, ...options, rejects, '--max-rejects', '3')
        const stopped = await run('import', dir, ...options, `${rejects}-2`, '--max-rejects', '50%')

        expect([checked, planned, loaded, stopped]).toEqual([4, 4, 4, 4])
        const out = io.stdout.text()
        expect(out).toContain('✖ Shop.tenantId: 2 rows (KEYS.MISSING_REFERENCE)')
        expect(out).toContain(
          `✖ 3 rows rejected: Tenant.rejected.csv, Shop.rejected.csv in ${rejects}`,
        )
        expect(io.stderr.text()).toContain('IMPORT.TOO_MANY_REJECTS')
        const text = await readFile(path.join(rejects, 'Tenant.rejected.csv'), 'utf8')
        expect(text).toMatch(/^x,"'=b",/m)
      },
    ))

  it('tells warnings before the load, or with the result where there is no progress', () =>
    withStage({ ...EXPORT, 'notes.txt': '' }, async ({ dir, io, run }) => {
      const warning = 'notes.txt is no .csv file: it is left alone.'

      await run('import', dir)
      const [out, err] = [io.stdout.text(), io.stderr.text()]
      await run('import', dir, '--quiet')

      expect(err).toMatch(new RegExp(`^! ${warning}\nTenant: `))
      expect(out).not.toContain(warning)
      expect(io.stdout.text()).toContain(`! ${warning}`)
    }))

  it('loads the folder and shows what it did', () =>
    withStage(EXPORT, async ({ client, dir, io, run }) => {
      const code = await run('import', dir, '--batch-name', 'crm')

      expect({ code, err: io.stderr.text().replaceAll(/in [\d.]+ m?s, .*/g, 'in …') }).toEqual({
        code: 0,
        err: 'Tenant: 2 rows in …\nShop: 3 rows in …\nVerifying\nCommitting\n',
      })
      const out = io.stdout
        .text()
        .replaceAll(/ +[\d.]+ m?s +[\d ]+ rows\/s/g, ' …')
        .replace(/\(\S+\): .*/, '(…): …')
        .replace(/rollback [\da-f]{8}$/m, 'rollback …')
      expect(out.replace(/^.*\n/, '')).toBe(`\
Tenant     2  3 – 4 …
Shop       3  2 – 4 …

✔ Verified 5 rows. No dangling references: 1 checked by PostgreSQL.
Batch crm (…): …
Undo with: npx prisma-gyro rollback …
`)
      expect(await readShops(client)).toEqual([
        { id: 2, shop: 'x', tenant: 'b' },
        { id: 3, shop: 'y', tenant: 'a' },
        { id: 4, shop: 'z', tenant: 'b' },
      ])
    }))

  it('is the document of the library with --json, and quiet with --quiet', () =>
    withStage(EXPORT, async ({ dir, io, run }) => {
      const code = await run('import', dir, '--json', '--quiet')

      expect(code).toBe(0)
      expect(io.stderr.text()).toBe('')
      expect(JSON.parse(io.stdout.text())).toMatchObject({
        batch: { name: 'export', status: 'COMPLETED' },
        models: [
          { model: 'Tenant', loaded: 2, keys: { from: '3', to: '4' } },
          { model: 'Shop', loaded: 3, keys: { from: '2', to: '4' } },
        ],
      })
    }))

  it('only plans with --dry-run', () =>
    withStage(EXPORT, async ({ client, dir, io, run }) => {
      const code = await run('import', dir, '--dry-run')

      expect(code).toBe(0)
      expect(io.stdout.text()).toContain('Plan: ')
      expect(await readShops(client)).toEqual([])
    }))

  it('takes models, strategies, delimiter and NULL from its options', () =>
    withStage(
      { 'Shop.csv': 'id;tenantId;name\n70;2;-\n', 'Tenant.csv': 'broken' },
      async ({ client, dir, run }) => {
        const options = ['--models', 'Shop', '--remap-strategy', 'Shop=none']

        const code = await run('import', dir, ...options, '--delimiter=;', '--null', '-')

        expect(code).toBe(0)
        expect(await readShops(client)).toEqual([{ id: 70, shop: null, tenant: 'older' }])
      },
    ))

  it('keeps all keys but those of the models that are named', () =>
    withStage(
      { 'Tenant.csv': 'id,name\n20,a\n', 'Shop.csv': 'id,tenantId,name\n70,20,x\n' },
      async ({ client, dir, run }) => {
        const code = await run(
          'import',
          dir,
          '--remap-strategy=none',
          '--remap-strategy=Shop=sequential',
        )

        expect(code).toBe(0)
        expect(await readShops(client)).toEqual([{ id: 2, shop: 'x', tenant: 'a' }])
      },
    ))

  it('says where a bad row is and keeps nothing', () =>
    withStage(
      { ...EXPORT, 'Shop.csv': 'id,tenantId,name\n1,1,a,b\n' },
      async ({ client, dir, io, run }) => {
        const code = await run('import', dir, '--quiet')

        expect(code).toBe(2)
        expect(io.stdout.text()).toBe('')
        expect(io.stderr.text()).toMatch(/^✖ .*\(CSV\.ROW_WIDTH\)\n/)
        expect(await readShops(client)).toEqual([])
      },
    ))

  it('stops at Ctrl-C, says so and keeps nothing', () =>
    withStage(EXPORT, async ({ client, dir, io, run }) => {
      await client.query('begin; lock table "Shop"')
      const importing = run('import', dir)
      await Promise.race([untilBlocked(client), importing])

      io.signals.emit('SIGINT')
      const code = await importing
      await client.query('commit')

      expect(code).toBe(3)
      expect(io.stderr.text()).toMatch(/Stopping: rolling back …\n✖ .*\(IMPORT\.INTERRUPTED\)\n/)
      expect(io.signals.eventNames()).toEqual([])
      const tenants = await client.query('select from "Tenant"')
      expect(tenants.rowCount).toBe(2)
    }))

  it('stops at Ctrl-C between two chunks, and goes on with resume', () =>
    withStage(EXPORT, async ({ client, dir, io, run }) => {
      await client.query('begin; lock table "Shop" in share mode')
      const importing = run('import', dir, '--commit', 'chunk', '--batch-size', '2')
      await Promise.race([untilBlocked(client), importing])

      io.signals.emit('SIGINT')
      const code = await importing
      await client.query('commit')

      expect(code).toBe(3)
      expect(io.stderr.text()).toMatch(
        /Stopping: what is committed stays …\n✖ .*\(IMPORT\.INTERRUPTED\)\n/,
      )
      const [, batch = ''] = /prisma-gyro\s+resume\s+([\da-f-]{36}),/.exec(io.stderr.text()) ?? []
      expect(await run('resume', batch.slice(0, 8), '--from', dir)).toBe(0)
      expect(io.stdout.text()).toMatch(/Verified 5 rows/)
      const shops = await readShops(client)
      expect(shops).toHaveLength(3)
      expect(await run('resume', batch, '--json')).toBe(2)
      expect(io.stdout.text()).toMatch(/"code": "IMPORT\.NOT_RESUMABLE"/)
    }))

  it('tells a server that is down from anything else', () =>
    withStage(EXPORT, async ({ dir, io }) => {
      const code = await main(['import', dir, '--url', 'postgresql://127.0.0.1:1/x'], io)

      expect(code).toBe(2)
      expect(io.stderr.text()).toContain('(POSTGRES.UNREACHABLE)')
    }))

  it('names both ways to a database when there is none', () =>
    withStage(EXPORT, async ({ dir, io }) => {
      const code = await main(['import', dir], io)

      expect(code).toBe(2)
      expect(io.stderr.text()).toMatch(/\(PROJECT\.NO_DATABASE_URL\)\n.*--url .* --embedded/s)
    }))

  it('takes --url or --embedded, not both', () =>
    withStage(EXPORT, async ({ dir, io, run }) => {
      const code = await run('import', dir, '--embedded')

      expect(code).toBe(2)
      expect(io.stderr.text()).toBe(`\
✖ --url and --embedded exclude each other (CLI.INVALID_OPTION)
  Both say which database to use.
  → Leave out --url or --embedded.
`)
    }))

  it('reads the manifest that is named, and says which one is not there', () =>
    withStage(EXPORT, async ({ dir, io, run }) => {
      const code = await run('import', dir, '--manifest', 'no.json')

      expect(code).toBe(2)
      expect(io.stderr.text()).toMatch(/no\.json.*\(MANIFEST\.NOT_FOUND\)/)
    }))

  it('says which config is not there', () =>
    withStage(EXPORT, async ({ dir, io, run }) => {
      const code = await run('import', dir, '--config', 'no.config.ts')

      expect(code).toBe(2)
      expect(io.stderr.text()).toMatch(/no\.config\.ts.*\(PROJECT\.CONFIG\)/)
    }))

  it('takes the URL of the environment, and says which config it passed over', () =>
    withStage(EXPORT, async ({ url, folder, dir }) => {
      const io = recordIo({ cwd: folder, env: { DATABASE_URL: url } })

      const code = await main(['import', dir, '--config', 'export/Shop.csv'], io)

      expect(code).toBe(0)
      expect(io.stderr.text()).toContain('DATABASE_URL is used instead.\n')
    }))

  it('runs on a PostgreSQL of its own with --embedded', () =>
    withCsvFolder(
      {
        'generated/gyro/manifest.json': JSON.stringify(MANIFEST),
        'prisma/migrations/1_init/migration.sql': TABLES,
        'export/Tenant.csv': EXPORT['Tenant.csv'],
      },
      async (folder) => {
        // As root, the server runs as another user, who has to get in.
        await chmod(folder, 0o755)
        await symlink(path.resolve('node_modules'), path.join(folder, 'node_modules'))
        const io = recordIo({ cwd: folder })

        const code = await main(['import', path.join(folder, 'export'), '--embedded'], io)

        expect(io.stderr.text()).toMatch(
          /^Starting the embedded PostgreSQL …\nEmbedded PostgreSQL: postgresql:\/\/\S+\n\n/,
        )
        expect(code).toBe(0)
        expect(io.stdout.text()).toContain('Verified 2 rows')
      },
    ))
})

describe('standard input', () => {
  it('is imported as the rows of one model', () =>
    withStdin(['id,name\n1,', 'new\n'], async ({ client, io, run }) => {
      const code = await run('import', '-', '--models', 'Tenant')

      expect(code).toBe(0)
      expect(io.stdout.text()).toContain('Batch stdin (')
      expect(
        await queryRows(client, { text: 'select name from "Tenant" where id = 3', values: [] }),
      ).toEqual([{ name: 'new' }])
    }))

  it('is planned under its name, also without a header', () =>
    withStdin(['1,new\n'], async ({ io, run }) => {
      const code = await run('plan', '-', '--models', 'Tenant', '--header', 'id,name')

      expect(code).toBe(0)
      expect(io.stdout.text()).toMatch(/^Plan: stdin → /)
      expect(io.stdout.text()).toContain('1  Tenant  stdin    ≈1   6 B')
    }))

  it('needs the name of its model', () =>
    withStdin([], async ({ io, run }) => {
      const code = await run('import', '-')

      expect(code).toBe(2)
      expect(io.stderr.text()).toContain('exactly one model where "from" is a stream')
    }))
})

/** Waits until a connection of the import waits for a lock. */
async function untilBlocked(client: PostgresClient): Promise<void> {
  const text = `\
select from pg_locks l join pg_database d on d.oid = l.database
where d.datname = current_database() and not l.granted`
  for (let tries = 0; (await client.query(text)).rowCount === 0; tries++) {
    if (tries > 500) throw new Error('The import never waited for the lock')
    await sleep(20)
  }
}

describe('import --truncate', () => {
  const count = async (client: PostgresClient) => {
    const text = 'select count(*)::int as count from "Tenant"'
    const [row] = await queryRows<{ count: number }>(client, { text, values: [] })
    return row?.count
  }

  it('asks on a terminal, and empties the tables when the answer is yes', () =>
    withStage(
      EXPORT,
      async ({ client, dir, io, run }) => {
        const code = await run('import', dir, '--truncate')

        expect(code).toBe(0)
        expect(io.stderr.text()).toContain('These tables are emptied:\n  public.Tenant (')
        expect(await count(client)).toBe(2)
      },
      'y\n',
    ))

  it('writes nothing and exits with 3 when it is not', () =>
    withStage(
      EXPORT,
      async ({ client, dir, io, run }) => {
        await client.query(`insert into "Tenant" (name) values ('third')`)

        const code = await run('import', dir, '--truncate')

        expect(code).toBe(3)
        expect(io.stderr.text()).toContain('Nothing was written.')
        expect(io.stdout.text()).toBe('')
        expect(await count(client)).toBe(3)
      },
      'n\n',
    ))

  it('wants --yes where the rows come from standard input', () =>
    withStage(
      EXPORT,
      async ({ client, io, run }) => {
        const code = await run('import', '-', '--models', 'Tenant', '--truncate')

        expect(code).toBe(2)
        expect(io.stderr.text()).toContain('CLI.NOT_CONFIRMED')
        expect(await count(client)).toBe(2)
      },
      'y\n',
    ))

  it('wants --yes where nobody can be asked', () =>
    withStage(EXPORT, async ({ client, dir, io, run }) => {
      const refused = await run('import', dir, '--truncate')
      const done = await run('import', dir, '--truncate', '--yes', '--quiet')

      expect([refused, done]).toEqual([2, 0])
      expect(io.stderr.text()).toContain('CLI.NOT_CONFIRMED')
      expect(await count(client)).toBe(2)
    }))
})

describe('import --on-conflict', () => {
  it('updates the rows that are there, and shows how many', () =>
    withStage({ 'Tenant.csv': 'id,name\n1,new\n2,older\n3,c\n' }, async ({ dir, io, run }) => {
      const options = ['--remap-strategy', 'none', '--on-conflict', 'update']
      const planned = await run('plan', dir, ...options)
      const code = await run('import', dir, ...options)

      expect([planned, code]).toEqual([0, 0])
      expect(io.stdout.text()).toContain(
        'Rows that are there already\n  Tenant: on conflict update by id: name\n',
      )
      expect(io.stdout.text()).toMatch(/Model +Rows +Updated +Skipped /)
      expect(io.stdout.text()).toMatch(/Tenant +1 +1 +1 /)
    }))
})
