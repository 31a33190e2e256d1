import { createHash } from 'node:crypto'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import type { ImportOptions } from '../../src/import/import-options.js'
import type { IdRemappingStrategy } from '../../src/keys/id-remapping-strategy.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'
import { createRole, INSERT_ONLY } from '../support/roles.js'

/** A parent, children that refer to each other, a circle, and keys of all kinds. */
const SCHEMA = `
model Shop {
  id     Int     @id @default(autoincrement())
  name   String  @unique
  note   String?
  orders Order[]
}

model Order {
  id       Int     @id @default(autoincrement())
  shopId   Int
  parentId Int?
  shop     Shop    @relation(fields: [shopId], references: [id])
  parent   Order?  @relation("parent", fields: [parentId], references: [id])
  children Order[] @relation("parent")
}

model Token {
  id   String @id @default(uuid()) @db.Uuid
  name String @unique
}

model Left {
  id      Int    @id @default(autoincrement())
  rightId Int
  right   Right  @relation("a", fields: [rightId], references: [id])
  rights  Right[] @relation("b")
}

model Right {
  id     Int    @id @default(autoincrement())
  leftId Int
  left   Left   @relation("b", fields: [leftId], references: [id])
  lefts  Left[] @relation("a")
}
`

const A = '0000000a-0000-4000-8000-000000000000'
const B = '0000000b-0000-4000-8000-000000000000'

const FILES = {
  'Shop.csv': 'id,name,note\n1,one,\n2,two,x\n7,seven,\n',
  'Order.csv': 'id,shopId,parentId\n1,1,2\n2,7,\n3,2,1\n',
  'Token.csv': `id,name\n${A},a\n${B},b\n`,
  'Left.csv': 'id,rightId\n1,5\n2,6\n',
  'Right.csv': 'id,leftId\n5,2\n6,1\n',
}

function withShop(
  setup: Partial<StageSetup>,
  use: (stage: ImportStage) => Promise<void>,
): Promise<void> {
  return withImportStage({ schema: SCHEMA, files: FILES, ...setup }, use)
}

const HISTORY = `select to_regnamespace('prisma_gyro') is not null`

/** By model: how many rows are, by their `xmin`, those that the history says were written. */
function countOwn(stage: ImportStage): Promise<readonly (readonly unknown[])[]> {
  const counts = Object.keys(FILES).map((file) => {
    const model = file.replace('.csv', '')
    return `
select '${model}', (select count(*)::int from "${model}" t where xmin in (
  select xid from prisma_gyro.write w where model = '${model}' and w.xmin = w.xid
)), (select coalesce(sum(rows), 0)::int from prisma_gyro.write where model = '${model}')`
  })
  return stage.query(`${counts.join(' union all ')} order by 1`)
}

const ALL_OWN = [
  ['Left', 2, 2],
  ['Order', 3, 3],
  ['Right', 2, 2],
  ['Shop', 3, 3],
  ['Token', 2, 2],
]

