import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from } from 'pg-copy-streams'
import type { PostgresClient } from '../../src/postgres/client.js'
import { isServerError } from '../../src/postgres/postgres-error.js'
import { bytesOf, type ConformanceCase, type Row, rowsMeantBy } from './conformance-case.js'
import type { Outcome } from './outcome.js'

/** Gives each file, as it is, to `COPY … (format csv, header)` into a table of text columns. */
export async function copyCases(
  client: PostgresClient,
  cases: readonly ConformanceCase[],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  for (const given of cases) {
    outcomes.push(await copyCase(client, given))
  }
  return outcomes
}

async function copyCase(client: PostgresClient, given: ConformanceCase): Promise<Outcome> {
  const { delimiter = ',', null: nullText = '' } = given.csv ?? {}
  const { quote: mark = '"', escape: escaper = mark } = given.csv ?? {}
  const columns = Array.from({ length: widthOf(given) }, (_, column) => `c${column}`)
  const options = [
    'format csv, header',
    `delimiter ${quote(delimiter)}`,
    `null ${quote(nullText)}`,
    `quote ${quote(mark === 'none' ? NO_QUOTE : mark)}`,
    `escape ${quote(mark === 'none' ? NO_QUOTE : escaper)}`,
  ]
  await client.query(`create temp table t (n serial, ${columns.map((name) => `${name} text`)})`)
  try {
    const sink = client.query(from(`copy t (${columns}) from stdin (${options})`))
    await pipeline(Readable.from([bytesOf(given)]), sink as Writable)
    const statement = { text: `select ${columns} from t order by n`, rowMode: 'array' }
    const { rows } = await client.query<(string | null)[]>(statement)
    return { rows: rows satisfies readonly Row[] }
  } catch (error) {
    if (!isServerError(error)) throw error
    return { refused: error.code }
  } finally {
    await client.query('drop table t')
  }
}

/** COPY has no word for it: a character that no file holds. */
const NO_QUOTE = '\b'

/** Columns that somebody would have made for the file. */
function widthOf(given: ConformanceCase): number {
  const [header] = rowsMeantBy(given) ?? []
  const [firstLine = ''] = bytesOf(given).toString('latin1').split('\n')
  return header?.length ?? firstLine.split(given.csv?.delimiter || ',').length
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
