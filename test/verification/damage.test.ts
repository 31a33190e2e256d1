import { describe, expect, it } from '@jest/globals'
import { listDifferent, withVerifyStage } from './verify-stage.js'

const SCHEMA = `
enum Level {
  low  @map("LOW")
  high @map("HIGH")
}

model Account {
  id      Int      @id @default(autoincrement())
  name    String
  note    String?
  level   Level
  balance Decimal  @db.Decimal(10, 2)
  at      DateTime @db.Timestamptz(6)
  bytes   Bytes
  tags    String[]
  raw     Json?    @db.Json
  bossId  Int?     @map("boss id")
  boss    Account? @relation("boss", fields: [bossId], references: [id])
  staff   Account[] @relation("boss")
  orders  Order[]
  groups  Group[]
}

model Group {
  id       Int       @id @default(autoincrement())
  label    String
  members  Account[]
}

model Order {
  accountId Int
  number    Int
  text      String
  account   Account @relation(fields: [accountId], references: [id])
  lines     Line[]

  @@id([accountId, number])
  @@map("order")
}

model Line {
  id        String @id @default(uuid()) @db.Uuid
  accountId Int
  number    Int
  what      String
  order     Order  @relation(fields: [accountId, number], references: [accountId, number])
}

model Code {
  code  String  @id
  title String
  price Decimal @db.Decimal
}
`

const FILES = {
  'Account.csv': `id,name,note,level,balance,at,bytes,tags,raw,boss id
1,Ann,,low,10.5,2024-01-02T03:04:05+01:00,\\x01ff,"{a,b}","{""a"":  1}",2
2,Bea,x,HIGH,1,2024-01-02T03:04:05Z,AQI=,{},,
3,Cy,"",high,2.25,2024-01-02,\\x,"[""q"", ""r\\""s""]",[],1
`,
  'Group.csv': 'id,label\n1,one\n2,two\n',
  '_AccountToGroup.csv': 'A,B\n1,1\n2,2\n3,1\n',
  'Order.csv': 'accountId,number,text\n1,1,a\n1,2,b\n2,1,c\n3,1,d\n',
  'Line.csv': `id,accountId,number,what
0000000A-0000-4000-8000-000000000000,1,1,p
0000000b-0000-4000-8000-000000000000,1,2,q
0000000c-0000-4000-8000-000000000000,2,1,r
`,
  'Code.csv': 'code,title,price\nx,X,1.50\ny,Y,2\n',
}

/** Rows of an application beside those of the import, which have ids of the files. */
const ROWS = `
insert into "Account" (name, level, balance, at, bytes)
select 'live', 'LOW', 1, '2020-01-01', '' from generate_series(1, 7);
insert into "Group" (label) values ('live');
insert into "order" values (1, 1, 'live');
insert into "Code" values ('live', 'live', 1)`

const ID = (name: string) => `(select id from "Account" where name = '${name}')`
const GROUP = (label: string) => `(select id from "Group" where label = '${label}')`

