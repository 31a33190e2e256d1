import { runInNewContext } from 'node:vm'
import { describe, expect, it } from '@jest/globals'
import { renderIndex } from '../../generator/render-index.js'
import type { Manifest, ManifestModel } from '../../src/manifest/manifest.js'
import { buildManifest } from '../support/build-manifest.js'
import { manifestOf } from '../support/manifest-of.js'

describe('renderIndex', () => {
  it('types every scalar, list and optional field', async () => {
    const text = renderIndex(
      await manifestOf(`
datasource db {
  provider = "postgresql"
}
model All {
  string   String   @unique
  int      Int?
  bigInt   BigInt[]
  decimal  Decimal
  float    Float
  boolean  Boolean
  dateTime DateTime @updatedAt
  json     Json?
  bytes    Bytes
}`),
    )

    expect(text).toContain(`\
  /** Table All, from All.csv or public.All.csv. */
  All: {
    row: {
      string: string
      int: number | null
      bigInt: bigint[]
      decimal: string
      float: number
      boolean: boolean
      dateTime: Date
      json: unknown | null
      bytes: Uint8Array
    }
    optional: 'int' | 'bigInt' | 'dateTime' | 'json'
    key: 'string'
    decimal: 'decimal'
    unique: readonly ['string']
    dependsOn: never
  }
`)
  })

  it('leaves out what Prisma Client does not know, and lets a file lack what is skipped', async () => {
    const text = renderIndex(
      await manifestOf(`
datasource db {
  provider = "postgresql"
}
model Part {
  /// @gyro.skip
  note   String
  secret Int                  @ignore
  shape  Unsupported("point")
  code   String               @unique
  other  String

  @@id([secret, code])
  @@unique([code, other])
}`),
    )

    expect(text).toContain(`\
    row: {
      note: string
      code: string
      other: string
    }
    optional: 'note'
    key: never
    unique: readonly ['code'] | readonly ['code', 'other']
`)
  })

  it('names all files of a model and all that it depends on', async () => {
    const text = renderIndex(
      await manifestOf(`
datasource db {
  provider = "postgresql"
}
/// @gyro.file("log.csv")
model Log {
  id     Int @id
  userId Int /// @gyro.references(User.id)
}
model User {
  id Int @id
}`),
    )

    expect(text).toContain('/** Table Log, from log.csv, Log.csv, or public.Log.csv. */')
    expect(text).toContain("dependsOn: 'User'")
  })

  it('says of an empty schema that there is no model', () => {
    const text = renderIndex(buildManifest({}))

    expect(text).toContain('export interface Models {\n\n}')
    expect(text).toContain('"models": [\n  ],')
  })

  it('lets no name end a comment, a text or a line', () => {
    const name = `_it's\n*/ a "tag"`
    const text = renderIndex(manifest({ name, schema: 'core', table: name, files: [name] }))

    expect(text).toContain(`\
  /** Table core._it's * / a "tag", from _it's * / a "tag".csv. */
  "_it's\\n*/ a \\"tag\\"": {
`)
  })

  it('holds the manifest as text that gives it back, whatever the names are', () => {
    const name = ['a`b$', '{c}$d\\n\\\\`\u2028\u2029\t"\ud800é'].join('')
    const written = manifest({ name, table: name, files: [name, '`)'] })

    const text = renderIndex(written)

    const [, literal = ''] = /createGyro<Models>\((JSON\.parse\(`.*?\n}`\))\)\n/s.exec(text) ?? []
    const read = runInNewContext(`JSON.stringify(${literal})`)
    expect(JSON.parse(read)).toEqual(written)
    expect(literal.split('\n')[3]).toMatch(/^ {4}\{"name":"a.*\}$/)
    expect(literal).not.toMatch(/[\u2028\u2029]/)
  })

  it('writes a model without a key', () => {
    expect(renderIndex(manifest({}))).toContain('key: never\n    unique: never')
  })
})

function manifest(model: Partial<ManifestModel>): Manifest {
  return buildManifest({
    models: [
      {
        name: 'Note',
        kind: 'model',
        schema: null,
        table: 'Note',
        columns: [],
        primaryKey: null,
        uniques: [],
        businessKey: null,
        strategy: null,
        references: [],
        files: ['Note'],
        ...model,
      },
    ],
  })
}
