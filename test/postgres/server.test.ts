import { describe, expect, it } from '@jest/globals'
import {
  adaptTransaction,
  buildServer,
  readServer,
  type ServerRow,
  transactionSettings,
} from '../../src/postgres/server.js'
import { withTransaction } from '../../src/postgres/transaction.js'
import { withTestDatabase } from '../support/test-database.js'

/** What PostgreSQL says of itself to a role without privileges. */
const ROW: ServerRow = {
  product: 'PostgreSQL 16.4 on x86_64-pc-linux-gnu, compiled by gcc 12.2.0, 64-bit',
  version: '16.4',
  serverVersion: 160_004,
  role: 'app',
  isSuperuser: false,
  database: 'shop',
  canCreateTemporary: true,
  isCitus: false,
  isStandby: false,
  isReadOnly: false,
  isNonAtomic: false,
  serviceRoles: [],
}

/** What the catalog says where Citus is; it takes no other part. */
const CITUS = `
set local allow_system_table_mods = on;
insert into pg_extension
select 99999, 'citus', extowner, extnamespace, false, '13.2-1' from pg_extension`

describe('buildServer', () => {
  it('tells a server from what it says of itself', () => {
    expect(buildServer(ROW)).toEqual({
      flavour: 'PostgreSQL',
      version: '16.4',
      serverVersion: 160_004,
      role: 'app',
      isSuperuser: false,
      database: 'shop',
      canCreateTemporary: true,
      isCitus: false,
      readOnly: null,
      isNonAtomic: false,
    })
  })

  it.each<[string, Partial<ServerRow>, string]>([
    ['Debian', { version: '15.18 (Debian 15.18-0+deb12u1)' }, 'PostgreSQL 15.18'],
    ['nothing of its version', { version: '' }, 'PostgreSQL '],
    ['RDS', { serviceRoles: ['rds_superuser'] }, 'Amazon RDS 16.4'],
    ['Azure', { serviceRoles: ['azure_pg_admin'] }, 'Azure 16.4'],
    ['Google', { serviceRoles: ['cloudsqlsuperuser'] }, 'Google Cloud SQL 16.4'],
    ['Neon', { serviceRoles: ['neon_superuser'] }, 'Neon 16.4'],
    ['Supabase', { serviceRoles: ['supabase_admin'] }, 'Supabase 16.4'],
    ['Citus, also as a service', { isCitus: true, serviceRoles: ['azure_pg_admin'] }, 'Citus 16.4'],
    [
      'CockroachDB, which says 13.0.0 too',
      {
        product: 'CockroachDB CCL v24.1.3 (x86_64-pc-linux-gnu, built 2024/07/29)',
        version: '13.0.0',
      },
      'CockroachDB 24.1.3',
    ],
    [
      'YugabyteDB',
      { product: 'PostgreSQL 11.2-YB-2.21.0.0-b0 on x86_64', version: '11.2-YB-2.21.0.0-b0' },
      'YugabyteDB 11.2-YB-2.21.0.0-b0',
    ],
  ])('knows %s', (_, row, told) => {
    const { flavour, version } = buildServer({ ...ROW, ...row })

    expect(`${flavour} ${version}`).toBe(told)
  })

  it.each<[Partial<ServerRow>, string | null]>([
    [{}, null],
    [{ isReadOnly: true }, 'setting'],
    [{ isReadOnly: true, isStandby: true }, 'standby'],
  ])('tells of %j what keeps transactions from writing: %s', (row, readOnly) => {
    expect(buildServer({ ...ROW, ...row }).readOnly).toBe(readOnly)
  })
})

describe('readServer', () => {
  it('tells what the server is and who the role is', () =>
    withTestDatabase('', async (client) => {
      const { version, serverVersion, database, ...server } = await readServer(client)

      expect(version).toMatch(/^\d+\.\d+$/)
      expect(String(serverVersion)).toMatch(new RegExp(`^${version.split('.')[0]}00`))
      expect(database).toMatch(/^test_/)
      expect(server).toEqual({
        flavour: 'PostgreSQL',
        role: 'postgres',
        isSuperuser: true,
        canCreateTemporary: true,
        isCitus: false,
        readOnly: null,
        isNonAtomic: false,
      })
    }))

  it('tells what a role may not, and that it writes nothing by default', () =>
    withTestDatabase('', async (client) => {
      const role = `server_${Math.random().toString(36).slice(2)}`
      await client.query(`
do $$ begin
  execute format('revoke temporary on database %I from public', current_database());
end $$;
create role ${role};
set role ${role};
set default_transaction_read_only = on`)

      expect(await readServer(client)).toMatchObject({
        isSuperuser: false,
        canCreateTemporary: false,
        readOnly: 'setting',
      })
    }))

  it('knows services by their roles', () =>
    withTestDatabase('', async (client) => {
      await client.query('begin; create role neon_superuser')

      const { flavour } = await readServer(client)

      expect(flavour).toBe('Neon')
      await client.query('rollback')
    }))
})

describe('transactionSettings', () => {
  it.each<[string, Partial<ServerRow>, readonly string[]]>([
    ['PostgreSQL', {}, []],
    ['Citus', { isCitus: true }, [`set local citus.multi_shard_modify_mode = 'sequential'`]],
    [
      'YugabyteDB',
      { product: 'PostgreSQL 11.2-YB-2.21.0.0-b0' },
      ['set local yb_default_copy_from_rows_per_transaction = 0'],
    ],
  ])('are what %s needs', (_, row, settings) => {
    expect(transactionSettings(buildServer({ ...ROW, ...row }))).toEqual(settings)
  })
})

describe('adaptTransaction', () => {
  it('changes nothing on PostgreSQL', () =>
    withTestDatabase('', async (client) => {
      const settings = `select name, setting from pg_settings where source = 'session'`

      const [before, after] = await withTransaction(client, async () => {
        const { rows } = await client.query(settings)
        await adaptTransaction(client)
        return [rows, (await client.query(settings)).rows]
      })

      expect(after).toEqual(before)
    }))

  it('lasts until the transaction ends', () =>
    withTestDatabase('', async (client) => {
      const setting = `select current_setting('citus.multi_shard_modify_mode', true) as mode`

      const inside = await withTransaction(client, async () => {
        await client.query(CITUS)
        await adaptTransaction(client)
        return client.query(setting)
      })
      const outside = await client.query(setting)

      expect([inside.rows, outside.rows]).toEqual([[{ mode: 'sequential' }], [{ mode: '' }]])
    }))
})