/** SQL, SQL that makes it good again, and what differs in between; what is in a group, all at once. */
const DAMAGES: readonly (readonly (readonly [sql: string, repair: string, different: string])[])[] =
  [
    [
      [
        // A value.
        `update "Account" set name = 'Anne' where name = 'Ann'`,
        `update "Account" set name = 'Ann' where name = 'Anne'`,
        'Account.name',
      ],
      [
        // NULL that has become an empty text.
        `update "Account" set note = '' where note is null`,
        `update "Account" set note = null where name in ('Ann', 'live')`,
        'Account.note',
      ],
      [
        // A row that is gone.
        `delete from "Line" where what = 'r'`,
        `insert into "Line" select '0000000c-0000-4000-8000-000000000000', ${ID('Bea')}, 1, 'r'`,
        'Line',
      ],
      [
        // Another scale of a number.
        `update "Code" set price = 1.5 where code = 'x'`,
        `update "Code" set price = 1.50 where code = 'x'`,
        'Code.price',
      ],
    ],
    [
      [
        // An empty text that has become NULL.
        `update "Account" set note = null where name = 'Cy'`,
        `update "Account" set note = '' where name = 'Cy'`,
        'Account.note',
      ],
      [
        // A microsecond.
        `update "Account" set at = at + interval '1 microsecond' where name = 'Bea'`,
        `update "Account" set at = at - interval '1 microsecond' where name = 'Bea'`,
        'Account.at',
      ],
      [
        // A blank in JSON that is kept as text.
        `update "Account" set raw = '{"a": 1}' where name = 'Ann'`,
        `update "Account" set raw = '{"a":  1}' where name = 'Ann'`,
        'Account.raw',
      ],
      [
        // A row that came to be a part of an imported one.
        `insert into "order" select ${ID('Bea')}, 9, 'new'`,
        `delete from "order" where text = 'new'`,
        'Order',
      ],
    ],
    [
      [
        // Values that two rows have exchanged.
        `update "Account" set level = case name when 'Ann' then 'HIGH' else 'LOW' end::"Level" where name in ('Ann', 'Bea')`,
        `update "Account" set level = case name when 'Ann' then 'LOW' else 'HIGH' end::"Level" where name in ('Ann', 'Bea')`,
        'Account.level',
      ],
      [
        // A row that kept its key and has another now.
        `update "Code" set code = 'z' where code = 'y'`,
        `update "Code" set code = 'y' where code = 'z'`,
        'Code',
      ],
      [
        // A link more.
        `insert into "_AccountToGroup" select ${ID('Bea')}, ${GROUP('one')}`,
        `delete from "_AccountToGroup" where "A" = ${ID('Bea')} and "B" = ${GROUP('one')}`,
        '_AccountToGroup',
      ],
      [swapParents('p', 'r'), swapParents('p', 'r'), 'Line->order'],
    ],
    [
      [
        // A boss who is another one of the import.
        `update "Account" set "boss id" = ${ID('Cy')} where name = 'Ann'`,
        `update "Account" set "boss id" = ${ID('Bea')} where name = 'Ann'`,
        'Account->boss',
      ],
      [
        // A link to another row.
        `update "_AccountToGroup" set "B" = ${GROUP('two')} where "A" = ${ID('Cy')}`,
        `update "_AccountToGroup" set "B" = ${GROUP('one')} where "A" = ${ID('Cy')}`,
        '_AccountToGroup->B',
      ],
    ],
    [
      [
        // No boss any more.
        `update "Account" set "boss id" = null where name = 'Ann'`,
        `update "Account" set "boss id" = ${ID('Bea')} where name = 'Ann'`,
        'Account->boss',
      ],
    ],
    [
      [
        // A boss who is none of the import: the one that has the old id.
        `update "Account" set "boss id" = 2 where name = 'Ann'`,
        `update "Account" set "boss id" = ${ID('Bea')} where name = 'Ann'`,
        'Account->boss',
      ],
    ],
  ]

function swapParents(one: string, other: string): string {
  return `
update "Line" l set "accountId" = o."accountId", number = o.number
from "Line" o
where (l.what, o.what) in (('${one}', '${other}'), ('${other}', '${one}'))`
}

describe('a verification sees', () => {
  it('nothing where nothing is, and every damage, by its column or reference', () =>
    withVerifyStage({ schema: SCHEMA, rows: ROWS, files: FILES }, async (stage) => {
      await stage.importBatch()
      const before = await stage.verify()

      const found: (readonly string[])[] = []
      for (const group of DAMAGES) {
        for (const [damage] of group) await stage.client.query(damage)
        found.push(listDifferent(await stage.verify()).toSorted())
        for (const [, repair] of group) await stage.client.query(repair)
      }

      expect(before).toMatchObject({ ok: true, warnings: [] })
      expect(before.models.map(({ together }) => together)).toEqual(Array(6).fill(true))
      expect(found).toEqual(DAMAGES.map((group) => group.map((each) => each[2]).toSorted()))
      expect(listDifferent(await stage.verify())).toEqual([])
    }))
})
