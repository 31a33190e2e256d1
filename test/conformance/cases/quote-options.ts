import type { CaseGroup } from '../conformance-case.js'

const ESCAPE =
  'With `escape` a character of its own makes a quote literal; RFC 4180 doubles quotes.'

const QUOTE = 'With `quote` another character is the quote; RFC 4180 has the one.'

const NO_QUOTE = 'With `quote` none no character is special but the delimiter and line breaks.'

/** Files that say in an option how they quote. */
export const QUOTE_OPTIONS: CaseGroup = {
  title: 'Quotes by option',
  cases: [
    {
      name: 'a backslash before a quote',
      source: 'MySQL, Spark',
      file: 'a,b\n1,"say \\"hi\\""\n',
      csv: { escape: '\\' },
      rows: ['a|b', '1|say "hi"'],
      choice: ESCAPE,
    },
    {
      name: 'a backslash before a backslash',
      source: 'MySQL, Spark',
      file: 'a,b\n1,"C:\\\\dir\\\\"\n',
      csv: { escape: '\\' },
      rows: ['a|b', '1|C:\\dir\\'],
      choice: ESCAPE,
    },
    {
      name: 'a backslash before something else',
      source: 'COPY: it stands for itself',
      file: 'a,b\n1,"\\n \\x"\n',
      csv: { escape: '\\' },
      rows: ['a|b', '1|\\n \\x'],
    },
    {
      name: 'a backslash outside quotes',
      source: 'COPY: it escapes inside quotes only',
      file: 'a,b\n1,\\\n',
      csv: { escape: '\\' },
      rows: ['a|b', '1|\\'],
    },
    {
      name: 'a doubled quote where a backslash escapes',
      source: 'a file of both ways; COPY drops the quotes',
      file: 'a,b\n1,"say ""hi"""\n',
      csv: { escape: '\\' },
      refused: 'CSV.STRAY_QUOTE',
      meant: ['a|b', '1|say "hi"'],
    },
    {
      name: 'an escaped quote that ends the file',
      source: 'a file that was cut off',
      file: 'a,b\n1,"x\\"',
      csv: { escape: '\\' },
      refused: 'CSV.UNTERMINATED_QUOTE',
    },
    {
      name: 'apostrophes as quotes',
      source: 'SQL-minded exporters',
      file: "a,b\n'1,5','it''s'\n",
      csv: { quote: "'" },
      rows: ['a|b', "1,5|it's"],
      choice: QUOTE,
    },
    {
      name: 'a double quote where the quote is another',
      source: 'SQL-minded exporters',
      file: 'a,b\n"x,2\n',
      csv: { quote: "'" },
      rows: ['a|b', '"x|2'],
      choice: QUOTE,
    },
    {
      name: 'inches in two rows, no quotes',
      source: 'mafintosh/csv-parser #121, read as it was meant',
      file: 'a,b\n1,6"\n2,8"\n',
      csv: { quote: 'none' },
      rows: ['a|b', '1|6"', '2|8"'],
      choice: NO_QUOTE,
    },
    {
      name: 'quotes around everything, no quotes',
      source: 'the wrong option: what it says is done',
      file: 'a,b\n"1","2"\n',
      csv: { quote: 'none' },
      rows: ['a|b', '"1"|"2"'],
      choice: NO_QUOTE,
    },
  ],
}
