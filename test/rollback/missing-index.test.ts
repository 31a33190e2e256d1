import { describe, expect, it } from '@jest/globals'
import { writeBatch } from './hand-written-batch.js'
import { type RollbackStage, withRollbackStage } from './rollback-stage.js'

const SHOP = `
model User {
  id    Int    @id @default(autoincrement())
  posts Post[]
}

model Post {
  id     Int    @id @default(autoincrement())
  userId Int?
  text   String
  user   User?  @relation(fields: [userId], references: [id])
}
`

/** Half a megabyte. */
const POSTS = `
insert into "Post" (text) select repeat(md5(g::text), 25) from generate_series(1, 600) g;
analyze "Post"`

/** A batch of users. */
function withUsers(
  count: number,
  use: (stage: RollbackStage & { readonly batch: string }) => Promise<void>,
): Promise<void> {
  return withRollbackStage({ schema: SHOP, files: {}, rows: POSTS }, async (stage) => {
    const batch = await writeBatch(stage.client, {
      sql: `insert into "User" select generate_series(1, ${count})`,
      models: [{ model: 'User', range: [[1, count]], loaded: count }],
    })
    return use({ ...stage, batch })
  })
}

const STATEMENT = 'create index concurrently on "public"."Post" ("userId");'

describe('a foreign key without an index', () => {
  it('is worth one where much is read for want of it', () =>
    withUsers(2_500, async (stage) => {
      const { missingIndexes } = await stage.planRollback(stage.batch)
      const { warnings } = await stage.rollback(stage.batch)

      expect(missingIndexes).toEqual([
        {
          constraint: 'Post_userId_fkey',
          table: 'public.Post',
          columns: ['userId'],
          rows: 600,
          bytes: expect.any(Number),
          isWorthwhile: true,
          statement: STATEMENT,
        },
      ])
      expect((missingIndexes[0]?.bytes ?? 0) / 2_500 / 8192).toBeCloseTo(67, -1)
      expect(warnings).toEqual([
        `Post_userId_fkey of public.Post has no index: PostgreSQL reads the whole table for every deleted row. Make one first: ${STATEMENT}`,
      ])
    }))

  it('is not worth one, nor words, where little is', () =>
    withUsers(5, async (stage) => {
      const { missingIndexes } = await stage.planRollback(stage.batch)
      const { warnings } = await stage.rollback(stage.batch)

      expect(missingIndexes).toMatchObject([{ isWorthwhile: false, statement: STATEMENT }])
      expect(warnings).toEqual([])
    }))
})