describe('the history of an import', () => {
  it('tells what was loaded, from which files', () =>
    withShop({}, async (stage) => {
      const { batch, models } = await stage.importModels({
        batchName: 'crm',
        models: ['Shop', 'Order', 'Left', 'Right'],
        strategy: 'sequential',
      })

      expect(
        await stage.query(`
select id::text, name, status, commit_mode, tool_version, length(manifest_fingerprint), error_code,
  options - 'from', transaction_id is not null from prisma_gyro.batch`),
      ).toEqual([
        [
          batch.id,
          'crm',
          'COMPLETED',
          'once',
          '0.1.0',
          64,
          null,
          {
            batchName: 'crm',
            models: ['Shop', 'Order', 'Left', 'Right'],
            strategy: 'sequential',
          },
          true,
        ],
      ])
      expect(
        await stage.query(`
select model, schema_name, table_name, key_columns, key_column, technique, strategy, key_kind,
  rows_read::int, loaded::int, first_key, last_key from prisma_gyro.model where model = 'Order'`),
      ).toEqual([
        [
          ...['Order', 'public', 'Order', ['id'], 'id', 'checked', 'sequential', 'range'],
          ...[3, 3, '1', '3'],
        ],
      ])
      expect(await stage.query('select model from prisma_gyro.model order by ordinal')).toEqual(
        models.map(({ model }) => [model]),
      )
      const sha256 = createHash('sha256').update(FILES['Shop.csv']).digest('hex')
      expect(
        await stage.query(
          `select path, ordinal, sha256, bytes::int, rows::int from prisma_gyro.file where model = 'Shop'`,
        ),
      ).toEqual([['Shop.csv', 0, sha256, FILES['Shop.csv'].length, 3]])
    }))

  it('takes little room, whatever the number of rows is', () =>
    withShop({}, async (stage) => {
      await stage.importModels()

      // Heaps, indexes, long values and numbering: what a person would add up.
      const [[bytes]] = (await stage.query(`
select sum(pg_total_relation_size(oid))::int from pg_class
where relnamespace = 'prisma_gyro'::regnamespace and relkind in ('r', 'S')`)) as [[number]]
      expect(bytes).toBeLessThan(256_000)
    }))

  it('knows each part of a file, packed or not', () => {
    const packed = gzipSync('id,name\n3,b\n')
    const files = { 'Shop.001.csv': 'id,name\n1,a\n2,c\n', 'Shop.002.csv.gz': packed }
    return withShop({ files }, async (stage) => {
      await stage.importModels()

      const hash = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex')
      expect(
        await stage.query(
          'select path, sha256, bytes::int, rows::int from prisma_gyro.file order by ordinal',
        ),
      ).toEqual([
        ['Shop.001.csv', hash(files['Shop.001.csv']), 16, 2],
        ['Shop.002.csv.gz', hash(packed), packed.length, 1],
      ])
    })
  })

  it.each<[string, Partial<ImportOptions>]>([
    ['checked', { fkMode: 'checked' }],
    ['rebuild', { fkMode: 'rebuild' }],
    ['deferred', { fkMode: 'deferred' }],
    ['replica', { fkMode: 'replica' }],
    ['without COPY', { useCopy: false }],
    ['with rejects', { onBadRow: 'reject' }],
    ['without COPY and with rejects', { useCopy: false, onBadRow: 'reject' }],
  ])('tells rows that nobody has changed since by their xmin: %s', (_, options) =>
    withShop({}, async (stage) => {
      await stage.importModels(options)

      expect(await countOwn(stage)).toEqual(ALL_OWN)
      await stage.query(`update "Shop" set note = 'changed' where name = 'two'`)
      expect(await countOwn(stage)).toContainEqual(['Shop', 2, 3])
    }),
  )

  it('tells them where rows were refused, and all was loaded again', () => {
    const rows = `alter table "Shop" add check (name <> 'two')`
    return withCsvFolder({}, (rejects) =>
      withShop({ rows }, async (stage) => {
        await stage.importModels({ onBadRow: 'reject', rejects: path.join(rejects, 'bad') })

        expect(await countOwn(stage)).toContainEqual(['Shop', 2, 2])
        expect(await countOwn(stage)).toContainEqual(['Order', 2, 2])
        expect(
          await stage.query(
            `select rejected::int, loaded::int from prisma_gyro.model where model = 'Shop'`,
          ),
        ).toEqual([[1, 2]])
      }),
    )
  })

  it('maps ids by ranges', () => {
    const rows = `select setval('"Shop_id_seq"', 40)`
    return withShop({ rows }, async (stage) => {
      await stage.importModels()

      expect(
        await stage.query(`
select ordinal, source_from::int, source_to::int, target_from::int, target_step::int, rows::int, runs is null
from prisma_gyro.key_range where model in ('Shop', 'Left') order by model`),
      ).toEqual([
        [0, 1, 2, 1, 1, 2, true],
        [0, 1, 7, 41, 1, 3, false],
      ])
      expect(await stage.query('select from prisma_gyro.key_map')).toEqual([])
    })
  })

  it('maps keys that are made, matched or given one by one', () => {
    const rows = `insert into "Token" values ('${B}', 'a')`
    const own: IdRemappingStrategy = {
      name: 'own',
      mapKeys: (sources) => sources.map((source) => String(Number(source) + 100)),
    }
    return withShop({ rows }, async (stage) => {
      await stage.importModels({
        strategy: { Token: 'match', Shop: own, Left: 'none', Right: 'none' },
      })

      const ids = await stage.query(`select id::text from "Token" where name = 'b'`)
      expect(
        await stage.query(
          'select model, source_key, target_key, is_new from prisma_gyro.key_map order by 1, 2',
        ),
      ).toEqual([
        ['Shop', '1', '101', true],
        ['Shop', '2', '102', true],
        ['Shop', '7', '107', true],
        ['Token', A, B, false],
        ['Token', B, ids[0]?.[0], true],
      ])
      expect(await stage.query('select model, key_kind from prisma_gyro.model order by 1')).toEqual(
        [
          ['Left', 'kept'],
          ['Order', 'range'],
          ['Right', 'kept'],
          ['Shop', 'map'],
          ['Token', 'map'],
        ],
      )
    })
  })

  it.each(['fresh', 'hash'] as const)('maps keys of the strategy %s', (strategy) =>
    withShop({ files: { 'Token.csv': FILES['Token.csv'] } }, async (stage) => {
      await stage.importModels({
        strategy: { Token: strategy },
        onConflict: { Token: { action: 'error' } },
      })

      expect(
        await stage.query(`
select source_key, is_new, name from prisma_gyro.key_map join "Token" on id::text = target_key
order by 1`),
      ).toEqual([
        [A, true, 'a'],
        [B, true, 'b'],
      ])
    }),
  )

  it('knows ids and matches of one model', () => {
    const rows = `insert into "Shop" (name) values ('two'); select setval('"Shop_id_seq"', 9)`
    return withShop({ rows }, async (stage) => {
      await stage.importModels({ strategy: { Shop: 'match' }, models: ['Shop', 'Order'] })

      expect(
        await stage.query(`
select source_from::int, source_to::int, target_from::int, target_to::int, rows from prisma_gyro.key_block`),
      ).toEqual([[2, 2, 1, 1, 1]])
      expect(await stage.query('select from prisma_gyro.key_map')).toEqual([])
      expect(
        await stage.query(`
select source_from::int, source_to::int, target_from::int, rows::int from prisma_gyro.key_range
where model = 'Shop'`),
      ).toEqual([[1, 7, 10, 2]])
    })
  })

  it('knows the row that all others became', () => {
    const rows = `insert into "Shop" (name) values ('all')`
    return withShop({ rows }, async (stage) => {
      await stage.importModels({ pin: { Shop: 1 }, models: ['Shop', 'Order'] })

      expect(
        await stage.query(`
select key_kind, first_key, last_key, skipped::int from prisma_gyro.model where model = 'Shop'`),
      ).toEqual([['pinned', '1', '1', 3]])
    })
  })

  it('keeps its models and files where a program gave the rows', () =>
    withShop({}, async (stage) => {
      await stage.importModels({ rows: { Shop: [{ id: 1n, name: 'x' }] } })

      expect(await stage.query('select path, rows::int from prisma_gyro.file')).toEqual([
        ['rows.Shop', 1],
      ])
      expect(await stage.query('select options from prisma_gyro.batch')).toEqual([
        [{ rows: ['Shop'] }],
      ])
    }))
})

