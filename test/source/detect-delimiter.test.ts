import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { CsvOptions } from '../../src/csv/csv-dialect.js'
import { type DelimiterClues, detectDelimiter } from '../../src/source/detect-delimiter.js'
import { withCsvFolder } from '../support/csv-folder.js'
import { buildSourceFile } from '../support/source-file.js'

describe('detectDelimiter', () => {
  it.each<[string, string, string | null, CsvOptions?]>([
    ['commas', 'id,total\n1,"2;3"\n', ','],
    ['semicolons and decimal commas', 'id;total\n1;2,5\n2;3,5\n', ';'],
    ['tabs', 'id\ttotal\n1\ta,b\n', '\t'],
    ['pipes', 'id|total\n', '|'],
    ['a header alone, without an end', 'id;total', ';'],
    ['quoted names', '"id";"total"\r\n', ';'],
    ['names that are known before those that are more', 'id;a,b,c\n1;2,3,4\n', ';'],
    ['rows of one width before others where no name is known', 'a;b,c\n1;2\n', ';'],
    ['the wider one where no name is known', 'a|b|c,d\n1|2|3,4\n', '|'],
    ['known names though a later row is malformed', 'id;total\n1;2\n"a"b;c\n', ';'],
    ['one column', 'id\n1\n', null],
    ['no byte', '', null],
    ['what is no CSV', '"a', null],
    ['what is a quote already', 'id|total\n|a|\n', null, { quote: '|' }],
    ['what is an escape already', 'id;total\n', null, { escape: ';' }],
    ['what means NULL already', 'id|total\n', null, { null: '|' }],
  ])('finds %s', (_, text, delimiter, csv = {}) =>
    detect(text, { csv }, (found) => expect(found).toBe(delimiter)),
  )

  it('finds what gives the width that is known where no line is the header', () =>
    detect('a,b;c\n', { headlessWidth: 2 }, (found) => expect(found).toBe(',')))

  it('looks at the beginning of a large file', () =>
    detect(`id;total\n${'1;2\n'.repeat(100_000)}"`, {}, (found) => expect(found).toBe(';')))
})

function detect(
  text: string,
  clues: Partial<DelimiterClues>,
  expectFound: (delimiter: string | null) => void,
): Promise<void> {
  return withCsvFolder({ 'Order.csv': text }, async (folder) => {
    const file = buildSourceFile(path.join(folder, 'Order.csv'))
    const isKnown = (header: string) => ['id', 'total'].includes(header)

    const found = await detectDelimiter(file, { csv: {}, headlessWidth: null, isKnown, ...clues })

    expectFound(found)
  })
}
