import { chmod, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { checkWay, findAccount } from '../../src/embedded/server-account.js'
import { withCsvFolder } from '../support/csv-folder.js'

const { getuid } = process

afterEach(() => {
  Object.assign(process, { getuid })
})

describe('findAccount', () => {
  it('is ourselves, unless we are root', () => {
    Object.assign(process, { getuid: () => 1000 })

    expect(findAccount('/nowhere')).toEqual({})
  })

  it('is ourselves on a system without user ids', () => {
    Object.assign(process, { getuid: undefined })

    expect(findAccount('/nowhere')).toEqual({})
  })

  it('is somebody else for root', () => {
    Object.assign(process, { getuid: () => 0 })

    const { uid, gid } = findAccount('/nowhere')

    expect(uid).toBeGreaterThan(0)
    expect(gid).toBeGreaterThan(0)
  })

  it('is the owner of the data that is there', async () => {
    Object.assign(process, { getuid: () => 0 })

    const account = findAccount(tmpdir())

    const { uid, gid } = await stat(tmpdir())
    expect(account).toEqual({ uid, gid })
  })
})

describe('checkWay', () => {
  it('has nothing to check for ourselves', () => {
    expect(() => checkWay({}, '/no/such/folder')).not.toThrow()
  })

  it('names the folder that is closed to the account', () =>
    withCsvFolder({ 'a/b/file': '' }, async (folder) => {
      const stranger = { uid: 54321, gid: 54321 }
      await chmod(folder, 0o755)
      await chmod(path.join(folder, 'a'), 0o700)

      const check = () => checkWay(stranger, path.join(folder, 'a/b/file'))

      expect(check).toThrow(
        expect.objectContaining({
          code: 'EMBEDDED.START_FAILED',
          details: expect.objectContaining({
            fix: `Run as a user other than root, or move the project elsewhere, or run "chmod o+x ${folder}/a".`,
          }),
        }),
      )
    }))

  it('lets owner and group in where others may not enter', () =>
    withCsvFolder({ file: '' }, async (folder) => {
      const { uid, gid } = await stat(folder)
      await chmod(folder, 0o710)

      checkWay({ uid, gid: 54321 }, path.join(folder, 'file'))
      checkWay({ uid: 54321, gid }, path.join(folder, 'file'))
      expect(() => checkWay({ uid: 54321, gid: 54321 }, path.join(folder, 'file'))).toThrow(folder)
    }))
})
