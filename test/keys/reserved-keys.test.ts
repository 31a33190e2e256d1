import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { ReservedKeys } from '../../src/keys/reserved-keys.js'
import { idRuns, idsOf } from './arbitrary-keys.js'

describe('ReservedKeys', () => {
  it('gives the keys of its runs, one after the other, asked in any order', () => {
    const runs = fc.integer({ min: 1, max: 20 }).chain(idRuns)
    fc.assert(
      fc.property(runs, fc.array(fc.nat()), (taken, asked) => {
        const keys = new ReservedKeys(taken)

        const ids = idsOf(taken)
        const ordinals = [...asked.map((each) => each % ids.length), ...ids.keys()]
        expect(keys.count).toBe(ids.length)
        const sorted = ids.toSorted((a, b) => (a < b ? -1 : 1))
        expect(keys.lowest).toBe(sorted[0])
        expect(keys.highest).toBe(sorted.at(-1))
        expect(ordinals.map((each) => keys.bigAt(each))).toEqual(ordinals.map((each) => ids[each]))
        const near = ids.flatMap((id) => [id - 1n, id, id + 1n])
        const first = (id: bigint) => (ids.includes(id) ? ids.indexOf(id) : null)
        expect(near.map((id) => keys.ordinalOf(id))).toEqual(near.map(first))
        expect(keys.areSafe).toBe(ids.every((id) => Number.isSafeInteger(Number(id))))
        if (keys.areSafe) {
          expect(ordinals.map((each) => keys.at(each))).toEqual(
            ordinals.map((each) => Number(ids[each])),
          )
        }
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['one run upwards', [{ from: 5n, count: 9, step: 1n }], true],
    ['one run downwards', [{ from: 5n, count: 9, step: -1n }], false],
    ['steps', [{ from: 5n, count: 9, step: 2n }], false],
    [
      'two runs',
      [
        { from: 5n, count: 9, step: 1n },
        { from: 15n, count: 1, step: 1n },
      ],
      false,
    ],
    ['no run', [], false],
  ])('tells whether keys lack no number: %s', (_, runs, isContiguous) => {
    expect(new ReservedKeys(runs).isContiguous).toBe(isContiguous)
  })

  it('has neither lowest nor highest key without runs', () => {
    expect(new ReservedKeys([])).toMatchObject({
      count: 0,
      lowest: null,
      highest: null,
      areSafe: true,
    })
  })
})
