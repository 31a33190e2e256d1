import { describe, expect, it } from '@jest/globals'
import { warnOfServer } from '../../src/plan/warn-of-server.js'
import type { CatalogTable } from '../../src/postgres/catalog.js'
import type { CatalogTrigger } from '../../src/postgres/catalog-trigger.js'
import type { Server } from '../../src/postgres/server.js'
import { buildModel, buildTable, SERVER } from './plan-builders.js'

const STAMP: CatalogTrigger = {
  name: 'stamp',
  timing: 'before',
  level: 'row',
  function: 'app.stamp',
}

function buildTables(count: number, parts: Partial<CatalogTable>): readonly CatalogTable[] {
  return Array.from({ length: count }, (_, index) =>
    buildTable(buildModel(`T${index}`, { fields: ['id'] }), parts),
  )
}

describe('warnOfServer', () => {
  it('has nothing to say of PostgreSQL itself, nor of a superuser where nothing is called', () => {
    const server = { ...SERVER, isSuperuser: true }

    expect(warnOfServer(server, buildTables(2, {}), null)).toEqual([])
  })

  it.each<[string, Partial<Server>, RegExp]>([
    [
      'CockroachDB',
      { flavour: 'CockroachDB' },
      /^CockroachDB is experimental: it has no temporary tables .* Try the import on a copy first\.$/,
    ],
    [
      'YugabyteDB',
      { flavour: 'YugabyteDB' },
      /^YugabyteDB is experimental: a COPY is asked to be one transaction, /,
    ],
  ])('says that %s is experimental', (_, server, warning) => {
    expect(warnOfServer({ ...SERVER, ...server }, [], null)).toEqual([
      expect.stringMatching(warning),
    ])
  })

  it('prefers the direct URL to one of a pooler', () => {
    expect(warnOfServer(SERVER, [], 'port 6543')).toEqual([
      'The URL seems to lead to a connection pooler (port 6543). An import works there, as it is one transaction, but takes a connection from the application and may run into limits of the pooler: prefer the direct URL of the server.',
    ])
  })

  describe('where tables call functions', () => {
    const tables = buildTables(2, { triggers: [STAMP], functions: ['app.code', 'app.check'] })

    it('says that they have the rights of a superuser', () => {
      expect(warnOfServer({ ...SERVER, isSuperuser: true }, tables, null)).toEqual([
        'The role "joe" is a superuser, and what triggers, defaults and checks call has its rights: app.stamp, app.code, app.check. Import as another role unless you trust these.',
      ])
    })

    it('has nothing to say of another role', () => {
      expect(warnOfServer(SERVER, tables, null)).toEqual([])
    })
  })

  it('tells the tables whose policies the role passes by, or some of many', () => {
    const passed = { hasPolicies: true, hasRowSecurity: false }
    const warnings = [5, 7].map((count) => warnOfServer(SERVER, buildTables(count, passed), null))

    expect(warnings).toEqual([
      [
        'Row-level security does not apply to the role: no policy is checked for public.T0, public.T1, public.T2, public.T3, public.T4.',
      ],
      [
        'Row-level security does not apply to the role: no policy is checked for public.T0, public.T1, public.T2, public.T3, public.T4 and 2 more.',
      ],
    ])
  })

  it('has nothing to say of policies that apply', () => {
    const tables = buildTables(1, { hasPolicies: true, hasRowSecurity: true })

    expect(warnOfServer(SERVER, tables, null)).toEqual([])
  })
})
