import type { CaseGroup } from '../conformance-case.js'

/** Bytes that COPY reads at a time. */
const COPY_BUFFER = 65_536

export const COPY_HAZARDS: CaseGroup = {
  title: 'What COPY takes for something else, and long fields',
  cases: [
    {
      name: '\\. alone on a line',
      source: 'COPY CSV before 18 ends there, and reports success',
      file: 'a\n1\n\\.\n2\n3\n',
      rows: ['a', '1', '\\.', '2', '3'],
    },
    {
      name: '\\. alone on a line, CRLF',
      source: 'COPY CSV before 18',
      file: 'a\r\n1\r\n\\.\r\n2\r\n3\r\n',
      rows: ['a', '1', '\\.', '2', '3'],
    },
    {
      name: '\\. as the last row',
      source: 'COPY CSV before 18',
      file: 'a\n1\n\\.',
      rows: ['a', '1', '\\.'],
    },
    {
      name: '\\. in quotes',
      source: 'PostgreSQL documentation of COPY',
      file: 'a\n1\n"\\."\n2\n',
      rows: ['a', '1', '\\.', '2'],
    },
    {
      name: '\\. as a line of a quoted field',
      source: 'PostgreSQL documentation of COPY',
      file: 'a,b\n1,"x\n\\.\ny"\n2,z\n',
      rows: ['a|b', '1|x\n\\.\ny', '2|z'],
    },
    {
      name: '\\. as the header',
      source: 'COPY CSV before 18',
      file: '\\.\n1\n2\n',
      rows: ['\\.', '1', '2'],
    },
    {
      name: '\\. as the first of two fields',
      source: 'COPY TEXT of older versions',
      file: 'a,b\n\\.,1\n2,\\.\n',
      rows: ['a|b', '\\.|1', '2|\\.'],
    },
    {
      name: '\\. behind and before a blank',
      source: 'COPY CSV before 18',
      file: 'a\n \\.\n\\. \n1\n',
      rows: ['a', ' \\.', '\\. ', '1'],
    },
    {
      name: '\\. in many columns, as a row too short',
      source: 'scripts for psql put into a file',
      file: 'a,b\n1,2\n\\.\n',
      refused: 'CSV.ROW_WIDTH',
      meant: ['a|b', '1|2'],
    },
    {
      name: 'the escapes of COPY TEXT',
      source: 'COPY TEXT would read a tab, a line feed, A',
      file: 'a,b\n\\t\\n,\\x41\\101\n',
      rows: ['a|b', '\\t\\n|\\x41\\101'],
    },
    {
      name: 'a backslash before the line end',
      source: 'COPY TEXT would join the rows',
      file: 'a,b\n1,2\\\n3,4\\\\\n',
      rows: ['a|b', '1|2\\', '3|4\\\\'],
    },
    {
      name: 'a backslash before the delimiter',
      source: 'COPY TEXT would join the fields',
      file: 'a,b\n1\\,2\n',
      rows: ['a|b', '1\\|2'],
    },
    {
      name: 'a backslash before the end of the file',
      source: 'COPY TEXT: an unfinished escape',
      file: 'a,b\n1,2\\',
      rows: ['a|b', '1|2\\'],
    },
    {
      name: 'a field longer than 64 KiB',
      source: 'buffers of many parsers',
      file: `a,b\n${'x'.repeat(COPY_BUFFER + 10)},2\n`,
      rows: ['a|b', `${'x'.repeat(COPY_BUFFER + 10)}|2`],
    },
    {
      name: 'a quoted field of 400 kB, all of it quotes',
      source: 'buffers of many parsers',
      file: `a,b\n"${'""'.repeat(200_000)}",2\n`,
      rows: ['a|b', `${'"'.repeat(200_000)}|2`],
    },
    {
      name: 'a doubled quote across 64 KiB',
      source: 'buffers of COPY',
      file: `a,b\n"${'x'.repeat(COPY_BUFFER - 6)}""y",2\n`,
      rows: ['a|b', `${'x'.repeat(COPY_BUFFER - 6)}"y|2`],
    },
    {
      name: 'CRLF across 64 KiB',
      source: 'buffers of COPY',
      file: `a,b\r\n1,${'x'.repeat(COPY_BUFFER - 8)}\r\n3,4\r\n`,
      rows: ['a|b', `1|${'x'.repeat(COPY_BUFFER - 8)}`, '3|4'],
    },
    {
      name: 'a character of four bytes across 64 KiB',
      source: 'buffers of COPY',
      file: `a,b\n1,${'x'.repeat(COPY_BUFFER - 8)}😀\n3,4\n`,
      rows: ['a|b', `1|${'x'.repeat(COPY_BUFFER - 8)}😀`, '3|4'],
    },
    {
      name: 'a line feed of a quoted field as the first byte behind 64 KiB',
      source: 'parsers that cut files at line feeds',
      file: `a,b\n1,"${'x'.repeat(COPY_BUFFER - 7)}\ny,z"\n3,4\n`,
      rows: ['a|b', `1|${'x'.repeat(COPY_BUFFER - 7)}\ny,z`, '3|4'],
    },
  ],
}