const KINDS = `
model Item {
  id     Int      @id
  name   String
  price  Decimal? @db.Decimal(10, 2)
  bytes  Bytes?
  at     DateTime?
  ratio  Float?
  tags   String[]
  data   Json?
  unit   String   @default("x")
}
`

const KIND_FILES = {
  'Item.csv':
    'id,name,price,bytes,at,ratio,tags,data\n1,new,2.50,\\x00ff,2024-01-02T03:04:05Z,0.25,{},{}\n2,same,,,,,{a},\n3,added,,,,,{},\n',
}

const KIND_ROWS = `
insert into "Item" values
  (1, E'o\\tl"d,\\\\', 1.10, '\\xdead', '2020-02-03 04:05:06.789', 0.1, '{"a,b",c}', '{"k": [1, null]}', 'kg'),
  (2, 'same', null, null, null, null, '{a}', null, 'kg'),
  (4, 'other', null, null, null, null, '{}', null, 'kg')`

describe('what rows were before an update', () => {
  it('is kept exactly, of those that change', () =>
    withImportStage({ schema: KINDS, files: KIND_FILES, rows: KIND_ROWS }, async (stage) => {
      const before = await stage.query('select * from "Item" where id = 1')
      await stage.importModels({ strategy: 'none', onConflict: 'update' })

      expect(await stage.query('select model, key, columns from prisma_gyro.before_image')).toEqual(
        [['Item', ['1'], ['name', 'price', 'bytes', 'at', 'ratio', 'tags', 'data']]],
      )
      await stage.query(`
update "Item" set (name, price, bytes, at, ratio, tags, data) = (
  select v[1], v[2]::numeric, v[3]::bytea, v[4]::timestamp, v[5]::float8, v[6]::text[], v[7]::jsonb
  from (select "values" as v from prisma_gyro.before_image) b
) where id = 1`)
      expect(await stage.query('select * from "Item" where id = 1')).toEqual(before)
      expect(
        await stage.query(`
select id from "Item" where xmin in (select xid from prisma_gyro.write) order by id`),
      ).toEqual([[3]])
    }))

  it('is kept of all rows that are met where a trigger may change them on the way', () => {
    const rows = `${KIND_ROWS};
create function shout() returns trigger language plpgsql as
  $$ begin new.name := upper(new.name); return new; end $$;
create trigger shout before insert on "Item" for each row execute function shout()`
    return withImportStage({ schema: KINDS, files: KIND_FILES, rows }, async (stage) => {
      const { models } = await stage.importModels({ strategy: 'none', onConflict: 'update' })

      expect(models[0]).toMatchObject({ updated: 2, loaded: 1 })
      expect(await stage.query('select key from prisma_gyro.before_image order by 1')).toEqual([
        [['1']],
        [['2']],
      ])
    })
  })

  it('is kept where rows are told by a part of an index', () => {
    const rows = `
create unique index on "Item" (name) where unit = 'x';
insert into "Item" (id, name, price, tags) values (8, 'new', 1, '{}'), (9, 'same', 1, '{}');
update "Item" set unit = 'kg' where id = 9`
    const files = { 'Item.csv': 'id,name,price,unit\n1,new,2,x\n2,same,2,kg\n' }
    return withImportStage({ schema: KINDS, files, rows }, async (stage) => {
      await stage.importModels({ onConflict: { Item: { action: 'update', on: ['name'] } } })

      expect(
        await stage.query('select key, columns, "values" from prisma_gyro.before_image'),
      ).toEqual([[['8'], ['price', 'unit'], ['1.00', 'x']]])
    })
  })
})

