import { describe, expect, it } from '@jest/globals'
import { TEAMS } from '../import/teams.js'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'
import { createRole, INSERT_ONLY } from '../support/roles.js'

/** So much that the way matters. */
const FILES = {
  'Team.csv': 'id,name,size,ownerId\n1,a,,2\n',
  'User.csv': `id,tags,seen,teamId,bossId\n${'1,"{a tag}",,1,\n'.repeat(150_000)}`,
}

const DEFERRABLE = `
alter table "Team" alter constraint "Team_ownerId_fkey" deferrable;
alter table "User" alter constraint "User_teamId_fkey" deferrable;
alter table "User" alter constraint "User_bossId_fkey" deferrable`

describe('the ways in which rows could go in', () => {
  it('are compared by what they take and what they mean', () =>
    withUsers({}, async (stage) => {
      const { ways } = await stage.planImport()

      expect(ways).toEqual([
        {
          mode: 'checked',
          seconds: expect.any(Number),
          isChosen: false,
          why: 'All constraints and indexes stay in place, and nobody is held up.',
        },
        {
          mode: 'rebuild',
          seconds: expect.any(Number),
          isChosen: true,
          why: 'Foreign keys and indexes are dropped and made again; nobody else can use 2 tables until COMMIT.',
        },
        {
          mode: 'deferred',
          seconds: expect.any(Number),
          isChosen: false,
          why: 'Foreign keys wait until all rows are there; nobody else can use 2 tables until COMMIT.',
        },
        {
          mode: 'replica',
          seconds: expect.any(Number),
          isChosen: false,
          why: 'Foreign keys are not checked but looked up afterwards, and ordinary triggers do not fire.',
        },
      ])
    }))

  it('count the tables that are locked', () =>
    withUsers({ rows: DEFERRABLE }, async (stage) => {
      const { ways: none } = await stage.planImport()
      await stage.client.query(
        'alter table "User" alter constraint "User_bossId_fkey" not deferrable',
      )
      const { ways: one } = await stage.planImport()

      expect([none, one].map((ways) => ways[2]?.why)).toEqual([
        'Foreign keys wait until all rows are there; no table is locked.',
        'Foreign keys wait until all rows are there; nobody else can use 1 table until COMMIT.',
      ])
    }))

  it('say why they cannot be gone', () =>
    withUsers({}, async (stage) => {
      const url = await createRole(
        stage,
        `${INSERT_ONLY}; revoke temporary on database DATABASE from public`,
      )
      await stage.client.query(`grant select on all tables in schema public to public`)

      const { ways } = await stage.planImport({ url })

      expect(ways.map(({ mode, seconds, isChosen }) => [mode, seconds, isChosen])).toEqual([
        ['checked', expect.any(Number), true],
        ['rebuild', null, false],
        ['deferred', null, false],
        ['replica', null, false],
      ])
      expect(ways.slice(1).map(({ why }) => why)).toEqual([
        expect.stringMatching(/^Dropping .* needs the owner: the role does not own public\.Team/),
        expect.stringMatching(/^Making a foreign key deferrable needs the owner/),
        expect.stringMatching(/^The server does not let the role/),
      ])
    }))

  it('say that a large circle cannot go in without temporary tables', () =>
    withUsers(
      {
        files: {
          ...FILES,
          'Team.csv': `id,name,size,ownerId\n1,${'a'.repeat(2 ** 24)},,2\n`,
        },
      },
      async (stage) => {
        const url = await createRole(
          stage,
          `${INSERT_ONLY}; revoke temporary on database DATABASE from public`,
        )

        const { ways } = await stage.planImport({ url })

        expect(ways[0]).toMatchObject({
          seconds: null,
          why: expect.stringMatching(/^It needs temporary on database/),
        })
      },
    ))

  it('are not compared for a load that takes a moment', () =>
    withUsers({ files: { 'Team.csv': FILES['Team.csv'] } }, async (stage) => {
      const { ways } = await stage.planImport()

      expect(ways).toEqual([])
    }))
})

function withUsers(
  setup: Partial<StageSetup>,
  use: (stage: ImportStage) => Promise<void>,
): Promise<void> {
  return withImportStage({ schema: TEAMS, files: FILES, ...setup }, use)
}
