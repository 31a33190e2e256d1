import { describe, expect, it } from '@jest/globals'
import type { KeyForecast } from '../../src/plan/prepared-import.js'
import type { ReservedKey } from '../../src/plan/prepared-key.js'
import { warnOfRoom } from '../../src/plan/warn-of-room.js'
import type { Sequence } from '../../src/postgres/sequence.js'
import { buildPrepared, buildPreparedColumn, SEQUENCE } from './plan-builders.js'

const INT2 = 32_767n

function buildKey(sequence: Partial<Sequence> | null): ReservedKey {
  return {
    kind: 'reserved',
    column: 'id',
    index: 0,
    header: 'id',
    highest: INT2,
    sequence: sequence === null ? null : { ...SEQUENCE, ...sequence },
    isReadable: true,
    mayRepeat: false,
  }
}

const DESCENDING = { increment: -1n, min: -999_999n, max: -1n }

describe('warnOfRoom', () => {
  it.each<[string, Partial<Sequence> | null, KeyForecast, readonly string[]]>([
    ['most ids are left', {}, { first: 1n, last: 9n }, []],
    ['a tenth is left', null, { first: 1n, last: 29_490n }, []],
    [
      'less than a tenth is left',
      null,
      { first: 1n, last: 29_492n },
      [
        'public.User (id) comes to its end: its type ends at 32767, which leaves room for about 3275 more.',
      ],
    ],
    [
      'the sequence ends before the type',
      { max: 100n },
      { first: 1n, last: 95n },
      [
        'public.User (id) comes to its end: its sequence ends at 100, which leaves room for about 5 more.',
      ],
    ],
    [
      'ids come in steps',
      { max: 1000n, increment: 100n },
      { first: 1n, last: 951n },
      [
        'public.User (id) comes to its end: its sequence ends at 1000, which leaves room for about 0 more.',
      ],
    ],
    [
      'the type ends before the sequence',
      {},
      { first: 32_000n, last: 32_768n },
      [
        'The new ids of public.User (id) may not fit: they may go as far as 32768, but its type ends at 32767.',
      ],
    ],
    [
      'the sequence is at its end',
      { max: 9n },
      { first: 10n, last: 12n },
      [
        'The new ids of public.User (id) may not fit: they may go as far as 12, but its sequence ends at 9.',
      ],
    ],
    ['a sequence descends', DESCENDING, { first: -1n, last: -9n }, []],
    [
      'a sequence descends below its type',
      DESCENDING,
      { first: -32_760n, last: -32_770n },
      [
        'The new ids of public.User (id) may not fit: they may go as far as -32770, but its type ends at -32768.',
      ],
    ],
    [
      'a sequence descends to its end',
      { ...DESCENDING, min: -100n },
      { first: -91n, last: -99n },
      [
        'public.User (id) comes to its end: its sequence ends at -100, which leaves room for about 1 more.',
      ],
    ],
  ])('looks at what is left where %s', (_, sequence, forecast, warnings) => {
    const user = buildPrepared('User', { key: buildKey(sequence) })

    expect(warnOfRoom([user], new Map([['User', forecast]]))).toEqual(warnings)
  })

  it('has nothing to say where keys are kept or not known', () => {
    const models = [buildPrepared('User', { key: buildKey(null) }), buildPrepared('Note', {})]

    expect(warnOfRoom(models, new Map())).toEqual([])
  })

  it.each<[string, KeyForecast, readonly string[]]>([
    ['fit', { first: 1n, last: 32_767n }, []],
    [
      'do not fit',
      { first: 32_000n, last: 40_000n },
      [
        'public.Post (userId) is smallint, which ends at 32767, but the new keys of User may go as far as 40000: widen the column.',
      ],
    ],
    [
      'descend below it',
      { first: -1n, last: -40_000n },
      [
        'public.Post (userId) is smallint, which ends at -32768, but the new keys of User may go as far as -40000: widen the column.',
      ],
    ],
  ])('looks at a column that refers to keys that %s', (_, forecast, warnings) => {
    const userId = buildPreparedColumn('userId', {
      type: 'smallint',
      highest: INT2,
      role: { kind: 'reference', owner: 'User', target: 'User' },
    })
    const post = buildPrepared('Post', { columns: [buildPreparedColumn('id'), userId] })

    expect(warnOfRoom([post], new Map([['User', forecast]]))).toEqual(warnings)
  })
})
