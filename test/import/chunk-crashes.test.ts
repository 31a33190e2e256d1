import { expect, it, jest } from '@jest/globals'
import { resumeImport } from '../../src/import/resume-import.js'
import { queryRows } from '../../src/postgres/client.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { isBlocked } from '../support/is-blocked.js'
import { withOwnServer } from '../support/own-server.js'
import { until } from '../support/until.js'
import { CHUNK_OPTIONS, withChunkStage } from './chunk-stage.js'

// Servers take their time on a busy machine.
jest.setTimeout(180_000)

/** Waits in the middle of a chunk of orders until nobody holds the lock. */
const HOLD = `
create function hold() returns trigger language plpgsql as $$
begin
  if new.number = 1020 then perform pg_advisory_xact_lock_shared(7); end if;
  return new;
end $$;
create trigger hold before insert on "Order" for each row execute function hold();
select pg_advisory_lock(7)`

it('an import in chunks goes on after the server crashed in the middle of one', () =>
  withOwnServer((server) =>
    withChunkStage(async (stage) => {
      const { client, manifest } = stage
      await client.query(HOLD)
      const importing = stage.importModels(CHUNK_OPTIONS).catch((error) => error)
      await until(() => isBlocked(client))

      await server.stopImmediately(client)

      const failure = await importing
      expect(failure).toMatchObject({
        code: 'IMPORT.STOPPED',
        details: { meta: { rows: null, failure: 'POSTGRES.CONNECTION_LOST' } },
      })
      await server.startAgain()
      const { pathname } = new URL(stage.url)
      const { href } = Object.assign(new URL(String(process.env['PRISMA_GYRO_TEST_URL'])), {
        pathname,
      })
      const { batch } = failure.details.meta
      const result = await resumeImport(manifest, { batch, url: href })

      const orders = result.models.find(({ model }) => model === 'Order')
      expect(orders).toMatchObject({ read: 50, loaded: 50 })
      await withConnection(parseDatabaseUrl(href), async (other) => {
        const [found] = await queryRows(other, {
          text: 'select count(*)::int as rows, count(distinct number)::int as numbers from "Order"',
          values: [],
        })
        expect(found).toEqual({ rows: 50, numbers: 50 })
      })
    }),
  ))
