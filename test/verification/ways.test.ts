import { describe, expect, it } from '@jest/globals'
import { listDifferent, withVerifyStage } from './verify-stage.js'

const SHOP = `
model User {
  id        Int      @id @default(autoincrement())
  email     String   @unique
  name      String?
  at        DateTime? @db.Timestamptz(6)
  updatedAt DateTime @updatedAt
  bossId    Int?
  boss      User?    @relation("boss", fields: [bossId], references: [id])
  staff     User[]   @relation("boss")
  orders    Order[]
  groups    Group[]
}

model Order {
  id     String @id @default(uuid()) @db.Uuid
  number String @unique
  total  Float
  tags   String[]
  userId Int
  user   User   @relation(fields: [userId], references: [id])
}

model Group {
  id    Int    @id
  label String
  users User[]
}
`

const A = '0000000a-0000-4000-8000-000000000000'
const B = '0000000b-0000-4000-8000-000000000000'

const FILES = {
  'User.csv': `id,email,name,bossId,at
1,a@x,Ann,2,2024-01-02T03:04:05.123456Z
2,b@x,Bea,,
3,c@x,Cy,1,
`,
  'Order.csv': `id,number,total,tags,userId\n${A.toUpperCase()},N1,10.1,"{a,b}",1\n${B},N2,1e-300,{},3\n`,
  'Group.csv': 'id,label\n1,one\n2,two\n',
  '_GroupToUser.csv': 'A,B\n1,1\n2,3\n',
}

const ROWS = `
insert into "User" (id, email, name, at, "updatedAt", "bossId") values
  (41, 'a@x', 'Old', '1900-01-01', now(), null),
  (42, 'b@x', 'Bea', null, now(), null),
  (43, 'z@x', null, null, now(), 41);
select setval('"User_id_seq"', 43);
insert into "Order" values ('${B}', 'N2', 0.1::float8 + 0.2, array['x'], 41);
insert into "Group" values (2, 'zwei');
insert into "_GroupToUser" values (2, 41)`

const UPDATE = { User: 'update', Order: 'update', Group: 'update', _GroupToUser: 'update' } as const
const SKIP = { User: 'skip', Order: 'skip', Group: 'skip', _GroupToUser: 'skip' } as const

describe('an import is what its files are', () => {
  it('whatever becomes of keys', () =>
    withVerifyStage({ schema: SHOP, files: FILES }, async (stage) => {
      await stage.client.query(`insert into "User" (id, email, "updatedAt") values (90, 'o@x', now());
insert into "Group" values (9, 'nine'); insert into "_GroupToUser" values (9, 90)`)
      const found: unknown[] = []
      for (const options of [
        { strategy: { User: 'hash', Order: 'hash', Group: 'none' } },
        { strategy: 'none' },
        { strategy: { Order: 'fresh', Group: 'none' } },
        { strategy: { User: 'match', Order: 'match', Group: 'none' } },
        { commit: 'chunk', batchSize: 1 },
      ] as const) {
        const batch = await stage.importBatch(options)
        const result = await stage.verify(batch)
        found.push([listDifferent(result), result.models.map(({ together }) => together)])
        await stage.client.query('truncate "User", "Order", "Group", "_GroupToUser"')
      }

      expect(found).toEqual(Array(5).fill([[], [true, true, true, true]]))
    }))

  it.each([
    [
      'sequential, update',
      { strategy: { Group: 'none' }, onConflict: UPDATE },
      ['User.name', 'Order.total'],
    ],
    ['sequential, skip', { strategy: { Group: 'none' }, onConflict: SKIP }, ['User.name']],
    [
      'match',
      { strategy: { User: 'match', Order: 'match', Group: 'none' }, onConflict: { Group: 'skip' } },
      ['User.name'],
    ],
    [
      'match, update',
      { strategy: { User: 'match', Order: 'match', Group: 'none' }, onConflict: UPDATE },
      ['User.name', 'Order.total'],
    ],
  ] as const)('beside rows that were there: %s', (_, options, different) =>
    withVerifyStage({ schema: SHOP, rows: ROWS, files: FILES }, async (stage) => {
      await stage.importBatch(options)

      const right = await stage.verify()
      await stage.client.query(`
update "User" set name = 'Cyd' where email = 'c@x';
update "Order" set total = 7 where number = 'N2'`)
      const wrong = await stage.verify()

      expect(listDifferent(right)).toEqual([])
      expect(right.ok).toBe(true)
      expect(listDifferent(wrong)).toEqual(different)
    }),
  )
})
