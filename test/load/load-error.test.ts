import { describe, expect, it } from '@jest/globals'
import {
  needsTemporary,
  policyRefuses,
  type RefusedRow,
  rowCountDiffers,
  rowRefused,
} from '../../src/load/load-error.js'
import type { ServerError } from '../../src/postgres/postgres-error.js'

const ROW: RefusedRow = {
  model: 'Order',
  file: 'in/Order.csv',
  at: { file: 'in/Order.csv', line: 12, column: 3 },
  column: { header: 'Total', type: 'numeric(10,2)' },
}

function serverError(code: string, parts: Partial<ServerError> = {}): ServerError {
  return Object.assign(new Error('words of the server'), { code, severity: 'ERROR', ...parts })
}

describe('rowRefused', () => {
  it.each<[string, Partial<ServerError>, Partial<RefusedRow>, string, string]>([
    [
      '23502',
      {},
      {},
      'LOAD.NULL_VALUE',
      'in/Order.csv lacks a required value. in/Order.csv:12:3: "Total" of Order is NULL but required (SQLSTATE 23502). Fill in the value; write "" for an empty string, then import again: nothing was written.',
    ],
    [
      '23502',
      {},
      { column: null },
      'LOAD.NULL_VALUE',
      'in/Order.csv lacks a required value. in/Order.csv:12:3: a value of Order is NULL but required (SQLSTATE 23502). Fill in the value; write "" for an empty string, then import again: nothing was written.',
    ],
    [
      '23503',
      { constraint: 'fk' },
      { column: null },
      'LOAD.MISSING_REFERENCE',
      'in/Order.csv refers to a row that is not there. in/Order.csv:12:3: the reference fk of Order has no row in the database (SQLSTATE 23503). Import the row it refers to as well, or correct the reference, then import again: nothing was written.',
    ],
    [
      '23503',
      {},
      { column: null, at: null },
      'LOAD.MISSING_REFERENCE',
      'in/Order.csv refers to a row that is not there. in/Order.csv: the reference a constraint of Order has no row in the database (SQLSTATE 23503). Import the row it refers to as well, or correct the reference, then import again: nothing was written.',
    ],
    [
      '23505',
      { constraint: 'Order_pkey' },
      { column: null },
      'LOAD.DUPLICATE',
      'in/Order.csv has a row that is there already. in/Order.csv:12:3: Order_pkey allows its values only once (SQLSTATE 23505). Remove the row from the file, or the one that is in the way from the database or the file, then import again: nothing was written.',
    ],
    [
      '23P01',
      { constraint: 'no_overlap' },
      { column: null },
      'LOAD.DUPLICATE',
      'in/Order.csv has a row that is there already. in/Order.csv:12:3: no_overlap allows its values only once (SQLSTATE 23P01). Remove the row from the file, or the one that is in the way from the database or the file, then import again: nothing was written.',
    ],
    [
      '23514',
      { constraint: 'positive' },
      { column: null },
      'LOAD.CHECK_VIOLATION',
      'in/Order.csv breaks a rule of the database. in/Order.csv:12:3: the row of Order violates positive (SQLSTATE 23514). Correct the row, then import again: nothing was written.',
    ],
    [
      '22P02',
      {},
      {},
      'LOAD.VALUE_REFUSED',
      'in/Order.csv has a value that its column cannot store. in/Order.csv:12:3: "Total" of Order is not what numeric(10,2) takes (SQLSTATE 22P02). Correct the value, then import again: nothing was written.',
    ],
    [
      '22021',
      {},
      { column: null },
      'LOAD.VALUE_REFUSED',
      "in/Order.csv has a value that its column cannot store. in/Order.csv:12:3: a value of Order is not what the column's type takes (SQLSTATE 22021). Correct the value, then import again: nothing was written.",
    ],
    [
      // A regclass, which says the value in its message.
      '42P01',
      { where: 'COPY Order, line 12, column total: "cell"' },
      {},
      'LOAD.VALUE_REFUSED',
      'in/Order.csv has a value that its column cannot store. in/Order.csv:12:3: "Total" of Order is not what numeric(10,2) takes (SQLSTATE 42P01). Correct the value, then import again: nothing was written.',
    ],
    [
      '53200',
      { where: 'COPY Order, line 12, column total: "cell"' },
      {},
      'LOAD.REFUSED',
      'in/Order.csv was refused by PostgreSQL. in/Order.csv:12:3: the server stopped the load of Order: words of the server (SQLSTATE 53200). Give the server more memory, or wait until others need less, then import again: nothing was written.',
    ],
    [
      '42501',
      {},
      { column: null, at: null },
      'LOAD.REFUSED',
      'in/Order.csv was refused by PostgreSQL. in/Order.csv: the server stopped the load of Order: words of the server (SQLSTATE 42501). Cure what the server says, here or in its log, then import again: nothing was written.',
    ],
  ])('says what SQLSTATE %s means: %o %o', (code, error, row, wanted, message) => {
    const refused = rowRefused(serverError(code, error), { ...ROW, ...row })

    expect(refused.code).toBe(wanted)
    expect(refused.message).toBe(message)
    expect(refused.cause).toBeUndefined()
  })

  it.each<[string, string | undefined, boolean]>([
    ['53100', undefined, true],
    ['53100', 'COPY Order, line 12: "cell"', true],
    ['57014', 'COPY Order, line 12', true],
    ['55000', 'PL/pgSQL function f() line 3 at RAISE\nCOPY Order, line 12: "cell"', false],
    ['42P01', 'SQL statement "select cell"\nCOPY Order, line 12', false],
    ['42P01', 'COPY Order, line 12', false],
    ['42P01', undefined, false],
    ['42501', undefined, true],
    ['P0001', undefined, false],
    ['ZZ001', 'COPY Order, line 12', false],
  ])('repeats the words of SQLSTATE %s with the context %j: %s', (code, where, isTold) => {
    const error = serverError(code, where === undefined ? {} : { where })

    const refused = rowRefused(error, { ...ROW, column: null })

    expect(refused.code).toBe('LOAD.REFUSED')
    expect(refused.message.includes('words of the server')).toBe(isTold)
  })

  it('has the facts for programs', () => {
    const error = serverError('23505', { constraint: 'Order_pkey' })

    const refused = rowRefused(error, ROW)
    const unplaced = rowRefused(serverError('23505'), { ...ROW, at: null, column: null })

    expect(refused.details.meta).toEqual({
      file: 'in/Order.csv',
      line: 12,
      column: 3,
      model: 'Order',
      header: 'Total',
      constraint: 'Order_pkey',
      sqlstate: '23505',
    })
    expect(unplaced.details.meta).toEqual({
      file: 'in/Order.csv',
      model: 'Order',
      header: null,
      constraint: null,
      sqlstate: '23505',
    })
  })
})

describe('rowCountDiffers', () => {
  it('says how many were lost', () => {
    expect(rowCountDiffers('Order', { sent: 9, stored: 7 }).message).toBe(
      'PostgreSQL did not take every row of Order. 9 rows were sent, 7 were stored: a trigger or rule dropped some. Look at the triggers and rules of the table, then import again: nothing was written.',
    )
  })
})

describe('policyRefuses', () => {
  it('says what to do', () => {
    expect(policyRefuses('Order', 'in/Order.csv').message).toBe(
      'in/Order.csv has a row that a policy refuses. in/Order.csv: row-level security of Order does not let the role insert one of its rows (SQLSTATE 42501). Leave rows out that the role may not insert, or import as the owner of the table or as a role with BYPASSRLS; nothing was written.',
    )
  })
})

describe('needsTemporary', () => {
  it('names what grants them', () => {
    expect(needsTemporary('Order', 9, 'grant …;').message).toBe(
      'Order needs temporary tables. With the models that it refers to in a circle it has more than 9 bytes of rows, and the role may not create temporary tables. Let the owner run: grant …;',
    )
  })
})
