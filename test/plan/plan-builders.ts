import type {
  ManifestColumn,
  ManifestModel,
  ManifestReference,
} from '../../src/manifest/manifest.js'
import type { PreparedColumn } from '../../src/plan/prepared-column.js'
import type { PreparedModel } from '../../src/plan/prepared-import.js'
import type { SourceModel } from '../../src/plan/source-model.js'
import { type Catalog, type CatalogTable, indexTables } from '../../src/postgres/catalog.js'
import type { CatalogColumn } from '../../src/postgres/catalog-column.js'
import type { Sequence } from '../../src/postgres/sequence.js'
import type { Server } from '../../src/postgres/server.js'
import { buildFiles, DIALECT } from '../support/source-file.js'

/**
 * A model from a line per field: `id Int`, `name String?`, and `userId -> User.id`, where an optional
 * field ends with `?`. The first field is the key.
 */
export function buildModel(
  name: string,
  parts: Partial<ManifestModel> & { readonly fields: readonly string[] },
): ManifestModel {
  const { fields, ...rest } = parts
  const columns = fields.map((field) => buildColumn(field))
  return {
    name,
    kind: 'model',
    schema: null,
    table: name,
    columns,
    primaryKey: [columns[0]?.field ?? ''],
    uniques: [],
    businessKey: null,
    strategy: null,
    references: [],
    files: [name],
    ...rest,
  }
}

function buildColumn(text: string): ManifestColumn {
  const isRequired = !text.endsWith('?')
  const field = text.replace('?', '')
  return {
    field,
    column: field,
    type: 'Int',
    enum: null,
    nativeType: null,
    isList: false,
    isRequired,
    default: null,
    isUpdatedAt: false,
    isHidden: false,
    isSkipped: false,
    headers: [field],
  }
}

/** `reference('author: authorId -> User.id')`, with commas between several columns. */
export function reference(text: string): ManifestReference {
  const [, name = '', own = '', target = '', targets = ''] =
    /^(\w+): ([\w, ]+) -> (\w+)\.([\w, ]+)$/.exec(text) ?? []
  return {
    name,
    fields: own.split(', '),
    target,
    targetFields: targets.split(', '),
    isNullable: false,
    origin: 'relation',
  }
}

export const SEQUENCE: Sequence = {
  name: 'public.s',
  increment: 1n,
  min: 1n,
  max: 2147483647n,
  isUsable: true,
  isReadable: true,
}

/** The file of a model, with all its columns. */
export function buildSource(model: ManifestModel, parts: Partial<SourceModel> = {}): SourceModel {
  return {
    model,
    file: buildFiles(model, `in/${model.name}.csv`),
    dialect: DIALECT,
    table: { schema: 'public', table: model.table },
    strategy: 'sequential',
    conflict: null,
    headers: model.columns.map(({ field }) => field),
    columns: model.columns.map((column, index) => ({ header: column.field, index, column })),
    estimatedRows: 3,
    ...parts,
  }
}

export function buildLiveColumn(name: string, parts: Partial<CatalogColumn> = {}): CatalogColumn {
  return {
    name,
    type: 'integer',
    valueType: { name: 'int4', isArray: false, modifier: -1, labels: null },
    highest: 2147483647n,
    isNotNull: false,
    hasDefault: false,
    isIdentity: false,
    isAlwaysIdentity: false,
    isGenerated: false,
    canInsert: true,
    canSelect: true,
    canUpdate: true,
    isSelectGranted: true,
    sequence: null,
    sequenceLacks: [],
    ...parts,
  }
}

/** The table of a model as its fields say: integers. */
export function buildTable(model: ManifestModel, parts: Partial<CatalogTable> = {}): CatalogTable {
  return {
    schema: 'public',
    table: model.table,
    kind: 'r',
    estimatedRows: -1,
    isReachable: true,
    isOwner: true,
    hasPolicies: false,
    hasRowSecurity: false,
    canLock: true,
    canTruncate: true,
    canSelect: true,
    insertRules: [],
    relatives: [],
    columns: model.columns.map(({ column }) => buildLiveColumn(column)),
    foreignKeys: [],
    partitions: [],
    functions: [],
    triggers: [],
    ...parts,
  }
}

/** A model as it is when it has been decided upon: without columns, keys kept. */
export function buildPrepared(model: string, parts: Partial<PreparedModel>): PreparedModel {
  return {
    model,
    table: { schema: 'public', table: model },
    isOwner: true,
    source: buildFiles(model, `in/${model}.csv`),
    dialect: DIALECT,
    technique: 'checked',
    strategy: 'sequential',
    headers: [],
    columns: [],
    made: [],
    key: null,
    businessKey: null,
    fixedKey: [],
    identity: null,
    partialMatch: null,
    conflict: null,
    estimatedRows: 3,
    references: [],
    primaryKey: null,
    tableColumns: [],
    foreignKeys: [],
    partitions: [],
    triggers: [],
    ...parts,
  }
}

/** An integer that is copied. */
export function buildPreparedColumn(
  name: string,
  parts: Partial<PreparedColumn> = {},
): PreparedColumn {
  return {
    header: name,
    field: name,
    column: name,
    type: 'integer',
    highest: 2147483647n,
    isNotNull: false,
    role: { kind: 'copy' },
    sequence: null,
    isAlwaysIdentity: false,
    isReadable: true,
    ...parts,
  }
}

export const SERVER: Server = {
  flavour: 'PostgreSQL',
  version: '18.4',
  serverVersion: 180_004,
  role: 'joe',
  isSuperuser: false,
  database: 'shop',
  canCreateTemporary: true,
  isCitus: false,
  readOnly: null,
  isNonAtomic: false,
}

export function buildCatalog(...tables: readonly CatalogTable[]): Catalog {
  return {
    ...SERVER,
    tables: indexTables(tables),
  }
}
