import { resolveCsvDialect } from '../csv/csv-dialect.js'
import { CsvScanner } from '../csv/csv-scanner.js'
import { dateTimeRule } from '../values/date-time-rule.js'
import { enumRule } from '../values/enum-rule.js'
import { characterLimitRule } from '../values/length-rule.js'
import { numberRule } from '../values/number-rule.js'
import type { ColumnAction } from './column-action.js'
import { CopyOutput } from './copy-output.js'
import { IntegerKeySet } from './integer-key-set.js'
import { KeyMap } from './key-map.js'
import { PlainKeys } from './plain-keys.js'
import { PlainRows } from './plain-rows.js'
import { ReservedKeys } from './reserved-keys.js'

/** Enough for V8 to note the types of what it sees, too little for it to compile. */
const TURNS = 5
const USUAL_ROWS = 20

const HEADER = 'id,reference,tracked,dropped,text,limited,status,amount,at\n'

/** What most rows are like. */
const USUAL = `\
123456,1234567,1234567,x,abcd,ab,NEW,1.5,2026-01-31 12:00:00.5
12345,123456,12345678,x,abcdefghijklm,ab,DONE,-123,2026-01-31T12:00:00Z
`

/** The other ways to go on: what is quoted, NULL, escaped, long, or no range of keys. */
const UNUSUAL = `\
12345678,123456789012345,12345,x,abcdefghijklm,ab,DONE,-123,2026-01-31T12:00:00Z
"1","12","3","x","a,b","ab","NEW","1.5","2026-01-31 12:00:00"\r
1,,,,,,,,
2,3,4,x,"a ""b""\n\tc\\",é,NEW,0.25,2026-01-31 12:00:00.000
`

/** Rows whose keys `PlainKeys` takes, in all its ways. */
const KEYS = `\
12345,1234567,abcd,1.5
12346,1234567,"a, b",1.5\r
12347,1234567,"a ""b""
","c"
"12348","1","a"
123456789012345,1,a
5,1
`

let isWarm = false
let areKeysWarm = false

/**
 * Lets `PlainRows` see, once, a little of all that may come. V8 compiles a function for what it has
 * seen, and anew when something else comes: that took as long as 40 MB of CSV. This takes some 5 ms.
 */
export function warmUp(): void {
  if (isWarm) return
  isWarm = true
  const dialect = resolveCsvDialect()
  const text = Buffer.from(HEADER + USUAL.repeat(USUAL_ROWS) + UNUSUAL)
  for (let turn = 0; turn < TURNS; turn++) {
    const scanner = new CsvScanner(dialect, '')
    scanner.push(text)
    scanner.scan(1)
    const plainRows = new PlainRows({
      scanner,
      output: new CopyOutput(),
      dialect,
      actions: actions(),
      doublesQuotes: true,
      skipped: null,
      rowsBefore: 0,
      makers: [],
      growth: 1024,
      onNulled: () => {},
    })
    plainRows.remap()
  }
}

/** The same for `PlainKeys`. */
export function warmUpKeys(): void {
  if (areKeysWarm) return
  areKeysWarm = true
  const text = Buffer.from(HEADER + KEYS.repeat(USUAL_ROWS))
  for (let turn = 0; turn < TURNS; turn++) {
    const dialect = resolveCsvDialect()
    const scanner = new CsvScanner(dialect, '')
    scanner.push(text)
    scanner.scan(1)
    const keys = new IntegerKeySet()
    new PlainKeys(scanner, keys, { dialect, column: turn % 2 }).take()
    keys.seal()
  }
}

function actions(): readonly ColumnAction[] {
  const keys = keyMapOf([1, 2, 3, 12, 123456, 12345, 12_345_678], 10_000_000n)
  const others = keyMapOf([12, 3, 123456, 1234567, 123_456_789_012_345], 2n ** 40n)
  const options = { allowSpecial: false }
  return [
    { kind: 'key', keys },
    { kind: 'reference', keys: others, target: '' },
    { kind: 'track' },
    { kind: 'drop' },
    { kind: 'copy' },
    { kind: 'rule', rule: characterLimitRule(8) },
    { kind: 'rule', rule: enumRule({ labels: ['NEW', 'DONE'], values: [] }) },
    { kind: 'rule', rule: numberRule(2, options) },
    { kind: 'rule', rule: dateTimeRule('timestamp', options) },
  ]
}

function keyMapOf(source: readonly number[], from: bigint): KeyMap {
  const keys = new IntegerKeySet()
  for (const key of source) keys.add(key)
  keys.seal()
  return new KeyMap(keys, new ReservedKeys([{ from, count: source.length, step: 1n }]))
}
