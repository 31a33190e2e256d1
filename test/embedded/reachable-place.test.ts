import { createHash } from 'node:crypto'
import { chmod, cp, mkdir, readlink, realpath, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { startServer } from '../../src/embedded/embedded-server.js'
import { type Binaries, findBinaries } from '../../src/embedded/find-binaries.js'
import { copyBinaries, placeOutside } from '../../src/embedded/reachable-place.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { runProgram } from '../support/run-program.js'

describe('placeOutside', () => {
  it('links the place in the project to one that is open, the same every time', () =>
    withPlace(async (folder, home) => {
      const first = await placeOutside(folder)
      const second = await placeOutside(folder)

      expect(first).toBe(path.join(home, 'postgres'))
      expect(second).toBe(first)
      expect(await readlink(folder)).toBe(first)
    }))

  it('leaves data that is in the project already', () =>
    withPlace(async (folder) => {
      await mkdir(folder)

      expect(await placeOutside(folder)).toBe(folder)
    }))

  it('trusts no folder that is not ours', () =>
    withPlace(async (folder, home) => {
      await writeFile(home, '')

      await expect(placeOutside(folder)).rejects.toMatchObject({ code: 'EMBEDDED.START_FAILED' })
    }))
})

describe('copyBinaries', () => {
  it('gives programs that run, copied once', () =>
    withInstalled(async (installed) => {
      const first = await copyBinaries(installed)
      const second = await copyBinaries(installed)
      const { stdout } = await runProgram(first.pgCtl, ['--version'], { cwd: '.' })
      await rm(path.resolve(first.pgCtl, '../../..'), { recursive: true })

      expect(second).toEqual(first)
      expect(path.basename(first.initdb)).toBe('initdb')
      expect(stdout).toMatch(/^pg_ctl \(PostgreSQL\) \d+/)
    }))

  it('leaves a copy that another start has made meanwhile', () =>
    withInstalled(async (installed) => {
      const copies = await Promise.all([copyBinaries(installed), copyBinaries(installed)])
      const { stdout } = await runProgram(copies[0].pgCtl, ['--version'], { cwd: '.' })
      await rm(path.resolve(copies[0].pgCtl, '../../..'), { recursive: true })

      expect(copies[1]).toEqual(copies[0])
      expect(stdout).toMatch(/^pg_ctl/)
    }))
})

it('starts a server for a project in a folder that is closed to others', () =>
  withPlace(async (folder) => {
    await chmod(path.dirname(folder), 0o700)
    const options = { folder, projectFolder: process.cwd(), settings: {}, keepData: false }

    const server = await startServer(options)
    const answer = await withConnection(parseDatabaseUrl(server.urlOf('postgres')), (client) =>
      client.query('select 1 as one'),
    )
    await server.stop()

    expect(answer.rows).toEqual([{ one: 1 }])
  }))

/** Programs of a project of their own: those of this checkout may be in use from where they are. */
async function withInstalled(use: (installed: Binaries) => Promise<void>): Promise<void> {
  const { pgCtl, version } = await findBinaries(process.cwd())
  const home = path.resolve(pgCtl, '../../..')
  await withCsvFolder({}, async (folder) => {
    await cp(home, folder, { recursive: true, verbatimSymlinks: true })
    const inFolder = (name: string) => path.join(folder, 'native/bin', name)
    await use({ initdb: inFolder('initdb'), pgCtl: inFolder('pg_ctl'), version })
  })
}

/** A place for data in a project, and the folder outside that belongs to it; both go afterwards. */
function withPlace(use: (folder: string, home: string) => Promise<void>): Promise<void> {
  return withCsvFolder({}, async (project) => {
    const folder = path.join(await realpath(project), 'postgres')
    const name = createHash('sha256').update(folder).digest('hex').slice(0, 16)
    const home = `/var/tmp/prisma-gyro-${name}`
    try {
      await use(folder, home)
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  })
}
