import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { KeyPairs } from '../../src/keys/key-pairs.js'

describe('KeyPairs', () => {
  it.each(['text', 'blankPadded', 'integer'] as const)('finds what a Map would: %s', (spelling) => {
    const pairs = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }))
    fc.assert(
      fc.property(pairs, fc.array(fc.string()), (known, others) => {
        const map = new Map(Object.entries(known))

        const keys = buildPairs(spelling, map)

        for (const source of [...map.keys(), ...others]) {
          expect(keys.targetOf(source)).toBe(map.get(source) ?? null)
          expect(keys.has(source)).toBe(map.has(source))
        }
        expect([...keys.targets()].toSorted()).toEqual([...map.values()].toSorted())
        expect(keys.size).toBe(map.size)
      }),
    )
  })

  it('finds uuids, of which it keeps the bytes', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid()), fc.uuid(), (ids, other) => {
        const map = new Map(ids.map((id, index) => [id, ids.at(-1 - index) as string]))

        const keys = buildPairs('uuid', map)

        expect(ids.map((id) => keys.targetOf(id))).toEqual(ids.toReversed())
        expect(keys.targetOf(other)).toBe(map.get(other) ?? null)
      }),
    )
  })

  it('grows', () => {
    const map = new Map(
      Array.from({ length: 50_000 }, (_, key) => [String(key), `target of ${key}`]),
    )

    const keys = buildPairs('text', map)

    expect([...map].every(([source, target]) => keys.targetOf(source) === target)).toBe(true)
    expect(keys.targetOf('50000')).toBeNull()
  })
})

function buildPairs(
  spelling: ConstructorParameters<typeof KeyPairs>[0],
  map: ReadonlyMap<string, string>,
): KeyPairs {
  const keys = new KeyPairs(spelling)
  for (const [source, target] of map) keys.add(source, target)
  return keys
}
