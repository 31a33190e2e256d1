import { describe, expect, it } from '@jest/globals'
import type { Manifest, ManifestModel } from '../../src/manifest/manifest.js'
import { parseManifest } from '../../src/manifest/parse-manifest.js'
import { manifestOf } from '../support/manifest-of.js'

describe('annotations', () => {
  it('add files, headers, a strategy and a business key', async () => {
    const { models } = await annotated({
      model:
        '@gyro.file("Kunden.csv", "people.tsv.gz") then @gyro.strategy(none) @gyro.key(name, age)',
      name: 'prose @gyro.column("Full Name", "\\u004eame").',
    })

    const person = modelOf(models, 'Person')
    expect(person).toMatchObject({
      files: ['Kunden', 'people', 'Person', 'public.Person'],
      strategy: 'none',
      businessKey: ['name', 'age'],
    })
    expect(headersOf(person, 'name')).toEqual(['name', 'full_name', 'Full Name', 'Name'])
  })

  it.each(['csv', 'CSV', 'tsv', 'csv.gz', 'csv.zst', 'tsv.gz'])(
    'take a file with its ending or without: .%s',
    async (ending) => {
      const { models } = await annotated({ model: `@gyro.file("some.people.${ending}")` })

      expect(modelOf(models, 'Person').files[0]).toBe('some.people')
    },
  )

  it.each(['sequential', 'hash', 'fresh', 'match', 'none'])(
    'take the strategy %s',
    async (name) => {
      const manifest = await annotated({ model: `@gyro.strategy(${name})` })

      const read = parseManifest(JSON.parse(JSON.stringify(manifest)), 'here')
      expect(modelOf(read.models, 'Person').strategy).toBe(name)
    },
  )

  it('keep the key of one field and columns that are left out', async () => {
    const { models } = await annotated({ name: '@gyro.key', age: '@gyro.skip' })

    const { businessKey, columns } = modelOf(models, 'Person')
    expect(businessKey).toEqual(['name'])
    expect(columns.filter(({ isSkipped }) => isSkipped).map(({ field }) => field)).toEqual(['age'])
  })

  it('make a reference like any other', async () => {
    const { models } = await annotated({ age: '@gyro.references(City.zip)' })

    expect(modelOf(models, 'Person').references.at(-1)).toEqual({
      name: 'age',
      fields: ['age'],
      target: 'City',
      targetFields: ['zip'],
      isNullable: true,
      origin: 'annotation',
    })
  })

  it('let integers of different size refer to each other, and a model to itself', async () => {
    const { models } = await annotated({
      big: '@gyro.references(City.zip)',
      cityId: '@gyro.references(Person.id)',
    })

    const names = modelOf(models, 'Person').references.map(({ name, target }) => [name, target])
    expect(names).toEqual([
      ['city', 'City'],
      ['big', 'City'],
      ['cityId', 'Person'],
    ])
  })

  it('leave a model out, with what refers to it', async () => {
    const { models, excluded } = await annotated({
      city: '@gyro.skip',
      age: '@gyro.references(City.zip)',
    })

    expect(excluded.map(({ name, reason }) => [name, reason])).toEqual([
      ['City', 'skipped'],
      ['_CityToNumbered', 'skipped'],
    ])
    expect(modelOf(models, 'Person').references).toEqual([])
  })

  it('take a file from the table of another model', async () => {
    const { models } = await annotated({ model: '@gyro.file("cities.csv")' })

    expect(modelOf(models, 'Person').files[0]).toBe('cities')
    expect(modelOf(models, 'City').files).toEqual(['City', 'public.cities'])
  })

  it('may name what the model has anyway', async () => {
    const { models } = await annotated({
      model: '@gyro.file("Person.csv", "Person.tsv")',
      name: '@gyro.column("name", "name")',
    })

    const person = modelOf(models, 'Person')
    expect(person.files).toEqual(['Person', 'public.Person'])
    expect(headersOf(person, 'name')).toEqual(['name', 'full_name'])
  })

  it('are not looked for in a text', async () => {
    const { models } = await annotated({
      name: '@gyro.column("x, @gyro.skip", "@gyro") @gyro.key',
    })

    const person = modelOf(models, 'Person')
    expect(headersOf(person, 'name')).toEqual(['name', 'full_name', 'x, @gyro.skip', '@gyro'])
    expect(person.businessKey).toEqual(['name'])
  })

  it.each([
    ['a package', '@gyro/core @gyrocopter @gyro-tools'],
    ['a mail address', 'me@gyro.com'],
    ['another tool', '@zod.file("x") gyro.file("x")'],
  ])('are not %s', async (_, comment) => {
    const { models } = await annotated({ model: comment })

    expect(modelOf(models, 'Person').files).toEqual(['Person', 'public.Person'])
  })

  it('are not what stands in other comments', async () => {
    const { models } = await manifestOf(
      schemaOf({}).replace('model Person', '// @gyro.skip\n/* @gyro.skip */\nmodel Person'),
    )

    expect(modelOf(models, 'Person').files).toEqual(['Person', 'public.Person'])
  })
})