describe('an import without a history', () => {
  it('leaves nothing in the database, and says what that means', () =>
    withShop({}, async (stage) => {
      const { warnings } = await stage.importModels({ history: false })
      const plan = await stage.planImport({ history: false })

      const told =
        'The import is not kept in a history, as was asked for: it cannot be undone by rollback, and nobody can look up which new key an old one became.'
      expect(warnings).toEqual([told])
      expect(plan.warnings).toEqual([told])
      expect(await stage.query(HISTORY)).toEqual([[false]])
    }))

  it('is done by a role that may not create a schema, which is told what to do', () =>
    withShop({}, async (stage) => {
      const url = await createRole(stage, INSERT_ONLY)
      const plan = await stage.planImport({ url, models: ['Shop'] })
      const { warnings, models } = await stage.importModels({ url, models: ['Shop'] })

      expect(models[0]?.loaded).toBe(3)
      expect(warnings.at(-1)).toContain('may not create a schema in the database')
      expect(plan.warnings.at(-1)).toBe(warnings.at(-1))
      expect(await stage.query(HISTORY)).toEqual([[false]])
      await stage.query(warnings.at(-1)?.split('run:\n')[1] as string)
      await stage.importModels({ url, models: ['Token'] })
      expect(await stage.query('select model from prisma_gyro.model')).toEqual([['Token']])
    }))

  it('is what a plan leaves: nothing', () =>
    withShop({}, async (stage) => {
      await stage.planImport()

      expect(await stage.query(HISTORY)).toEqual([[false]])
    }))

  it('is the way out where the history is of a newer version', () =>
    withShop({}, async (stage) => {
      await stage.importModels({ models: ['Token'] })
      await stage.query(`insert into prisma_gyro.migration values (99, now(), '9.9.9')`)

      await expect(stage.importModels({ models: ['Shop'] })).rejects.toMatchObject({
        code: 'HISTORY.NEWER',
      })
      const { problems } = await stage.planImport({ models: ['Shop'] })
      expect(problems).toMatchObject([{ code: 'HISTORY.NEWER' }])
      await stage.importModels({ models: ['Shop'], history: false })
      expect(await stage.query('select count(*)::int from prisma_gyro.batch')).toEqual([[1]])
    }))

  it('takes no other value than true and false', () =>
    withShop({}, async (stage) => {
      const history = 'no' as unknown as boolean

      await expect(stage.importModels({ history })).rejects.toMatchObject({
        code: 'IMPORT.INVALID_OPTION',
      })
    }))
})

