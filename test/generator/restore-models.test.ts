import { describe, expect, it } from '@jest/globals'
import { restoreModels } from '../../generator/restore-models.js'
import { scanSchema } from '../../generator/scan-schema.js'
import { InternalError } from '../../src/error/internal-error.js'
import { manifestOf } from '../support/manifest-of.js'

const DATASOURCE = 'datasource db {\n  provider = "postgresql"\n}\n'

describe('restoreModels', () => {
  it('restores keys and uniques of an ignored model', () => {
    const content = `
model Old {
  a     Int
  b     Int
  email String @unique
  place Unsupported("point")[]

  @@id(fields: [a, b])
  @@unique([b(sort: Desc), a], name: "x")
  @@unique(email)
  @@map(name: "old ones")
  @@schema(map: "attic")
  @@ignore
}
model Bare {
  id Int @id
  @@ignore
}`

    const [old, bare] = restore(content)

    expect(old).toMatchObject({
      name: 'Old',
      dbName: 'old ones',
      schema: 'attic',
      primaryKey: { fields: ['a', 'b'] },
      uniqueFields: [['b', 'a'], ['email']],
      excluded: 'ignored',
    })
    expect(old?.fields.at(-1)).toMatchObject({ kind: 'unsupported', isList: true })
    expect(bare).toMatchObject({ dbName: null, schema: null, primaryKey: null, uniqueFields: [] })
  })

  it('calls an ignored view a view', () => {
    const [view] = restore('view V {\n  id Int @unique\n  @@ignore\n}')

    expect(view?.excluded).toBe('view')
  })

  it('takes a text without a model of the DMMF for a bug', () => {
    const model = { name: 'A', dbName: null, schema: null, fields: [] }
    const models = [{ ...model, primaryKey: null, uniqueFields: [], uniqueIndexes: [] }]

    expect(() => restoreModels({ models, enums: [] }, scanSchema([]))).toThrow(InternalError)
  })
})

describe('a schema', () => {
  it('says when the database has no foreign keys', async () => {
    const schema = DATASOURCE.replace('}', '  relationMode = "prisma"\n}')

    expect((await manifestOf(schema)).relationMode).toBe('prisma')
    expect((await manifestOf(DATASOURCE)).relationMode).toBe('foreignKeys')
  })

  it('may let an annotation refer to what is never loaded, which is no reference then', async () => {
    const manifest = await manifestOf(`${DATASOURCE}
model Old {
  id Int
  @@id([id])
  @@ignore
}
model Note {
  id    Int @id
  oldId Int /// @gyro.references(Old.id)
}`)

    expect(manifest.models.map(({ name, references }) => [name, references])).toEqual([
      ['Note', []],
    ])
  })

  it('may have names that only an introspected database has', async () => {
    const { models } = await manifestOf(`${DATASOURCE}
model Note {
  id   Int @id @map("\\"id\\"")
  when Int @map("a\\nb\\tc\\\\ \\u00fc")
  @@map("select * from \\"x\\"; --")
}`)

    expect(models.map(({ table, files }) => [table, files])).toEqual([
      ['select * from "x"; --', ['Note', 'select * from "x"; --', 'public.select * from "x"; --']],
    ])
    expect(models[0]?.columns.map(({ column }) => column)).toEqual(['"id"', 'a\nb\tc\\ ü'])
  })

  it('may have join tables of one name in two schemas, but not in one', async () => {
    const schema = `
datasource db {
  provider = "postgresql"
  schemas  = ["one", "two"]
}
model A {
  id Int @id
  cs C[] @relation("x")
  @@schema("one")
}
model B {
  id Int @id
  cs C[] @relation("x")
  @@schema("two")
}
model C {
  id Int @id
  as A[] @relation("x")
  bs B[] @relation("x")
  @@schema("two")
}`

    const { models } = await manifestOf(schema)
    const reading = manifestOf(schema.replace('@@schema("one")', '@@schema("two")'))

    const joinTables = models.filter(({ kind }) => kind === 'joinTable')
    expect(joinTables.map(({ name, table, files }) => [name, table, files])).toEqual([
      ['one._x', '_x', ['one._x']],
      ['two._x', '_x', ['two._x']],
    ])
    await expect(reading).rejects.toMatchObject({
      code: 'GENERATOR.SHARED_JOIN_TABLE',
      message:
        'Two relations share the table "_x". These many-to-many relations have one name: ' +
        'B and C; A and C. Prisma makes one table, which refers to the models of the last one ' +
        'only. Give each a name of its own in @relation and migrate the database.',
    })
  })

  it('has composite types refused by Prisma', async () => {
    const reading = manifestOf(`${DATASOURCE}type Address {\n  street String\n}`)

    await expect(reading).rejects.toThrow('Composite types are not supported on Postgres.')
  })
})

function restore(content: string) {
  return restoreModels({ models: [], enums: [] }, scanSchema([{ path: 'a.prisma', content }]))
}
