import { describe, expect, it } from '@jest/globals'
import { createRole, INSERT_ONLY } from '../support/roles.js'
import { STORED, TEAM_FILES, WANTED, withTeams } from './teams.js'

const NO_TEMPORARY = `${INSERT_ONLY}; revoke temporary on database DATABASE from public`

/** What the catalog says where Citus is; it takes no other part. */
const CITUS = `
set allow_system_table_mods = on;
insert into pg_extension
select 99999, 'citus', extowner, extnamespace, false, '13.2-1' from pg_extension;
reset allow_system_table_mods`

const OPTIONAL_TEAM = 'alter table "User" alter "teamId" drop not null'

describe('a circle without temporary tables', () => {
  it('is loaded by parameters, and the plan says so', () =>
    withTeams(async (stage) => {
      const url = await createRole(stage, NO_TEMPORARY)

      const { steps } = await stage.planImport({ url })

      expect(steps[0]?.why).toMatch(
        /: their rows are the parameters of one statement, .* as the role may not create temporary tables\.$/,
      )
    }))

  it('is refused by the plan where it is large', () =>
    withTeams(
      async (stage) => {
        const url = await createRole(stage, NO_TEMPORARY)

        const { problems } = await stage.planImport({ url })

        expect(problems.map(({ code }) => code)).toEqual(['PLAN.MISSING_PRIVILEGE'])
      },
      { files: { 'Team.csv': `id,name,ownerId\n1,${'a'.repeat(17 * 2 ** 20)},1\n` } },
    ))

  it('is refused where its rows become large on the way', () =>
    withTeams(
      async (stage) => {
        const url = await createRole(stage, NO_TEMPORARY)
        const before = await stage.snapshot()

        const importing = stage.importModels({ url })

        await expect(importing).rejects.toMatchObject({
          code: 'LOAD.NEEDS_TEMPORARY',
          details: {
            fix: expect.stringMatching(/^Let the owner run: grant temporary on database/),
          },
        })
        expect(await stage.snapshot()).toEqual(before)
      },
      {
        rows: 'alter table "Team" alter name type text',
        files: { 'Team.csv': `id,name,ownerId\n1,"${'\t'.repeat(9 * 2 ** 20)}",1\n` },
      },
    ))

  it('tells the files, but no value, when a type refuses one', () =>
    withTeams(
      async (stage) => {
        const url = await createRole(stage, NO_TEMPORARY)

        const error = await stage.importModels({ url }).catch((thrown: Error) => thrown)

        expect(error).toMatchObject({
          code: 'LOAD.VALUE_REFUSED',
          message: expect.stringMatching(/Team\.csv or .*User\.csv has a value/),
        })
        expect(error).toHaveProperty('message', expect.not.stringContaining('4711x'))
      },
      { files: { 'Team.csv': 'id,name,size,ownerId\n1,a,4711x,2\n2,b,,1\n' } },
    ))
})

describe('a circle on Citus', () => {
  it('is loaded in two passes', () =>
    withTeams(
      async (stage) => {
        const { steps } = await stage.planImport()

        const { models } = await stage.importModels()

        expect(steps).toEqual([
          {
            group: 1,
            models: ['Team', 'User'],
            technique: 'two-pass',
            why: expect.stringContaining('User (teamId) is NULL at first'),
          },
        ])
        expect(models.map(({ technique, loaded }) => [technique, loaded])).toEqual([
          ['two-pass', 3],
          ['two-pass', 2],
        ])
        expect(await stage.query(STORED)).toEqual(WANTED)
      },
      { rows: `${CITUS}; ${OPTIONAL_TEAM}` },
    ))

  it('tells the line of a row that is refused in the second pass', () =>
    withTeams(
      async (stage) => {
        const before = await stage.snapshot()

        const importing = stage.importModels()

        await expect(importing).rejects.toMatchObject({
          code: 'LOAD.CHECK_VIOLATION',
          details: { meta: { model: 'User', line: 2, constraint: 'first_team' } },
        })
        expect(await stage.snapshot()).toEqual(before)
      },
      {
        rows: `${CITUS}; ${OPTIONAL_TEAM};
alter table "User" add constraint first_team check ("teamId" < 2)`,
      },
    ))

  it.each([
    ['read its key', 'grant update on all tables in schema public to ROLE'],
    ['update it', 'grant select on all tables in schema public to ROLE'],
  ])('is refused where the role may not %s', (_, grant) =>
    withTeams(
      async (stage) => {
        const url = await createRole(stage, `${INSERT_ONLY}; ${grant}`)

        const { problems } = await stage.planImport({ url })

        expect(problems.map(({ code, why }) => [code, why])).toEqual([
          [
            'PLAN.MISSING_PRIVILEGE',
            'It needs select, update on table "public"."User" to fill in references when all rows are there.',
          ],
        ])
      },
      { rows: `${CITUS}; ${OPTIONAL_TEAM}` },
    ),
  )

  it('is refused where every reference is required', () =>
    withTeams(
      async (stage) => {
        const { problems } = await stage.planImport()

        expect(problems.map(({ code }) => code)).toEqual(['PLAN.UNBREAKABLE_CYCLE'])
      },
      { rows: CITUS, files: TEAM_FILES },
    ))
})
