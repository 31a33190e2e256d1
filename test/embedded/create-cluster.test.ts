import { readdir, symlink, utimes } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { createCluster } from '../../src/embedded/create-cluster.js'
import { withCsvFolder } from '../support/csv-folder.js'

/** Stands for initdb where what matters happens around it. */
const SUCCEEDING = { initdb: 'true', pgCtl: '', version: '18.4.0' }
const FAILING = { ...SUCCEEDING, initdb: 'false' }

describe('createCluster', () => {
  it('leaves nothing when initdb fails', () =>
    withCsvFolder({}, async (folder) => {
      const creating = createCluster(path.join(folder, 'pg'), FAILING, {})

      await expect(creating).rejects.toMatchObject({
        code: 'EMBEDDED.START_FAILED',
        details: { why: 'false said: exit code 1' },
      })
      expect(await readdir(folder)).toEqual([])
    }))

  it('shows what initdb said', () =>
    withCsvFolder({}, async (folder) => {
      const creating = createCluster(path.join(folder, 'pg'), { ...SUCCEEDING, initdb: 'ls' }, {})

      await expect(creating).rejects.toMatchObject({
        details: { why: expect.stringMatching(/^ls said: .*pgdata/) },
      })
    }))

  it('lets one of two that start at once have it', () =>
    withCsvFolder({}, async (folder) => {
      const create = () => createCluster(path.join(folder, 'pg'), SUCCEEDING, {})

      const results = await Promise.allSettled([create(), create()])

      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      expect(await readdir(folder)).toEqual(['pg'])
    }))

  it('removes what a start that was killed left behind, and nothing that is on its way', () =>
    withCsvFolder(
      { 'pg-new-old/data': '', 'pg-new-young/data': '', 'pg-mine/data': '' },
      async (folder) => {
        await utimes(path.join(folder, 'pg-new-old'), 0, 0)
        await utimes(path.join(folder, 'pg-mine'), 0, 0)
        await symlink('nowhere', path.join(folder, 'pg-new-gone'))

        await createCluster(path.join(folder, 'pg'), SUCCEEDING, {})

        expect((await readdir(folder)).sort()).toEqual([
          'pg',
          'pg-mine',
          'pg-new-gone',
          'pg-new-young',
        ])
      },
    ))

  it('says that initdb could not be run', () =>
    withCsvFolder({}, async (folder) => {
      const nothing = { ...SUCCEEDING, initdb: path.join(folder, 'initdb') }

      const creating = createCluster(path.join(folder, 'pg'), nothing, {})

      await expect(creating).rejects.toMatchObject({
        details: { why: expect.stringMatching(/ENOENT/) },
      })
    }))
})