const INVALID = 'GENERATOR.INVALID_ANNOTATION'
const NOT_READABLE =
  'schema.prisma:11:5 has @gyro without a name behind a dot, or with arguments that are not texts ' +
  'in double quotes or names, in parentheses, on the same line. Write it like ' +
  '@gyro.file("customers.csv"), @gyro.key(tenantId, email) or @gyro.skip.'

describe('a wrong annotation', () => {
  it.each<readonly [Comments, string, string]>([
    [{ model: '@gyro.file(a.csv' }, INVALID, `An annotation cannot be read. ${NOT_READABLE}`],
    [
      { model: '@gyro.fiel("a.csv")' },
      INVALID,
      'There is no annotation @gyro.fiel. schema.prisma:11:5: prisma-gyro knows @gyro.column, ' +
        '@gyro.file, @gyro.key, @gyro.references, @gyro.skip, @gyro.strategy. ' +
        'Did you mean "file"? Correct or remove it.',
    ],
    [
      { name: '@gyro.file("a.csv")' },
      INVALID,
      '@gyro.file is at the wrong place. schema.prisma:15:7: It stands at a field and belongs to ' +
        'a model. Write it in a /// comment directly above a model; that of a field may also ' +
        'stand behind the field.',
    ],
    [
      { model: '@gyro.file(customers)' },
      INVALID,
      '@gyro.file takes other arguments. schema.prisma:11:5: At a model it is ' +
        'written like @gyro.file("customers.csv"). Correct its arguments.',
    ],
    [
      { model: '@gyro.skip and @gyro.skip' },
      INVALID,
      '@gyro.skip is written twice. schema.prisma:11:20: It stands at schema.prisma:11:5 already. ' +
        'Keep one of them; @gyro.file and @gyro.column take several names, with commas between.',
    ],
    [
      { model: '@gyro.key(name)', age: '@gyro.key' },
      INVALID,
      'Person has two keys by @gyro.key. schema.prisma:17:7: The other one stands at ' +
        'schema.prisma:11:5. Keep one; a key of several fields is written above the model, ' +
        'like @gyro.key(tenantId, email).',
    ],
    [
      { model: '@gyro.key(city)' },
      INVALID,
      '@gyro.key is meant for fields with a column. schema.prisma:11:5: Person.city is a relation ' +
        'field: the database has no column for it. Use the fields that its @relation names in ' +
        'fields: [ … ].',
    ],
    [
      { model: '@gyro.key(name, age, name)' },
      INVALID,
      '@gyro.key names a field twice. schema.prisma:11:5: The field is name. Name every field once.',
    ],
    [
      { model: '@gyro.file("exports/people.csv")' },
      INVALID,
      '@gyro.file does not name a file of the folder. schema.prisma:11:5: A name must not be ' +
        'empty, begin with a dot or hold a slash, a backslash or a control character. Write the ' +
        'name alone, like @gyro.file("customers.csv"): the folder is told to the command.',
    ],
    [
      { name: '@gyro.references(City.name)' },
      INVALID,
      '@gyro.references cannot refer to City.name. schema.prisma:15:7: Only a field that is the ' +
        'key or a unique of its model alone tells which row is meant; the model has id, zip. ' +
        'Name such a field, or remove the annotation.',
    ],
    [
      { age: '@gyro.references(Pair.a)' },
      INVALID,
      '@gyro.references cannot refer to Pair.a. schema.prisma:17:7: Only a field that is the key ' +
        'or a unique of its model alone tells which row is meant; the model has no such field. ' +
        'Name such a field, or remove the annotation.',
    ],
    [
      { name: '@gyro.references(City.id)' },
      INVALID,
      '@gyro.references cannot refer to City.id. schema.prisma:15:7: The field is String, what it ' +
        'refers to is Int or BigInt. Name a field of the same type, or remove the annotation.',
    ],
    [
      { cityId: '@gyro.references(City.id)' },
      INVALID,
      '@gyro.references repeats a relation of the schema. schema.prisma:21:7: Person.city refers ' +
        'to the same field already. Remove the annotation.',
    ],
    [
      { cityId: '@gyro.references(Cty.id)' },
      'GENERATOR.UNKNOWN_NAME',
      '@gyro.references names a model that does not exist. schema.prisma:21:7 names "Cty". ' +
        'Did you mean "City"? Correct the name.',
    ],
    [
      { model: '@gyro.file("City.csv")' },
      'GENERATOR.DUPLICATE_FILE',
      'Two models claim the file "City". schema.prisma:11:5 gives it to Person; it belongs to ' +
        'City. Give each model a file of its own with @gyro.file.',
    ],
    [
      { name: '@gyro.column("Age")', age: '@gyro.column("Age")' },
      'GENERATOR.DUPLICATE_HEADER',
      'Two fields claim the header "Age". schema.prisma:17:7 gives it to Person.age; it belongs ' +
        'to Person.name. Give each field a header of its own with @gyro.column.',
    ],
  ])('is refused: %j', async (comments, code, message) => {
    await expect(annotated(comments)).rejects.toMatchObject({ code, message })
  })

  it.each<readonly [Comments, string]>([
    [{ model: '@gyro' }, INVALID],
    [{ model: 'see @gyro.' }, INVALID],
    [{ model: '@Gyro.skip' }, INVALID],
    [{ model: '@gyro.skip()' }, INVALID],
    [{ model: '@gyro.file("a.csv" "b.csv")' }, INVALID],
    [{ model: '@gyro.file("a.csv",)' }, INVALID],
    [{ model: '@gyro.file("a\\x.csv")' }, INVALID],
    [{ model: "@gyro.file('a.csv')" }, INVALID],
    [{ model: '@gyro.constructor' }, INVALID],
    [{ model: '@gyro.column("x")' }, INVALID],
    [{ model: '@gyro.references(City.id)' }, INVALID],
    [{ name: '@gyro.strategy(none)' }, INVALID],
    [{ enum: '@gyro.skip' }, INVALID],
    [{ value: '@gyro.skip' }, INVALID],
    [{ datasource: '@gyro.skip' }, INVALID],
    [{ block: '@gyro.skip' }, INVALID],
    [{ end: '@gyro.skip' }, INVALID],
    [{ model: '@gyro.file' }, INVALID],
    [{ model: '@gyro.file("")' }, INVALID],
    [{ model: '@gyro.file(".csv")' }, INVALID],
    [{ model: '@gyro.file(".hidden.csv")' }, INVALID],
    [{ model: '@gyro.file("..\\\\people.csv")' }, INVALID],
    [{ model: '@gyro.file("a\\bb.csv")' }, INVALID],
    [{ model: '@gyro.skip(true)' }, INVALID],
    [{ model: '@gyro.key' }, INVALID],
    [{ model: '@gyro.key("name")' }, INVALID],
    [{ model: '@gyro.key(City.id)' }, INVALID],
    [{ name: '@gyro.key(name)' }, INVALID],
    [{ name: '@gyro.key', age: '@gyro.key' }, INVALID],
    [{ model: '@gyro.strategy(none, sequential)' }, INVALID],
    [{ age: '@gyro.references(City)' }, INVALID],
    [{ age: '@gyro.references("City.id")' }, INVALID],
    [{ age: '@gyro.references(City.id, City.zip)' }, INVALID],
    [{ age: '@gyro.references(a.City.id)' }, INVALID],
    [{ age: '@gyro.references(Person.city)' }, INVALID],
    [{ age: '@gyro.references(_CityToNumbered.A)' }, INVALID],
    [{ list: '@gyro.references(City.zip)' }, INVALID],
    [{ mood: '@gyro.references(Bare.code)' }, INVALID],
    [{ relation: '@gyro.skip' }, INVALID],
    [{ relation: '@gyro.column("City")' }, INVALID],
    [{ model: '@gyro.key(nmae)' }, 'GENERATOR.UNKNOWN_NAME'],
    [{ model: '@gyro.strategy(serial)' }, 'GENERATOR.UNKNOWN_NAME'],
    [{ age: '@gyro.references(City.ip)' }, 'GENERATOR.UNKNOWN_NAME'],
    [{ model: '@gyro.file("x")', city: '@gyro.file("x.csv")' }, 'GENERATOR.DUPLICATE_FILE'],
    [{ name: '@gyro.column("age")' }, 'GENERATOR.DUPLICATE_HEADER'],
    [{ age: '@gyro.column("full_name")' }, 'GENERATOR.DUPLICATE_HEADER'],
  ])('is refused with a code: %j', async (comments, code) => {
    await expect(annotated(comments)).rejects.toMatchObject({ code })
  })
})