describe('an import that fails', () => {
  const rows = `alter table "Order" add check (id < 3)`

  const OTHERS = { models: ['Shop', 'Order'] }

  it('leaves no schema where there was none', () =>
    withShop({ rows }, async (stage) => {
      await expect(stage.importModels()).rejects.toMatchObject({ code: 'LOAD.CHECK_VIOLATION' })

      expect(await stage.query(HISTORY)).toEqual([[false]])
    }))

  it('is told in a history that was there', () =>
    withShop({ rows }, async (stage) => {
      await stage.importModels({ models: ['Token'] })
      await expect(stage.importModels({ ...OTHERS, batchName: 'bad' })).rejects.toMatchObject({
        code: 'LOAD.CHECK_VIOLATION',
      })

      expect(
        await stage.query(`
select name, status, error_code, (select count(*)::int from prisma_gyro.model where batch_id = id)
from prisma_gyro.batch where name = 'bad'`),
      ).toEqual([['bad', 'FAILED', 'LOAD.CHECK_VIOLATION', 0]])
      expect(
        await stage.query(`select kind, detail from prisma_gyro.event where kind = 'failed'`),
      ).toEqual([['failed', { code: 'LOAD.CHECK_VIOLATION' }]])
    }))

  it('fails by what it failed by though that cannot be told', () =>
    withShop({ rows }, async (stage) => {
      await stage.importModels({ models: ['Token'] })
      await stage.query(`alter table prisma_gyro.batch add check (status <> 'FAILED')`)

      await expect(stage.importModels(OTHERS)).rejects.toMatchObject({
        code: 'LOAD.CHECK_VIOLATION',
      })
    }))
})

it('tells which tables an import emptied', () =>
  withShop({}, async (stage) => {
    await stage.importModels({ models: ['Token'], truncate: true })

    expect(
      await stage.query(`select detail from prisma_gyro.event where kind = 'truncated'`),
    ).toEqual([[{ tables: ['public.Token'] }]])
  }))
