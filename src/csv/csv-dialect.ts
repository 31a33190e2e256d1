import { invalidDialect } from './csv-error.js'

/** How CSV files are written. Every option has RFC 4180's value by default. */
export interface CsvOptions {
  /**
   * One ASCII character between fields, `'\t'` for tab. `'auto'` finds out for each file: the one of
   * `,` `;` tab and `|` under which the header names columns of the model.
   * @default ',', or a tab in files that end in `.tsv`
   */
  readonly delimiter?: string
  /**
   * One ASCII character around fields; `'none'` when none is special.
   * @default '"'
   */
  readonly quote?: string
  /**
   * One ASCII character that makes the next quote or escape literal, inside quotes. In front of
   * anything else it stands for itself, as with `COPY … (escape …)`.
   * @default the quote, which is doubled
   */
  readonly escape?: string
  /**
   * Unquoted text that means NULL. A quoted field is never NULL.
   * @default '' (an unquoted empty field is NULL, a quoted one is an empty string)
   */
  readonly null?: string
}

/** How one file is written, as the scanner takes it. */
export interface CsvDialect {
  /** Byte between fields. */
  readonly delimiter: number
  /** Byte around fields; null when no byte is. */
  readonly quote: number | null
  /** Byte that makes the next quote or escape literal inside quotes; null without quotes. */
  readonly escaper: number | null
  /** UTF-8 bytes that mean NULL when they are not quoted. */
  readonly nullText: Buffer
  /** Fields of a row where no line holds the header; null when the first one does. */
  readonly headlessWidth: number | null
  /** Whether places are told by row, for what a program gave as rows. */
  readonly countsRows?: true
}

/** How rows that a program gives are kept: RFC 4180 without a header. */
export function dialectOfRows(width: number): CsvDialect {
  return { ...resolveCsvDialect({}, width), countsRows: true }
}

/**
 * The dialect of a file whose delimiter is known.
 *
 * @throws {GyroError} `CSV.INVALID_DIALECT` naming the option, what it got and what it takes.
 */
export function resolveCsvDialect(
  options: CsvOptions = {},
  headlessWidth: number | null = null,
): CsvDialect {
  const { delimiter = ',', quote = '"', escape: escaper, null: nullText = '' } = options
  if (!isPrintable(quote) && quote !== 'none') {
    throw invalidDialect('quote', 'one printable ASCII character, or none')
  }
  if ((!isPrintable(delimiter) && delimiter !== '\t') || delimiter === quote) {
    throw invalidDialect('delimiter', 'one printable ASCII character or a tab, not the quote')
  }
  if (
    escaper !== undefined &&
    (!isPrintable(escaper) || escaper === delimiter || quote === 'none')
  ) {
    const wanted =
      'one printable ASCII character, not the delimiter, and only where there are quotes'
    throw invalidDialect('escape', wanted)
  }
  const isCut = nullText.includes(delimiter) || /[\r\n\0]/.test(nullText)
  if (isCut || (quote !== 'none' && nullText.includes(quote))) {
    throw invalidDialect('null', 'text without delimiter, quote, line break and NUL')
  }
  return {
    delimiter: delimiter.charCodeAt(0),
    quote: quote === 'none' ? null : quote.charCodeAt(0),
    escaper: quote === 'none' ? null : (escaper ?? quote).charCodeAt(0),
    nullText: Buffer.from(nullText),
    headlessWidth,
  }
}

function isPrintable(text: unknown): boolean {
  return typeof text === 'string' && /^[\x20-\x7e]$/.test(text)
}
