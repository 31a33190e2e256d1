import { describe, expect, it } from '@jest/globals'
import internals from '@prisma/internals'
import { readColumn } from '../../generator/read-column.js'
import { restoreField } from '../../generator/restore-field.js'
import { scanSchema } from '../../generator/scan-schema.js'
import type { ManifestModel } from '../../src/manifest/manifest.js'
import { parseManifest } from '../../src/manifest/parse-manifest.js'
import { readSchemaFiles } from '../../src/project/read-schema-files.js'
import { ddlOf } from '../support/ddl.js'
import { manifestOf } from '../support/manifest-of.js'
import { withTestDatabase } from '../support/test-database.js'
import { shapeOfDatabase, shapeOfManifest } from './database-shape.js'

const SCHEMA = 'test/generator/everything'

// A folder of schema files with every construct that the DMMF hides.
describe('the manifest of everything', () => {
  it('has the tables, columns and references that Prisma creates, by the names that PostgreSQL gives them', async () => {
    const manifest = await manifestOf(SCHEMA)
    const without = manifest.excluded.map(({ schema, table }) => `${schema}.${table}`)

    await withTestDatabase(await ddlOf(SCHEMA), async (client) => {
      const shape = await shapeOfDatabase(client, ['core', 'sales'], without)

      expect(shapeOfManifest(manifest)).toEqual(shape)
    })
  })

  it('can be parsed', async () => {
    const manifest = await manifestOf(SCHEMA)

    expect(parseManifest(JSON.parse(JSON.stringify(manifest)), 'everything')).toEqual(manifest)
  })

  it('excludes views, ignored and skipped models and join tables of these, and knows their files', async () => {
    const { excluded } = await manifestOf(SCHEMA)

    expect(excluded).toEqual([
      {
        name: 'Log',
        reason: 'skipped',
        schema: 'core',
        table: 'Log',
        files: ['Log', 'core.Log'],
      },
      {
        name: 'Report',
        reason: 'view',
        schema: 'core',
        table: 'report_view',
        files: ['Report', 'report_view', 'core.report_view'],
      },
      {
        name: 'Secret',
        reason: 'ignored',
        schema: 'core',
        table: 'secrets }',
        files: ['Secret', 'secrets }', 'core.secrets }'],
      },
      {
        name: '_ItemToLog',
        reason: 'skipped',
        schema: 'sales',
        table: '_ItemToLog',
        files: ['_ItemToLog', 'sales._ItemToLog'],
      },
    ])
  })

  it('has no references to what is excluded, but the columns', async () => {
    const order = await modelOf('Order')
    const shop = await modelOf('Shop')

    expect(order.columns.map(({ field }) => field)).toContain('logId')
    expect(order.references.map(({ name }) => name)).toEqual(['shop', 'next', 'ownerId'])
    expect(shop.columns.map(({ field }) => field)).toContain('secretId')
    expect(shop.references.map(({ name }) => name)).toEqual(['tenant'])
  })

  it('has hidden columns at their place, with what the schema says of them', async () => {
    const { columns, primaryKey, uniques } = await modelOf('Note')

    const hidden = columns.filter(({ isHidden }) => isHidden)
    expect(columns.map(({ field }) => field)).toEqual([
      'place',
      'slug',
      ...hidden.slice(1).map(({ field }) => field),
      'tenantId',
      'keeperId',
    ])
    expect(
      hidden.map((column) => [
        column.field,
        column.enum ?? column.type,
        column.isList ? 'list' : column.isRequired ? 'required' : 'optional',
        column.default,
      ]),
    ).toEqual([
      ['place', 'Unsupported', 'required', null],
      ['shape', 'Unsupported', 'optional', null],
      ['search', 'Unsupported', 'optional', { by: 'database', make: 'value' }],
      ['old', 'String', 'optional', null],
      ['madeBy', 'String', 'required', { by: 'client', make: 'uuid', args: [4] }],
      ['cuid', 'String', 'required', { by: 'client', make: 'cuid', args: [1] }],
      ['nano', 'String', 'required', { by: 'client', make: 'nanoid', args: [9] }],
      ['plans', 'Plan', 'list', { by: 'database', make: 'value' }],
      ['plan', 'Plan', 'required', { by: 'database', make: 'value' }],
      ['amount', 'Decimal', 'required', { by: 'database', make: 'value' }],
      ['changed', 'DateTime', 'required', null],
      ['code', 'Int', 'required', { by: 'database', make: 'autoincrement' }],
      ['left', 'Int', 'required', null],
      ['right', 'Int', 'required', null],
    ])
    expect(columns.find(({ field }) => field === 'amount')?.nativeType).toEqual({
      name: 'Decimal',
      args: ['12', '2'],
    })
    expect(columns.find(({ field }) => field === 'changed')?.isUpdatedAt).toBe(true)
    expect([primaryKey, uniques]).toEqual([
      ['left', 'right'],
      [['slug'], ['code'], ['slug', 'code']],
    ])
  })

  it('has the relations of ignored fields, and join tables with one side ignored or both', async () => {
    const { models } = await manifestOf(SCHEMA)
    const { references } = await modelOf('Note')

    expect(
      references.map(({ name, target, targetFields }) => [name, target, targetFields]),
    ).toEqual([
      ['tenant', 'Tenant', ['id']],
      ['keeper', 'Shop', ['no']],
    ])
    const joinTables = models.filter(({ kind }) => kind === 'joinTable').map(({ name }) => name)
    expect(joinTables).toEqual(expect.arrayContaining(['_BoxToShelf', '_ShelfToTool']))
  })

  it('accepts files and headers by the whole name and by what PostgreSQL made of it', async () => {
    const { files, columns } = await modelOf('Straße')

    expect(files).toEqual([
      'Straße',
      'ein Tisch; drop table ü -- und noch viel mehr, bis es abgeschnitten wird',
      'ein Tisch; drop table ü -- und noch viel mehr, bis es abgeschn',
      'sales.ein Tisch; drop table ü -- und noch viel mehr, bis es abgeschnitten wird',
      'sales.ein Tisch; drop table ü -- und noch viel mehr, bis es abgeschn',
    ])
    expect(columns.find(({ field }) => field === 'long')?.headers).toEqual([
      'long',
      'a_name_of_more_than_sixty_three_bytes_which_postgresql_cuts_without_a_word',
      'a_name_of_more_than_sixty_three_bytes_which_postgresql_cuts_wit',
    ])
  })

  it('has the schema and the real type of every enum', async () => {
    const { enums } = await manifestOf(SCHEMA)

    expect(enums.map(({ name, schema, type }) => [name, schema, type])).toEqual([
      ['Größe', 'sales', 'Größe'],
      ['LongEnum', 'sales', 'an_enum_whose_type_has_a_name_of_more_than_sixty_three_bytes_to'],
      ['Plan', 'core', 'plan_kind'],
    ])
  })

  it('restores from the text what the DMMF says of the fields that it shows', async () => {
    const files = readSchemaFiles(SCHEMA)
    const { datamodel } = await internals.getDMMF({
      datamodel: files.map(({ path, content }): [string, string] => [path, content]),
    })
    const { blocks } = scanSchema(files)
    const names = {
      models: new Set(blocks.filter(({ kind }) => kind !== 'enum').map(({ name }) => name)),
      enums: new Set(datamodel.enums.map(({ name }) => name)),
    }

    for (const model of datamodel.models) {
      const block = blocks.find(({ name }) => name === model.name)
      for (const field of model.fields) {
        const text = block?.fields.find(({ name }) => name === field.name)
        const restored = text && restoreField(text, model.name, names)
        expect(restored).toMatchObject({
          kind: field.kind,
          relationFromFields: field.relationFromFields ?? [],
          relationToFields: field.relationToFields ?? [],
          isId: field.isId,
          isUnique: field.isUnique,
        })
        expect(restored && { ...readColumn(restored), isHidden: false }).toEqual(readColumn(field))
        if (field.kind === 'object') {
          expect(restored?.relationName).toBe(field.relationName)
        }
      }
    }
  })
})

async function modelOf(name: string): Promise<ManifestModel> {
  const { models } = await manifestOf(SCHEMA)
  const model = models.find((known) => known.name === name)
  if (model === undefined) {
    throw new Error(`there is no model ${name}`)
  }
  return model
}
