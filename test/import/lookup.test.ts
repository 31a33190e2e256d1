import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { createGyro } from '../../src/import/create-gyro.js'
import type { GivenKey, KeyLookupOptions } from '../../src/import/history-options.js'
import { type KeyLookup, lookUpKey, readKeyMap } from '../../src/import/look-up-key.js'
import { pruneHistory } from '../../src/import/prune-history.js'
import type { IdRemappingStrategy } from '../../src/keys/id-remapping-strategy.js'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'

const SCHEMA = `
model Shop {
  id      Int      @id @default(autoincrement())
  name    String   @unique
  profile Profile?
  label   Label?
  lines   Line[]
}

model Profile {
  shopId Int  @id
  shop   Shop @relation(fields: [shopId], references: [id])
}

model Label {
  shopName String @id
  shop     Shop   @relation(fields: [shopName], references: [name])
}

model Line {
  shopId Int
  number Int
  shop   Shop @relation(fields: [shopId], references: [id])

  @@id([shopId, number])
}

model Token {
  id   String @id @default(uuid()) @db.Uuid
  name String @unique
}

model Big {
  id   BigInt @id @default(autoincrement())
  name String
}

model Code {
  id   String @id @db.Char(4)
  name String
}
`

const A = '0000000a-0000-4000-8000-000000000000'
const B = '0000000b-0000-4000-8000-000000000000'

const FILES = {
  'Shop.csv': 'id,name\n1,one\n2,two\n7,seven\n',
  'Profile.csv': 'shopId\n7\n',
  'Label.csv': 'shopName\nseven\n',
  'Line.csv': 'shopId,number\n7,1\n7,2\n',
  'Token.csv': `id,name\n${A},a\n${B},b\n`,
  'Big.csv': 'id,name\n9007199254740993,x\n',
  'Code.csv': 'id,name\nab,x\n',
}

interface LookupStage extends ImportStage {
  /** Asks the newest batch. */
  target(model: string, sourceKey: GivenKey): Promise<KeyLookup>
  sources(model: string, targetKey: GivenKey): Promise<KeyLookup>
  keyMap(model: string): Promise<readonly (readonly [string, string])[]>
}

function withLookups(
  setup: Partial<StageSetup>,
  use: (stage: LookupStage) => Promise<void>,
): Promise<void> {
  return withImportStage({ schema: SCHEMA, files: FILES, ...setup }, (stage) => {
    const { manifest, url } = stage
    const place = (model: string) => ({ batch: 'last', model, url })
    return use({
      ...stage,
      target: (model, sourceKey) => lookUpKey(manifest, { ...place(model), sourceKey }),
      sources: (model, targetKey) => lookUpKey(manifest, { ...place(model), targetKey }),
      keyMap: async (model) => {
        const pairs: (readonly [string, string])[] = []
        for await (const some of readKeyMap(manifest, place(model))) {
          pairs.push(...some.map(({ source, target }) => [source, target] as const))
        }
        return pairs
      },
    })
  })
}

