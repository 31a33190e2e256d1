import { expect, it, jest } from '@jest/globals'
import { importModels } from '../../src/import/import-models.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import type { ImportStage } from '../support/import-stage.js'
import { withOwnServer } from '../support/own-server.js'
import { until } from '../support/until.js'
import {
  expectUntouched,
  FREE,
  HELD_COPY,
  HELD_WAYS,
  type HeldWay,
  optionsOf,
  readTarget,
  type Target,
  withHeldStage,
} from './failure-stage.js'

// Servers take their time on a busy machine.
jest.setTimeout(180_000)

it.each(HELD_WAYS)(
  'a server that stops in the middle of $moment of an import by $way has kept nothing of it',
  (heldWay) =>
    withOwnServer((server) =>
      withHeldStage(heldWay, async (stage, held) => {
        const before = await readTarget(stage.client)
        const importing = stage.importModels(optionsOf(heldWay.way)).catch((error) => error)
        await until(held.isReached)

        await server.stopImmediately(stage.client)

        expect(await importing).toMatchObject({
          code: 'POSTGRES.CONNECTION_LOST',
          details: { fix: 'Import again when the server is back: nothing was written.' },
        })
        await server.startAgain()
        await expectNothingKept(stage, { before, way: heldWay.way })
      }),
    ),
)

it('a server that crashes and comes back by itself has kept nothing of an import', () =>
  withOwnServer(() =>
    withHeldStage(HELD_COPY, async (stage, held) => {
      const before = await readTarget(stage.client)
      const importing = stage.importModels().catch((error) => error)
      await until(held.isReached)
      const [[pid]] = (await stage.query(
        `select pid from pg_stat_activity where application_name = 'prisma-gyro' and query ~ '^copy'`,
      )) as [[number]]

      process.kill(pid, 'SIGKILL')

      expect(await importing).toMatchObject({ code: 'POSTGRES.CONNECTION_LOST' })
      await until(() => isBack(stage.url))
      await expectNothingKept(stage, { before, way: 'checked' })
    }),
  ))

/** On a new connection to a server that may have another port by now. */
function expectNothingKept(
  { url, manifest, folder }: ImportStage,
  { before, way }: { readonly before: Target; readonly way: HeldWay['way'] },
): Promise<void> {
  const { pathname } = new URL(url)
  const { href } = Object.assign(new URL(String(process.env['PRISMA_GYRO_TEST_URL'])), { pathname })
  return withConnection(parseDatabaseUrl(href), (client) =>
    expectUntouched({ client, before, held: FREE }, () =>
      importModels(manifest, { from: folder, url: href, ...optionsOf(way) }),
    ),
  )
}

function isBack(url: string): Promise<boolean> {
  return withConnection(parseDatabaseUrl(url), () => Promise.resolve(true)).catch(() => false)
}
