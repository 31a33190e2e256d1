import { describe, expect, it } from '@jest/globals'
import {
  duplicateKey,
  keysOutOfRange,
  missingReference,
  notAnInteger,
  nullKey,
} from '../../src/keys/keys-error.js'

const PLACE = {
  at: { file: 'Order.csv', line: 12, column: 3 },
  model: 'Order',
  header: 'customer',
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
        'Customer, or clear the reference, then import again: nothing was written.',
    ],
    [
      keysOutOfRange(
        { table: 'public.Order', column: 'id' },
        { highest: 32767n, wanted: 40_000n, what: 'The type' },
      ),
      'public.Order has no room for the new keys. The type of "id" ends at 32767, but the new keys ' +
        'go up to 40000. Widen the column and its sequence (Int to BigInt), then import again: ' +
        'nothing was written.',
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
    expect(duplicateKey({ model: 'b', header: 'c' }, places).details.meta).toEqual({
      file: 'z',
      line: 12,
      lines: [3, 12],
      model: 'b',
      header: 'c',
    })
  })
})
