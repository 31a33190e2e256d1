import { invalidDialect } from './csv-error.js'

/** How a CSV file is written. Every option has RFC 4180's value by default. */
export interface CsvOptions {
  /**
   * One ASCII character between fields; `'\t'` for tab.
   * @default ','
   */
  readonly delimiter?: string
  /**
   * Unquoted text that means NULL. A quoted field is never NULL.
   * @default '' (an unquoted empty field is NULL, a quoted one is an empty string)
   */
  readonly null?: string
}

/** `CsvOptions` as the scanner takes them. */
export interface CsvDialect {
  /** Byte between fields. */
  readonly delimiter: number
  /** Byte around fields; doubled inside one. */
  readonly quote: number
  /** UTF-8 bytes that mean NULL when they are not quoted. */
  readonly nullText: Buffer
}

const QUOTE = '"'

/** @throws {GyroError} `CSV.INVALID_DIALECT` naming the option, what it got and what it takes. */
export function resolveCsvDialect(options: CsvOptions = {}): CsvDialect {
  const { delimiter = ',', null: nullText = '' } = options
  if (delimiter.length !== 1 || !/[\t\x20-\x7e]/.test(delimiter) || delimiter === QUOTE) {
    throw invalidDialect('delimiter', 'one printable ASCII character or a tab, not the quote')
  }
  if (nullText.includes(QUOTE) || nullText.includes(delimiter) || /[\r\n\0]/.test(nullText)) {
    throw invalidDialect('null', 'text without delimiter, quote, line break and NUL')
  }
  return {
    delimiter: delimiter.charCodeAt(0),
    quote: QUOTE.charCodeAt(0),
    nullText: Buffer.from(nullText),
  }
}
