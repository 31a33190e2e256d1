import type { ErrorCode } from '../../src/error/error-codes.js'

/** A field as the file has it, and the place where it begins. */
export interface ReferenceField {
  readonly text: string
  readonly quoted: boolean
  readonly line: number
  readonly column: number
}

export interface ReferenceProblem {
  readonly code: ErrorCode
  readonly line: number
  readonly column: number
}

/** How a file is written; `quote` may be `'none'`. */
export interface ReferenceDialect {
  readonly delimiter: string
  readonly quote: string
  readonly escaper: string
  readonly headlessWidth: number | null
}

export const RFC_4180: ReferenceDialect = {
  delimiter: ',',
  quote: '"',
  escaper: '"',
  headlessWidth: null,
}

export interface ReferenceCsv {
  /** The header is the first, where there is one. With a problem: the rows before it. */
  readonly rows: readonly (readonly ReferenceField[])[]
  readonly problem: ReferenceProblem | null
}

/**
 * Reads a CSV file one character after the other: slow, and plainly right. `CsvScanner` is compared
 * with it. A row is read by these rules, in this order:
 *
 * 1. Lines without a byte hold no row, unless the file has one column. A byte order mark is dropped;
 *    that of UTF-16 is refused.
 * 2. A row ends with LF or CR LF. The last one may lack its LF, also behind a CR.
 * 3. A field that begins with a quote runs to the next quote without an escape in front of it,
 *    whatever is in between, and nothing follows that. An escape in front of a quote or an escape is
 *    left out, another one stands for itself. A field without quotes has neither quote nor line break.
 *    None has NUL.
 * 4. All rows are as wide as the first, or as is said where none is the header.
 * 5. All bytes of a row are UTF-8.
 */
export function readReferenceCsv(
  file: Uint8Array,
  parts: Partial<ReferenceDialect> = {},
): ReferenceCsv {
  const dialect = { ...RFC_4180, ...parts }
  const reader = new ReferenceReader(file, dialect)
  const rows: (readonly ReferenceField[])[] = []
  try {
    reader.expectNoUtf16(file)
    for (;;) {
      const row = reader.readRow(dialect.headlessWidth ?? rows[0]?.length ?? null)
      if (row === null) return { rows, problem: null }
      rows.push(row)
    }
  } catch (error) {
    if (error instanceof Malformed) return { rows, problem: error.problem }
    throw error
  }
}

class ReferenceReader {
  /** A character is a byte. */
  readonly #bytes: string
  readonly #dialect: ReferenceDialect
  #at = 0

  constructor(file: Uint8Array, dialect: ReferenceDialect) {
    const bytes = Buffer.from(file)
      .toString('latin1')
      .replace(/^\xef\xbb\xbf/, '')
    this.#bytes = bytes === '' || bytes.endsWith('\n') ? bytes : `${bytes}\n`
    this.#dialect = dialect
  }

  expectNoUtf16([first, second]: Uint8Array): void {
    if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
      this.#fail('CSV.UTF_16', 0)
    }
  }

  /** Null at the end of the file. */
  readRow(width: number | null): ReferenceField[] | null {
    while (width !== 1 && (this.#take('\n') || this.#take('\r\n'))) {}
    if (this.#at === this.#bytes.length) {
      return null
    }
    const start = this.#at
    const fields: { start: number; bytes: string; quoted: boolean }[] = []
    do {
      fields.push({ start: this.#at, ...this.#readField() })
    } while (this.#take(this.#dialect.delimiter))
    if (!this.#take('\n') && !this.#take('\r\n')) {
      this.#fail('CSV.BARE_CARRIAGE_RETURN', this.#at)
    }
    if (width !== null && fields.length !== width) {
      this.#fail('CSV.ROW_WIDTH', start)
    }
    this.#expectUtf8(start, this.#at)
    return fields.map(({ start: fieldStart, bytes, quoted }) => {
      return { text: decode(bytes), quoted, ...this.#placeOf(fieldStart) }
    })
  }

  #readField(): { bytes: string; quoted: boolean } {
    return this.#take(this.#dialect.quote)
      ? { bytes: this.#readQuoted(this.#at - 1), quoted: true }
      : { bytes: this.#readPlain(), quoted: false }
  }

  #readQuoted(opening: number): string {
    const { quote, escaper } = this.#dialect
    let bytes = ''
    for (;;) {
      if (this.#at === this.#bytes.length) {
        this.#fail('CSV.UNTERMINATED_QUOTE', opening)
      } else if (this.#sees(escaper + quote) || this.#sees(escaper + escaper)) {
        bytes += this.#bytes.charAt(this.#at + 1)
        this.#at += 2
      } else if (this.#take(quote)) {
        break
      } else {
        bytes += this.#takeOne()
      }
    }
    if (!this.#isAtFieldEnd()) {
      this.#fail('CSV.STRAY_QUOTE', this.#at)
    }
    return bytes
  }

  #readPlain(): string {
    let bytes = ''
    while (!this.#isAtFieldEnd()) {
      if (this.#sees(this.#dialect.quote)) {
        this.#fail('CSV.STRAY_QUOTE', this.#at)
      }
      bytes += this.#takeOne()
    }
    return bytes
  }

  #isAtFieldEnd(): boolean {
    return [this.#dialect.delimiter, '\n', '\r'].some((end) => this.#sees(end))
  }

  #takeOne(): string {
    if (this.#sees('\0')) {
      this.#fail('CSV.NUL_BYTE', this.#at)
    }
    return this.#bytes.charAt(this.#at++)
  }

  #take(bytes: string): boolean {
    const isThere = this.#sees(bytes)
    if (isThere) this.#at += bytes.length
    return isThere
  }

  #sees(bytes: string): boolean {
    return this.#bytes.startsWith(bytes, this.#at)
  }

  #expectUtf8(start: number, end: number): void {
    for (let at = start; at < end; ) {
      UTF8_CHARACTER.lastIndex = at
      const [character] = UTF8_CHARACTER.exec(this.#bytes) ?? []
      if (character === undefined) {
        this.#fail('CSV.INVALID_UTF8', at)
      }
      at += character.length
    }
  }

  #fail(code: ErrorCode, at: number): never {
    throw new Malformed({ code, ...this.#placeOf(at) })
  }

  #placeOf(offset: number): { line: number; column: number } {
    const lines = this.#bytes.slice(0, offset).split('\n')
    return { line: lines.length, column: [...decode(lines.at(-1) ?? '')].length + 1 }
  }
}

class Malformed extends Error {
  readonly problem: ReferenceProblem

  constructor(problem: ReferenceProblem) {
    super(problem.code)
    this.problem = problem
  }
}

/** Table 3-7 of the Unicode standard, "Well-Formed UTF-8 Byte Sequences". */
const UTF8_CHARACTER = new RegExp(
  [
    '[\\x00-\\x7f]',
    '[\\xc2-\\xdf][\\x80-\\xbf]',
    '\\xe0[\\xa0-\\xbf][\\x80-\\xbf]',
    '[\\xe1-\\xec][\\x80-\\xbf]{2}',
    '\\xed[\\x80-\\x9f][\\x80-\\xbf]',
    '[\\xee-\\xef][\\x80-\\xbf]{2}',
    '\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}',
    '[\\xf1-\\xf3][\\x80-\\xbf]{3}',
    '\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2}',
  ].join('|'),
  'y',
)

function decode(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
