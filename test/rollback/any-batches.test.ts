import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type RollbackStage, withRollbackStage } from './rollback-stage.js'

const SHOP = `
model User {
  id     Int     @id @default(autoincrement())
  email  String  @unique
  name   String?
  bossId Int?
  boss   User?   @relation("boss", fields: [bossId], references: [id])
  staff  User[]  @relation("boss")
  orders Order[]
  tags   Tag[]
}

model Order {
  id     String @id @default(uuid()) @db.Uuid
  number Int    @unique
  total  Float?
  userId Int
  user   User   @relation(fields: [userId], references: [id])
}

model Tag {
  label String @id
  rank  Int?
  users User[]
}
`

const ROWS = `
insert into "User" (email, name, "bossId") values ('a', 'old', null), ('b', null, 1);
insert into "Order" values ('00000001-0000-4000-8000-000000000000', 1, 0.1, 1);
insert into "Tag" values ('a', 7); insert into "_TagToUser" values ('a', 1)`

const LETTERS = ['a', 'b', 'c', 'd', 'e'] as const

const uuidOf = (number: number) => `0000000${number}-0000-4000-8000-000000000000`

/** An export: each user is known by the letter of the email, whose place is the key. */
const usersOf = fc.uniqueArray(
  fc.record({
    email: fc.constantFrom(...LETTERS),
    name: fc.constantFrom(null, 'x', 'y', "it's"),
    boss: fc.constantFrom(null, 0, 1, 2, 3, 4),
  }),
  { selector: ({ email }) => email, minLength: 1 },
)

const ordersOf = fc.uniqueArray(
  fc.record({
    number: fc.integer({ min: 1, max: 6 }),
    total: fc.oneof(fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true })),
  }),
  { selector: ({ number }) => number },
)

const exportOf = fc.record({
  users: usersOf,
  orders: ordersOf,
  tags: fc.uniqueArray(fc.constantFrom(...LETTERS)),
})

const waysOf = fc.record({
  user: fc.constantFrom('sequential' as const, 'match' as const),
  order: fc.constantFrom('sequential' as const, 'fresh' as const, 'match' as const),
  conflict: fc.constantFrom('update' as const, 'skip' as const),
})

type Export = typeof exportOf extends fc.Arbitrary<infer Value> ? Value : never
type Ways = typeof waysOf extends fc.Arbitrary<infer Value> ? Value : never

function buildRows({ users, orders, tags }: Export) {
  const idOf = (email: (typeof LETTERS)[number]) => LETTERS.indexOf(email) + 1
  const pick = (place: number) => idOf(users[place % users.length]?.email ?? 'a')
  return {
    User: users.map(({ email, name, boss }) => ({
      ...{ id: idOf(email), email, name },
      bossId: boss === null ? null : pick(boss),
    })),
    Order: orders.map(({ number, total }) => ({
      ...{ id: uuidOf(number), number, total, userId: pick(number) },
    })),
    Tag: tags.map((label, rank) => ({ label, rank })),
    _TagToUser: tags.map((label, place) => ({ A: label, B: pick(place) })),
  }
}

function importExport(stage: RollbackStage, content: Export, { user, order, conflict }: Ways) {
  return stage.importBatch({
    rows: buildRows(content),
    strategy: { User: user, Order: order },
    onConflict: {
      ...{ User: conflict, Tag: conflict, _TagToUser: 'skip' },
      Order: { action: conflict, on: ['number'] },
    },
  })
}

it('whatever is imported, rollbacks from the last to the first leave what there was', async () => {
  const batches = fc.array(fc.tuple(exportOf, waysOf), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(batches, (imports) =>
      withRollbackStage({ schema: SHOP, rows: ROWS }, async (stage) => {
        const done: { readonly id: string; readonly before: unknown }[] = []
        for (const [content, ways] of imports) {
          const before = await stage.rows()
          done.push({ id: await importExport(stage, content, ways), before })
        }
        for (const { id, before } of done.reverse()) {
          const plan = await stage.planRollback(id)
          const { models } = await stage.rollback(id)

          expect(plan.problems).toEqual([])
          expect(plan.models).toEqual(models)
          expect(await stage.rows()).toEqual(before)
        }
      }),
    ),
    { numRuns: 8, endOnFailure: true },
  )
}, 240_000)
