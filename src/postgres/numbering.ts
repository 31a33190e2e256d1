import { type PostgresClient, queryRows, type Statement } from './client.js'
import { qualify, quoteIdentifier, type TableName } from './identifier.js'
import { nextOf, type Sequence } from './sequence.js'

/** An integer column, and what of it the role may read. */
export interface NumberedColumn {
  readonly table: TableName
  readonly column: string
  /** Whether the role may read the column. */
  readonly isReadable: boolean
  readonly sequence: Sequence | null
}

/** How far the ids of a column have come. */
export interface Numbering {
  /**
   * The highest value; null when there is no row, or when the role may not see it. What lies beyond the
   * middle of a sequence that has not come as far does not count: these are keys of another kind, such as
   * hashes, which it does not meet. Moved past them it would soon end.
   */
  readonly highest: bigint | null
  /** What the sequence gives next; null when there is none, or when the role may not see it. */
  readonly next: bigint | null
}

/** Reads how far columns have come, in their order and in one statement. Takes no id. */
export async function readNumbering(
  client: PostgresClient,
  columns: readonly NumberedColumn[],
): Promise<readonly Numbering[]> {
  if (columns.length === 0) {
    return []
  }
  const rows = await queryRows<{ highest: string | null; next: string | null }>(
    client,
    numberingOf(columns),
  )
  return rows.map(({ highest, next }) => ({
    highest: highest === null ? null : BigInt(highest),
    next: next === null ? null : BigInt(next),
  }))
}

/** Reads how far one column has come. */
export async function readNumberingOf(
  client: PostgresClient,
  column: NumberedColumn,
): Promise<Numbering> {
  const [numbering] = await readNumbering(client, [column])
  return numbering as Numbering
}

/** Rows of VALUES, not of UNION: those would nest as deep as there are columns. */
function numberingOf(columns: readonly NumberedColumn[]): Statement {
  const values: unknown[] = []
  const rows = columns.map(
    (column, place) => `(${place}, ${highestOf(column)}, ${nextTextOf(column, values)})`,
  )
  return {
    text: `\
select highest, next
from (values
  ${rows.join(',\n  ')}
) numbered(place, highest, next)
order by place`,
    values,
  }
}

function highestOf({ table, column, isReadable, sequence }: NumberedColumn): string {
  if (!isReadable) {
    return 'null::text'
  }
  const name = quoteIdentifier(column)
  return `(select max(${name})::text from ${qualify(table)}${isNear(name, sequence)})`
}

/** Whether a value is one that the sequence may come to. A short sequence comes everywhere. */
function isNear(name: string, sequence: Sequence | null): string {
  if (!sequence?.isReadable || sequence.increment < 0n || sequence.max < MAX_INT4) {
    return ''
  }
  const middle = sequence.max / 2n
  const limit = `case when last_value > ${middle} then ${MAX_INT8} else ${middle} end`
  return ` where ${name} <= (select ${limit} from ${sequence.name})`
}

function nextTextOf({ sequence }: NumberedColumn, values: unknown[]): string {
  return sequence === null ? 'null::text' : `(${nextOf(sequence, values)})::text`
}

const MAX_INT4 = 2n ** 31n - 1n
const MAX_INT8 = 2n ** 63n - 1n
