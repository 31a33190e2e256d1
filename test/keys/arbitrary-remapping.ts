import fc from 'fast-check'
import { resolveCsvDialect } from '../../src/csv/csv-dialect.js'
import type { MadeValue } from '../../src/keys/column-action.js'
import type { RemapperInput } from '../../src/keys/csv-remapper.js'
import type { OnMissing } from '../../src/keys/reference-guard.js'
import { dateTimeRule } from '../../src/values/date-time-rule.js'
import { enumRule } from '../../src/values/enum-rule.js'
import { characterLimitRule } from '../../src/values/length-rule.js'
import { numberRule } from '../../src/values/number-rule.js'
import type { ValueRule } from '../../src/values/value-rule.js'
import { cellOf, cellText, writtenRows } from '../csv/arbitrary-csv.js'
import { readReferenceCsv } from '../csv/reference-csv.js'
import { optionsOf } from '../csv/scan-csv.js'
import { guardedColumn } from './arbitrary-guard.js'
import { keyText, referenceText } from './arbitrary-key-text.js'
import { anyKey, keyPairs } from './arbitrary-keys.js'
import { type ReferenceResult, remapReference } from './reference-remapper.js'
import type { RemappedColumn as Column } from './remapped-column.js'

/** A file, what a `CsvRemapper` is told to do with it, and what is to come of that. */
export interface Remapping {
  readonly file: Buffer
  readonly input: RemapperInput
  readonly expected: ReferenceResult
}

/** Any table with any actions; some rows hold what the action of their column refuses. */
export function remapping(): fc.Arbitrary<Remapping> {
  return remappingOf(anyColumn(), { maxRows: 8, maxMade: 2, mayGuard: true })
}

/** A table in which nothing is wrong. */
export function faultlessRemapping(): fc.Arbitrary<Remapping> {
  return remappingOf(
    fc.oneof(fc.constant(COPY), referenceColumn(0), ruleColumn({ mayRefuse: false })),
    {
      maxRows: 40,
      maxMade: 0,
      mayGuard: false,
    },
  )
}

function remappingOf(
  column: fc.Arbitrary<Column>,
  {
    maxRows,
    maxMade,
    mayGuard,
  }: { readonly maxRows: number; readonly maxMade: number; readonly mayGuard: boolean },
): fc.Arbitrary<Remapping> {
  return fc
    .record({
      columns: fc
        .array(column, { minLength: 1, maxLength: 4 })
        .filter((columns) => columns.some(({ action }) => action.kind !== 'drop'))
        .chain((columns) => (mayGuard ? perhapsGuarded(columns) : fc.constant(columns))),
      nullText: fc.constantFrom('', '', 'NULL', '\\N', '0', 'ä'),
      made: fc.array(madeValue(), { maxLength: maxMade }),
    })
    .chain(({ columns, nullText, made }) => {
      const absent = fc.constant({ text: nullText, quoted: false })
      const cells = columns.map((each) =>
        fc.oneof(
          { weight: each.action.kind === 'key' ? 40 : 5, arbitrary: cellOf(each.texts) },
          { weight: 1, arbitrary: absent },
        ),
      )
      return (
        writtenRows(cells, { maxRows })
          // Without quotes a cell loses what would need them, and no key may become another.
          .filter(({ dialect: { quote } }) => quote !== 'none')
          // A rule is not asked about text in which something may be escaped, as each dash is here.
          .filter(({ dialect: { escaper } }) => escaper !== '-' || !columns.some(hasForm))
          .filter(
            ({ dialect }) => ![dialect.delimiter, dialect.quote].some((c) => nullText.includes(c)),
          )
          .map(({ file, dialect }) => {
            const [header = [], ...rows] = readReferenceCsv(file, dialect).rows
            return {
              file,
              input: {
                model: 'Order',
                file: 'Order.csv',
                dialect: resolveCsvDialect({ ...optionsOf(dialect), null: nullText }),
                headers: header.map(({ text }) => text),
                actions: columns.map(({ action }) => action),
                made,
              },
              expected: remapReference(
                rows,
                columns.map(({ reference }) => reference),
                nullText,
                made.map((value) => (value.kind === 'constant' ? value.text : value.make())),
              ),
            }
          })
      )
    })
}

/** Some with a column more that is looked up alone, or with another. */
function perhapsGuarded(columns: Column[]): fc.Arbitrary<Column[]> {
  const guarded = fc
    .nat(columns.length)
    .chain((other) => guardedColumn(columns, other))
    .map((column) => [...columns, column])
  return fc.oneof(fc.constant(columns), fc.constant(columns), guarded)
}

const COPY: Column = { action: { kind: 'copy' }, reference: { kind: 'copy' }, texts: cellText() }
const DROP: Column = { action: { kind: 'drop' }, reference: { kind: 'drop' }, texts: cellText() }
const TRACK: Column = {
  action: { kind: 'track' },
  reference: { kind: 'track' },
  texts: keyText(anyKey(), 40),
}

