import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { IdRemappingStrategy, MappedColumn } from '../../src/keys/id-remapping-strategy.js'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'
import { createRole, INSERT_ONLY } from '../support/roles.js'

const CRM = `
model Account {
  id     String  @id @db.VarChar(20)
  boss   String?
  chief  Account? @relation("chain", fields: [boss], references: [id])
  staff  Account[] @relation("chain")
  deals  Deal[]
}

model Deal {
  id        Int     @id @default(autoincrement())
  accountId String
  account   Account @relation(fields: [accountId], references: [id])
  notes     Note[]
}

model Note {
  id     String @id @default(uuid()) @db.Uuid
  dealId Int
  deal   Deal   @relation(fields: [dealId], references: [id])
}
`

const ID = '0000000a-0000-4000-8000-000000000000'

const FILES = {
  'Account.csv': 'id,boss\na,b\nb,\n',
  'Deal.csv': 'id,accountId\n07,a\n8,b\n',
  'Note.csv': `id,dealId\n{${ID.toUpperCase()}},7\n`,
}

interface Example {
  readonly prefixKeys: (prefix: string) => IdRemappingStrategy
}

/** Each key becomes the text that a function makes of it. */
function strategyOf(map: (source: string) => unknown): IdRemappingStrategy {
  return { name: 'mine', mapKeys: (sources) => sources.map(map) as string[] }
}

