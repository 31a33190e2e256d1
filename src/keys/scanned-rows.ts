import { writeField, writeNull, writeText } from '../csv/copy-text.js'
import { FieldKind } from '../csv/csv-scanner.js'
import { parseBigIntegerField, parseIntegerField } from '../csv/integer-field.js'
import { writeInteger } from '../csv/write-integer.js'
import type { FieldPlace } from '../values/field-place.js'
import type { ValueRule } from '../values/value-rule.js'
import { valueRefused } from '../values/values-error.js'
import type { ColumnAction, GuardedAction } from './column-action.js'
import type { KeyMap } from './key-map.js'
import { normalizeKey } from './key-spelling.js'
import {
  fileChanged,
  invalidUuid,
  keptKeyTaken,
  missingReference,
  notAnInteger,
  nullKey,
} from './keys-error.js'
import { findMissing, type NewKeys, type OnMissing } from './reference-guard.js'
import type { RowsInput } from './rows-input.js'

const TAB = 0x09
const LF = 0x0a

/** What errors tell of a file. */
interface Source {
  readonly model: string
  readonly file: string
  readonly headers: readonly string[]
}

type KeyAction = Extract<ColumnAction, { readonly keys: KeyMap }>
type TextKeyAction = Extract<ColumnAction, { readonly kind: 'textKey' | 'textReference' }>

/** A key that a reference holds and no row of the files has. */
interface MissingTarget {
  readonly onMissing?: OnMissing
  readonly target: string
  /** As PostgreSQL writes it. */
  readonly key: string
  /** What it must not be where it stays; null where keys of the files stay, too. */
  readonly keys: NewKeys | null
}

/** The way for every row: remaps what the scanner has cut, and says what is wrong and where. */
export class ScannedRows {
  /** Rows that were left out. */
  skipped = 0
  readonly #input: RowsInput
  readonly #source: Source
  /** By column: the highest value of those that are tracked. */
  readonly #highest = new Map<number, bigint>()

  /** The next row, where some are left out: then all rows come this way. */
  #row: number
  /** The row that is written, counted from 0 among those of this batch that go out. */
  #outRow = 0

  constructor(input: RowsInput, source: Source) {
    this.#input = input
    this.#source = source
    this.#row = input.rowsBefore
  }

  /** The highest value of a `track` column so far; null before any. */
  highest(column: number): bigint | null {
    return this.#highest.get(column) ?? null
  }

  /** Takes the rows of the scanner's batch; gives how many went out. */
  remap(): number {
    const { skipped } = this.#input
    const { rows, firstRow, width, starts, ends } = this.#input.scanner
    const output = this.#input.output
    this.#outRow = 0
    for (let row = firstRow; row < rows; row++) {
      if (skipped?.has(this.#row++)) {
        this.skipped++
        continue
      }
      const first = row * width
      const rowBytes = (ends[first + width - 1] as number) - (starts[first] as number)
      const room = 2 * rowBytes + this.#input.growth
      if (output.offset + room > output.bytes.length) output.makeRoom(output.offset, room)
      this.#remapRow(row, room)
      this.#outRow++
    }
    return this.#outRow
  }

  /** @param room What the row takes without its converted and its made texts. */
  #remapRow(row: number, room: number): void {
    const output = this.#input.output
    let rowFrom = output.offset
    for (const [column, action] of this.#input.actions.entries()) {
      if (action.kind === 'drop') continue
      const text = this.#writeField(row, column, action)
      if (text !== null) {
        const textRoom = 2 * Buffer.byteLength(text) + room
        if (output.offset + textRoom > output.bytes.length) {
          output.makeRoom(rowFrom, textRoom)
          rowFrom = 0
        }
        output.offset = writeText(text, output.bytes, output.offset)
      }
      output.bytes[output.offset++] = TAB
    }
    for (const make of this.#input.makers) {
      const text = make()
      if (output.offset + text.length + room > output.bytes.length) {
        output.makeRoom(rowFrom, text.length + room)
        rowFrom = 0
      }
      output.offset += output.bytes.write(text, output.offset, 'latin1')
      output.bytes[output.offset++] = TAB
    }
    output.bytes[output.offset - 1] = LF
  }

  /** Writes a field, or gives the text that is to stand for it: for that there may be no room. */
  #writeField(row: number, column: number, action: ColumnAction): string | null {
    if (this.#isNull(row, column)) {
      if (action.kind === 'key' || action.kind === 'textKey')
        throw nullKey(this.#place(row, column))
      return this.#writeNull()
    }
    switch (action.kind) {
      case 'key':
      case 'reference':
        return this.#writeTarget(row, column, action)
      case 'textKey':
      case 'textReference':
        return this.#textTarget(row, column, action)
      case 'guarded':
        return this.#writeGuarded(row, column, action)
      case 'rule':
        if (!this.#accepts(row, column, action.rule)) return this.#convert(row, column, action.rule)
        break
      case 'track':
        this.#track(row, column)
    }
    return this.#copyField(row, column)
  }

  #copyField(row: number, column: number): null {
    const output = this.#input.output
    const index = row * this.#input.scanner.width + column
    output.offset = writeField(this.#input.scanner, index, output.bytes, output.offset)
    return null
  }

  #writeNull(): null {
    const output = this.#input.output
    output.offset = writeNull(output.bytes, output.offset)
    return null
  }

