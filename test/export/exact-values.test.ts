import { expect, it } from '@jest/globals'
import { importElsewhere, withExportStage } from './export-stage.js'

const SCHEMA = `
enum Mood {
  GOOD  @map("so good")
  BAD
}

model Value {
  id      Int                        @id
  int2    Int?                       @db.SmallInt
  int8    BigInt?
  num     Decimal?                   @db.Decimal
  fixed   Decimal?                   @db.Decimal(8, 2)
  real    Float?                     @db.Real
  double  Float?
  text    String?
  short   String?                    @db.VarChar(9)
  padded  String?                    @db.Char(4)
  bytes   Bytes?
  flag    Boolean?
  uuid    String?                    @db.Uuid
  day     DateTime?                  @db.Date
  at      DateTime?                  @db.Timestamp(6)
  atZone  DateTime?                  @db.Timestamptz(6)
  time    DateTime?                  @db.Time(6)
  timeZone DateTime?                 @db.Timetz(6)
  json    Json?                      @db.Json
  jsonb   Json?
  mood    Mood?
  net     String?                    @db.Inet
  xml     String?                    @db.Xml
  bits    String?                    @db.Bit(5)
  varbits String?                    @db.VarBit
  money   Decimal?                   @db.Money
  oid     Int?                       @db.Oid
  span    Unsupported("interval")?
  search  Unsupported("tsvector")?
  place   Unsupported("point")?
  during  Unsupported("tstzrange")?
  mac     Unsupported("macaddr")?

  ints    Int[]
  nums    Decimal[]
  doubles Float[]
  texts   String[]
  blobs   Bytes[]
  flags   Boolean[]
  uuids   String[]                   @db.Uuid
  days    DateTime[]                 @db.Date
  ats     DateTime[]                 @db.Timestamptz(6)
  jsons   Json[]
  moods   Mood[]
  nets    String[]                   @db.Inet
}

model Only {
  note String? @unique
  text String  @unique
}

model Lone {
  text String @id
}

model Empty {
  id Int @id
}
`

/** Rows by the names of columns; text is what PostgreSQL reads. */
const ROWS = `
insert into "Value" (id) values (1);
insert into "Value" (id, int2, int8, num, fixed, real, double, text, short, padded, bytes, flag, uuid) values
  (2, -32768, -9223372036854775808, 'NaN', 'NaN', 'infinity', '-infinity', '', '', '', '', false, '00000000-0000-0000-0000-000000000000'),
  (3, 32767, 9223372036854775807, 1e-30, 123456.78, 'NaN', 'NaN', '\\.', E'a\\nb\\tc', 'ab', '\\x00ff5c2e0a', true, 'ffffffff-ffff-4fff-bfff-ffffffffffff'),
  (4, 0, 0, 1e40, -0.01, 0.1, '-0', '"', '",",', '  x', '\\x22', null, null),
  (5, 0, 0, -0.000, 0, 1.17549435e-38, 5e-324, E'\\r\\n"\\\\', ' a ', 'a  ', '\\x', null, null),
  (6, 0, 0, 123456789012345678901234567890.12345, 1, 3.4028235e38, 0.30000000000000004, 'NULL', 'ünï—😀x', 'äöü', null, null, null);
insert into "Value" (id, day, at, "atZone", time, "timeZone", span) values
  (12, 'infinity', 'infinity', 'infinity', '24:00', '00:00:00+15:59', '1 year -2 days +03:04:05.678901'),
  (13, '-infinity', '-infinity', '-infinity', '00:00', '23:59:59.999999-15:59', '-1 mon'),
  (14, '0044-03-15 BC', '4713-01-01 00:00:00.000001 BC', '0001-01-01 00:00:00+00 BC', '12:34:56.789', '12:00+00', '00:00:00'),
  (15, '5874897-12-31', '294276-12-31 23:59:59.999999', '294276-01-01 00:00:00Z', '12:34', '24:00+00', '178000000 years'),
  (16, '0001-01-01', '10000-01-01', '1883-11-18 12:03:57.5+00', null, '12:00:00.5+05:30:15', '1 day');
insert into "Value" (id, json, jsonb, mood, net, bits, varbits, money, oid, search, place, during, mac) values
  (22, '{"a" :  1, "a": "\\u00e9\\n"}', '{"b": [1.10, null, "\\""]}', 'so good', '10.0.0.1/8', '10101', '', '-1234567.89', 4294967295, $$'a b':1A 'it''s':2$$, '(1.5,-1e-300)', '["2020-01-01 00:00:00+00",infinity)', '08:00:2b:01:02:03'),
  (23, 'null', 'null', 'BAD', '::1', '00000', '1', '92233720368547758.07', 0, '', '(infinity,nan)', 'empty', null),
  (24, '""', '"x"', null, null, null, null, '$0.00', null, null, '(0.1,0.30000000000000004)', '(,)', null);
insert into "Value" (id, ints, nums, doubles, texts, blobs, flags, uuids, days, ats, jsons, moods, nets) values
  (32, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'),
  (33, '{1,NULL,-3}', '{NaN,1.10,NULL}', '{infinity,-0,NaN,5e-324}',
    array['', 'null', 'NULL', null, 'a"b', 'c\\d', 'e,f', '{g}', ' h ', E'i\\nj', '😀'],
    array['\\x', '\\x00ff', null]::bytea[], '{t,f,NULL}', '{ffffffff-ffff-4fff-bfff-ffffffffffff,NULL}',
    '{infinity,"0044-03-15 BC",NULL}', '{infinity,"0044-03-15 00:00:00+00 BC","2020-01-01 00:00:00.5+00"}',
    array['{"a": "b\\"c"}', 'null', null, '[1, 2]']::jsonb[], '{"so good",BAD,NULL}', '{10.0.0.1/8,::1}'),
  (34, '{{1,2},{3,4}}', '[2:3]={1,2}', null, array[array['a', null], array['b"', '{}']], null, null, null, null, null, null, null, null);
insert into "Only" values (null, ''), ('', 'a'), ('x', '\\.'), (null, 'NULL');
insert into "Lone" values (''), ('\\.'), ('a'), (E'\\n'), ('"');
`

const NAMES = ['"Value"', '"Only"', '"Lone"', '"Empty"']

it('gives back every value of every type', () =>
  withExportStage({ schema: SCHEMA, rows: ROWS }, async (stage) => {
    const before = await stage.snapshot()

    const { models, warnings } = await stage.export()

    expect(models.map(({ model, rows }) => [model, rows])).toEqual([
      ['Empty', 0],
      ['Lone', 5],
      ['Only', 4],
      ['Value', 17],
    ])
    expect(warnings).toEqual([])
    const { ddlOf } = await import('../support/ddl.js')
    const { DATASOURCE } = await import('../support/prisma-client.js')
    await importElsewhere(stage, await ddlOf(`${DATASOURCE}${SCHEMA}`), async (target) => {
      const after = (await target.snapshot(NAMES)) as Record<string, readonly string[]>
      for (const name of NAMES) expect([name, after[name]]).toEqual([name, before[name]])
      expect(target.result.warnings).toEqual([])
    })
  }))