describe('a look-up of keys', () => {
  it('finds integers, both ways, however they are given', () =>
    withLookups({ rows: `select setval('"Shop_id_seq"', 40)` }, async (stage) => {
      const { batch } = await stage.importModels()

      expect(await stage.target('Shop', 7)).toEqual({
        batch: { id: batch.id, name: batch.name, status: 'COMPLETED' },
        model: 'Shop',
        owner: 'Shop',
        type: 'Int',
        from: 'source',
        key: '7',
        keys: ['43'],
        how: 'mapped',
      })
      expect(await stage.target('Shop', '007')).toMatchObject({ keys: ['43'] })
      expect(await stage.sources('Shop', 43n)).toMatchObject({ from: 'target', keys: ['7'] })
      expect(await stage.target('Big', 9007199254740993n)).toMatchObject({ keys: ['1'] })
      for (const unknown of [3, 8, 0, 'x', '', '99999999999999999999']) {
        expect(await stage.target('Shop', unknown)).toMatchObject({ keys: [] })
      }
      for (const unknown of [40, 44, 'x']) {
        expect(await stage.sources('Shop', unknown)).toMatchObject({ keys: [] })
      }
    }))

  it('follows a key that is a reference', () =>
    withLookups({ rows: `select setval('"Shop_id_seq"', 40)` }, async (stage) => {
      await stage.importModels()

      expect(await stage.target('Profile', 7)).toMatchObject({ owner: 'Shop', keys: ['43'] })
      expect(await stage.sources('Profile', 43)).toMatchObject({ owner: 'Shop', keys: ['7'] })
      expect(await stage.query('select "shopId" from "Profile"')).toEqual([[43]])
    }))

  it('knows that a reference to something else than the key is kept', () =>
    withLookups({}, async (stage) => {
      await stage.importModels()

      expect(await stage.target('Label', 'seven')).toMatchObject({
        owner: 'Label',
        keys: ['seven'],
        how: 'kept',
      })
    }))

  it('says where to look for the parts of a key', () =>
    withLookups({}, async (stage) => {
      await stage.importModels()

      await expect(stage.target('Line', 7)).rejects.toMatchObject({
        code: 'HISTORY.NO_KEY_MAP',
        message:
          'There is no list of the keys of Line. Its key is made of several fields (shopId, number), none of which got new values of its own. Look up each field in the model that it refers to: shopId in Shop. The others hold what the file held.',
      })
    }))

  it('gives back keys that were kept', () =>
    withLookups({}, async (stage) => {
      await stage.importModels({ strategy: 'none' })

      expect(await stage.target('Shop', '07')).toMatchObject({ keys: ['7'], how: 'kept' })
      expect(await stage.sources('Shop', 7)).toMatchObject({ keys: ['7'], how: 'kept' })
      expect(await stage.target('Profile', 7)).toMatchObject({ keys: ['7'], how: 'kept' })
      expect(await stage.target('Token', A.toUpperCase())).toMatchObject({ keys: [A] })
      expect(await stage.target('Code', 'ab  ')).toMatchObject({ keys: ['ab'] })
      expect(await stage.target('Token', 'no uuid')).toMatchObject({ keys: [] })
      await expect(stage.keyMap('Shop')).rejects.toMatchObject({
        code: 'HISTORY.NO_KEY_MAP',
        message:
          'There is no list of the keys of Shop. Its rows have kept the keys that they had in the files. There is nothing to list: each key is the same in the database.',
      })
    }))

  it('says so where the files had no keys', () =>
    withLookups({ files: { 'Shop.csv': 'name\none\n' } }, async (stage) => {
      await stage.importModels()

      await expect(stage.target('Shop', 1)).rejects.toMatchObject({
        code: 'HISTORY.NO_KEY_MAP',
        details: { why: 'Its files had no keys: the database or the import made them.' },
      })
    }))

  it('finds keys that were made', () =>
    withLookups({}, async (stage) => {
      await stage.importModels({ strategy: { Token: 'fresh' }, models: ['Token'] })

      const [[id] = []] = await stage.query(`select id::text from "Token" where name = 'a'`)
      expect(await stage.target('Token', A)).toMatchObject({ keys: [id], how: 'mapped' })
      expect(await stage.target('Token', `{${A}}`)).toMatchObject({ keys: [id] })
      expect(await stage.sources('Token', String(id))).toMatchObject({ keys: [A] })
      expect(await stage.target('Token', String(id))).toMatchObject({ keys: [], how: 'mapped' })
    }))

  it('knows the rows that were there, and the others', () => {
    const rows = `insert into "Shop" (name) values ('two'); select setval('"Shop_id_seq"', 9)`
    return withLookups({ rows }, async (stage) => {
      await stage.importModels({ strategy: { Shop: 'match' }, models: ['Shop'] })

      expect(await stage.target('Shop', 2)).toMatchObject({ keys: ['1'] })
      expect(await stage.target('Shop', 7)).toMatchObject({ keys: ['11'] })
      expect(await stage.sources('Shop', 1)).toMatchObject({ keys: ['2'] })
      expect(await stage.sources('Shop', 11)).toMatchObject({ keys: ['7'] })
      expect(await stage.keyMap('Shop')).toEqual([
        ['2', '1'],
        ['1', '10'],
        ['7', '11'],
      ])
    })
  })

  it('finds those of rows that were there, however high they are', () => {
    const rows = `insert into "Token" values ('${A}', 'a'); insert into "Big" values (-5, 'x'), (9007199254740995, 'y'), (7, 'z')`
    const files = {
      'Big.csv': 'id,name\n9007199254740993,x\n-1,y\n8,z\n',
      'Token.csv': FILES['Token.csv'],
    }
    const schema = SCHEMA.replace('name String\n}', 'name String @unique\n}')
    return withLookups({ schema, rows, files }, async (stage) => {
      await stage.importModels({ strategy: 'match' })

      const pairs = [
        ['8', '7'],
        ['-1', '9007199254740995'],
        ['9007199254740993', '-5'],
      ] as const
      for (const [source, target] of pairs) {
        expect(await stage.target('Big', source)).toMatchObject({ keys: [target] })
        expect(await stage.sources('Big', target)).toMatchObject({ keys: [source] })
      }
      expect(await stage.keyMap('Big')).toEqual(pairs)
      expect(await stage.target('Big', 7)).toMatchObject({ keys: [] })
      expect(await stage.sources('Big', '9223372036854775807')).toMatchObject({ keys: [] })
    })
  })

  it('gives all keys that became one', () => {
    const merge: IdRemappingStrategy = {
      name: 'own',
      mapKeys: (sources) => sources.map((source) => String(Number(source) + 100)),
    }
    return withLookups({}, async (stage) => {
      const { batch } = await stage.importModels({ strategy: { Shop: merge }, models: ['Shop'] })
      await stage.query(
        `insert into prisma_gyro.key_map values ('${batch.id}', 'Shop', '8', '107', false)`,
      )

      expect(await stage.sources('Shop', 107)).toMatchObject({ keys: ['7', '8'] })
    })
  })

  it('knows the row that all became, and not from which', () => {
    const rows = `insert into "Shop" (name) values ('all')`
    return withLookups({ rows }, async (stage) => {
      await stage.importModels({ pin: { Shop: 1 }, models: ['Shop'] })

      expect(await stage.target('Shop', 7)).toMatchObject({ keys: ['1'], how: 'pinned' })
      const refused = {
        code: 'HISTORY.NO_KEY_MAP',
        details: {
          why: 'All its rows became the one that was there already, so that no source key was written down.',
        },
      }
      await expect(stage.sources('Shop', 1)).rejects.toMatchObject(refused)
      await expect(stage.keyMap('Shop')).rejects.toMatchObject(refused)
    })
  })

  it('gives numbers, bigints and texts as Prisma Client has them', () =>
    withLookups({}, async ({ url, manifest, importModels }) => {
      // biome-ignore lint/suspicious/noExplicitAny: any model will do.
      const gyro = createGyro<Record<string, any>>(manifest)
      const { batch } = await importModels()

      const target = { url }
      expect(await gyro.targetKey(batch.id, 'Shop', 7, target)).toBe(3)
      expect(await gyro.sourceKeys('last', 'Shop', 3, target)).toEqual([7])
      expect(await gyro.sourceKeys('last', 'Big', 1, target)).toEqual([9007199254740993n])
      expect(await gyro.targetKey('last', 'Token', A, target)).toBe(A)
      expect(await gyro.targetKey('last', 'Shop', 3, target)).toBeNull()
      expect(await gyro.sourceKeys('last', 'Shop', 4, target)).toEqual([])
      const maps: unknown[] = []
      for await (const pairs of gyro.readKeyMap({ batch: 'last', model: 'Big', url })) {
        maps.push(...pairs)
      }
      expect(maps).toEqual([{ source: '9007199254740993', target: '1' }])
    }))

  it('works without the models in the manifest', () =>
    withLookups({}, async ({ url, manifest, importModels }) => {
      await importModels({ models: ['Shop', 'Token'] })
      const other = { ...manifest, models: [] }

      const ask = (options: Pick<KeyLookupOptions, 'model'> & { sourceKey: string }) =>
        lookUpKey(other, { batch: 'last', url, ...options })
      expect(await ask({ model: 'Shop', sourceKey: '7' })).toMatchObject({ keys: ['3'] })
      expect(await ask({ model: 'Token', sourceKey: A })).toMatchObject({ keys: [A], how: 'kept' })
    }))

  it('refuses models that the batch has not', () =>
    withLookups({}, async (stage) => {
      const { batch } = await stage.importModels({ models: ['Shop', 'Token'] })

      await expect(stage.target('Shpo', 7)).rejects.toMatchObject({
        code: 'HISTORY.UNKNOWN_MODEL',
        message: `Batch ${batch.id} has no model "Shpo". Its models are Shop, Token. Did you mean "Shop"? Take the name that the Prisma schema has, and check the batch.`,
      })
    }))

  it('knows nothing of a batch that was pruned', () =>
    withLookups({}, async (stage) => {
      const { batch } = await stage.importModels()
      await pruneHistory({ olderThan: '0h', url: stage.url })

      await expect(stage.target('Shop', 7)).rejects.toMatchObject({
        code: 'HISTORY.PRUNED',
        details: { meta: { batch: batch.id } },
      })
      await expect(stage.keyMap('Shop')).rejects.toMatchObject({ code: 'HISTORY.PRUNED' })
    }))
})

