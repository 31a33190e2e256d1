import { describe, expect, it } from '@jest/globals'
import type { Manifest } from '../../src/manifest/manifest.js'
import { parseManifest } from '../../src/manifest/parse-manifest.js'

const MANIFEST: Manifest = {
  version: 1,
  relationMode: 'foreignKeys',
  models: [
    {
      name: 'Order',
      kind: 'model',
      schema: 'sales',
      table: 'orders',
      columns: [
        {
          field: 'id',
          column: 'order_id',
          type: 'String',
          enum: null,
          nativeType: { name: 'VarChar', args: ['120'] },
          isList: false,
          isRequired: true,
          default: { by: 'client', make: 'nanoid', args: [9, 'x'] },
          isUpdatedAt: false,
          isHidden: false,
          isSkipped: false,
          headers: ['id', 'order_id'],
        },
        {
          field: 'status',
          column: 'status',
          type: 'Enum',
          enum: 'Status',
          nativeType: null,
          isList: false,
          isRequired: false,
          default: { by: 'database', make: 'value' },
          isUpdatedAt: false,
          isHidden: false,
          isSkipped: false,
          headers: ['status'],
        },
      ],
      primaryKey: ['id'],
      uniques: [['id', 'status']],
      businessKey: null,
      strategy: null,
      references: [
        {
          name: 'previous',
          fields: ['status'],
          target: 'Order',
          targetFields: ['id'],
          isNullable: true,
          origin: 'relation',
        },
      ],
      files: ['Order', 'orders'],
    },
    {
      name: '_Empty',
      kind: 'joinTable',
      schema: null,
      table: '_Empty',
      columns: [],
      primaryKey: null,
      uniques: [],
      businessKey: null,
      strategy: null,
      references: [],
      files: ['_Empty'],
    },
  ],
  enums: [
    { name: 'Status', schema: null, type: 'status', values: [{ name: 'OPEN', value: 'open' }] },
  ],
  excluded: [],
}

describe('parseManifest', () => {
  it('gives what was written, as a new value', () => {
    const parsed = parseManifest(MANIFEST, 'manifest.json')

    expect(parsed).toEqual(MANIFEST)
    expect(parsed).not.toBe(MANIFEST)
  })

  it.each([
    ['', null, 'an object'],
    ['', [], 'an object'],
    ['version', manifestWith({ version: '1' }), '1'],
    ['models', manifestWith({ models: {} }), 'a list'],
    ['modles', { ...MANIFEST, modles: [] }, 'nothing: the property is not known'],
    ['__proto__', JSON.parse('{ "__proto__": {} }'), 'nothing: the property is not known'],
    ['models[1]', withModel(null), 'an object'],
    ['models[1].name', withModel({ name: '' }), 'a text that is not empty'],
    ['models[1].name', withModel({ name: 'Order' }), 'a name that no other model has'],
    ['models[1].kind', withModel({ kind: 'view' }), '"model" or "joinTable"'],
    ['models[1].schema', withModel({ schema: undefined }), 'a text that is not empty'],
    ['models[1].files', withModel({ files: [] }), 'at least one'],
    ['models[1].primaryKey[0]', withModel({ primaryKey: ['id'] }), 'a field of _Empty'],
    ['models[1].uniques[1][0]', withModel({ uniques: [['id'], [1]] }), 'a text that is not empty'],
    ['models[1].uniques[0][0]', withModel({ uniques: [['id']] }), 'a field of _Empty'],
    ['models[0].columns[0].isList', withColumn({ isList: 'no' }), 'true or false'],
    ['models[0].columns[0].default.by', withColumn({ default: {} }), '"database"'],
    [
      'models[0].columns[0].default.args[0]',
      withColumn({ default: { by: 'client', make: 'uuid', args: [null] } }),
      'a text or a number',
    ],
    [
      'models[0].columns[0].type',
      withColumn({ type: 'Text' }),
      '"String" or "Boolean" or "Int" or "BigInt" or "Float" or "Decimal" or "DateTime" or "Json" or "Bytes" or "Enum" or "Unsupported"',
    ],
    [
      'models[0].columns[0].enum',
      withColumn({ type: 'Enum', enum: 'Mood' }),
      'the name of an enum of the manifest',
    ],
    [
      'models[0].columns[0].enum',
      withColumn({ type: 'Enum' }),
      'a name when the type is Enum, else null',
    ],
    [
      'models[0].columns[0].enum',
      withColumn({ enum: 'Status' }),
      'a name when the type is Enum, else null',
    ],
    ['models[0].references[0].target', withReference({ target: 'User' }), 'the name of a model'],
    ['models[0].references[0].fields[0]', withReference({ fields: ['x'] }), 'a field of Order'],
    [
      'models[0].references[0].targetFields[1]',
      withReference({ targetFields: ['id', 'x'] }),
      'a field of Order',
    ],
    [
      'models[0].references[0].targetFields',
      withReference({ targetFields: ['id', 'status'] }),
      'as many fields as `fields`',
    ],
  ])('refuses what does not fit: %s', (path, value, wanted) => {
    expect(() => parseManifest(value, 'gyro/manifest.json')).toThrow(
      expect.objectContaining({
        code: 'MANIFEST.INVALID',
        message:
          'gyro/manifest.json is not a manifest of prisma-gyro. ' +
          `${path === '' ? 'The document' : path} must be ${wanted}. ` +
          'Run "npx prisma generate" to write it anew; it is not meant to be edited.',
      }),
    )
  })

  it('refuses another version before it looks at the rest', () => {
    const value = { version: 2, tables: [] }

    expect(() => parseManifest(value, 'gyro/manifest.json')).toThrow(
      expect.objectContaining({
        code: 'MANIFEST.VERSION',
        message:
          'gyro/manifest.json is of another version of prisma-gyro. ' +
          'The manifest has version 2; this version of prisma-gyro reads 1. ' +
          'Run "npx prisma generate" with the prisma-gyro that you import with.',
      }),
    )
  })

  it('passes a bug on as it is', () => {
    const bug = new TypeError('a bug')
    const value = {
      version: 1,
      get models(): never {
        throw bug
      },
    }

    expect(() => parseManifest(value, 'manifest.json')).toThrow(bug)
  })
})

function manifestWith(changes: Record<string, unknown>): unknown {
  return { ...MANIFEST, ...changes }
}

/** Changes the second model. */
function withModel(changes: Record<string, unknown> | null): unknown {
  const [first, second] = MANIFEST.models
  return manifestWith({ models: [first, changes && { ...second, ...changes }] })
}

function withColumn(changes: Record<string, unknown>): unknown {
  return withFirst('columns', changes)
}

function withReference(changes: Record<string, unknown>): unknown {
  return withFirst('references', changes)
}

/** Changes the first part of the first model. */
function withFirst(parts: 'columns' | 'references', changes: Record<string, unknown>): unknown {
  const [first, second] = MANIFEST.models
  const [part, ...others] = first?.[parts] ?? []
  return manifestWith({
    models: [{ ...first, [parts]: [{ ...part, ...changes }, ...others] }, second],
  })
}
