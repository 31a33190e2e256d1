import fc from 'fast-check'
import type { ReferenceDialect } from './reference-csv.js'

/** A cell and whether it stands in quotes though it need not. */
export interface Cell {
  readonly text: string
  readonly quoted: boolean
}

/** A table and one of the ways to write it as CSV. */
export interface WrittenCsv {
  readonly file: Buffer
  readonly dialect: ReferenceDialect
  /** As they are to be read back. The first is the header, where there is one. */
  readonly rows: readonly (readonly Cell[])[]
}

const CHARACTERS = [
  ...['a', 'B', '0', '7', '-', ' ', '.', "'", '"', ',', ';', '|', '\t', '\\', '\n', '\r', '\r\n'],
  ...['\\N', '\\.', '\\n', 'ä', 'ß', '\u00a0', '€', '\u2028', '\ufeff', '漢', '😀', '\u{10ffff}'],
]

/** Text with all that CSV, COPY and UTF-8 make special. */
export function cellText(): fc.Arbitrary<string> {
  const characters = fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 6 })
  return fc.oneof(
    characters.map((parts) => parts.join('')),
    fc.constant(''),
  )
}

/** A cell with such text, quoted or not. */
export function cellOf(text: fc.Arbitrary<string>): fc.Arbitrary<Cell> {
  return fc.record({ text, quoted: fc.boolean() })
}

/** Any dialect; the width says something only where no line is the header. */
function dialectOf(headlessWidth: fc.Arbitrary<number | null>): fc.Arbitrary<ReferenceDialect> {
  return fc
    .record({
      delimiter: fc.constantFrom(',', ',', ';', '\t', '|', '\\', '.', ' '),
      quote: fc.constantFrom('"', '"', '"', "'", '|', '\\', 'none'),
      ownEscaper: fc.constantFrom(null, null, '\\', '"', '-'),
      headlessWidth,
    })
    .map(({ ownEscaper, quote, ...dialect }) => ({
      ...dialect,
      quote,
      escaper: quote === 'none' ? quote : (ownEscaper ?? quote),
    }))
    .filter(({ delimiter, quote, escaper }) => delimiter !== quote && delimiter !== escaper)
}

/** Any table; see `writtenRows`. */
export function writtenCsv(): fc.Arbitrary<WrittenCsv> {
  return fc.integer({ min: 1, max: 4 }).chain((width) =>
    writtenRows(
      Array.from({ length: width }, () => cellOf(cellText())),
      { headlessWidth: fc.constantFrom(null, null, width) },
    ),
  )
}

/**
 * A table with these columns and any header, in any dialect, with mixed line ends, blank lines, with
 * and without a byte order mark. Where the dialect has no quotes, cells lose what would need them.
 */
export function writtenRows(
  columns: readonly fc.Arbitrary<Cell>[],
  {
    maxRows = 8,
    headlessWidth = fc.constant(null),
  }: { readonly maxRows?: number; readonly headlessWidth?: fc.Arbitrary<number | null> } = {},
): fc.Arbitrary<WrittenCsv> {
  return fc
    .record({
      header: fc.tuple(...columns.map(() => cellOf(cellText()))),
      data: fc.array(fc.tuple(...columns), { maxLength: maxRows }),
      dialect: dialectOf(headlessWidth),
      hasByteOrderMark: fc.boolean(),
      lineEnds: fc.array(fc.constantFrom('\n', '\r\n', '\n\n', '\r\n\n\r\n'), { minLength: 1 }),
      lastEnd: fc.constantFrom('\n', '\r\n', '', '\r'),
    })
    .map(({ header, data, ...written }) => writeCsv({ rows: [header, ...data], ...written }))
}

function writeCsv(written: {
  readonly rows: readonly (readonly Cell[])[]
  readonly dialect: ReferenceDialect
  readonly hasByteOrderMark: boolean
  readonly lineEnds: readonly string[]
  readonly lastEnd: string
}): WrittenCsv {
  const { dialect, hasByteOrderMark, lineEnds, lastEnd } = written
  const rows = written.rows.map((row, index) => row.map((cell) => fitCell(cell, index, dialect)))
  const isOneColumn = rows[0]?.length === 1
  const lines = rows.map((row) =>
    row.map((cell) => writeCell(cell, dialect)).join(dialect.delimiter),
  )
  const text = lines.map((line, index) => {
    const lineEnd = lineEnds[index % lineEnds.length] ?? '\n'
    if (index < lines.length - 1) {
      // A blank line is a row in a file of one column.
      return line + (isOneColumn ? (/^\r?\n/.exec(lineEnd)?.[0] ?? '') : lineEnd)
    }
    return line === '' && lastEnd === '' ? '\n' : line + lastEnd
  })
  return { file: Buffer.from((hasByteOrderMark ? '\ufeff' : '') + text.join('')), dialect, rows }
}

