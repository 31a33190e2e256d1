import type { CsvPart } from '../csv/csv-chunks.js'
import type { CsvDialect } from '../csv/csv-dialect.js'
import type { CsvPosition } from '../csv/csv-error.js'
import { CsvScanner, FieldKind } from '../csv/csv-scanner.js'
import { parseBigIntegerField, parseIntegerField } from '../csv/integer-field.js'
import { scanRows } from '../csv/scan-rows.js'
import type { FieldPlace } from '../values/field-place.js'
import { IntegerKeySet } from './integer-key-set.js'
import { duplicateKey, notAnInteger, nullKey } from './keys-error.js'
import { PlainKeys } from './plain-keys.js'
import { warmUpKeys } from './warm-up.js'

/** Rows that go the slow way at once, at most, where those before them had to. */
const MAX_SLOW_ROWS = 512

/** The key column of a model's files. */
export interface SurveyInput {
  readonly model: string
  readonly dialect: CsvDialect
  /** The column, counted from 0. */
  readonly column: number
  readonly header: string
  /** Whether a value may stand in several rows, as one part of a composite key does. */
  readonly mayRepeat: boolean
}

/** What the files say about the keys of its model. */
export interface KeySurvey {
  readonly keys: IntegerKeySet
  readonly rows: number
}

/**
 * Reads the keys of a model before anything is written: how many ids to reserve, and which rows there
 * are to refer to. That makes the order of rows free, also where rows refer to others of their own
 * model, and finds a key that stands twice. What is malformed behind the key of a row is not told here
 * but by `CsvRemapper`, which reads every row again before COMMIT.
 *
 * @param parts Read again to find a duplicate's lines.
 * @param onProgress Called now and then with the bytes and rows of all parts so far.
 * @throws {GyroError} `CSV.*`, `KEYS.NULL_KEY`, `KEYS.NOT_AN_INTEGER`, `KEYS.DUPLICATE`.
 */
export async function surveyKeys(
  parts: readonly CsvPart[],
  input: SurveyInput,
  onProgress: (bytes: number, rows: number) => void,
): Promise<KeySurvey> {
  warmUpKeys()
  const keys = new IntegerKeySet()
  let rows = 0
  let bytesBefore = 0
  for (const part of parts) {
    const chunks = part.open()
    const reader = new KeyReader(part, keys, input)
    const report = () => onProgress(bytesBefore + chunks.bytesRead, rows + reader.rows)
    for await (const chunk of chunks) {
      reader.push(chunk)
      report()
    }
    reader.end()
    report()
    rows += reader.rows
    bytesBefore += chunks.bytesRead
  }
  const duplicate = keys.seal()
  if (duplicate !== null && !input.mayRepeat) {
    throw duplicateKey(input, await findPlaces(parts, input, duplicate))
  }
  return { keys, rows }
}

/** Reads the keys of one file: bytes in, keys into the set. */
class KeyReader {
  /** Rows so far. */
  rows = 0
  readonly #keys: IntegerKeySet
  readonly #input: SurveyInput
  readonly #scanner: CsvScanner
  readonly #plainKeys: PlainKeys

  constructor({ file, shifts }: CsvPart, keys: IntegerKeySet, input: SurveyInput) {
    this.#keys = keys
    this.#input = input
    this.#scanner = new CsvScanner(input.dialect, file, { shifts })
    this.#plainKeys = new PlainKeys(this.#scanner, keys, input)
  }

  push(chunk: Uint8Array): void {
    this.#scanner.push(chunk)
    this.#drain()
  }

  end(): void {
    this.#scanner.end()
    this.#drain()
  }

  /** Rows go the slow way and the fast way by turns, as in `CsvRemapper`. */
  #drain(): void {
    let slowRows = 1
    while (this.#scanner.scan(slowRows)) {
      this.#addScanned()
      const fastRows = this.#plainKeys.take()
      this.rows += fastRows
      slowRows = fastRows >= slowRows ? 1 : Math.min(2 * slowRows, MAX_SLOW_ROWS)
    }
  }

  #addScanned(): void {
    const scanner = this.#scanner
    for (let row = scanner.firstRow; row < scanner.rows; row++) {
      const key = readKey(scanner, row, this.#input)
      if (typeof key === 'number') {
        this.#keys.add(key)
      } else {
        this.#keys.addBig(key)
      }
    }
    this.rows += scanner.rows - scanner.firstRow
  }
}

/** The key of a row: a `bigint` only where a `number` would not be exact. */
function readKey(scanner: CsvScanner, row: number, input: SurveyInput): number | bigint {
  const { bytes, starts, ends, kinds, width } = scanner
  const { nullText } = input.dialect
  const index = row * width + input.column
  const start = starts[index] as number
  const end = ends[index] as number
  // First, because the text of NULL may be a number.
  const isQuoted = ((kinds[index] as number) & FieldKind.Quoted) !== 0
  if (!isQuoted && end - start === nullText.length && nullText.compare(bytes, start, end) === 0) {
    throw nullKey(placeOf(scanner, row, input))
  }
  const key = parseIntegerField(bytes, start, end)
  if (!Number.isNaN(key)) {
    return key
  }
  const big = parseBigIntegerField(bytes, start, end)
  if (big === null || BigInt.asIntN(64, big) !== big) {
    throw notAnInteger(placeOf(scanner, row, input))
  }
  const small = Number(big)
  return Number.isSafeInteger(small) ? small : big
}

function placeOf(scanner: CsvScanner, row: number, input: SurveyInput): FieldPlace {
  return { ...input, at: scanner.positionOf(row, input.column) }
}

/** Places of the first two rows that have a key. */
async function findPlaces(
  parts: readonly CsvPart[],
  input: SurveyInput,
  wanted: number | bigint,
): Promise<readonly CsvPosition[]> {
  const places: CsvPosition[] = []
  for (const { open, ...part } of parts) {
    await scanRows(open(), { ...input, ...part }, (scanner) => {
      for (let row = scanner.firstRow; row < scanner.rows && places.length < 2; row++) {
        if (readKey(scanner, row, input) === wanted) {
          places.push(scanner.positionOf(row, input.column))
        }
      }
      return places.length < 2
    })
  }
  return places
}
