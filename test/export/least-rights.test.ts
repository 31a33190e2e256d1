import path from 'node:path'
import { expect, it } from '@jest/globals'
import type { ExportOptions } from '../../src/export/export-options.js'
import { importModels } from '../../src/import/import-models.js'
import { createRole } from '../support/roles.js'
import { withExportStage } from './export-stage.js'

/** All that a role has that may read, and leave nothing behind, not even for a moment. */
const ONLY_SELECT = `
grant select on all tables in schema public to ROLE;
revoke temporary on database DATABASE from public;
alter role ROLE set default_transaction_read_only = on`

it('takes SELECT and nothing else, of all rows and of slices', () =>
  withExportStage({ schema: path.resolve('prisma/schema.prisma') }, async (stage) => {
    const { client, manifest, url, export: run, query } = stage
    await importModels(manifest, { from: path.resolve('prisma/export'), url, history: false })
    const reader = await createRole({ client, url }, ONLY_SELECT)
    const { username } = new URL(reader)
    expect(
      await query(`select has_database_privilege('${username}', current_database(), 'temporary')`),
    ).toEqual([[false]])
    const before = await stage.snapshot()
    const slices: readonly Partial<ExportOptions>[] = [
      {},
      { where: { Tenant: 'id = 1' }, limit: { Order: 2 }, jobs: 3 },
      {
        ...{ roots: { Customer: [1, 2] }, depth: 1, exclude: ['Review'], prune: 'nullable' },
        ...{ mask: { Customer: { email: 'hash' } }, maskKey: 'sixteen letters.' },
      },
    ]

    for (const slice of slices) {
      const { models: owned } = await run({ ...slice, overwrite: true })
      const { models, warnings } = await run({ ...slice, url: reader, overwrite: true })

      expect(warnings).toEqual([])
      expect(models.map(({ file, rows, sha256 }) => [file, rows, sha256])).toEqual(
        owned.map(({ file, rows, sha256 }) => [file, rows, sha256]),
      )
    }
    expect(await stage.snapshot()).toEqual(before)
  }))
