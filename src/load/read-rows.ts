import type { PostgresClient } from '../postgres/client.js'
import { copyOut } from '../postgres/copy-out.js'
import { parseCopyRows } from './parse-copy-rows.js'

/** The values of a row as text; null is NULL. */
type TextRow = readonly (string | null)[]

/**
 * Gives the rows of a query in its order, some at a time. To be read to the end: what follows on the
 * connection may wait for that.
 *
 * @param query SQL without parameters.
 * @param columns How many it gives.
 */
export type ReadRows = (
  client: PostgresClient,
  query: string,
  columns: number,
) => AsyncIterable<readonly TextRow[]>

/** Reads all rows by one COPY. */
export const readByCopy: ReadRows = async function* readByCopy(client, query) {
  for await (const chunk of copyOut(client, query)) yield parseCopyRows(chunk)
}

const CURSOR = 'prisma_gyro_rows'

/** Rows that are fetched at a time. */
const FETCHED_ROWS = 10_000

/** Reads rows through a cursor: where COPY is not allowed. */
export const readByFetch: ReadRows = async function* readByFetch(client, query, columns) {
  const names = Array.from({ length: columns }, (_, index) => `c${index + 1}`)
  const texts = names.map((name) => `${name}::text as ${name}`)
  await client.query(`\
declare ${CURSOR} no scroll cursor for
select ${texts.join(', ')}
from (
${query}
) r(${names.join(', ')})`)
  for (;;) {
    const { rows } = await client.query<Record<string, string | null>>(
      `fetch ${FETCHED_ROWS} from ${CURSOR}`,
    )
    if (rows.length === 0) break
    yield rows.map((row) => names.map((name) => row[name] ?? null))
  }
  await client.query(`close ${CURSOR}`)
}
