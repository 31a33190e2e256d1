import { describe, expect, it } from '@jest/globals'
import type { KeyColumn } from '../../src/keys/id-remapping-strategy.js'
import {
  duplicateKey,
  keptKeyTaken,
  keysOutOfRange,
  missingReference,
  notAnInteger,
  nullKey,
  sequenceEnded,
  sequenceTooShort,
} from '../../src/keys/keys-error.js'
import type { Sequence } from '../../src/postgres/sequence.js'

const PLACE = {
  at: { file: 'Order.csv', line: 12, column: 3 },
  model: 'Order',
  header: 'customer',
}

const SEQUENCE: Sequence = {
  name: 'public.s',
  increment: 1n,
  min: 1n,
  max: 1000n,
  isUsable: true,
  isReadable: true,
}

const COLUMN: KeyColumn = {
  table: { schema: 'public', table: 'Order' },
  column: 'id',
  highest: 32767n,
  sequence: SEQUENCE,
  isReadable: true,
}

describe('the errors of keys', () => {
  it.each([
    [
      notAnInteger(PLACE),
      'Order.csv has a key that is no integer. Order.csv:12:3: "customer" of Order takes whole ' +
        'numbers: an optional minus and digits. Correct the value, then import again: nothing was ' +
        'written.',
    ],
    [
      nullKey(PLACE),
      'Order.csv has a row without a key. Order.csv:12:3: "customer" of Order is NULL, but it is ' +
        'the key of the row. Give the row its key, then import again: nothing was written.',
    ],
    [
      duplicateKey({ model: 'Order', header: 'id' }, [
        { ...PLACE.at, line: 3 },
        { ...PLACE.at, line: 12 },
      ]),
      'Order.csv has a key twice. "id" of Order must be different in every row, but lines 3 and 12 ' +
        'have the same. Remove one of the rows or correct its key, then import again: nothing was ' +
        'written.',
    ],
    [
      missingReference(PLACE, 'Customer'),
      'Order.csv refers to a Customer that is not in the files. Order.csv:12:3: "customer" of Order ' +
        'holds the key of a Customer, but no row of Customer has it. Add the row to the file of ' +
        'Customer, clear the reference, or say with --missing-reference what becomes of it; then ' +
        'import again: nothing was written.',
    ],
    [
      keptKeyTaken(PLACE, 'Customer'),
      'Order.csv refers to a Customer that is nowhere. Order.csv:12:3: "customer" of Order holds the ' +
        'key of a Customer that is not in the files. It stays as it is, but the database has no such ' +
        'row: it is the key that a new row gets now. Add the row to the file of Customer, or clear ' +
        'the reference, then import again: nothing was written.',
    ],
    [
      keysOutOfRange(COLUMN, 40_000n),
      'public.Order has no room for the new keys. The type of "id" ends at 32767, but the new keys ' +
        'go up to 40000. Widen the column and its sequence (Int to BigInt), and columns that refer ' +
        'to it: alter table "public"."Order" alter column "id" type bigint; alter sequence public.s ' +
        'as bigint no maxvalue; Then import again: nothing was written.',
    ],
    [
      keysOutOfRange({ ...COLUMN, sequence: { ...SEQUENCE, increment: -1n } }, -32_769n),
      'public.Order has no room for the new keys. The type of "id" ends at -32768, but the new keys ' +
        'go down to -32769. Widen the column and its sequence (Int to BigInt), and columns that refer ' +
        'to it: alter table "public"."Order" alter column "id" type bigint; alter sequence public.s ' +
        'as bigint no minvalue; Then import again: nothing was written.',
    ],
    [
      keysOutOfRange({ ...COLUMN, sequence: null }, -32_769n),
      'public.Order has no room for the new keys. The type of "id" ends at -32768, but the new keys ' +
        'go down to -32769. Widen the column and its sequence (Int to BigInt), and columns that refer ' +
        'to it: alter table "public"."Order" alter column "id" type bigint; Then import again: ' +
        'nothing was written.',
    ],
    [
      keysOutOfRange({ ...COLUMN, highest: 2n ** 63n - 1n }, 2n ** 63n),
      'public.Order has no room for the new keys. The type of "id" ends at 9223372036854775807, but ' +
        'the new keys go up to 9223372036854775808. No integer type is wider: have the ids start ' +
        'lower. Then import again: nothing was written.',
    ],
    [
      sequenceTooShort(COLUMN, SEQUENCE, 1001n),
      'public.Order has no room for the new keys. The sequence public.s of "id" ends at 1000, but ' +
        'the new keys go up to 1001. Let the owner run: alter sequence public.s as bigint maxvalue ' +
        '32767 no cycle; Then import again: nothing was written.',
    ],
    [
      sequenceEnded(COLUMN, { ...SEQUENCE, increment: -1n }),
      'public.Order has no room for the new keys. The sequence public.s of "id" came to its end at ' +
        '1, or began anew, before there was an id for every row. Let the owner run: alter sequence ' +
        'public.s as bigint minvalue -32768 no cycle; Then import again: nothing was written.',
    ],
  ])('say what is wrong, where, and what to do: $code', (error, message) => {
    expect(error.message).toBe(message)
  })

  it('tell programs the place', () => {
    expect(notAnInteger(PLACE).details.meta).toEqual({
      file: 'Order.csv',
      line: 12,
      column: 3,
      model: 'Order',
      header: 'customer',
    })
    const places = [
      { file: 'a', line: 3, column: 1 },
      { file: 'z', line: 12, column: 1 },
    ]
    expect(sequenceTooShort(COLUMN, SEQUENCE, 1001n).details.meta).toEqual({
      table: 'public.Order',
      column: 'id',
      sequence: 'public.s',
      end: '1000',
      wanted: '1001',
    })
    expect(duplicateKey({ model: 'b', header: 'c' }, places).details.meta).toEqual({
      file: 'z',
      line: 12,
      lines: [3, 12],
      model: 'b',
      header: 'c',
    })
  })
})
