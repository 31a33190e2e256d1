import { describe, expect, it } from '@jest/globals'
import { type ImportStage, type StageSetup, withImportStage } from '../support/import-stage.js'

const PEOPLE = `
/// @gyro.key(mail)
model User {
  id      Int      @id @default(autoincrement())
  mail    String
  profile Profile?
}

/// @gyro.key(handle)
model Profile {
  userId Int     @id
  handle String
  user   User    @relation(fields: [userId], references: [id])
  badges Badge[]
  card   Card?
}

model Badge {
  id        Int     @id @default(autoincrement())
  profileId Int
  label     String
  profile   Profile @relation(fields: [profileId], references: [userId])
}

model Card {
  profileId Int     @id
  text      String
  profile   Profile @relation(fields: [profileId], references: [userId])
}
`

const FILES = {
  'User.csv': 'id,mail\n1,ann\n2,bob\n3,eve\n',
  'Profile.csv': 'userId,handle\n1,fox\n2,owl\n',
  'Badge.csv': 'id,profileId,label\n1,1,red\n2,2,blue\n',
  'Card.csv': 'profileId,text\n2,hi\n',
}

const ROWS = `
insert into "User" (id, mail) values (40, 'ann'), (41, 'old');
select setval('"User_id_seq"', 60);
insert into "Profile" values (41, 'fox')`

const MATCH = { User: 'match', Profile: 'match' } as const

const BADGES = `
select b.label, p.handle, p."userId", c.text from "Badge" b join "Profile" p on p."userId" = b."profileId"
left join "Card" c on c."profileId" = p."userId" order by 2`

describe('a model whose key is a reference, matched by something else', () => {
  it.each([
    ['match', 61],
    ['sequential', 62],
    ['none', 2],
  ] as const)(
    'gives its children the key of the row that is there, and else that which it refers to: %s',
    (User, bob) =>
      withPeople({}, async (stage) => {
        const { models } = await stage.importModels({ strategy: { ...MATCH, User } })

        const profile = models.find(({ model }) => model === 'Profile')
        expect(profile).toMatchObject({ read: 2, loaded: 1, skipped: 1, keys: null })
        expect(await stage.query(BADGES)).toEqual([
          ['red', 'fox', 41, null],
          ['blue', 'owl', bob, 'hi'],
        ])
      }),
  )

  it('tells hashes what it is, whatever it refers to', async () => {
    const keys: (readonly unknown[])[] = []
    for (const rows of ['', ROWS]) {
      const schema = PEOPLE.replace('model Badge', '/// @gyro.key(profileId, label)\nmodel Badge')
      await withPeople({ schema, rows }, async (stage) => {
        await stage.importModels({ strategy: { ...MATCH, Badge: 'hash' } })
        keys.push(await stage.query('select id, label from "Badge" order by 1'))
      })
    }

    expect(keys[1]).toEqual(keys[0])
  })

  it('is refused where a row that is not there refers to nothing', () =>
    withPeople({ files: { ...FILES, 'User.csv': 'id,mail\n1,ann\n' } }, async (stage) => {
      const before = await stage.snapshot()

      const importing = stage.importModels({ strategy: MATCH })

      await expect(importing).rejects.toMatchObject({
        code: 'KEYS.MISSING_REFERENCE',
        message: expect.stringMatching(/Profile\.csv:3:1/),
      })
      expect(await stage.snapshot()).toEqual(before)
    }))

  it('is refused where it is to be told before what it refers to, and that before it', () =>
    withPeople(
      {
        schema: PEOPLE.replace('@gyro.key(mail)', '@gyro.key(favourite)')
          .replace(
            '  profile Profile?',
            '  favourite Int?\n  fan Profile? @relation("fan", fields: [favourite], references: [userId])\n  profile Profile? @relation("own")',
          )
          .replace(
            'user   User    @relation(',
            'fans User[] @relation("fan")\n  user   User    @relation("own", ',
          ),
        rows: '',
        files: {
          'User.csv': 'id,mail,favourite\n1,ann,1\n',
          'Profile.csv': 'userId,handle\n1,fox\n',
        },
      },
      async (stage) => {
        const { problems } = await stage.planImport({ strategy: MATCH })

        expect(problems.map(({ code, why }) => [code, why])).toEqual([
          [
            'PLAN.KEY_STRATEGY',
            'Business keys refer to each other in a circle: Profile → User → Profile.',
          ],
          [
            'PLAN.KEY_STRATEGY',
            'Business keys refer to each other in a circle: User → Profile → User.',
          ],
        ])
      },
    ))

  it('is all there the second time', () =>
    withPeople({ rows: '' }, async (stage) => {
      await stage.importModels({ strategy: MATCH })
      const before = await stage.snapshot()

      const { models } = await stage.importModels({
        strategy: { ...MATCH, Card: 'match' },
        models: ['User', 'Profile', 'Card'],
      })

      expect(models.map(({ loaded, skipped }) => [loaded, skipped])).toEqual([
        [0, 3],
        [0, 2],
        [0, 1],
      ])
      expect(await stage.snapshot()).toEqual(before)
    }))
})

