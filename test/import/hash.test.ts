import { describe, expect, it } from '@jest/globals'
import { hashIdentity, hashKey } from '../../src/keys/hash-key.js'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'

const SHOP = `
model Tenant {
  id    Int    @id @default(autoincrement())
  slug  String @unique
  shops Shop[]
}

/// @gyro.key(tenantId, opened, code)
model Shop {
  id       String    @id @default(uuid()) @db.Uuid
  tenantId Int
  opened   DateTime? @db.Timestamptz
  code     String
  tenant   Tenant    @relation(fields: [tenantId], references: [id])
  currency Currency  @relation(fields: [code], references: [code])
  items    Item[]
  notes    Note[]
}

model Currency {
  code  String @id
  shops Shop[]
}

/// @gyro.key(shopId, number)
model Item {
  id     BigInt @id
  shopId String @db.Uuid
  number Float
  shop   Shop   @relation(fields: [shopId], references: [id])
}

model Note {
  id     String @id @default(cuid())
  title  String @unique
  shopId String @db.Uuid
  shop   Shop   @relation(fields: [shopId], references: [id])
}
`

const A = '0000000a-0000-4000-8000-000000000000'
const B = '0000000b-0000-4000-8000-000000000000'

const FILES = {
  'Tenant.csv': 'id,slug\n1,acme\n2,bolt\n',
  'Currency.csv': 'code\nEUR\n',
  'Shop.csv': `id,tenantId,opened,code\n${A},1,2024-05-06T07:08:09+02:00,EUR\n${B.toUpperCase()},2,,EUR\n`,
  'Item.csv': `id,shopId,number\n1,${A},1.50\n2,${A},2\n3,${B},1.5\n`,
  'Note.csv': `id,title,shopId\nx,hello,${B}\n`,
}

/** The same rows with other keys, in another order. */
const OTHER_FILES = {
  'Tenant.csv': 'id,slug\n7,bolt\n9,acme\n',
  'Currency.csv': 'code\nEUR\n',
  'Shop.csv': `id,tenantId,opened,code\n${A},7,,EUR\n${B},9,2024-05-06T05:08:09Z,EUR\n`,
  'Item.csv': `id,shopId,number\n30,${A},1.5\n20,${B},2\n10,${B},1.5\n`,
  'Note.csv': `id,title,shopId\ny,hello,${A}\n`,
}

describe('hashed keys', () => {
  it('are made of what rows are, whatever keys they had', async () => {
    const first = await importInto({})
    const second = await importInto({
      files: OTHER_FILES,
      rows: `
insert into "Tenant" (slug) values ('before');
do $$ begin
  execute format('alter database %I set extra_float_digits = -5', current_database());
  execute format('alter database %I set timezone = ''Asia/Tokyo''', current_database());
end $$`,
    })

    const acme = hashIdentity('Tenant', [{ kind: 'value', text: 'acme' }])
    const shop = hashIdentity('Shop', [
      { kind: 'identity', text: acme },
      { kind: 'value', text: '2024-05-06 05:08:09+00' },
      { kind: 'value', text: 'EUR' },
    ])
    expect(first).toEqual([
      [
        'acme',
        keyOf('Tenant', 'int4', acme),
        keyOf('Shop', 'uuid', shop),
        '1.5',
        expect.any(String),
        null,
      ],
      [
        'acme',
        keyOf('Tenant', 'int4', acme),
        keyOf('Shop', 'uuid', shop),
        '2',
        expect.any(String),
        null,
      ],
      [
        'bolt',
        expect.any(Number),
        expect.any(String),
        '1.5',
        expect.any(String),
        expect.stringMatching(/^[0-9a-v]{26}$/),
      ],
    ])
    expect(second).toEqual(first)
  })

  it('meet the rows of an import before', () =>
    withShop({}, async (stage) => {
      await stage.importModels({ strategy: 'hash' })
      const before = await stage.snapshot()

      const importing = stage.importModels({ strategy: 'hash', models: ['Tenant'] })

      await expect(importing).rejects.toMatchObject({
        code: 'LOAD.DUPLICATE',
        message: expect.stringMatching(/Tenant\.csv:2:\d+: Tenant_pkey/),
        details: { fix: expect.stringMatching(/^Add --on-conflict skip .* Or remove the row/) },
      })
      expect(await stage.snapshot()).toEqual(before)
    }))

  it('leave sequences where they are', () =>
    withShop({}, async (stage) => {
      const { checks, models } = await stage.importModels({ strategy: 'hash' })

      expect(models.map(({ keys }) => keys)).toEqual([null, null, null, null, null])
      expect(checks.every(({ ok }) => ok)).toBe(true)
      const [next] = await stage.query(`insert into "Tenant" (slug) values ('next') returning id`)
      expect(next).toEqual([1])
    }))

  it('stay above the ids of other imports', () =>
    withShop({}, async (stage) => {
      await stage.importModels({ strategy: 'hash' })
      await stage.client.query('truncate "Item", "Note", "Shop"; delete from "Currency"')
      await stage.client.query(`update "Tenant" set slug = 'old ' || slug`)

      const { models } = await stage.importModels({ strategy: 'sequential' })

      const tenant = models.find(({ model }) => model === 'Tenant')
      expect(tenant?.keys).toEqual({ from: '1', to: '2' })
    }))

  it('are told by a plan', () =>
    withShop({}, async (stage) => {
      const { problems, models } = await stage.planImport({ strategy: 'hash' })

      expect(problems).toEqual([])
      expect(models.map(({ model, keys }) => [model, keys?.by ?? null])).toEqual([
        ['Currency', null],
        ['Tenant', 'hash of slug'],
        ['Shop', 'hash of tenantId, opened, code'],
        ['Item', 'hash of shopId, number'],
        ['Note', 'hash of title'],
      ])
    }))

  it.each([
    ['the business key twice', { 'Tenant.csv': 'id,slug\n1,a\n2,a\n' }, /lines 2 and 3/],
    [
      'the business key twice with a NULL in it',
      { 'Shop.csv': `id,tenantId,opened,code\n${A},1,,EUR\n${B},1,,EUR\n` },
      /lines 2 and 3/,
    ],
  ])('are refused with %s', (_, files, message) =>
    withShop({ files: { ...FILES, ...files } }, async (stage) => {
      const importing = stage.importModels({ strategy: 'hash' })

      await expect(importing).rejects.toMatchObject({
        code: 'KEYS.DUPLICATE_BUSINESS_KEY',
        message: expect.stringMatching(message),
      })
    }),
  )
})

