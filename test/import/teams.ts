import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'

/** Every team has an owner and every user a team; a user has a boss, who is a user. */
export const TEAMS = `
model Team {
  id      Int    @id @default(autoincrement())
  name    String @unique @db.VarChar(9)
  size    Int?
  ownerId Int
  owner   User   @relation("owner", fields: [ownerId], references: [id])
  members User[] @relation("members")
}

model User {
  id     Int       @id @default(autoincrement())
  uid    String    @default(uuid())
  tags   String[]
  seen   DateTime?
  teamId Int
  team   Team      @relation("members", fields: [teamId], references: [id])
  bossId Int?
  boss   User?     @relation("boss", fields: [bossId], references: [id])
  staff  User[]    @relation("boss")
  owned  Team[]    @relation("owner")
}
`

export const TEAM_FILES = {
  'Team.csv': 'id,name,size,ownerId\n1,a,,2\n2,"b\t\\",3,1\n',
  'User.csv':
    'id,tags,seen,teamId,bossId\n1,"{x,y}",2024-01-02T03:04:05Z,1,3\n2,{},,2,2\n3,"{""a b""}",,1,\n',
}

/** Rows that are there already, so that every key is another in the target. */
export const TEAM_ROWS = `
with t as (insert into "Team" (name, "ownerId") values ('old', 1))
insert into "User" (uid, "teamId") select 'old', 1 from generate_series(1, 10)`

/** Users with their teams and bosses, numbered as in the files. */
export const STORED = `
select t.name, t.size, o.id - 10, u.id - 10, u.tags, u.seen::text, u."teamId" - 1, u."bossId" - 10
from "User" u join "Team" t on t.id = u."teamId" join "User" o on o.id = t."ownerId"
where u.id > 10 order by u.id`

/** What `STORED` gives for the files. */
export const WANTED = [
  ['a', null, 2, 1, ['x', 'y'], '2024-01-02 03:04:05', 1, 3],
  ['b\t\\', 3, 1, 2, [], null, 2, 2],
  ['a', null, 2, 3, ['a b'], null, 1, null],
]

/** A database with teams and users, and files of more of them. */
export function withTeams(
  use: (stage: ImportStage) => Promise<void>,
  { rows = '', files = {} }: Partial<Pick<StageSetup, 'rows' | 'files'>> = {},
): Promise<void> {
  return withImportStage(
    { schema: TEAMS, rows: `${TEAM_ROWS}; ${rows}`, files: { ...TEAM_FILES, ...files } },
    use,
  )
}
