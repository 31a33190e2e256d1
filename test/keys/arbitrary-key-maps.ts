import fc from 'fast-check'
import { IntegerKeySet } from '../../src/keys/integer-key-set.js'
import { KeyMap } from '../../src/keys/key-map.js'
import { ReservedKeys } from '../../src/keys/reserved-keys.js'
import type { IdRun } from '../../src/postgres/sequence.js'

function setOf(keys: Iterable<bigint>): IntegerKeySet {
  const set = new IntegerKeySet()
  for (const key of keys) {
    if (Number.isSafeInteger(Number(key))) set.add(Number(key))
    else set.addBig(key)
  }
  set.seal()
  return set
}

/** A map of keys to the ids of runs. */
export function mapOf(keys: readonly bigint[], runs: readonly IdRun[]): KeyMap {
  return new KeyMap(setOf(keys), new ReservedKeys(runs))
}

/** Keys as exports have them: close together, in long runs, far apart, beyond 2^53. */
export const someKeys = fc
  .tuple(
    fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
    fc.array(
      fc.tuple(
        fc.oneof(fc.bigInt({ min: 1n, max: 4n }), fc.bigInt({ min: 1n, max: 2n ** 54n })),
        fc.integer({ min: 1, max: 80 }),
      ),
      { maxLength: 20 },
    ),
  )
  .map(([start, runs]) => {
    const keys: bigint[] = []
    let next = start % (runs.length % 2 === 0 ? 2n ** 52n : 2n ** 62n)
    for (const [gap, count] of runs) {
      next += gap
      for (let i = 0; i < count; i++) keys.push(next++)
    }
    return keys
  })

/** Ids in runs, each behind the one before, at least as many as there are keys. */
export const idsFor = (count: number): fc.Arbitrary<readonly IdRun[]> =>
  fc
    .tuple(
      fc.constantFrom(1n, 7n, -3n),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.bigInt({ min: 0n, max: 9n }))),
    )
    .map(([step, cuts]) => {
      const runs: IdRun[] = []
      let from = 1000n
      let left = count + 5
      for (const [size, gap] of [...cuts, [count + 5, 0n] as const]) {
        if (left <= 0) break
        runs.push({ from, count: Math.min(size, left), step })
        from += (BigInt(size) + gap) * step
        left -= size
      }
      return runs
    })
