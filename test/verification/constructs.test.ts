import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, it } from '@jest/globals'
import { importModels } from '../../src/import/import-models.js'
import { verifyImport } from '../../src/import/verify-import.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { ddlOf } from '../support/ddl.js'
import { manifestOf } from '../support/manifest-of.js'
import { withTestDatabase } from '../support/test-database.js'
import { listDifferent } from './verify-stage.js'

const FIXTURE = path.resolve('test', 'data', 'constructs')

it('finds an import of every construct to be what its files are', async () => {
  const schema = path.join(FIXTURE, 'schema')
  const manifest = await manifestOf(schema)
  const ddl = await ddlOf(schema)
  // Prisma writes names as they are, also those that hold a quote.
  const tables = ddl.replaceAll('"things"', '""things""').replaceAll('"in"', '""in""')
  const names = await readdir(path.join(FIXTURE, 'export'))
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(path.join(FIXTURE, 'export', name))] as const),
  )

  await withTestDatabase(['create extension citext', tables], (_, { url }) =>
    withCsvFolder(Object.fromEntries(files), async (from) => {
      const { batch } = await importModels(manifest, { from, url })

      const result = await verifyImport(manifest, { batch: batch.id, url })

      expect(listDifferent(result)).toEqual([])
      expect(result.models.every(({ together }) => together === true)).toBe(true)
      expect(result.models.find(({ model }) => model === 'Everything')?.columns).toHaveLength(30)
    }),
  )
})
