import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { listDifferent, type VerifyStage, withVerifyStage } from './verify-stage.js'

const SCHEMA = path.resolve('prisma/schema.prisma')
const EXPORT = path.resolve('prisma/export')

describe('an import of the example shop is what its files are', () => {
  it('with new keys, twice, and with chunks', () =>
    withShop(async (stage) => {
      const first = await stage.importBatch()
      const second = await stage.importBatch({ commit: 'chunk', batchSize: 10 })

      const results = [await stage.verify(first), await stage.verify(second)]

      for (const result of results) {
        expect(listDifferent(result)).toEqual([])
        expect(result.ok).toBe(true)
        expect(result.models).toHaveLength(13)
        expect(result.references).toHaveLength(19)
      }
    }))
})

async function withShop<Result>(use: (stage: VerifyStage) => Promise<Result>): Promise<Result> {
  const names = await readdir(EXPORT)
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(path.join(EXPORT, name), 'utf8')] as const),
  )
  return withVerifyStage({ schema: SCHEMA, files: Object.fromEntries(files) }, use)
}
