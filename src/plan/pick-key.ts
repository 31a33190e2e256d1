import type { HashedType } from '../keys/hash-key.js'
import type { ManifestColumn } from '../manifest/manifest.js'
import { type Catalog, findColumn, findTable } from '../postgres/catalog.js'
import type { CatalogColumn } from '../postgres/catalog-column.js'
import { findKeyShape, findSpelling } from './find-key-shape.js'
import { identifierOf } from './identifier-of.js'
import type { Strategy } from './import-plan.js'
import { targetsOf } from './key-roles.js'
import type {
  CustomKey,
  HashedKey,
  KeyPlace,
  MadeKey,
  MatchedKey,
  PreparedKey,
  ReservedKey,
} from './prepared-key.js'
import type { SourceModel } from './source-model.js'

/** The key of a model that gets new values. */
export interface PickedKey {
  /** The Prisma name. */
  readonly field: string
  readonly key: PreparedKey
}

/**
 * Which field of a model gets new keys. The integer that is its key alone, or that part of a composite
 * key that a sequence numbers; under `fresh` also a uuid, or a text that Prisma Client makes. Under
 * `match` and `hash` all of these where they are the key alone, and any text beside a business key; a
 * strategy of the user maps any text. Fields that refer to other rows follow those, and keys of other
 * types keep their values, as do the other parts of composite keys. Null when there is none, or when the
 * file leaves the key to the database.
 */
export function pickKey(source: SourceModel, catalog: Catalog): PickedKey | null {
  const { model, strategy } = source
  const identifier = identifierOf(model)
  if (source.conflict?.isMatched) {
    return pickMatchedKey(source, catalog)
  }
  const followed = pickFollowedKey(source, catalog)
  if (followed !== null) {
    return followed
  }
  const mayRepeat = identifier.length > 1
  const isByRow = ROW_STRATEGIES.includes(strategy)
  if (strategy === 'none' || (isByRow && mayRepeat)) {
    return null
  }
  for (const field of identifier.filter((name) => targetsOf(model, name).length === 0)) {
    const located = locateKey(source, field, { catalog, mayRepeat })
    if (located === null) continue
    const { column, live, place } = located
    const key = pickNewKey(column, live, { strategy, place })
    const found = isByRow ? findKey(key, { source, live, place }) : key
    if (found !== null) return { field, key: found }
  }
  return null
}

/** The key column of a model whose rows all become one that is there; null when the file lacks it. */
export function pickPinnedKey(
  source: SourceModel,
  field: string,
  catalog: Catalog,
): PickedKey | null {
  const located = locateKey(source, field, { catalog, mayRepeat: true })
  return located === null ? null : { field, key: { kind: 'pinned', ...located.place } }
}

/**
 * The key that is a reference, of a model whose rows are matched by something else: that of the row
 * which is there may refer to another row.
 */
function pickFollowedKey(source: SourceModel, catalog: Catalog): PickedKey | null {
  const { model, strategy, conflict } = source
  const [field, ...others] = identifierOf(model)
  const isByOther = field !== undefined && model.businessKey?.includes(field) === false
  if (strategy !== 'match' || conflict !== null || !isByOther || others.length > 0) {
    return null
  }
  const located =
    targetsOf(model, field).length === 0
      ? null
      : locateKey(source, field, { catalog, mayRepeat: false })
  const spelling = located && findSpelling(located.live)
  return located === null || spelling === null
    ? null
    : {
        field,
        key: {
          kind: 'matched',
          ...located.place,
          spelling,
          otherwise: { kind: 'followed', owner: null },
        },
      }
}

/** The key of a model whose rows take that of the row which is there, and else what the strategy says. */
function pickMatchedKey(source: SourceModel, catalog: Catalog): PickedKey | null {
  const { model, strategy } = source
  const [field] = identifierOf(model) as [string]
  const located = locateKey(source, field, { catalog, mayRepeat: false })
  const spelling = located && findSpelling(located.live)
  if (located === null || spelling === null) {
    return null
  }
  const { column, live, place } = located
  const otherwise = strategy === 'none' ? null : pickNewKey(column, live, { strategy, place })
  return { field, key: { kind: 'matched', ...place, spelling, otherwise } }
}

interface LocatedKey {
  readonly column: ManifestColumn
  readonly live: CatalogColumn
  readonly place: KeyPlace
}

/** Null when the file or the table lacks the column. */
function locateKey(
  { columns, table }: SourceModel,
  field: string,
  { catalog, mayRepeat }: { readonly catalog: Catalog; readonly mayRepeat: boolean },
): LocatedKey | null {
  const matched = columns.find(({ column }) => column.field === field)
  const live = matched && findColumn(findTable(catalog, table), matched.column.column)
  if (!matched || !live) {
    return null
  }
  const { column, index, header } = matched
  const isReadable = live.canSelect
  return { column, live, place: { column: live.name, index, header, isReadable, mayRepeat } }
}

/** Where new keys of a column come from; null when its values stay. */
function pickNewKey(
  column: ManifestColumn,
  live: CatalogColumn,
  { strategy, place }: { readonly strategy: Strategy; readonly place: KeyPlace },
): ReservedKey | MadeKey | null {
  const { highest, sequence } = live
  if (highest !== null && (!place.mayRepeat || sequence !== null)) {
    return { kind: 'reserved', ...place, highest, sequence }
  }
  const found = strategy === 'sequential' ? null : findKeyShape(column, live, place.mayRepeat)
  return found === null ? null : { kind: 'made', ...place, ...found }
}

/** Those that map the key of a row, and of no part of it. */
const ROW_STRATEGIES: readonly Strategy[] = ['match', 'hash', 'custom']

/** A text that nobody makes tells its row by itself, unless the schema says what else does. */
function findKey(
  otherwise: ReservedKey | MadeKey | null,
  key: {
    readonly source: SourceModel
    readonly live: CatalogColumn
    readonly place: KeyPlace
  },
): MatchedKey | HashedKey | CustomKey | null {
  const { source, live, place } = key
  const spelling = findSpelling(live)
  if (spelling === null) {
    return null
  }
  if (source.strategy === 'custom') {
    return { kind: 'custom', ...place, spelling, type: live.type, sequence: live.sequence }
  }
  if (otherwise === null && source.model.businessKey === null) {
    return null
  }
  if (source.strategy === 'match') {
    return { kind: 'matched', ...place, spelling, otherwise }
  }
  const hash = HASHED_TYPES.find((type) => type === live.valueType.name) ?? 'text'
  return { kind: 'hashed', ...place, spelling, hash, type: live.type }
}

const HASHED_TYPES: readonly HashedType[] = ['int2', 'int4', 'int8', 'uuid']