const ORDERS = `
model Tenant {
  id     Int     @id @default(autoincrement())
  slug   String  @unique
  orders Order[]
}

/// @gyro.key(code)
model Order {
  tenantId Int
  number   Int
  code     String?
  tenant   Tenant @relation(fields: [tenantId], references: [id])
  lines    Line[]

  @@id([tenantId, number])
}

/// @gyro.key(sku)
model Line {
  tenantId Int
  number   Int
  line     Int
  sku      String
  order    Order  @relation(fields: [tenantId, number], references: [tenantId, number])

  @@id([tenantId, number, line])
}
`

const ORDER_FILES = {
  'Tenant.csv': 'id,slug\n1,acme\n2,bolt\n',
  'Order.csv': 'tenantId,number,code\n1,7,a\n2,7,b\n2,8,\n',
  'Line.csv': 'tenantId,number,line,sku\n1,7,1,x\n2,7,1,y\n2,7,2,z\n',
}

const ORDER_ROWS = `
insert into "Tenant" (id, slug) values (40, 'acme'), (41, 'bolt');
select setval('"Tenant_id_seq"', 50);
insert into "Order" values (40, 7, 'a');
insert into "Line" values (40, 7, 9, 'x')`

describe('a model whose key is composite, matched by something else', () => {
  it('is there where it is, and its children refer to it by all columns', () =>
    withOrders({}, async (stage) => {
      const { models } = await stage.importModels({ strategy: 'match' })

      expect(models.map(({ model, loaded, skipped }) => [model, loaded, skipped])).toEqual([
        ['Tenant', 0, 2],
        ['Order', 2, 1],
        ['Line', 2, 1],
      ])
      expect(await stage.query('select * from "Line" order by sku')).toEqual([
        [40, 7, 9, 'x'],
        [41, 7, 1, 'y'],
        [41, 7, 2, 'z'],
      ])
    }))

  it.each([
    ['a kept part', `(40, 99, 'a')`],
    ['a reference', `(41, 7, 'a')`],
  ])('is refused where it is there under another key, by which rows refer to it: %s', (_, order) =>
    withOrders(
      { rows: ORDER_ROWS.replace(`(40, 7, 'a')`, order).replace(/insert into "Line".*/, '') },
      async (stage) => {
        const before = await stage.snapshot()

        const importing = stage.importModels({ strategy: 'match' })

        await expect(importing).rejects.toMatchObject({
          code: 'KEYS.OTHER_KEY_THERE',
          message: expect.stringMatching(
            /^Order has a row under another key\. .*Order\.csv:2:\d+: the database has a row of Order with its code, but with another tenantId, number\. Rows of the files refer to it by that, which cannot be replaced as a whole\. Match the models that tenantId, number refers to as well, or leave out the files that refer to Order, or let one column be its key in the schema; nothing was written\.$/,
          ),
        })
        expect(await stage.snapshot()).toEqual(before)
      },
    ),
  )

  it('may be there under any key where nothing refers to it', () =>
    withOrders(
      {
        rows: ORDER_ROWS.replace(`(40, 7, 'a')`, `(40, 99, 'a')`).replace(`40, 7, 9`, '40, 99, 9'),
      },
      async (stage) => {
        const { models } = await stage.importModels({
          strategy: 'match',
          models: ['Tenant', 'Order'],
        })

        expect(models.map(({ loaded, skipped }) => [loaded, skipped])).toEqual([
          [0, 2],
          [2, 1],
        ])
      },
    ))

  it('is loaded where nothing of it is there', () =>
    withOrders({ rows: '' }, async (stage) => {
      await stage.importModels({ strategy: 'match' })
      const before = await stage.snapshot()

      const { models } = await stage.importModels({
        strategy: 'match',
        models: ['Tenant', 'Line'],
      })

      expect(models.map(({ loaded, skipped }) => [loaded, skipped])).toEqual([
        [0, 3],
        [0, 2],
      ])
      expect(await stage.snapshot()).toEqual(before)
    }))
})

function withPeople<Result>(
  parts: Partial<StageSetup>,
  use: (stage: ImportStage) => Promise<Result>,
): Promise<Result> {
  return withImportStage({ schema: PEOPLE, rows: ROWS, files: FILES, ...parts }, use)
}

function withOrders<Result>(
  parts: Partial<StageSetup>,
  use: (stage: ImportStage) => Promise<Result>,
): Promise<Result> {
  return withImportStage({ schema: ORDERS, rows: ORDER_ROWS, files: ORDER_FILES, ...parts }, use)
}
