import { describe, expect, it } from '@jest/globals'
import { type PostgresClient, queryRows } from '../../src/postgres/client.js'
import { withConnection } from '../../src/postgres/connect.js'
import { parseDatabaseUrl } from '../../src/postgres/database-url.js'
import { type ImportStage, withImportStage } from '../support/import-stage.js'
import { isBlocked } from '../support/is-blocked.js'
import { until } from '../support/until.js'
import { TEAMS } from './teams.js'

/** More than what is needed for a rebuild. */
const USERS = `id,tags,seen,teamId,bossId\n${Array.from({ length: 120_000 }, (_, index) => `${index + 1},"{a tag}",,1,\n`).join('')}`

const FILES = { 'Team.csv': 'id,name,size,ownerId\n1,a,,2\n', 'User.csv': USERS }

const OLD_ROWS = `
with t as (insert into "Team" (name, "ownerId") values ('old', 1))
insert into "User" (uid, "teamId") values ('old', 1)`

describe('a rebuild of tables that were empty for the plan', () => {
  it('is left out when rows came before they were locked', () =>
    withWriter('commit', async (stage, importing) => {
      const { models, warnings } = await importing

      expect(models.map(({ technique, loaded }) => [technique, loaded])).toEqual([
        ['cycle', 1],
        ['cycle', 120_000],
      ])
      expect(warnings).toEqual([
        'There was no rebuild: public.Team was empty when it was decided on and holds rows now.',
      ])
      expect(await stage.query('select count(*)::int from "User"')).toEqual([[120_001]])
    }))

  it('is done when they stayed empty', () =>
    withWriter('rollback', async (_, importing) => {
      const { models, warnings } = await importing

      expect(models.map(({ technique }) => technique)).toEqual(['rebuild', 'rebuild'])
      expect(warnings).toEqual([])
    }))

  it('gives the locks back that it does not need', () =>
    withImportStage({ schema: TEAMS, files: FILES }, async (stage) => {
      const locks: Promise<readonly unknown[]>[] = []
      const { url, client } = stage
      await withConnection(parseDatabaseUrl(url), async (writer) => {
        await writer.query(`begin; ${OLD_ROWS}`)
        const importing = stage.importModels({
          onProgress: (event) => {
            if (event.type === 'file-start' && event.phase === 'load') locks.push(exclusive(client))
          },
        })
        await until(() => isBlocked(client))
        await writer.query('commit')
        await importing
      })

      expect(await Promise.all(locks)).toEqual([[], []])
    }))
})

/** An import that waits for a writer, who then ends its transaction like this. */
function withWriter(
  end: 'commit' | 'rollback',
  use: (stage: ImportStage, importing: ReturnType<ImportStage['importModels']>) => Promise<void>,
): Promise<void> {
  return withImportStage({ schema: TEAMS, files: FILES }, (stage) =>
    withConnection(parseDatabaseUrl(stage.url), async (writer) => {
      await writer.query(`begin; ${OLD_ROWS}`)
      const importing = stage.importModels()
      await until(() => isBlocked(stage.client))
      await writer.query(end)
      await use(stage, importing)
    }),
  )
}

/** The tables that are locked against readers. */
function exclusive(client: PostgresClient): Promise<readonly unknown[]> {
  return queryRows(client, {
    text: `\
select relation::regclass from pg_locks
where mode = 'AccessExclusiveLock' and relation in ('"Team"'::regclass, '"User"'::regclass)`,
    values: [],
  })
}