function anyColumn(): fc.Arbitrary<Column> {
  return fc.oneof(
    fc.constantFrom(COPY, DROP, TRACK),
    keyColumn(),
    referenceColumn(40),
    ruleColumn({ mayRefuse: true }),
    formColumn(),
  )
}

function keyColumn(): fc.Arbitrary<Column> {
  return keyPairs()
    .filter(({ targets }) => targets.size > 0)
    .map(({ keys, targets }) => ({
      action: { kind: 'key', keys },
      reference: { kind: 'key', targets },
      texts: keyText(fc.constantFrom(...targets.keys()), 40),
    }))
}

/** One of `rarity` cells, or none where that is 0, holds what is no key of the target. */
function referenceColumn(rarity: number): fc.Arbitrary<Column> {
  return fc
    .tuple(keyPairs(), fc.constantFrom<OnMissing>('fail', 'keep', 'null'))
    .filter(([{ targets }]) => targets.size > 0)
    .map(([{ keys, targets }, onMissing]) => ({
      action: { kind: 'reference', keys, target: 'Customer', onMissing },
      reference: { kind: 'reference', targets, onMissing },
      texts: referenceText(targets, onMissing === 'fail' ? rarity : Math.min(rarity, 3)),
    }))
}

/**
 * Takes lower-case letters as they are, refuses what holds a question mark, and makes anything else
 * longer.
 */
function ruleColumn({ mayRefuse }: { readonly mayRefuse: boolean }): fc.Arbitrary<Column> {
  const words = fc.constantFrom('red', 'a', 'gr', 'B', 'x\ty')
  const refusal = {
    code: 'LOAD.VALUE_REFUSED',
    why: 'takes no questions',
    fix: 'Answer',
  } as const
  return fc.integer({ min: 0, max: 3_000 }).map((length) => {
    const convert = (text: string) =>
      /^[a-z]+$/.test(text)
        ? text
        : text.includes('?')
          ? refusal
          : `${text}\\${'é\t'.repeat(length)}`
    return {
      action: {
        kind: 'rule',
        rule: {
          accepts: (bytes, start, end) =>
            end > start && bytes.subarray(start, end).every((byte) => byte >= 0x61 && byte <= 0x7a),
          convert,
        },
      },
      reference: { kind: 'rule', convert },
      texts: fc
        .oneof(words, cellText())
        .map((text) => (mayRefuse ? text : text.replaceAll('?', ''))),
    }
  })
}

/** By one of the rules of which texts are known by their form, mostly such texts. */
function formColumn(): fc.Arbitrary<Column> {
  const digits = fc.stringMatching(/^[0-9]{0,7}$/)
  const decimals = fc.tuple(
    fc.constantFrom('', '', '-', '+'),
    digits,
    fc.constantFrom('', '.'),
    digits,
  )
  const time = fc.constantFrom('12:00:00', '23:59:59.5', '00:00', '12:00:60.123456', '1:00:00')
  const timestamps = fc.tuple(
    fc.constantFrom('2026-01-31', '0001-12-01', '2026-13-01', '26-01-31'),
    fc.constantFrom('T', ' ', ' ', '_', ''),
    time,
    fc.constantFrom('', '', 'Z', '+00', '+02:00', '.'),
  )
  const parts = (texts: fc.Arbitrary<readonly string[]>) => texts.map((all) => all.join(''))
  const options = { allowSpecial: false }
  return fc.oneof(
    fc.integer({ min: -1, max: 8 }).map((scale) => {
      return columnBy(numberRule(scale, options), parts(decimals))
    }),
    fc.constant(columnBy(dateTimeRule('timestamp', options), parts(timestamps))),
    fc.integer({ min: 1, max: 9 }).map((limit) => columnBy(characterLimitRule(limit), cellText())),
    fc.constant(columnBy(enumRule({ labels: ['a', 'aB', '""'], values: [] }), cellText())),
  )
}

function columnBy(rule: ValueRule, texts: fc.Arbitrary<string>): Column {
  return {
    action: { kind: 'rule', rule },
    reference: {
      kind: 'rule',
      convert: (text) => (accepts(rule, text) ? text : rule.convert(text)),
    },
    texts: fc.oneof({ weight: 30, arbitrary: texts }, { weight: 1, arbitrary: cellText() }),
  }
}

function hasForm({ action }: Column): boolean {
  return action.kind === 'rule' && action.rule.plain !== undefined
}

function accepts(rule: ValueRule, text: string): boolean {
  const bytes = Buffer.from(text)
  return rule.accepts(bytes, 0, bytes.length)
}

function madeValue(): fc.Arbitrary<MadeValue> {
  return fc.oneof(
    cellText().map((text) => ({ kind: 'constant', text }) as const),
    fc.integer({ min: 1, max: 300 }).map((length) => ({
      kind: 'each' as const,
      make: () => 'x'.repeat(length),
    })),
  )
}