  #writeGuarded(row: number, column: number, guarded: GuardedAction): string | null {
    const { action, guards, newKeys } = guarded
    const { scanner } = this.#input
    const valueAt = (index: number) =>
      this.#isNull(row, index) ? null : scanner.textOf(row, index)
    for (const { onMissing, target, ...guard } of guards) {
      const key = findMissing(guard, valueAt)
      // A value that stays where all do needs no look.
      if (key === null || (onMissing === 'keep' && newKeys === null)) continue
      const own = key[guard.columns.findIndex(({ index }) => index === column)] as string
      return this.#writeMissing(row, column, { onMissing, target, key: own, keys: newKeys })
    }
    return this.#writeField(row, column, action)
  }

  /** What goes in where no row of the files has the key that a reference holds. */
  #writeMissing(
    row: number,
    column: number,
    { onMissing = 'fail', key, keys, target }: MissingTarget,
  ): string | null {
    if (onMissing === 'null') {
      this.#input.onNulled(column, this.#outRow)
      return this.#writeNull()
    }
    const place = this.#place(row, column)
    if (onMissing === 'fail') throw missingReference(place, target)
    // PostgreSQL would take it, and point at a row of somebody else.
    if (keys?.hasTarget(key)) throw keptKeyTaken(place, target)
    return key
  }

  #isNull(row: number, column: number): boolean {
    const { bytes, starts, ends, kinds, width } = this.#input.scanner
    const { nullText } = this.#input.dialect
    const index = row * width + column
    const start = starts[index] as number
    const end = ends[index] as number
    return (
      ((kinds[index] as number) & FieldKind.Quoted) === 0 &&
      end - start === nullText.length &&
      nullText.compare(bytes, start, end) === 0
    )
  }

  #accepts(row: number, column: number, rule: ValueRule): boolean {
    const { bytes, starts, ends, kinds, width } = this.#input.scanner
    const index = row * width + column
    return (
      (kinds[index] !== FieldKind.QuotedEscaped || this.#input.doublesQuotes) &&
      rule.accepts(bytes, starts[index] as number, ends[index] as number)
    )
  }

  #writeTarget(row: number, column: number, action: KeyAction): string | null {
    const { starts, ends, bytes, width } = this.#input.scanner
    const output = this.#input.output
    const index = row * width + column
    const start = starts[index] as number
    const end = ends[index] as number
    const target = action.keys.targetOf(parseIntegerField(bytes, start, end))
    if (!Number.isNaN(target)) {
      output.offset = writeInteger(target, output.view, output.offset)
      return null
    }
    // Keys beyond 2^53, and what is no key at all.
    const source = parseBigIntegerField(bytes, start, end)
    if (source === null) {
      throw notAnInteger(this.#place(row, column))
    }
    const bigTarget = action.keys.bigTargetOf(source)
    if (bigTarget === null) {
      if (action.kind === 'key') throw fileChanged(this.#source.file)
      return this.#writeMissing(row, column, { ...action, key: String(source) })
    }
    output.offset += output.bytes.write(String(bigTarget), output.offset, 'latin1')
    return null
  }

  /** The target of a key that is text. */
  #textTarget(row: number, column: number, action: TextKeyAction): string | null {
    const { keys } = action
    if (keys.spelling === 'integer' && keys.integerTargetOf !== undefined) {
      const { starts, ends, bytes, width } = this.#input.scanner
      const output = this.#input.output
      const index = row * width + column
      const key = parseIntegerField(bytes, starts[index] as number, ends[index] as number)
      const integer = keys.integerTargetOf(key)
      if (!Number.isNaN(integer)) {
        output.offset = writeInteger(integer, output.view, output.offset)
        return null
      }
    }
    const source = normalizeKey(keys.spelling, this.#input.scanner.textOf(row, column))
    if (source === null) {
      const place = this.#place(row, column)
      throw keys.spelling === 'integer' ? notAnInteger(place) : invalidUuid(place)
    }
    const target = keys.targetOf(source)
    if (target === null) {
      if (action.kind === 'textKey') throw fileChanged(this.#source.file)
      return this.#writeMissing(row, column, { ...action, key: source })
    }
    return target
  }

  /** Remembers the highest value. */
  #track(row: number, column: number): void {
    const { starts, ends, bytes, width } = this.#input.scanner
    const index = row * width + column
    const value = parseBigIntegerField(bytes, starts[index] as number, ends[index] as number)
    if (value === null) {
      throw notAnInteger(this.#place(row, column))
    }
    const highest = this.#highest.get(column)
    if (highest === undefined || value > highest) {
      this.#highest.set(column, value)
    }
  }

  /** What PostgreSQL is to get for a value that is not taken as it is. */
  #convert(row: number, column: number, rule: ValueRule): string {
    const converted = rule.convert(this.#input.scanner.textOf(row, column))
    if (typeof converted !== 'string') {
      throw valueRefused(this.#place(row, column), converted)
    }
    return converted
  }

  #place(row: number, column: number): FieldPlace {
    const { model, headers } = this.#source
    const header = headers[column] as string
    return { at: this.#input.scanner.positionOf(row, column), model, header }
  }
}