describe('a hash that is another row’s', () => {
  const TINY = `
model Tag {
  id   Int    @id @default(autoincrement()) @db.SmallInt
  name String @unique
}
`
  const [low, high] = findCollision()

  it('is the next one, whatever the order of the rows', async () => {
    const results = []
    for (const names of [
      [low, high],
      [high, low],
    ]) {
      results.push(await importTags(names.map((name, row) => `${row},${name}\n`)))
    }

    const tags = [
      [tagKey(low, 0), low],
      [tagKey(high, 1), high],
    ].toSorted(([a], [b]) => Number(a) - Number(b))
    expect(results).toEqual([tags, tags])
  })

  it('is the next one beside a row of the table', async () => {
    const tags = await importTags(
      [`1,${low}\n`],
      `insert into "Tag" values (${tagKey(low, 0)}, 'x')`,
    )

    expect(tags).toContainEqual([tagKey(low, 1), low])
  })

  it('is that of a row of the table that is the row itself', () =>
    withImportStage(
      {
        schema: TINY,
        rows: `insert into "Tag" values (${tagKey(high, 0)}, '${high}'); alter table "Tag" drop constraint "Tag_pkey", alter name drop not null; drop index "Tag_name_key"`,
        files: { 'Tag.csv': `id,name\n1,${low}\n2,${high}\n` },
      },
      async (stage) => {
        await stage.importModels({ strategy: 'hash' })

        const tags = await stage.query(`select id, name from "Tag" order by name = '${low}'`)
        expect(tags).toEqual([
          [tagKey(high, 0), high],
          [tagKey(high, 0), high],
          [tagKey(low, 1), low],
        ])
      },
    ))

  it('is refused when all are', () => {
    const taken = Array.from({ length: 16 }, (_, probe) => tagKey(low, probe))
    return withImportStage(
      {
        schema: TINY,
        rows: `insert into "Tag" select k, 'x' || k from (select distinct unnest(array[${taken}])) t(k)`,
        files: { 'Tag.csv': `id,name\n1,${low}\n` },
      },
      async (stage) => {
        const importing = stage.importModels({ strategy: 'hash' })

        await expect(importing).rejects.toMatchObject({
          code: 'KEYS.HASH_COLLISION',
          message: expect.stringContaining('The 16 keys that a row of public.Tag can have'),
        })
      },
    )
  })

  async function importTags(lines: readonly string[], rows = '') {
    return withImportStage(
      { schema: TINY, rows, files: { 'Tag.csv': `id,name\n${lines.join('')}` } },
      async (stage) => {
        await stage.importModels({ strategy: 'hash' })
        return stage.query('select id, name from "Tag" where length(name) > 1 order by id')
      },
    )
  }
})

function keyOf(model: string, type: 'int4' | 'uuid', identity: string): string | number {
  const key = hashKey({ model, type }, identity, 0)
  return type === 'uuid' ? key : Number(key)
}

function tagKey(name: string, probe: number): number {
  const identity = hashIdentity('Tag', [{ kind: 'value', text: name }])
  return Number(hashKey({ model: 'Tag', type: 'int2' }, identity, probe))
}

/** Two names of tags with one key, that with the lower identity first. */
function findCollision(): readonly [string, string] {
  const names = new Map<number, string>()
  for (let number = 0; ; number++) {
    const name = `tag ${number}`
    const other = names.get(tagKey(name, 0))
    if (other !== undefined && tagKey(name, 1) !== tagKey(other, 1)) {
      const identity = (text: string) => hashIdentity('Tag', [{ kind: 'value', text }])
      return identity(name) < identity(other) ? [name, other] : [other, name]
    }
    names.set(tagKey(name, 0), name)
  }
}

/** The rows that an import makes, by what they are. */
function importInto(parts: Partial<StageSetup>): Promise<readonly unknown[]> {
  return withShop(parts, async (stage) => {
    await stage.importModels({ strategy: 'hash' })
    return stage.query(`
select t.slug, t.id, s.id, i.number::text, i.id::text, n.id
from "Tenant" t join "Shop" s on s."tenantId" = t.id
join "Item" i on i."shopId" = s.id left join "Note" n on n."shopId" = s.id order by 1, 4`)
  })
}

function withShop<Result>(
  parts: Partial<StageSetup>,
  use: (stage: ImportStage) => Promise<Result>,
): Promise<Result> {
  return withImportStage({ schema: SHOP, files: FILES, ...parts }, use)
}
