import { createHash } from 'node:crypto'
import type { PreparedImport, PreparedModel } from './prepared-import.js'

/**
 * Of what an import does with each row: two plans that have the same one load the same rows of the same
 * files in the same way. What is estimated, and what only tells people something, is no part of it.
 */
export function fingerprintPlan({
  groups,
  models,
  pins,
}: Pick<PreparedImport, 'groups' | 'models' | 'pins'>): string {
  const plan = {
    groups: groups.map((group) => ({ models: group.models, way: group.way })),
    models: models.map(describeModel),
    pins,
  }
  return createHash('sha256').update(JSON.stringify(plan, toStorable)).digest('hex')
}

function describeModel(model: PreparedModel): unknown {
  const { businessKey, conflict, dialect, headers, made, partialMatch, table, technique } = model
  return {
    ...{ model: model.model, table, technique, strategy: model.strategy, headers, made },
    ...{ businessKey, partialMatch, conflict, dialect },
    key: withoutPlace(model.key),
    columns: model.columns.map(({ column, type, role }) => ({ column, type, role: roleOf(role) })),
  }
}

/** A sequence is told by how far it has come, too. */
function withoutPlace(key: PreparedModel['key']): unknown {
  if (key === null) return null
  const { kind, column, index, mayRepeat } = key
  return {
    kind,
    column,
    index,
    mayRepeat,
    otherwise: kind === 'matched' ? key.otherwise?.kind : null,
  }
}

function roleOf(role: PreparedModel['columns'][number]['role']): unknown {
  return role.kind === 'rule' ? { kind: role.kind } : role
}

function toStorable(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
