import type { GyroError } from '../error/gyro-error.js'
import type { Catalog } from '../postgres/catalog.js'
import { isSameTable } from '../postgres/identifier.js'
import type { UniqueIndex } from '../postgres/unique-index.js'
import type { ConflictPolicy, SourceConflict } from './conflict.js'
import { ambiguousTarget, noConflictTarget, unusableTarget } from './conflict-error.js'
import { findBusinessKey } from './find-business-key.js'
import { identifierOf } from './identifier-of.js'
import { type PickedKey, pickKey } from './pick-key.js'
import type { SourceModel } from './source-model.js'

/** What conflicts are resolved with. */
export interface ConflictContext {
  readonly catalog: Catalog
  readonly indexes: readonly UniqueIndex[]
  readonly policyOf: (model: string) => ConflictPolicy
}

/**
 * Decides by which fields the rows of each model meet those that are there: the key where it is what
 * the files say, or made of the business key; else the only unique beside it.
 */
export function resolveConflicts(
  sources: readonly SourceModel[],
  context: ConflictContext,
): { readonly sources: readonly SourceModel[]; readonly problems: readonly GyroError[] } {
  const resolved = sources.map((source) => ({ source, ...resolveConflict(source, context) }))
  return {
    sources: resolved.map(({ source, conflict = null }) => ({ ...source, conflict })),
    problems: resolved.flatMap(({ problem = null }) => problem ?? []),
  }
}

interface ResolvedConflict {
  readonly conflict?: SourceConflict | null
  readonly problem?: GyroError
}

function resolveConflict(source: SourceModel, context: ConflictContext): ResolvedConflict {
  const { model, strategy } = source
  const policy = context.policyOf(model.name)
  const { action, columns } = policy
  if (action === 'error') {
    return {}
  }
  const picked = pickKey(source, context.catalog)
  const found = policy.on === null ? findTarget(source, picked) : [policy.on]
  const [fields, ...others] = found
  if (fields === undefined) {
    return policy.isForAll ? {} : { problem: noConflictTarget(model.name) }
  }
  if (others.length > 0) {
    return { problem: ambiguousTarget(model.name, action, found) }
  }
  // A match leaves rows alone that are there, whatever else it does.
  if (strategy === 'match' && action === 'skip' && policy.on === null) {
    return {}
  }
  const index = findIndex(source, fields, context.indexes)
  const matched: SourceConflict = { action, fields, index, isMatched: true, columns }
  const isMatched = !isKeyOf(source, fields) && canMatch(source, matched, context.catalog)
  const obstacle = findObstacle(source, { fields, picked, index, isMatched })
  return obstacle === null
    ? { conflict: { ...matched, isMatched } }
    : { problem: unusableTarget(model.name, fields, obstacle) }
}

/** The fields that tell rows by default: several lists where it is not clear which. */
function findTarget(source: SourceModel, picked: PickedKey | null): readonly (readonly string[])[] {
  const { model, columns, strategy } = source
  if (strategy === 'match') {
    const fields = findBusinessKey(model, picked?.field ?? null)
    return fields === null ? [] : [fields]
  }
  const identifier = identifierOf(model)
  const isInFile = identifier.every((name) => columns.some(({ column }) => column.field === name))
  if (identifier.length > 0 && isInFile && (picked === null || isDecided(picked))) {
    return [identifier]
  }
  if (model.businessKey !== null) {
    return [model.businessKey]
  }
  return model.uniques.filter((fields) => picked === null || !fields.includes(picked.field))
}

function isKeyOf({ model }: SourceModel, fields: readonly string[]): boolean {
  return isSameSet(identifierOf(model), fields)
}

/** Whether the strategy says of a row of the files what its key is, also of one that is there. */
function isDecided({ key }: PickedKey): boolean {
  return key.kind === 'hashed' || key.kind === 'custom'
}

/** Whether a row has one key, which can become that of the row which is there. */
function canMatch(source: SourceModel, conflict: SourceConflict, catalog: Catalog): boolean {
  const { references } = source.model
  const [field, ...others] = identifierOf(source.model)
  return (
    field !== undefined &&
    others.length === 0 &&
    !references.some(({ fields }) => fields.includes(field)) &&
    pickKey({ ...source, conflict }, catalog) !== null
  )
}

/** The index of all rows, else the only one of some. */
function findIndex(
  { model, table }: SourceModel,
  fields: readonly string[],
  indexes: readonly UniqueIndex[],
): UniqueIndex | null {
  const names = model.columns.filter(({ field }) => fields.includes(field))
  const wanted = names.map(({ column }) => column)
  const found = indexes.filter(
    (index) => isSameTable(index, table) && isSameSet(index.columns, wanted),
  )
  const ofAll = found.filter(({ predicate }) => predicate === null)
  const [first] = ofAll.filter(({ isDeferrable }) => !isDeferrable)
  const [some, ...others] = found.filter(({ predicate }) => predicate !== null)
  return first ?? ofAll[0] ?? (others.length === 0 ? some : undefined) ?? null
}

/** What stands in the way, to be followed by a full stop; null when nothing does. */
function findObstacle(
  { model, strategy }: SourceModel,
  target: {
    readonly fields: readonly string[]
    readonly picked: PickedKey | null
    readonly index: UniqueIndex | null
    readonly isMatched: boolean
  },
): string | null {
  const { fields, picked, index, isMatched } = target
  if (picked !== null && isDecided(picked) && !isSameSet(identifierOf(model), fields)) {
    return `the strategy ${strategy} says by itself what the keys of its rows are`
  }
  if (picked !== null && !isDecided(picked) && fields.includes(picked.field)) {
    return `${picked.field} gets new values, which no row has yet`
  }
  if (index === null) {
    return strategy === 'match' && isMatched
      ? null
      : 'the database has no unique index of exactly these columns, or several for some of the rows'
  }
  if (index.isDeferrable && !isMatched) {
    return `the constraint "${index.name}" is deferrable, which ON CONFLICT does not take: have it checked at once (not deferrable)`
  }
  return null
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name))
}
