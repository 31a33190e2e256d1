import type { ManifestColumn, ManifestEnum } from '../manifest/manifest.js'
import type { CatalogColumn } from '../postgres/catalog-column.js'
import type { PostgresClient, Statement } from '../postgres/client.js'
import { queryRows } from '../postgres/client.js'
import { qualify, quoteIdentifier, type TableName } from '../postgres/identifier.js'
import { isServerError } from '../postgres/postgres-error.js'
import { invalidRoot, unknownRoot } from './condition/condition-error.js'
import type { ExportPlan } from './export-plan.js'

/** Keys of rows of a model, one list for each column of the key, all of the same length. */
export interface RootKeys {
  readonly model: string
  readonly table: TableName
  readonly columns: readonly RootKeyColumn[]
}

interface RootKeyColumn {
  readonly field: string
  readonly column: string
  /** That texts are cast to: the declared one, without a length that would cut them. */
  readonly type: string
  readonly keys: readonly string[]
}

/**
 * The keys that a program gave, as texts.
 *
 * @throws {GyroError} `SLICE.INVALID_ROOT` where one is no key of the model, or none is given.
 */
export function readRootKeys(
  plan: ExportPlan,
  keys: unknown,
  enums: readonly ManifestEnum[],
): RootKeys {
  const { name, model, identity } = plan
  if (identity.length === 0) throw invalidRoot(name, 'The model has no key and no unique')
  if (!Array.isArray(keys)) throw invalidRoot(name, 'Its keys are not in a list')
  if (keys.length === 0) throw invalidRoot(name, 'The list of keys is empty')
  const known = identity.map(
    (column) => model.columns.find((each) => each.column === column) as ManifestColumn,
  )
  const rows = keys.map((key, index) => readKey(name, known, { key, position: index + 1 }))
  const columns = known.map((column, part): RootKeyColumn => {
    const type = enums.find((each) => each.name === column.enum)
    const live = plan.columns.find((each) => each.column === column)?.live
    if (live === undefined) {
      throw invalidRoot(name, `The column of its key ${column.field} is not exported`)
    }
    return {
      field: column.field,
      column: column.column,
      type: castTypeOf(live),
      keys: rows.map((row) => storedName(row[part] as string, type)),
    }
  })
  return { model: name, table: plan.table, columns }
}

/** The keys as a condition on a row `t`; their lists become parameters behind those in `values`. */
export function renderRootKeys({ columns }: RootKeys, values: unknown[]): string {
  const lists = columns.map(({ column, type, keys }) => {
    values.push(keys)
    return { name: `t.${quoteIdentifier(column)}`, type, list: `$${values.length}::text[]` }
  })
  const [first] = lists
  if (lists.length === 1 && first !== undefined) {
    return `(${first.name} = any (${first.list}::${first.type}[])) is true`
  }
  const names = lists.map((_, index) => `k${index}`)
  const keys = lists.map(({ type }, index) => `k.k${index}::${type}`)
  return `\
((${lists.map(({ name }) => name).join(', ')}) in (select ${keys.join(', ')} \
from unnest(${lists.map(({ list }) => list).join(', ')}) as k (${names.join(', ')}))) is true`
}

/**
 * Looks whether every key is that of a row, before anything is exported.
 *
 * @throws {GyroError} `SLICE.UNKNOWN_ROOT` with the position of the first that is not, and
 * `SLICE.INVALID_ROOT` where one is no value of its column. A transaction that is open has failed then.
 */
export async function expectRoots(client: PostgresClient, roots: RootKeys): Promise<void> {
  const { model, columns } = roots
  const fields = columns.map(({ field }) => field)
  try {
    const [missing] = await queryRows<{ position: string }>(client, firstMissing(roots))
    if (missing !== undefined) {
      throw unknownRoot(model, { fields, position: Number(missing.position) })
    }
  } catch (error) {
    // Data exceptions, whose message quotes the key.
    if (!isServerError(error) || !error.code.startsWith('22')) throw error
    const types = columns.map(({ field, type }) => `${field} (${type})`)
    throw invalidRoot(model, `A key is no value of ${types.join(', ')}`)
  }
}

/** In the order of the keys. Each is looked up by the index of the key. */
function firstMissing({ table, columns }: RootKeys): Statement {
  const names = columns.map((_, index) => `k${index}`)
  const equal = columns.map(
    ({ column, type }, index) => `t.${quoteIdentifier(column)} = k.k${index}::${type}`,
  )
  return {
    text: `\
select k.position::text as position
from unnest(${columns.map((_, index) => `$${index + 1}::text[]`).join(', ')})
  with ordinality as k (${names.join(', ')}, position)
where not exists (
  select
  from ${qualify(table)} t
  where ${equal.join(' and ')}
)
order by k.position
limit 1`,
    values: columns.map(({ keys }) => keys),
  }
}

function readKey(
  model: string,
  columns: readonly ManifestColumn[],
  { key, position }: { readonly key: unknown; readonly position: number },
): readonly string[] {
  const fields = columns.map(({ field }) => field)
  const isObject = typeof key === 'object' && key !== null && !(key instanceof Date)
  if (!isObject && fields.length > 1) {
    const why = `Its key is made of ${fields.join(', ')}, and key ${position} is one value`
    const condition = fields.map((field) => `${field} = …`).join(' and ')
    const object = fields.map((field) => `${field}: …`).join(', ')
    const fix = `Write a condition: --where "${model}: ${condition}"; or in the API { ${object} }.`
    throw invalidRoot(model, why, fix)
  }
  const parts = isObject ? (key as Readonly<Record<string, unknown>>) : { [fields[0] ?? '']: key }
  const given = Object.keys(parts)
  const isWhole = given.length === fields.length && fields.every((field) => given.includes(field))
  if (!isWhole) {
    throw invalidRoot(model, `Key ${position} must have ${fields.join(', ')}, and nothing else`)
  }
  return fields.map((field) => {
    const text = readPart(parts[field])
    if (text === null) throw invalidRoot(model, `Key ${position} has no value for ${field}`)
    return text
  })
}

/** A number beyond 2^53 may be another than was meant. */
function readPart(value: unknown): string | null {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  const isKey =
    (typeof value === 'string' && !value.includes('\0')) ||
    typeof value === 'bigint' ||
    typeof value === 'boolean' ||
    Number.isSafeInteger(value)
  return isKey ? String(value) : null
}

/** A cast to a type with a length cuts texts without a word: `abc` would find the row `ab`. */
function castTypeOf({ type, valueType }: CatalogColumn): string {
  const isPlain = /^[a-z ]+(?:\(\d+(?:,-?\d+)?\))?[a-z ]*$/.test(type)
  if (isPlain && valueType.name === 'bpchar' && type.startsWith('character(')) {
    return 'pg_catalog.bpchar'
  }
  return isPlain ? type.replace(/\(.*\)/, '') : type
}

function storedName(key: string, type: ManifestEnum | undefined): string {
  return type?.values.find(({ name }) => name === key)?.value ?? key
}
