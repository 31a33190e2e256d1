import { isGyroError } from '../error/gyro-error.js'
import type { RecordedBatch, RecordedModel } from '../history/read-batch.js'
import { type PostgresClient, queryRow, queryRows, type Statement } from '../postgres/client.js'
import { qualify, quoteIdentifier } from '../postgres/identifier.js'
import type { ModelTables } from '../rollback/check-tables.js'
import { changedRows, goneRows, isMarkedBy, markedColumns } from '../rollback/mark-statements.js'
import { readParts } from '../rollback/read-parts.js'
import { readWriters } from '../rollback/read-rollback-batch.js'
import type { ScopeTable } from '../rollback/rollback-scope.js'
import { RowMarks } from '../rollback/row-marks.js'
import type { ComparedModel } from './compared-model.js'
import { indistinctRows } from './verification-error.js'

/** The rows of a batch in the table of a model, as they are marked: see `RowMarks`. */
export interface TargetRows {
  readonly table: ScopeTable
  /** Those that it loaded; null where nothing tells them from others. */
  readonly loaded: number | null
  /** Those that it updated, as far as the history has what they were. */
  readonly updated: number
}

/**
 * Finds the rows of a batch as a rollback does: by their new keys, or by who wrote them. Rows that kept
 * their keys are found by these too, and rows that are a part of others by those, so that they are
 * still found when somebody has changed them since.
 *
 * @throws {GyroError} `VERIFY.INDISTINCT`; `ROLLBACK.MISSING_TABLE`.
 */
export async function markRows(
  client: PostgresClient,
  batch: RecordedBatch,
  { models, tables }: { readonly models: readonly ComparedModel[]; readonly tables: ModelTables },
): Promise<ReadonlyMap<string, TargetRows>> {
  // Further rows may be marked by other ways, so that all need their marks.
  const marks = new RowMarks(client, { isLocking: false, isOpen: true })
  const writers = await readBatchWriters(client, batch, [...tables.keys()])
  const parts = await readParts(client, { id: batch.id, writers }, { marks, tables })
  const byName = new Map(models.map((model) => [model.prepared.model, model]))
  const targets = new Map<string, TargetRows>()
  for (const { recorded, rows, images } of parts) {
    const { table } = rows
    // Where others have the same `xmin`, that tells none of them.
    await marks.mark(recorded.isDistinct ? rows : { ...rows, writers: [] }, images)
    const model = byName.get(recorded.model)
    const way = model === undefined ? null : findWay(model, table, byName, targets)
    if (way !== null) await queryRows(client, way)
    const isTold = recorded.isDistinct || way !== null
    targets.set(recorded.model, {
      table,
      loaded: isTold ? await countGone(client, table) : null,
      updated: marks.of(table).back,
    })
  }
  return targets
}

async function readBatchWriters(
  client: PostgresClient,
  batch: RecordedBatch,
  recorded: readonly RecordedModel[],
): Promise<readonly string[]> {
  try {
    return await readWriters(client, batch, recorded)
  } catch (error) {
    throw isGyroError(error) ? indistinctRows(batch.id, error) : error
  }
}

/** How rows are found that only who wrote them told before; null where nothing else does. */
function findWay(
  model: ComparedModel,
  table: ScopeTable,
  byName: ReadonlyMap<string, ComparedModel>,
  targets: ReadonlyMap<string, TargetRows>,
): Statement | null {
  const { recorded, staging, isWhole, columns, prepared, references } = model
  if (recorded.keyKind !== 'kept' || !isWhole || staging === null) return null
  const key = table.primaryKey.length > 0 ? table.primaryKey : (prepared.primaryKey ?? [])
  const mapped = key.filter((name) => !columns.some(({ column }) => column === name))
  if (key.length === 0) return null
  if (mapped.length === 0) {
    const pairs = key.map((name) => `s.${quoteIdentifier(name)} = t.${quoteIdentifier(name)}`)
    return markMore(table, [
      `exists (select from ${qualify(staging)} s where ${pairs.join(' and ')})`,
    ])
  }
  const parents = references.flatMap(({ columns: own, parent }) => {
    const owner = parent === null ? undefined : targets.get(parent.model)
    const isPart = own.every((name) => key.includes(name))
    if (parent === null || owner === undefined || !isPart) return []
    if (byName.get(parent.model)?.isWhole !== true) return []
    const marked = markedColumns(owner.table)
    const pairs = parent.targetColumns.map(({ column }, index) => {
      const place = marked.indexOf(column)
      return place < 0 ? null : `m.c${place} = t.${quoteIdentifier(own[index] as string)}`
    })
    return pairs.includes(null) ? [] : [{ own, owner: owner.table, pairs }]
  })
  const isReached = mapped.every((name) => parents.some(({ own }) => own.includes(name)))
  if (!isReached) return null
  return markMore(
    table,
    parents.map(
      ({ owner, pairs }) =>
        `exists (select from ${qualify(goneRows(owner))} m where ${pairs.join(' and ')})`,
    ),
  )
}

/** Marks rows that are not marked yet. */
function markMore(table: ScopeTable, conditions: readonly string[]): Statement {
  const list = markedColumns(table).map((name) => `t.${quoteIdentifier(name)}`)
  const isMarked = [goneRows(table), changedRows(table)].map(
    (marks) => `not exists (select from ${qualify(marks)} g where ${isMarkedBy(table, 't', 'g')})`,
  )
  return {
    text: `\
insert into ${qualify(goneRows(table))}
select ${list.join(', ')}, false, 0
from ${qualify(table)} t
where ${[...conditions, ...isMarked].join('\n  and ')}`,
    values: [],
  }
}

async function countGone(client: PostgresClient, table: ScopeTable): Promise<number> {
  const { rows } = await queryRow<{ rows: number }>(client, {
    text: `select count(*)::float8 as rows from ${qualify(goneRows(table))}`,
    values: [],
  })
  return rows
}
