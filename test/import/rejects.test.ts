import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { ImportOptions } from '../../src/import/import-options.js'
import type { ImportResult } from '../../src/import/import-result.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'
import { createRole, INSERT_ONLY } from '../support/roles.js'

const SHOP = `
model Tenant {
  id    Int    @id @default(autoincrement())
  slug  String @unique @db.VarChar(5)
  shops Shop[]
}
model Shop {
  id       Int     @id @default(autoincrement())
  tenantId Int
  name     String?
  size     Int?
  meta     Json?
  parentId Int?
  tenant   Tenant  @relation(fields: [tenantId], references: [id])
  parent   Shop?   @relation("parent", fields: [parentId], references: [id])
  children Shop[]  @relation("parent")
  @@unique([tenantId, name])
}`

/** Every author has a first book, every book an author. */
const CIRCLE = `
model Author {
  id       Int      @id @default(autoincrement())
  name     String
  firstId  Int
  mentorId Int?
  first    Book     @relation("first", fields: [firstId], references: [id])
  mentor   Author?  @relation("mentor", fields: [mentorId], references: [id])
  students Author[] @relation("mentor")
  books    Book[]   @relation("books")
}
model Book {
  id       Int      @id @default(autoincrement())
  title    String
  authorId Int
  author   Author   @relation("books", fields: [authorId], references: [id])
  firstOf  Author[] @relation("first")
  notes    Note[]
}
model Note {
  id     Int   @id @default(autoincrement())
  bookId Int?
  book   Book? @relation(fields: [bookId], references: [id])
}`

/** The database refuses more than the schema tells. */
const LEAGUE = `
model Team {
  id      Int      @id @default(autoincrement())
  name    String   @unique
  last    Int
  players Player[]
}
model Club {
  id      Int      @id
  players Player[]
}
model Player {
  teamId Int
  number Int
  clubId Int?
  team   Team  @relation(fields: [teamId], references: [id])
  club   Club? @relation(fields: [clubId], references: [id])
  @@id([teamId, number])
}`

const HEADER = 'id,tenantId,name,size,meta,parentId'

/** A stage with a folder for rejected rows. */
function withRejects(
  setup: Omit<StageSetup, 'schema'> & Partial<Pick<StageSetup, 'schema'>>,
  use: (stage: RejectStage) => Promise<void>,
): Promise<void> {
  return withImportStage({ schema: SHOP, ...setup }, (stage) =>
    withCsvFolder({}, async (folder) => {
      const rejects = path.join(folder, 'bad')
      await use({
        ...stage,
        rejects,
        importRest: (options) => stage.importModels({ onBadRow: 'reject', rejects, ...options }),
        readRejects: async (name) => {
          const text = await readFile(path.join(rejects, name), 'utf8')
          return text.replaceAll(`${stage.folder}/`, '')
        },
        listRejects: () => readdir(rejects).catch(() => []),
      })
    }),
  )
}

interface RejectStage extends ImportStage {
  readonly rejects: string
  importRest(options?: Partial<ImportOptions>): Promise<ImportResult>
  readRejects(name: string): Promise<string>
  listRejects(): Promise<readonly string[]>
}

function countsOf({ models }: ImportResult) {
  return models.map(({ model, read, loaded, rejected }) => ({ model, read, loaded, rejected }))
}

