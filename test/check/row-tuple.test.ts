import { describe, expect, it } from '@jest/globals'
import { RowTuple, type TupleColumn } from '../../src/check/row-tuple.js'
import { resolveCsvDialect } from '../../src/csv/csv-dialect.js'
import { CsvScanner } from '../../src/csv/csv-scanner.js'

const [ID, TEXT]: readonly [TupleColumn, TupleColumn] = [
  { index: 0, spelling: 'integer' },
  { index: 1, spelling: 'text' },
]

describe('RowTuple', () => {
  it.each<[string, readonly TupleColumn[], string, string, boolean]>([
    ['integers', [ID], '7,', '007,', true],
    ['zeros', [ID], '0,', '-0,', true],
    ['integers beyond 2^53', [ID], '9007199254740993,', '9007199254740992,', false],
    ['integers beyond 2^53', [ID], '9007199254740993,', '09007199254740993,', true],
    ['texts', [TEXT], ',a', ',"a"', true],
    ['texts with quotes', [TEXT], ',"a""b"', ',"a""b"', true],
    ['texts in capitals', [TEXT], ',a', ',A', false],
    ['empty texts', [TEXT], ',""', ',""', true],
    ['NULLs', [TEXT], ',', ',', false],
    ['NULLs', [ID, TEXT], '1,', '1,', false],
    ['no integers', [ID], 'x,', 'x,', false],
    ['padded texts', [{ index: 1, spelling: 'blankPadded' }], ',a  ', ',a', true],
    ['uuids', [{ index: 1, spelling: 'uuid' }], `,${'aB'.repeat(16)}`, `,${'ab'.repeat(16)}`, true],
    ['pairs', [ID, TEXT], '1,11', '1,11', true],
    ['pairs', [ID, TEXT], '1,11', '11,1', false],
    ['no columns', [], '1,2', '3,4', true],
  ])('takes %s for the same or not: %#', (_, columns, a, b, isSame) => {
    const tuple = new RowTuple(columns, resolveCsvDialect())
    const scanner = scan(`id,text\n${a}\n${b}\n`)

    const [first, second] = [tuple.hash(scanner, 1), tuple.hash(scanner, 2)]
    expect(first === second).toBe(isSame)
    const texts = [tuple.textOf(scanner, 1), tuple.textOf(scanner, 2)]
    expect(texts[0] !== null && texts[0] === texts[1]).toBe(isSame)
    expect(Number.isNaN(first)).toBe(texts[0] === null)
  })

  it('takes one NULL for another where they are equal, and for no text', () => {
    const tuple = new RowTuple([TEXT], resolveCsvDialect(), true)
    const scanner = scan('id,text\n1,\n2,\n3,""\n4,null\n')

    const [first, second, ...others] = [1, 2, 3, 4].map((row) => tuple.hash(scanner, row))
    expect(first).toBe(second)
    expect(others).not.toContain(first)
  })
})

function scan(text: string): CsvScanner {
  const scanner = new CsvScanner(resolveCsvDialect(), 'Order.csv')
  scanner.push(Buffer.from(text))
  scanner.scan()
  return scanner
}
