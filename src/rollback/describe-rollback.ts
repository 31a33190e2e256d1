import { buildErrorReport } from '../error/error-report.js'
import { displayName } from '../postgres/identifier.js'
import { findMissingIndexes } from './describe-references.js'
import type { PreparedRollback } from './prepare-rollback.js'
import type { RollbackPlan, RolledBatch, TableRows } from './rollback-plan.js'

/** What a rollback would do, as data. */
export function describeRollback(prepared: PreparedRollback, target: string): RollbackPlan {
  const { scope, marks, models, references, problems } = prepared
  return {
    target,
    batch: describeBatch(prepared),
    models,
    takenAlong: listTakenAlong(prepared),
    references,
    missingIndexes: findMissingIndexes(scope.references, marks),
    triggers: scope.tables
      .filter((table) => marks.isDeletedFrom(table))
      .flatMap((table) =>
        table.deleteTriggers.map((name) => ({ table: displayName(table), name })),
      ),
    problems: problems.map(buildErrorReport),
    warnings: listWarnings(prepared),
  }
}

export function describeBatch({ batch }: Pick<PreparedRollback, 'batch'>): RolledBatch {
  const { id, name, status, createdAt, role } = batch
  return { id, name, status, createdAt, role }
}

/** Rows of others that go too, by table. */
export function listTakenAlong({
  scope,
  marks,
}: Pick<PreparedRollback, 'scope' | 'marks'>): readonly TableRows[] {
  return scope.tables
    .map((table) => ({ table: displayName(table), rows: marks.of(table).along }))
    .filter(({ rows }) => rows > 0)
}

/** What a person should know though it does not stand against the rollback. */
export function listWarnings({
  batch,
  emptied,
}: Pick<PreparedRollback, 'batch' | 'emptied'>): readonly string[] {
  return [
    ...(batch.truncated.length > 0
      ? [
          `The import has emptied tables first: the rows that were there do not come back (${batch.truncated.join(', ')}).`,
        ]
      : []),
    ...emptied.map(
      ({ table, target, rows, constraint, onDelete }) =>
        `${rows} ${rows === 1 ? 'row' : 'rows'} of ${table} will not refer to ${target} any more: ${constraint} says ON DELETE ${onDelete.toUpperCase()}.`,
    ),
  ]
}

/** What makes it slow: for whom the plan was not shown before. */
export function warnOfIndexes({
  scope,
  marks,
  isEmptying,
}: Pick<PreparedRollback, 'scope' | 'marks' | 'isEmptying'>): readonly string[] {
  if (isEmptying) return []
  return findMissingIndexes(scope.references, marks)
    .filter(({ isWorthwhile }) => isWorthwhile)
    .map(
      ({ constraint, table, statement }) =>
        `${constraint} of ${table} has no index: PostgreSQL reads the whole table for every deleted row. Make one first: ${statement}`,
    )
}
