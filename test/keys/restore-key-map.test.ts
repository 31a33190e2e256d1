import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { IntegerKeySet } from '../../src/keys/integer-key-set.js'
import { KeyMap } from '../../src/keys/key-map.js'
import { ReservedKeys } from '../../src/keys/reserved-keys.js'
import { restoreKeyMap } from '../../src/keys/restore-key-map.js'
import type { IdRun } from '../../src/postgres/sequence.js'

const key = fc.oneof(
  fc.bigInt(-40n, 200n),
  fc.bigInt(2n ** 53n - 40n, 2n ** 53n + 40n),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
)

/** Runs that hold so many ids, going up by one or down by three. */
function idRuns(count: number, cut: number): readonly IdRun[] {
  const first = Math.min(count, cut)
  return [
    { from: 1000n, count: first, step: 1n },
    { from: 5000n, count: count - first, step: -3n },
  ].filter((run) => run.count > 0)
}

async function* give<Value>(values: Iterable<Value>): AsyncGenerator<Value> {
  yield* values
}

it('maps every key as before', () =>
  fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(key, { maxLength: 80 }),
      fc.integer({ min: 0, max: 80 }),
      async (sources, cut) => {
        const set = new IntegerKeySet()
        for (const source of sources) {
          if (Number.isSafeInteger(Number(source))) set.add(Number(source))
          else set.addBig(source)
        }
        set.seal()
        const map = new KeyMap(set, new ReservedKeys(idRuns(sources.length, cut)))

        const restored = await restoreKeyMap(give(map.pieces()))

        const targets = (of: KeyMap) => sources.map((source) => of.bigTargetOf(source))
        expect(targets(restored)).toEqual(targets(map))
        expect(restored.size).toBe(map.size)
        expect(restored.range).toEqual(map.range)
      },
    ),
  ))
