import type { PreparedConflict } from '../plan/conflict.js'
import { type PostgresClient, queryRows, type Statement } from '../postgres/client.js'
import { quoteIdentifier } from '../postgres/identifier.js'
import { mayUpdate } from './conflict-clause.js'
import type { LoadJournal } from './load-journal.js'
import { imageKeyOf } from './rows-to-update.js'
import { insertSelected } from './staging.js'
import type { WaitingModel, WrittenRows } from './waiting-model.js'

/** Rows of a model that wait, and the part of the statement that keeps what they update; null for none. */
type KeptRows = Pick<WaitingModel, 'table' | 'columns' | 'select'> & {
  readonly conflict: PreparedConflict | null
  /** The columns by which a row is found again. */
  readonly key: readonly string[]
  readonly keep: Statement | null
}

/**
 * Inserts what waits and has the journal keep what rows are that it updates, all by one statement: no
 * other look at them and no lock is needed, and none can be missed. Gives what it did to each table.
 *
 * @param journal One that keeps what is returned.
 * @param values The parameters of the SQL of what waits.
 */
export async function insertKeeping(
  client: PostgresClient,
  journal: LoadJournal,
  {
    waiting,
    values,
  }: { readonly waiting: readonly WaitingModel[]; readonly values: readonly unknown[] },
): Promise<readonly WrittenRows[]> {
  const all = [...values]
  const rows: KeptRows[] = []
  for (const [place, { model, conflict = null, ...selected }] of waiting.entries()) {
    const key = imageKeyOf(model)
    if (conflict === null || !mayUpdate(conflict)) {
      rows.push({ ...selected, conflict, key, keep: null })
      continue
    }
    const columns = conflict.updated.map(({ column }) => column)
    const returned = {
      model: model.model,
      columns,
      part: writtenPart(place),
      first: all.length + 1,
    }
    const keep = await journal.keepReturned(returned)
    all.push(...keep.values)
    rows.push({ ...selected, conflict, key, keep })
  }
  const text = insertAndKeep(rows)
  const counts = await queryRows<{ stored: number; updated: number }>(client, { text, values: all })
  return counts.map(({ stored, updated }) => ({ inserted: stored - updated, updated }))
}

/**
 * The statement. A row of `RETURNING` tells what a row was by `old`, all of it NULL for a new one; of
 * that only `xmin` is never NULL in one that was there. Gives a row for each table, in their order.
 */
export function insertAndKeep(rows: readonly KeptRows[]): string {
  const parts = rows.flatMap((each, place) => {
    const written = `${insertSelected(each, null).text}\n  returning ${returned(each)}`
    return [
      `${writtenPart(place)} as (\n  ${written}\n)`,
      ...(each.keep === null ? [] : [`kept_${place + 1} as (\n  ${each.keep.text}\n)`]),
    ]
  })
  const counts = rows.map((_, place) => {
    const counted = 'count(*)::float8 as stored, count(xid)::float8 as updated'
    return `select ${place}, ${counted} from ${writtenPart(place)}`
  })
  return `\
with ${parts.join(', ')}
select stored, updated
from (
  ${counts.join('\n  union all ')}
) c(place, stored, updated)
order by place`
}

function returned({ conflict, key, keep }: KeptRows): string {
  if (conflict === null || keep === null) return 'null as xid'
  const text = (column: string) => `old.${quoteIdentifier(column)}::text`
  const values = conflict.updated.map(({ column }) => text(column))
  return `\
old.xmin as xid,
    array[${key.map(text).join(', ')}] as key,
    array[${values.join(', ')}] as "values"`
}

function writtenPart(place: number): string {
  return `inserted_${place + 1}`
}
