import type { KeyShape } from '../keys/key-shape.js'
import type { KeySpelling } from '../keys/key-spelling.js'
import type { ManifestColumn } from '../manifest/manifest.js'
import type { CatalogColumn } from '../postgres/catalog-column.js'

/**
 * What new keys of a column look like: as Prisma Client makes them, else a random uuid where they are
 * uuids. Null for other columns: nobody says what their keys are.
 *
 * @param isPart Whether the column is one part of a composite key: a uuid may then be anything, unless
 * the database makes it.
 */
export function findKeyShape(
  { default: made }: ManifestColumn,
  live: CatalogColumn,
  isPart: boolean,
): { readonly spelling: KeySpelling; readonly shape: KeyShape } | null {
  const spelling = findSpelling(live)
  if (spelling === null) {
    return null
  }
  if (made?.by === 'client') {
    return { spelling, shape: { make: made.make, args: made.args } }
  }
  return spelling === 'uuid' && (!isPart || live.hasDefault)
    ? { spelling, shape: { make: 'uuid', args: [4] } }
    : null
}

/** How keys of a column are spelled; null for a type that keys are not looked up by. */
export function findSpelling({ valueType }: CatalogColumn): KeySpelling | null {
  const spelling = SPELLINGS.get(valueType.name)
  return spelling === undefined || valueType.isArray ? null : spelling
}

const SPELLINGS: ReadonlyMap<string, KeySpelling> = new Map([
  ['int2', 'integer'],
  ['int4', 'integer'],
  ['int8', 'integer'],
  ['uuid', 'uuid'],
  ['text', 'text'],
  ['varchar', 'text'],
  ['bpchar', 'blankPadded'],
])
