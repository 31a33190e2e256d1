import { describe, expect, it } from '@jest/globals'
import { withRollbackStage } from './rollback-stage.js'

const SHOP = `
model User {
  id        Int      @id @default(autoincrement())
  email     String   @unique
  name      String?
  info      Json?    @db.Json
  bytes     Bytes?
  at        DateTime? @db.Timestamptz(6)
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
  'User.csv': `id,email,name,bossId,info,bytes,at
1,a@x,Ann,2,"{""a"":  1}",\\x01ff,2024-01-02T03:04:05.123456Z
2,b@x,Bea,,,,
3,c@x,Cy,1,,,
`,
  'Order.csv': `id,number,total,tags,userId\n${A},N1,10.1,"{a,b}",1\n${B},N2,1e-300,{},3\n`,
  'Group.csv': 'id,label\n1,one\n2,two\n',
  '_GroupToUser.csv': 'A,B\n1,1\n2,3\n',
}

const ROWS = `
insert into "User" (id, email, name, info, bytes, at, "bossId") values
  (41, 'a@x', 'Old', '{"a" : 0}', '\\x00', '1900-01-01 00:00:00.000001+00', null),
  (42, 'b@x', 'Bea', null, null, 'infinity', null),
  (43, 'z@x', null, null, null, null, 41);
select setval('"User_id_seq"', 43);
insert into "Order" values ('${B}', 'N2', 0.1::float8 + 0.2, array['x', null, 'a"b'], 41);
insert into "Group" values (2, 'zwei');
insert into "_GroupToUser" values (2, 41)`

const UPDATE = { User: 'update', Order: 'update', Group: 'update', _GroupToUser: 'update' } as const
const SKIP = { User: 'skip', Order: 'skip', Group: 'skip', _GroupToUser: 'skip' } as const

describe('a rollback leaves the rows as they were', () => {
  it.each([
    ['sequential, update', { strategy: { Group: 'none' }, onConflict: UPDATE }],
    ['sequential, skip', { strategy: { Group: 'none' }, onConflict: SKIP }],
    ['fresh, update', { strategy: { Order: 'fresh', Group: 'none' }, onConflict: UPDATE }],
    ['fresh, skip', { strategy: { Order: 'fresh', Group: 'none' }, onConflict: SKIP }],
    [
      'match',
      { strategy: { User: 'match', Order: 'match', Group: 'none' }, onConflict: { Group: 'skip' } },
    ],
    [
      'match, update',
      { strategy: { User: 'match', Order: 'match', Group: 'none' }, onConflict: UPDATE },
    ],
  ] as const)('%s', (_, options) =>
    withRollbackStage({ schema: SHOP, rows: ROWS, files: FILES }, async (stage) => {
      const before = await stage.rows()
      const { batch, models: loaded } = await stage.importModels(options)
      const plan = await stage.planRollback(batch.id)

      const { models } = await stage.rollback(batch.id)

      expect(plan.problems).toEqual([])
      const counts = Object.fromEntries(models.map((m) => [m.model, [m.deleted, m.restored]]))
      expect(counts).toEqual(
        Object.fromEntries(
          loaded
            .filter((m) => m.loaded + m.updated > 0)
            .map((m) => [m.model, [m.loaded, m.updated]]),
        ),
      )
      expect(await stage.rows()).toEqual(before)
      expect(await stage.query('select count(*)::int from prisma_gyro.before_image')).toEqual([[0]])
    }),
  )

  it.each([
    ['hash', { strategy: { User: 'hash', Order: 'hash', Group: 'none' } }],
    ['none', { strategy: 'none' }],
    ['fresh', { strategy: { Order: 'fresh', Group: 'none' } }],
  ] as const)('%s, beside rows of another import', (_, options) =>
    withRollbackStage({ schema: SHOP, files: FILES }, async (stage) => {
      await stage.client.query(`insert into "User" (id, email) values (90, 'o@x');
insert into "Group" values (9, 'nine'); insert into "_GroupToUser" values (9, 90)`)
      const before = await stage.rows()
      const batch = await stage.importBatch(options)

      const { models } = await stage.rollback(batch)

      expect(models.map((m) => [m.model, m.deleted, m.missing])).toEqual([
        ['Group', 2, 0],
        ['User', 3, 0],
        ['Order', 2, 0],
        ['_GroupToUser', 2, 0],
      ])
      expect(await stage.rows()).toEqual(before)
    }),
  )

  it('batch after batch, each of which has updated what the one before had left', () =>
    withRollbackStage({ schema: SHOP, rows: ROWS, files: FILES }, async (stage) => {
      const options = { strategy: { Group: 'none' }, onConflict: UPDATE } as const
      const before = await stage.rows()
      const first = await stage.importBatch(options)
      const between = await stage.rows()
      const change = (name: string, total: number) => ({
        rows: {
          User: [
            { id: 1, email: 'a@x', name },
            { id: 3, email: 'c@x', name },
          ],
          Order: [{ id: A, number: 'N1', total, tags: [], userId: 1 }],
        },
        onConflict: { User: 'update', Order: 'update' } as const,
      })
      const second = await stage.importBatch(change('second', 2))
      const third = await stage.importBatch(change('third', 3))

      const tooEarly = await stage.planRollback(first)
      await stage.rollback(third)
      await stage.rollback(second)
      expect(await stage.rows()).toEqual(between)
      const plan = await stage.planRollback(first)
      await stage.rollback(first)

      expect(tooEarly.problems).toMatchObject([{ code: 'ROLLBACK.CHANGED' }])
      // The new order kept its key: it cannot be told any more.
      expect(tooEarly.models.map((m) => [m.model, m.changed, m.missing, m.isUncertain])).toEqual([
        ['Group', 0, 0, false],
        ['User', 2, 0, false],
        ['Order', 0, 1, true],
        ['_GroupToUser', 0, 0, false],
      ])
      expect(plan.problems).toEqual([])
      expect(await stage.rows()).toEqual(before)
    }))
})