describe('a strategy of the user', () => {
  it('maps keys of its model, and references follow', () =>
    withCrm({}, async (stage) => {
      const example: Example = await import(
        path.resolve('examples/custom-strategy/prefix-keys.mjs')
      )
      const strategy = { Account: example.prefixKeys('crm-') }

      const { models } = await stage.importModels({ strategy })

      expect(models.map(({ model, strategy: name, keys }) => [model, name, keys])).toEqual([
        ['Account', 'custom', null],
        ['Deal', 'sequential', { from: '1', to: '2' }],
        ['Note', 'sequential', null],
      ])
      expect(await stage.query('select id, boss from "Account" order by 1')).toEqual([
        ['crm-a', 'crm-b'],
        ['crm-b', null],
      ])
      expect(await stage.query('select "accountId" from "Deal" order by id')).toEqual([
        ['crm-a'],
        ['crm-b'],
      ])
    }))

  it('gets source keys as PostgreSQL writes them, and what column they are for', () =>
    withCrm({}, async (stage) => {
      const calls: [readonly string[], MappedColumn][] = []
      const note: IdRemappingStrategy = {
        name: 'later',
        mapKeys: async (sources, column) => {
          calls.push([sources, column])
          return sources
        },
      }

      await stage.importModels({ strategy: { Note: note, Deal: strategyOf((key) => `${key}0`) } })

      expect(calls).toEqual([
        [
          [ID],
          { model: 'Note', table: { schema: 'public', table: 'Note' }, column: 'id', type: 'uuid' },
        ],
      ])
      expect(await stage.query('select id, "dealId" from "Note"')).toEqual([[ID, 70]])
    }))

  it('is asked for all keys, some thousand at a time', () =>
    withCrm({}, async (stage) => {
      const rows = Array.from({ length: 50_000 }, (_, row) => `account ${row},`)
      const sizes: number[] = []
      const account: IdRemappingStrategy = {
        name: 'counting',
        mapKeys: (sources) => {
          sizes.push(sources.length)
          return sources
        },
      }
      const from = (async function* () {
        yield `id,boss\n${rows.join('\n')}\n`
      })()

      await stage.importModels({ from, models: ['Account'], strategy: { Account: account } })

      expect(sizes.length).toBeGreaterThan(1)
      expect(sizes.reduce((sum, size) => sum + size)).toBe(50_000)
      expect(await stage.query('select count(*)::int from "Account"')).toEqual([[50_000]])
    }))

  it.each([
    ['', 80],
    [`insert into "Deal" values (500, 'old')`, 500],
  ])('moves a sequence past its keys and those that are there: %s', (rows, highest) =>
    withCrm({ rows: `insert into "Account" values ('old'); ${rows}` }, async (stage) => {
      const { checks } = await stage.importModels({
        strategy: { Deal: strategyOf((key) => `${key}0`) },
      })

      const [next] = await stage.query(`select nextval('"Deal_id_seq"')::int`)
      expect(checks.every(({ ok }) => ok)).toBe(true)
      expect(next).toEqual([highest + 1])
    }),
  )

  it('needs not see the rows that are there', () =>
    withCrm({}, async (stage) => {
      const url = await createRole(stage, INSERT_ONLY)

      await stage.importModels({ url, strategy: { Deal: strategyOf((key) => `${key}0`) } })

      expect(await stage.query(`select nextval('"Deal_id_seq"')::int`)).toEqual([[81]])
    }))

  it('needs no sequence', () =>
    withCrm(
      { rows: 'alter table "Deal" alter id drop default; drop sequence "Deal_id_seq"' },
      async (stage) => {
        await stage.importModels({ strategy: { Deal: strategyOf((key) => `-${key}`) } })

        expect(await stage.query('select id from "Deal" order by 1')).toEqual([[-8], [-7]])
      },
    ))

  it('is told by a plan, which does not ask it', () =>
    withCrm({}, async (stage) => {
      const account = strategyOf(() => {
        throw new Error('asked')
      })

      const { models, problems } = await stage.planImport({ strategy: { Account: account } })

      expect(problems).toEqual([])
      expect(models[0]).toMatchObject({ strategy: 'custom', keys: { by: 'your strategy' } })
    }))

  it.each<[string, IdRemappingStrategy, RegExp]>([
    [
      'that throws',
      strategyOf(() => {
        throw new Error('a')
      }),
      /Its mapKeys threw an error, which is the cause/,
    ],
    ['that gives too few', { name: 'mine', mapKeys: () => [] }, /an array of 2 keys for as many/],
    [
      'that gives no array',
      { name: 'mine', mapKeys: () => null as unknown as string[] },
      /an array of 2 keys/,
    ],
    ['that gives no text', strategyOf(() => 5), /a key that is no text for the type integer/],
    [
      'that gives what is no key',
      strategyOf(() => 'x'),
      /a key that is no text for the type integer/,
    ],
  ])('fails the import: %s', (_, strategy, message) =>
    withCrm({}, async (stage) => {
      const importing = stage.importModels({ strategy: { Deal: strategy } })

      await expect(importing).rejects.toMatchObject({
        code: 'KEYS.STRATEGY_FAILED',
        message: expect.stringMatching(message),
      })
      expect(await stage.query('select from "Account"')).toEqual([])
    }),
  )

  it('is not asked for a key that stands twice', () =>
    withCrm(
      { files: { ...FILES, 'Deal.csv': 'id,accountId\n7,a\n8,b\n07,b\n' } },
      async (stage) => {
        const importing = stage.importModels({ strategy: { Deal: strategyOf((key) => key) } })

        await expect(importing).rejects.toMatchObject({
          code: 'KEYS.DUPLICATE',
          message: expect.stringContaining('lines 2 and 4'),
        })
      },
    ))

  it('tells the lines of a key that stands twice in keys far from each other', () =>
    withCrm({}, async (stage) => {
      const rows = Array.from({ length: 50_000 }, (_, row) => `account ${row},`)
      const from = (async function* () {
        yield `id,boss\n${rows.join('\n')}\naccount 1,\n`
      })()
      const strategy = { Account: strategyOf((key) => key) }

      const importing = stage.importModels({ from, models: ['Account'], strategy })

      await expect(importing).rejects.toMatchObject({
        code: 'KEYS.DUPLICATE',
        message: expect.stringContaining('lines 3 and 50002'),
      })
    }))

  it('is refused for a model without a key of its own', () =>
    withImportStage(
      {
        schema: `
model Pair {
  a Int
  b Int

  @@id([a, b])
}
`,
        files: { 'Pair.csv': 'a,b\n1,2\n' },
      },
      async (stage) => {
        const importing = stage.importModels({ strategy: { Pair: strategyOf((key) => key) } })

        await expect(importing).rejects.toMatchObject({
          code: 'PLAN.KEY_STRATEGY',
          message: expect.stringContaining('Pair has no key for a strategy to map'),
        })
      },
    ))
})

function withCrm<Result>(
  parts: Partial<StageSetup>,
  use: (stage: ImportStage) => Promise<Result>,
): Promise<Result> {
  return withImportStage({ schema: CRM, files: FILES, ...parts }, use)
}