describe('the list of all keys', () => {
  it('is complete however many there are', () => {
    const keys = Array.from({ length: 20_000 }, (_, key) => 3 * key + (key % 3))
    const files = { 'Shop.csv': `id,name\n${keys.map((key) => `${key},s${key}\n`).join('')}` }
    return withLookups({ files }, async (stage) => {
      await stage.importModels()
      expect(await stage.keyMap('Shop')).toEqual(keys.map((key, at) => [`${key}`, `${at + 1}`]))

      await stage.importModels({ strategy: 'match' })
      const again = await stage.keyMap('Shop')
      expect(new Map(again)).toEqual(new Map(keys.map((key, at) => [`${key}`, `${at + 1}`])))
      expect(again).toHaveLength(keys.length)
    })
  })

  it('has all blocks of keys of rows that were there', () =>
    withLookups({}, async (stage) => {
      const { batch } = await stage.importModels({ strategy: { Shop: 'none' }, models: ['Shop'] })
      // A distance of 0 to the first source key and of 0 to the lowest target: one pair.
      const pairs = deflateRawSync(Buffer.from([0, 0])).toString('hex')
      await stage.query(`
insert into prisma_gyro.key_block
select '${batch.id}', 'Shop', n, n, -n % 3, -n % 3, 1, '\\x${pairs}' from generate_series(-70, 70) n`)

      const all = Array.from({ length: 141 }, (_, place) => place - 70)
      expect(await stage.keyMap('Shop')).toEqual(all.map((n) => [`${n}`, `${(-n % 3) + 0}`]))
      const { keys } = await stage.sources('Shop', 0)
      expect(keys.map(Number)).toEqual(all.filter((n) => n % 3 === 0))
    }))

  it('may be left before its end', () =>
    withLookups({}, async ({ manifest, url, importModels, query }) => {
      await importModels()

      for await (const _ of readKeyMap(manifest, { batch: 'last', model: 'Shop', url })) break

      const sessions = `select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state = 'idle in transaction'`
      expect(await query(sessions)).toEqual([])
    }))
})

describe('the options of a look-up', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ batch: '', model: 'Shop', sourceKey: 1 }, 'batch'],
    [{ batch: 'last', model: '', sourceKey: 1 }, 'model'],
    [{ batch: 'last', model: 'Shop' }, 'sourceKey'],
    [{ batch: 'last', model: 'Shop', sourceKey: 1, targetKey: 2n }, 'sourceKey'],
    [{ batch: 'last', model: 'Shop', sourceKey: 2 ** 53 }, 'sourceKey'],
    [{ batch: 'last', model: 'Shop', targetKey: 1.5 }, 'targetKey'],
    [{ batch: 'last', model: 'Shop', sourceKey: {} }, 'sourceKey'],
    [{ batch: 'last', model: 'Shop', sourceKey: 1, key: 2 }, 'key'],
  ])('are looked at: %j', async (options, option) => {
    const given = options as unknown as KeyLookupOptions
    await expect(lookUpKey({} as never, given)).rejects.toMatchObject({
      code: 'IMPORT.INVALID_OPTION',
      details: { meta: { option } },
    })
  })
})
