import { qualify, quoteIdentifier } from './identifier.js'
import type { StructureConstraint, StructureIndex } from './structure.js'

/** An index to drop and make again, with the key that it enforces. */
export interface RebuiltIndex {
  readonly index: StructureIndex
  /** The primary key or unique constraint; null for an index alone. */
  readonly key: StructureConstraint | null
}

/** A constraint goes with its index. */
export function dropConstraint(constraint: StructureConstraint): string {
  return `alter table ${qualify(constraint)} drop constraint ${quoteIdentifier(constraint.name)}`
}

export function dropIndex({ index, key }: RebuiltIndex): string {
  return key === null ? `drop index ${nameOf(index)}` : dropConstraint(key)
}

/**
 * Makes the index alone: the row that it refuses is told as that of a constraint is. Neither
 * `pg_get_indexdef` nor `pg_get_constraintdef` says the tablespace, and the latter no storage
 * parameters: so keys are made of their indexes.
 */
export function createIndex({ index }: RebuiltIndex): string {
  const tablespace = index.tablespace === null ? `''` : quoteIdentifier(index.tablespace)
  return `set local default_tablespace = ${tablespace};\n${index.definition}`
}

/** Gives an index back what was said of it: its key, its comments, its marks. */
export function restoreIndex({ index, key }: RebuiltIndex): readonly string[] {
  const table = qualify(index)
  const name = quoteIdentifier(index.name)
  return [
    ...(key === null ? [] : [addKey(key, index)]),
    ...(index.comment === null ? [] : [`comment on index ${nameOf(index)} is ${index.comment}`]),
    ...index.statistics.map(
      ({ column, target }) =>
        `alter index ${nameOf(index)} alter column ${column} set statistics ${target}`,
    ),
    ...(index.isClustered ? [`alter table ${table} cluster on ${name}`] : []),
    ...(index.isReplicaIdentity
      ? [`alter table ${table} replica identity using index ${name}`]
      : []),
  ]
}

/** Has a foreign key checked when it is asked for, or at COMMIT. */
export function deferConstraint(constraint: StructureConstraint): string {
  return `${alterConstraint(constraint)} deferrable initially deferred`
}

/** Has a foreign key checked at the end of each statement again. No check may be pending. */
export function undeferConstraint(constraint: StructureConstraint): string {
  return `${alterConstraint(constraint)} not deferrable`
}

function alterConstraint(constraint: StructureConstraint): string {
  return `alter table ${qualify(constraint)} alter constraint ${quoteIdentifier(constraint.name)}`
}

/** Has every row checked. */
export function addForeignKey(constraint: StructureConstraint): string {
  const { name, definition } = constraint
  const add = `alter table ${qualify(constraint)} add constraint ${quoteIdentifier(name)} ${definition}`
  return [add, ...commentOn(constraint)].join(';\n')
}

function addKey(key: StructureConstraint, index: StructureIndex): string {
  const kind = key.kind === 'p' ? 'primary key' : 'unique'
  const deferrable = key.isDeferrable ? ' deferrable' : ''
  const deferred = key.isDeferred ? ' initially deferred' : ''
  const add = `\
alter table ${qualify(key)} add constraint ${quoteIdentifier(key.name)} ${kind} using index ${quoteIdentifier(index.name)}${deferrable}${deferred}`
  return [add, ...commentOn(key)].join(';\n')
}

function commentOn(constraint: StructureConstraint): readonly string[] {
  const { name, comment } = constraint
  return comment === null
    ? []
    : [`comment on constraint ${quoteIdentifier(name)} on ${qualify(constraint)} is ${comment}`]
}

/** An index is in the schema of its table. */
function nameOf({ schema, name }: StructureIndex): string {
  return qualify({ schema, table: name })
}
