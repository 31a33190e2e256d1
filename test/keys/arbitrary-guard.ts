import fc from 'fast-check'
import type { ColumnAction } from '../../src/keys/column-action.js'
import type { OnMissing } from '../../src/keys/reference-guard.js'
import { SourceKeys } from '../../src/keys/source-keys.js'
import { referenceText } from './arbitrary-key-text.js'
import { anyKey, keyPairs } from './arbitrary-keys.js'
import type { ReferenceAction } from './reference-remapper.js'
import type { RemappedColumn } from './remapped-column.js'

/**
 * A column behind others whose key is looked up in the keys of the files: alone, or together with that of
 * another column.
 *
 * @param other Place of the other column; that of the column itself for none.
 */
export function guardedColumn(
  columns: readonly RemappedColumn[],
  other: number,
): fc.Arbitrary<RemappedColumn> {
  const places = other === columns.length ? [other] : [columns.length, other]
  return fc
    .record({
      pairs: keyPairs().filter(({ targets }) => targets.size > 0),
      onMissing: fc.constantFrom<OnMissing>('fail', 'keep', 'keep', 'null', 'null'),
      isFollowing: fc.boolean(),
      partners: partnersOf(columns[other]),
    })
    .map(({ pairs: { keys, targets }, onMissing, isFollowing, partners }) => {
      const known = [...targets.keys()].flatMap((key) =>
        places.length === 1 ? [[key]] : partners.map((partner) => [key, partner]),
      )
      const target = 'Customer'
      const guard = {
        columns: places.map((index) => ({ index, spelling: 'integer' as const })),
        known: sourceKeysOf(known, places.length),
        onMissing,
        target,
      }
      const action: ColumnAction = {
        kind: 'guarded',
        action: isFollowing ? { kind: 'reference', keys, target } : { kind: 'copy' },
        guards: [guard],
        newKeys: isFollowing ? keys : null,
      }
      const reference: ReferenceAction = {
        kind: 'guarded',
        columns: places,
        known,
        onMissing,
        action: isFollowing ? { kind: 'reference', targets, onMissing: 'fail' } : { kind: 'copy' },
        taken: isFollowing ? [...targets.values()] : null,
      }
      return { action, reference, texts: referenceText(targets, 3) }
    })
}

/** What stands in the other column, often. */
function partnersOf(column: RemappedColumn | undefined): fc.Arbitrary<readonly bigint[]> {
  return column !== undefined && 'targets' in column.reference
    ? fc.constant([...column.reference.targets.keys()].slice(0, 3))
    : fc.array(anyKey(), { minLength: 1, maxLength: 3 })
}

function sourceKeysOf(keys: readonly (readonly bigint[])[], width: number): SourceKeys {
  const known = new SourceKeys(Array.from({ length: width }, () => 'integer' as const))
  for (const key of keys) known.add(key.map(String))
  return known
}
