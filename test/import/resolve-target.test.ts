import { describe, expect, it } from '@jest/globals'
import type { PlanOptions } from '../../src/import/plan-options.js'
import { resolveTarget } from '../../src/import/resolve-target.js'

const CLIENT = {
  $transaction: () => Promise.reject(new Error('not called')),
  $queryRawUnsafe: () => Promise.resolve([]),
  $executeRawUnsafe: () => Promise.resolve(0),
}

const URL = 'postgresql://joe@localhost/shop'

describe('the target of an import', () => {
  it('is a Prisma Client, in the schema public unless it is told another', async () => {
    expect(await resolveTarget({ client: CLIENT })).toEqual({
      kind: 'client',
      prisma: CLIENT,
      schema: 'public',
    })
    expect(await resolveTarget({ client: CLIENT, schema: 'app', useCopy: false })).toMatchObject({
      schema: 'app',
    })
  })

  it('is a URL', async () => {
    expect(await resolveTarget({ url: URL })).toMatchObject({
      kind: 'url',
      url: { schema: 'public' },
    })
  })

  it.each<[Partial<PlanOptions>, string]>([
    [{ client: CLIENT, url: URL }, '"client" and "url" contradict each other'],
    [{ client: CLIENT, useCopy: true }, '"client" and "useCopy" contradict each other'],
    [{ client: CLIENT, schema: '' }, 'takes the name of a schema'],
    [{ url: URL, schema: 'app' }, 'a value only beside "client"'],
    // The client of a transaction has no $transaction.
    [Object.assign({}, { client: { $queryRawUnsafe: 1 } as never }), 'a Prisma Client'],
  ])('is one thing only: %#', async (options, words) => {
    await expect(resolveTarget(options)).rejects.toMatchObject({
      code: 'IMPORT.INVALID_OPTION',
      message: expect.stringContaining(words),
    })
  })
})
