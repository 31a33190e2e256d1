import fc from 'fast-check'
import { IntegerKeySet } from '../../src/keys/integer-key-set.js'
import { KeyMap } from '../../src/keys/key-map.js'
import { ReservedKeys } from '../../src/keys/reserved-keys.js'
import type { IdRun } from '../../src/postgres/sequence.js'

const INT64 = 2n ** 63n

/** An integer of 64 bits: small, close to others, on the edges of pages and of what is exact. */
export function anyKey(): fc.Arbitrary<bigint> {
  return fc.oneof(
    fc.bigInt({ min: -40n, max: 40n }),
    fc.bigInt({ min: 65_530n, max: 65_540n }),
    fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n }),
    fc.bigInt({ min: 2n ** 53n - 5n, max: 2n ** 53n + 5n }),
    fc.bigInt({ min: -(2n ** 53n) - 5n, max: -(2n ** 53n) + 5n }),
    fc.bigInt({ min: -INT64, max: INT64 - 1n }),
  )
}

/** Different source keys in any order; often all between the lowest and the highest. */
export function sourceKeys(): fc.Arbitrary<readonly bigint[]> {
  const dense = fc
    .record({
      from: fc.integer({ min: -70_000, max: 70_000 }),
      count: fc.integer({ max: 30, min: 1 }),
    })
    .chain(({ from, count }) => {
      const keys = Array.from({ length: count }, (_, index) => BigInt(from + index))
      return fc.shuffledSubarray(keys, { minLength: count })
    })
  return fc.oneof(dense, fc.uniqueArray(anyKey(), { maxLength: 30 }))
}

/** Runs of ids, `count` of them or more, all of 64 bits. */
export function idRuns(count: number): fc.Arbitrary<readonly IdRun[]> {
  const run = fc.record({
    from: anyKey().map((key) => key / 2n),
    count: fc.integer({ min: 1, max: 12 }),
    step: fc.constantFrom(1n, 1n, 5n, -1n, -3n),
  })
  const whole = fc
    .record({ from: anyKey(), step: fc.constantFrom(1n, 1n, 5n) })
    .map(({ from, step }) => [{ from: from / 2n, count: Math.max(count, 1), step }])
  const torn = fc.array(run, { minLength: Math.max(count, 1), maxLength: Math.max(count, 1) })
  return fc.oneof(whole, torn)
}

/** The ids of runs, one after the other. */
export function idsOf(runs: readonly IdRun[]): readonly bigint[] {
  return runs.flatMap(({ from, count, step }) =>
    Array.from({ length: count }, (_, index) => from + BigInt(index) * step),
  )
}

/** Keys sealed into a set. */
export function keySetOf(keys: readonly bigint[]): IntegerKeySet {
  const set = new IntegerKeySet()
  for (const key of keys) {
    const small = Number(key)
    if (Number.isSafeInteger(small)) {
      set.add(small)
    } else {
      set.addBig(key)
    }
  }
  set.seal()
  return set
}

/** Source keys, the ids reserved for them, and what becomes of which, told twice. */
export interface KeyPairs {
  readonly keys: KeyMap
  readonly targets: ReadonlyMap<bigint, bigint>
}

export function keyPairs(): fc.Arbitrary<KeyPairs> {
  return sourceKeys().chain((source) =>
    idRuns(source.length).map((runs) => {
      const ids = idsOf(runs)
      const pairs = source.toSorted(compareRank).map((key, rank) => [key, ids[rank] ?? 0n] as const)
      return {
        keys: new KeyMap(keySetOf(source), new ReservedKeys(runs)),
        targets: new Map(pairs),
      }
    }),
  )
}

/** The order of ranks: ascending, but what is beyond 2^53 follows all that is not. */
export function compareRank(a: bigint, b: bigint): number {
  const isBig = (key: bigint) => !Number.isSafeInteger(Number(key))
  return Number(isBig(a)) - Number(isBig(b)) || (a < b ? -1 : 1)
}