/** A comment for each place that can have one. */
interface Comments {
  readonly datasource?: string
  readonly enum?: string
  readonly value?: string
  readonly model?: string
  readonly name?: string
  readonly age?: string
  readonly big?: string
  readonly list?: string
  readonly mood?: string
  readonly cityId?: string
  readonly relation?: string
  readonly block?: string
  readonly city?: string
  readonly end?: string
}

function annotated(comments: Comments): Promise<Manifest> {
  return manifestOf(schemaOf(comments))
}

function schemaOf(comments: Comments): string {
  return `datasource db {
  provider = "postgresql" /// ${comments.datasource ?? ''}
}

/// ${comments.enum ?? ''}
enum Mood {
  /// ${comments.value ?? ''}
  GOOD
}

/// ${comments.model ?? ''}
model Person {
  id Int @id

  /// ${comments.name ?? ''}
  name String @map("full_name")
  /// ${comments.age ?? ''}
  age Int?
  /// ${comments.big ?? ''}
  big BigInt?
  /// ${comments.cityId ?? ''}
  cityId Int
  list Int[] /// ${comments.list ?? ''}
  mood Mood /// ${comments.mood ?? ''}
  city City @relation(fields: [cityId], references: [id]) /// ${comments.relation ?? ''}

  /// ${comments.block ?? ''}
  @@index([name])
}

/// ${comments.city ?? ''}
model City {
  id     Int      @id
  zip    Int      @unique
  name   String
  people Person[]
  pairs  Numbered[]

  @@map("cities")
}

model Numbered {
  id     Int    @id
  cities City[]
}

model Bare {
  code String @unique
}

model Pair {
  a    Int
  b    Int
  code String

  @@id([a, b])
}
/// ${comments.end ?? ''}
`
}

function modelOf(models: readonly ManifestModel[], name: string): ManifestModel {
  return models.find((model) => model.name === name) as ManifestModel
}

function headersOf({ columns }: ManifestModel, field: string): readonly string[] | undefined {
  return columns.find((column) => column.field === field)?.headers
}
