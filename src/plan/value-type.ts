import type { ManifestEnum } from '../manifest/manifest.js'
import type { ColumnType } from '../postgres/catalog-type.js'
import type { ValueType } from '../values/value-rule.js'

/** `VARHDRSZ`, which PostgreSQL adds to the length or precision in a type's modifier. */
const HEADER_BYTES = 4

/**
 * What a column's values may be, from its type in the live catalog.
 *
 * @param values What the schema calls the values of the enum; none for other types.
 */
export function valueTypeOf(
  { name, isArray, modifier, labels }: ColumnType,
  values: ManifestEnum['values'],
): ValueType {
  const isLimited = modifier >= HEADER_BYTES
  return {
    base: name,
    isArray,
    maxLength:
      isLimited && (name === 'varchar' || name === 'bpchar') ? modifier - HEADER_BYTES : null,
    scale: isLimited && name === 'numeric' ? scaleOf(modifier - HEADER_BYTES) : null,
    enum: labels === null ? null : { labels, values },
  }
}

/** The lower 11 bits, which are signed from PostgreSQL 15 on. Source: `numeric.c`. */
function scaleOf(modifier: number): number {
  return ((modifier & 0x7ff) ^ 1024) - 1024
}

/** Whether nothing of the type equals anything in PostgreSQL: it has no operator `=` that tells values apart. */
export function isWithoutEquality({ name }: ColumnType): boolean {
  return WITHOUT_EQUALITY.includes(name)
}

const WITHOUT_EQUALITY = [
  'json',
  'xml',
  'point',
  'line',
  'lseg',
  'box',
  'path',
  'polygon',
  'circle',
]
