import type { SentColumn } from '../load/send-rows.js'
import { withoutLength } from '../load/staging.js'
import { type PostgresClient, queryRows, type Statement } from '../postgres/client.js'
import { quoteIdentifier } from '../postgres/identifier.js'
import type { ClientField } from './client-model.js'

type TextRow = readonly (string | null)[]

/** Rows by column, as a file spells them. */
interface SpelledRows {
  readonly columns: readonly SentColumn[]
  /** Those of `columns`. */
  readonly fields: readonly ClientField[]
  /** By column, then by row. */
  readonly values: readonly TextRow[]
}

/**
 * Gives rows with their values as PostgreSQL writes them, however a file spells them: types are
 * PostgreSQL's to read. Lists come as JSON arrays of text. Under `PLAIN_TEXTS`.
 */
export async function readTexts(
  client: PostgresClient,
  rows: SpelledRows,
): Promise<readonly TextRow[]> {
  const found = await queryRows<Record<string, string | null>>(client, textsOf(rows))
  return found.map((row) => rows.columns.map((_, index) => row[`c${index + 1}`] ?? null))
}

function textsOf({ columns, fields, values }: SpelledRows): Statement {
  const names = columns.map(({ column }) => quoteIdentifier(column))
  const texts = columns.map(({ type }, index) => {
    const field = fields[index] as ClientField
    return `${textOf(`r.${names[index]}`, type, field)} as c${index + 1}`
  })
  const arrays = columns.map((_, index) => `$${index + 1}::text[]`)
  return {
    text: `\
select ${texts.join(', ')}
from unnest(${arrays.join(', ')}) with ordinality r(${names.join(', ')}, prisma_gyro_row)
order by r.prisma_gyro_row`,
    values,
  }
}

/** Text stays as it is: a cast would cut it to the length of its type, which an INSERT refuses to do. */
function textOf(value: string, declared: string, { type, isList }: ClientField): string {
  if (!isList && (type === 'String' || type === 'Enum')) return value
  const suffix = isList ? '[]' : ''
  const own = type === 'String' ? 'text[]' : withoutLength(declared)
  const typed = `${value}::${own}`
  // Money is written in the currency of the server.
  const plain = type === 'Decimal' ? `${typed}::numeric${suffix}` : typed
  const text = `(${plain})::text${suffix}`
  return isList
    ? `case when array_lower(${text}, 1) <> 1 then '{}' else to_json(${text})::text end`
    : text
}
