import { describe, expect, it } from '@jest/globals'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'
import { createRole, INSERT_ONLY, ROLES } from '../support/roles.js'
import { STORED, WANTED, withTeams } from './teams.js'

const NOTES = `
model User {
  id    Int    @id @default(autoincrement())
  name  String
  notes Note[]
}

model Note {
  id     Int    @id @default(autoincrement())
  tenant String @default("mine")
  userId Int
  user   User   @relation(fields: [userId], references: [id])
}
`

const NOTE_FILES = {
  'User.csv': 'id,name\n1,a\n2,b\n',
  'Note.csv': 'id,tenant,userId\n1,mine,2\n2,mine,1\n',
}

const POLICY = `
alter table "Note" enable row level security; alter table "Note" force row level security;
create policy own on "Note" with check (tenant = 'mine')`

/** All but the superuser, whom no policy concerns. */
const CONCERNED = ROLES.slice(1)

describe('row-level security that applies to the role', () => {
  it.each(CONCERNED)('has rows staged, for $name', ({ grants }) =>
    withNotes(async (stage) => {
      const url = await createRole(stage, grants)
      const { steps } = await stage.planImport({ url })

      const { models, checks } = await stage.importModels({ url })

      expect(steps.map(({ technique }) => technique)).toEqual(['checked', 'staged'])
      expect(models.map(({ model, technique, loaded }) => [model, technique, loaded])).toEqual([
        ['User', 'checked', 2],
        ['Note', 'staged', 2],
      ])
      expect(checks.every(({ ok }) => ok)).toBe(true)
      expect(await stage.query('select id, "userId" from "Note" order by 1')).toEqual([
        [1, 2],
        [2, 1],
      ])
    }),
  )

  it.each(CONCERNED)('is enforced for $name: nothing is written', ({ grants }) =>
    withNotes(
      async (stage) => {
        const url = await createRole(stage, grants)
        const before = await stage.snapshot()

        const importing = stage.importModels({ url })

        await expect(importing).rejects.toMatchObject({
          code: 'LOAD.POLICY',
          details: { meta: { model: 'Note', file: expect.stringMatching(/Note\.csv$/) } },
        })
        expect(await stage.snapshot()).toEqual(before)
      },
      { files: { ...NOTE_FILES, 'Note.csv': 'id,tenant,userId\n1,mine,2\n2,theirs,1\n' } },
    ),
  )

  it('is enforced within a circle, and loads it', () =>
    withTeams(
      async (stage) => {
        const url = await createRole(stage, INSERT_ONLY)

        await stage.importModels({ url })
        await stage.client.query('alter policy large on "Team" with check (size > 9)')
        const refused = stage.importModels({ url })

        await expect(refused).rejects.toMatchObject({
          code: 'LOAD.POLICY',
          details: { meta: { model: 'Team' } },
        })
        expect(await stage.query(STORED)).toEqual(WANTED)
      },
      {
        rows: `
alter table "Team" enable row level security;
create policy large on "Team" with check (true);
drop index "Team_name_key"`,
      },
    ))

  it('moves a sequence past kept keys that the role does not see', () =>
    withNotes(async (stage) => {
      const url = await createRole(
        stage,
        'grant all on all tables in schema public to ROLE; grant all on all sequences in schema public to ROLE',
      )

      await stage.importModels({ url, strategy: 'none' })

      expect(await stage.query(`select nextval('"Note_id_seq"')::int`)).toEqual([[3]])
    }))

  it('wants temporary tables, and names what grants them', () =>
    withNotes(async (stage) => {
      const url = await createRole(
        stage,
        `${INSERT_ONLY}; revoke temporary on database DATABASE from public`,
      )

      const { problems } = await stage.planImport({ url })

      expect(problems.map(({ code, fix }) => [code, fix])).toEqual([
        [
          'PLAN.MISSING_PRIVILEGE',
          expect.stringMatching(
            /^Let the owner run: grant temporary on database "test_\w+" to "role_\w+";$/,
          ),
        ],
      ])
    }))
})

function withNotes(
  use: (stage: ImportStage) => Promise<void>,
  { files = NOTE_FILES }: Partial<Pick<StageSetup, 'files'>> = {},
): Promise<void> {
  return withImportStage({ schema: NOTES, rows: POLICY, files }, use)
}