describe('rejected rows', () => {
  it('are put aside as they are, with where they stand and why, while the others are loaded', () =>
    withRejects(
      {
        files: {
          'Tenant.csv': 'id,slug\n1,a\nx,b\n3,too long\n4,d,e\n5,"a"\n1,f\n',
          'Shop.csv': `${HEADER}\n1,1,"o,\nne",1,{},\n2,9,b,,,\n3,3,c,,,\n4,1,d,9999999999,,\n5,1,e,,{,\n`,
        },
      },
      async ({ importRest, readRejects, query, rejects, listRejects }) => {
        const result = await importRest()

        expect(countsOf(result)).toEqual([
          { model: 'Tenant', read: 6, loaded: 1, rejected: 5 },
          { model: 'Shop', read: 5, loaded: 1, rejected: 4 },
        ])
        expect(result.rejects).toEqual({
          folder: rejects,
          files: ['Tenant.rejected.csv', 'Shop.rejected.csv'],
        })
        expect(await listRejects()).toEqual(['Shop.rejected.csv', 'Tenant.rejected.csv'])
        expect(await readRejects('Tenant.rejected.csv')).toMatchInlineSnapshot(`
"id,slug,"_file","_line","_column","_code","_reason"
x,b,"Tenant.csv","3","id","KEYS.NOT_AN_INTEGER","The column takes whole numbers: an optional minus and digits."
3,too long,"Tenant.csv","4","slug","VALUES.TOO_LONG","The text has 8 characters, trailing blanks included; the column takes 5."
4,d,e,"Tenant.csv","5","","CSV.ROW_WIDTH","The row has 3 fields; the header names 2."
5,"a","Tenant.csv","6","slug","LOAD.DUPLICATE","""slug"" must be different in every row, but Tenant.csv:2:3 has the same."
1,f,"Tenant.csv","7","id","KEYS.DUPLICATE","""id"" must be different in every row, but Tenant.csv:2:1 has the same."
"
`)
        expect(await readRejects('Shop.rejected.csv')).toMatchInlineSnapshot(`
"id,tenantId,name,size,meta,parentId,"_file","_line","_column","_code","_reason"
2,9,b,,,,"Shop.csv","4","tenantId","KEYS.MISSING_REFERENCE","The row of Tenant that it refers to is not in the files."
3,3,c,,,,"Shop.csv","5","tenantId","KEYS.REFERS_TO_REJECTED","The row of Tenant that it refers to is rejected: VALUES.TOO_LONG."
4,1,d,9999999999,,,"Shop.csv","6","size","VALUES.INVALID_INTEGER","The number is beyond what integer holds."
5,1,e,,{,,"Shop.csv","7","meta","VALUES.INVALID_JSON","The text is no JSON."
"
`)
        expect(await query('select slug from "Tenant"')).toEqual([['a']])
        expect(await query('select name, size from "Shop"')).toEqual([['o,\nne', 1]])
        const { mode } = await stat(path.join(rejects, 'Shop.rejected.csv'))
        expect(mode & 0o777).toBe(0o600)
      },
    ))

  it('take the rows with them that refer to them, through other models, themselves and circles', () =>
    withRejects(
      {
        schema: CIRCLE,
        files: {
          'Author.csv': 'id,name,firstId,mentorId\n1,a,1,\n2,b,2,4\n3,c,3,\n4,d,4,5\n5,e,5,\n',
          'Book.csv': 'id,title,authorId\n1,t,1\n2,u,2\n3,v,x\n4,w,4\n5,,5\n6,y,1\n',
          'Note.csv': 'id,bookId\n1,1\n2,2\n3,3\n4,\n5,6\n',
        },
      },
      async ({ importRest, readRejects, query }) => {
        const result = await importRest()

        expect(countsOf(result)).toEqual([
          { model: 'Author', read: 5, loaded: 1, rejected: 4 },
          { model: 'Book', read: 6, loaded: 2, rejected: 4 },
          { model: 'Note', read: 5, loaded: 3, rejected: 2 },
        ])
        expect(await readRejects('Author.rejected.csv')).toBe(`\
id,name,firstId,mentorId,"_file","_line","_column","_code","_reason"
2,b,2,4,"Author.csv","3","mentorId","KEYS.REFERS_TO_REJECTED","The row of Author that it refers to is rejected: LOAD.NULL_VALUE."
3,c,3,,"Author.csv","4","firstId","KEYS.REFERS_TO_REJECTED","The row of Book that it refers to is rejected: KEYS.NOT_AN_INTEGER."
4,d,4,5,"Author.csv","5","mentorId","KEYS.REFERS_TO_REJECTED","The row of Author that it refers to is rejected: LOAD.NULL_VALUE."
5,e,5,,"Author.csv","6","firstId","KEYS.REFERS_TO_REJECTED","The row of Book that it refers to is rejected: LOAD.NULL_VALUE."
`)
        expect(await query('select name from "Author"')).toEqual([['a']])
        expect(await query('select title from "Book" order by 1')).toEqual([['t'], ['y']])
        expect(await query('select count(*) from "Note"')).toEqual([['3']])
      },
    ))

  it('are those that only the database can tell as well, with what refers to them', () =>
    withRejects(
      {
        rows: `
insert into "Tenant" (slug) values ('old');
alter table "Shop" add check (size < 10);
create function refuse() returns trigger language plpgsql as $$
begin
  if new.name = 'secret' then raise exception 'not %', new.name; end if;
  return new;
end $$;
create trigger refuse before insert on "Shop" for each row execute function refuse();`,
        files: {
          'Tenant.csv': 'id,slug\n1,a\n2,old\n3,c\n',
          'Shop.csv': `${HEADER}\n1,1,"a\nb",1,,\n2,2,b,1,,\n3,3,c,10,,\n4,3,secret,,,\n5,3,e,,,4\n6,3,f,,,\n`,
        },
      },
      async ({ importRest, readRejects, query }) => {
        const result = await importRest()

        expect(countsOf(result)).toEqual([
          { model: 'Tenant', read: 3, loaded: 2, rejected: 1 },
          { model: 'Shop', read: 6, loaded: 2, rejected: 4 },
        ])
        expect(await readRejects('Tenant.rejected.csv')).toBe(`\
id,slug,"_file","_line","_column","_code","_reason"
2,old,"Tenant.csv","3","","LOAD.DUPLICATE","Tenant_slug_key allows its values only once (SQLSTATE 23505)."
`)
        expect(await readRejects('Shop.rejected.csv')).toBe(`\
${HEADER},"_file","_line","_column","_code","_reason"
2,2,b,1,,,"Shop.csv","4","tenantId","KEYS.REFERS_TO_REJECTED","The row of Tenant that it refers to is rejected: LOAD.DUPLICATE."
3,3,c,10,,,"Shop.csv","5","","LOAD.CHECK_VIOLATION","The row of Shop violates Shop_size_check (SQLSTATE 23514)."
4,3,secret,,,,"Shop.csv","6","","LOAD.REFUSED","The server stopped the load of Shop (SQLSTATE P0001)."
5,3,e,,,4,"Shop.csv","7","parentId","KEYS.REFERS_TO_REJECTED","The row of Shop that it refers to is rejected: LOAD.REFUSED."
`)
        expect(await query('select name from "Shop" order by 1')).toEqual([['a\nb'], ['f']])
      },
    ))

  it('are found all at once where the database refuses many', () =>
    withRejects(
      {
        schema: LEAGUE,
        rows: `
insert into "Team" (id, name, last) values (1, 'old 7', 2);
select setval('"Team_id_seq"', 1);
alter table "Team" add constraint even check ("last" % 2 = 0),
  alter id drop default, alter id add generated always as identity;`,
        files: {
          'Team.csv': `id,name,last\n${lines(2000, (row) => `${row},old ${row},${row % 100 === 0 ? 1 : 2}`)}`,
          'Player.csv': `teamId,number,clubId\n${lines(2000, (row) => `${row},${row},${row === 5 ? 4 : ''}`)}`,
        },
      },
      async ({ importRest, readRejects }) => {
        const result = await importRest()

        expect(countsOf(result)).toEqual([
          { model: 'Team', read: 2000, loaded: 1979, rejected: 21 },
          { model: 'Player', read: 2000, loaded: 1978, rejected: 22 },
        ])
        const teams = await readRejects('Team.rejected.csv')
        expect(teams.split('\n').slice(1, 3)).toEqual([
          '7,old 7,2,"Team.csv","8","","LOAD.DUPLICATE","Team_name_key allows its values only once (SQLSTATE 23505)."',
          '100,old 100,1,"Team.csv","101","","LOAD.CHECK_VIOLATION","The row of Team violates even (SQLSTATE 23514)."',
        ])
        const players = await readRejects('Player.rejected.csv')
        expect(players.split('\n')[1]).toBe(
          '5,5,4,"Player.csv","6","","LOAD.MISSING_REFERENCE","The reference Player_clubId_fkey of Player has no row in the database (SQLSTATE 23503)."',
        )
      },
    ))

  it('are found all at once where rows refer to others of their own, which may come later', () =>
    withRejects(
      {
        rows: `alter table "Shop" add check (size < 10)`,
        files: {
          'Tenant.csv': 'id,slug\n1,a\n',
          'Shop.csv': `${HEADER}\n${lines(200, (row) => `${row},1,s${row},${row % 5 === 0 ? 10 : 1},,${row % 5 === 1 ? row + 4 : row % 5 === 2 ? row + 1 : ''}`)}`,
        },
      },
      async ({ importRest, readRejects }) => {
        const result = await importRest()

        expect(countsOf(result)[1]).toEqual({ model: 'Shop', read: 200, loaded: 120, rejected: 80 })
        const shops = await readRejects('Shop.rejected.csv')
        expect(shops.match(/"[A-Z]+\.[A-Z_]+"/g)?.slice(0, 4)).toEqual([
          '"KEYS.REFERS_TO_REJECTED"',
          '"LOAD.CHECK_VIOLATION"',
          '"KEYS.REFERS_TO_REJECTED"',
          '"LOAD.CHECK_VIOLATION"',
        ])
      },
    ))

  it('are found where each refers to the next one, however deep that goes', () =>
    withRejects(
      {
        rows: `alter table "Shop" add check (size < 10)`,
        files: {
          'Tenant.csv': 'id,slug\n1,a\n',
          'Shop.csv': `${HEADER}\n${lines(50, (row) => `${row},1,s${row},${row % 2 ? 1 : 10},,${row % 2 && row < 49 ? row + 2 : ''}`)}`,
        },
      },
      async ({ importRest }) => {
        expect(countsOf(await importRest())[1]).toMatchObject({ loaded: 25, rejected: 25 })
      },
    ))

  it('end the import where they are told one by one for too long', () =>
    withRejects(
      {
        rows: `alter table "Tenant" add check (slug <> 'bad')`,
        schema: SHOP.replace('@unique ', ''),
        files: { 'Tenant.csv': `id,slug\n${lines(30, (row) => `${row},bad`)}` },
      },
      async (stage) => {
        const url = await createRole(
          stage,
          `revoke temporary on database DATABASE from public; ${INSERT_ONLY}`,
        )
        const before = await stage.snapshot()

        await expect(stage.importRest({ url })).rejects.toMatchObject({
          code: 'IMPORT.STILL_REFUSED',
          details: { meta: { refusal: 'LOAD.CHECK_VIOLATION', line: 22, times: 21 } },
        })
        expect(await stage.snapshot()).toEqual(before)
        expect(await stage.listRejects()).toEqual([])
      },
    ))

  it('leave no file behind where the import fails for another reason', () =>
    withRejects(
      { files: { 'Tenant.csv': 'id,slug\nx,b\n1,a\n2,"open\n' } },
      async ({ importRest, listRejects }) => {
        await expect(importRest()).rejects.toMatchObject({ code: 'CSV.UNTERMINATED_QUOTE' })

        expect(await listRejects()).toEqual([])
      },
    ))

  it('are none where all rows are good: no folder is made', () =>
    withRejects({ files: { 'Tenant.csv': 'id,slug\n1,a\n' } }, async (stage) => {
      const result = await stage.importRest()

      expect(result.rejects).toBeNull()
      expect(await stage.listRejects()).toEqual([])
    }))

  it('can be imported again once they are corrected', () =>
    withRejects(
      { files: { 'Tenant.csv': 'id,slug\n1,a\n2,too long\n3,b,c\n' } },
      async ({ importRest, importModels, readRejects, rejects, query }) => {
        await importRest()
        const text = await readRejects('Tenant.rejected.csv')
        const file = path.join(rejects, 'Tenant.rejected.csv')
        await writeFile(file, text.replace('too long', 'long').replace('3,b,c', '3,b'))

        const result = await importModels({ from: rejects })

        expect(result.warnings).toEqual([])
        expect(await query('select slug from "Tenant" order by 1')).toEqual([
          ['a'],
          ['b'],
          ['long'],
        ])
      },
    ))

  it('get new reasons, not more columns, where they are rejected again', () =>
    withRejects(
      { files: { 'Tenant.csv': 'id,slug\n1,too long\n' } },
      async ({ importRest, rejects }) => {
        await importRest()
        const again = path.join(rejects, '..', 'again')

        await importRest({ from: rejects, rejects: again })

        expect(await readFile(path.join(again, 'Tenant.rejected.csv'), 'utf8')).toBe(`\
id,slug,"_file","_line","_column","_code","_reason"
1,too long,"Tenant.rejected.csv","2","slug","VALUES.TOO_LONG","The text has 8 characters, trailing blanks included; the column takes 5."
`)
      },
    ))

  it('are found where models refer to each other in a circle', () =>
    withRejects(
      {
        schema: CIRCLE,
        rows: `alter table "Book" add check (title <> 'bad')`,
        files: {
          'Author.csv': 'id,name,firstId,mentorId\n1,a,1,\n2,b,2,\n3,c,3,\n',
          'Book.csv': 'id,title,authorId\n1,t,1\n2,bad,2\n3,bad,3\n',
        },
      },
      async ({ importRest, query }) => {
        const result = await importRest()

        expect(countsOf(result)).toEqual([
          { model: 'Author', read: 3, loaded: 1, rejected: 2 },
          { model: 'Book', read: 3, loaded: 1, rejected: 2 },
        ])
        expect(await query('select title from "Book"')).toEqual([['t']])
      },
    ))

  it('are counted beside rows that are there already, and told where those are left out', () =>
    withRejects(
      {
        rows: `
insert into "Tenant" (slug) values ('b'), ('d');
alter table "Tenant" add check (slug <> 'bad')`,
        files: { 'Tenant.csv': 'id,slug\n1,d\n2,too long\n3,b\n4,bad\n5,a\n' },
      },
      async ({ importRest, readRejects }) => {
        const result = await importRest({ strategy: 'match' })

        expect(result.models).toMatchObject([{ read: 5, loaded: 1, skipped: 2, rejected: 2 }])
        expect(result.checks[0]?.detail).toBe('5 rows read, 1 loaded, 2 there already, 2 rejected.')
        expect((await readRejects('Tenant.rejected.csv')).match(/^\d,\w+/gm)).toEqual([
          '2,too',
          '4,bad',
        ])
      },
    ))

  it.each(['rebuild', 'deferred', 'replica'] as const)('go aside with --fk-mode %s', (fkMode) =>
    withRejects(
      {
        rows: `alter table "Tenant" add check (slug <> 'bad')`,
        files: {
          'Tenant.csv': 'id,slug\n1,a\n2,bad\n3,bad2\n',
          'Shop.csv': `${HEADER}\n1,1,a,,,\n2,2,b,,,\n3,9,c,,,\n`,
        },
      },
      async ({ importRest }) => {
        expect(countsOf(await importRest({ fkMode }))).toEqual([
          { model: 'Tenant', read: 3, loaded: 2, rejected: 1 },
          { model: 'Shop', read: 3, loaded: 1, rejected: 2 },
        ])
      },
    ),
  )

  it('are told one by one to a role that may not create temporary tables', () =>
    withRejects(
      {
        rows: `alter table "Tenant" add check (slug <> 'bad')`,
        files: { 'Tenant.csv': 'id,slug\n1,a\n2,bad\n' },
      },
      async (stage) => {
        const url = await createRole(
          stage,
          `revoke temporary on database DATABASE from public; ${INSERT_ONLY}`,
        )

        const result = await stage.importRest({ url })

        expect(countsOf(result)).toMatchObject([{ loaded: 1, rejected: 1 }])
      },
    ))

  it('end where the import is stopped while they are looked for', () =>
    withRejects({ files: { 'Tenant.csv': 'id,slug\n1,a\n' } }, async ({ importRest }) => {
      const controller = new AbortController()
      controller.abort()

      await expect(importRest({ signal: controller.signal })).rejects.toMatchObject({
        code: 'IMPORT.INTERRUPTED',
      })
    }))
})

function lines(count: number, line: (row: number) => string): string {
  return Array.from({ length: count }, (_, index) => `${line(index + 1)}\n`).join('')
}
