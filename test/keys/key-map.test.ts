import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { KeyMap } from '../../src/keys/key-map.js'
import { ReservedKeys } from '../../src/keys/reserved-keys.js'
import { anyKey, keyPairs, keySetOf } from './arbitrary-keys.js'

describe('KeyMap', () => {
  it('maps keys as a plain Map does, exactly', () => {
    fc.assert(
      fc.property(keyPairs(), fc.array(anyKey()), ({ keys, targets }, others) => {
        for (const key of [...targets.keys(), ...others]) {
          const target = targets.get(key) ?? null
          expect(keys.bigTargetOf(key)).toBe(target)
          const fast = keys.targetOf(Number(key))
          // NaN means: ask the exact way.
          if (Number.isSafeInteger(Number(key)) && !Number.isNaN(fast)) {
            expect(BigInt(fast)).toBe(target)
          }
        }
        expect(keys.size).toBe(targets.size)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['all keys between two, moved alike', [3n, 1n, 2n], 1n],
    ['keys with gaps', [30n, 1n, 2n], 1n],
    ['ids with steps', [3n, 1n, 2n], 5n],
  ])('needs no exact way for %s', (_, source, step) => {
    const target = new ReservedKeys([{ from: 101n, count: 3, step }])
    const keys = new KeyMap(keySetOf(source), target)

    const mapped = source.toSorted((a, b) => Number(a - b)).map((key) => keys.targetOf(Number(key)))

    expect(mapped).toEqual([0n, 1n, 2n].map((rank) => Number(101n + rank * step)))
    expect([0, 4, Number.NaN].map((key) => keys.targetOf(key))).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ])
  })

  it('is exact where source and target are further apart than 2^53', () => {
    const target = new ReservedKeys([{ from: 2n ** 53n - 3n, count: 2, step: 1n }])
    const keys = new KeyMap(keySetOf([-7n, -8n]), target)

    expect([keys.targetOf(-8), keys.targetOf(-7)]).toEqual([2 ** 53 - 3, 2 ** 53 - 2])
  })

  it('has no fast way to targets beyond 2^53', () => {
    const target = new ReservedKeys([{ from: 2n ** 53n - 1n, count: 2, step: 1n }])
    const keys = new KeyMap(keySetOf([1n, 2n]), target)

    expect([keys.targetOf(1), keys.targetOf(2)]).toEqual([Number.NaN, Number.NaN])
    expect([keys.bigTargetOf(1n), keys.bigTargetOf(2n)]).toEqual([2n ** 53n - 1n, 2n ** 53n])
  })

  it('tells the range of the target keys, and null without any', () => {
    const target = new ReservedKeys([
      { from: 9n, count: 2, step: -3n },
      { from: 20n, count: 1, step: -3n },
    ])

    expect(new KeyMap(keySetOf([1n, 2n, 3n]), target).range).toEqual({ from: 6n, to: 20n })
    expect(new KeyMap(keySetOf([]), new ReservedKeys([])).range).toBeNull()
  })
})