/** A cell as the dialect can write it: quoted where it must be. A header is never a blank line. */
function fitCell({ text, quoted }: Cell, row: number, dialect: ReferenceDialect): Cell {
  const isBlankHeader = row === 0 && text === ''
  if (dialect.quote === 'none') {
    const kept = [...text].filter((character) => !mustQuote(character, dialect)).join('')
    return { text: row === 0 && kept === '' ? 'h' : kept, quoted: false }
  }
  return { text, quoted: quoted || mustQuote(text, dialect) || isBlankHeader }
}

function mustQuote(text: string, { delimiter, quote }: ReferenceDialect): boolean {
  return [delimiter, quote, '\r', '\n'].some((mark) => text.includes(mark)) || /^\ufeff/.test(text)
}

function writeCell({ text, quoted }: Cell, { quote, escaper }: ReferenceDialect): string {
  if (!quoted) {
    return text
  }
  const isSpecial = (character: string | undefined) =>
    character === undefined || character === quote || character === escaper
  // An escape needs one of its own only where it would be taken for one.
  const characters = [...text].map((character, index, all) =>
    character === quote || (character === escaper && isSpecial(all[index + 1]))
      ? escaper + character
      : character,
  )
  return quote + characters.join('') + quote
}

/** Bytes that are seldom CSV: the longer, the more surely something is wrong. */
export function anyBytes(): fc.Arbitrary<Buffer> {
  const token = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom('a', ',', '\n', '\r\n', '"', '""', '"b"', '"\n"') },
    { weight: 3, arbitrary: fc.constantFrom('\t', '\\', '\\.\n', ';', ',\n', '"x",', 'y,"') },
    { weight: 1, arbitrary: brokenToken() },
  )
  return fc.array(token, { maxLength: 24 }).map((tokens) => Buffer.from(tokens.join(''), 'latin1'))
}

/** Valid CSV in which one place was written over: most of what is wrong is found late. */
export function damagedCsv(): fc.Arbitrary<Omit<WrittenCsv, 'rows'>> {
  return fc
    .record({
      csv: writtenCsv(),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      removed: fc.nat({ max: 2 }),
      token: fc.oneof(brokenToken(), fc.constantFrom('', '"', ',', '\n', '"",', 'a')),
    })
    .map(({ csv, at, removed, token }) => {
      const offset = Math.round(at * csv.file.length)
      const parts = [
        csv.file.subarray(0, offset),
        Buffer.from(token, 'latin1'),
        csv.file.subarray(offset + removed),
      ]
      return { file: Buffer.concat(parts), dialect: csv.dialect }
    })
}

/** Bytes as Latin-1: NUL, CR, byte order marks, and UTF-8 in all ways of being wrong. */
function brokenToken(): fc.Arbitrary<string> {
  return fc.constantFrom(
    ...[
      '\0',
      '\r',
      '\xff\xfe',
      '\xfe\xff',
      '\xef',
      '\xef\xbb',
      '\xef\xbb\xbf',
      '\n\xef\xbb\xbf',
      '\xc3\xa4',
      '\x80',
    ],
    // Cut off; overlong; surrogates; beyond Unicode; never a byte of UTF-8.
    ...['\xc3', '\xe2\x82', '\xf0\x9f\x98', '\xf0\x9f\x98\x80', '\xc0\x80', '\xe0\x9f\xbf'],
    ...['\xf0\x8f\xbf\xbf', '\xed\xa0\x80', '\xed\xbf\xbf', '\xf4\x90\x80\x80', '\xf5', '\xff'],
  )
}

/** Sizes of the chunks in which a file comes, used in turn. */
export function chunkSizes(): fc.Arbitrary<readonly number[]> {
  return fc.oneof(
    fc.constantFrom([1], [2], [1_000_000]),
    fc.array(fc.integer({ min: 20, max: 200 }), { minLength: 1, maxLength: 3 }),
    fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 5 }).map((sizes) => {
      return [...sizes, 1]
    }),
  )
}

/**
 * Cuts a file into chunks of these sizes, in turn. As a reader of files does, all are in one buffer:
 * a chunk is overwritten once the next one is asked for.
 */
export function* chunksOf(file: Buffer, sizes: readonly number[]): Generator<Buffer> {
  const buffer = Buffer.alloc(Math.max(...sizes))
  let offset = 0
  for (let turn = 0; offset < file.length; turn++) {
    const size = file.copy(buffer, 0, offset, offset + (sizes[turn % sizes.length] ?? 1))
    yield buffer.subarray(0, size)
    buffer.fill('"')
    offset += size
  }
}
