import { type Catalog, findColumn, findTable } from '../postgres/catalog.js'
import type { CatalogColumn } from '../postgres/catalog-column.js'
import { businessKeyOf, findBusinessKey } from './find-business-key.js'
import { findSpelling } from './find-key-shape.js'
import { followReference, type IdentityPair } from './follow-reference.js'
import { identifierOf } from './identifier-of.js'
import { buildKeyRoles, type KeyRoles, targetsOf } from './key-roles.js'
import type { PickedKey } from './pick-key.js'
import type { SourceModel } from './source-model.js'

/** What hashes are made of: whose rows have to be told by what they are, and how. */
export interface RowIdentities {
  /** By model: those whose keys are hashed, and those that their business keys lead to. */
  readonly models: ReadonlyMap<string, RowIdentity>
  /** The row that a field of a business key stands for; null for a value by itself. */
  readonly parentOf: (model: string, field: string) => IdentityOwner | null
}

/** How the rows of a model are told. */
interface RowIdentity {
  /** The Prisma names of what others refer to it by. */
  readonly key: readonly string[]
  /** The Prisma names of its business key; null when it has none. */
  readonly fields: readonly string[] | null
}

/** The model whose rows a field stands for. */
interface IdentityOwner {
  readonly model: string
  /** Fields with those of the owner that they hold; null when a reference is known in part only. */
  readonly on: readonly IdentityPair[] | null
}

interface IdentityContext {
  readonly catalog: Catalog
  readonly keys: ReadonlyMap<string, PickedKey>
  readonly roles: KeyRoles
  /** By model. */
  readonly sources: ReadonlyMap<string, SourceModel>
}

/** Follows the business keys of hashed models to all rows that they are made of. */
export function findIdentities(context: IdentityContext): RowIdentities {
  const { keys, sources } = context
  const kept = findKeptKeys(context)
  const models = [...sources.values()].map(({ model }) => model)
  const keptRoles = buildKeyRoles(models, kept)
  const identityOf = (name: string) => describeIdentity(name, context, kept)
  const parentOf = (name: string, field: string): IdentityOwner | null => {
    const owner = context.roles.ownerOf(name, field) ?? keptRoles.ownerOf(name, field)
    const isRow = owner !== null && owner !== name && keys.get(owner)?.key.kind !== 'pinned'
    const target = isRow ? sources.get(owner) : undefined
    if (owner === null || target === undefined) return null
    const { key } = identityOf(owner) as RowIdentity
    const on = followReference(sources, { model: name, field }, { owner, key })
    return { model: owner, on }
  }
  const found = new Map<string, RowIdentity>()
  const visit = (name: string) => {
    const identity = identityOf(name)
    if (identity === null || found.has(name)) return
    found.set(name, identity)
    for (const field of identity.fields ?? []) {
      const parent = parentOf(name, field)
      if (parent !== null) visit(parent.model)
    }
  }
  for (const [name, { key }] of keys) if (key.kind === 'hashed') visit(name)
  return { models: found, parentOf }
}

/** Null for a model without a file. */
function describeIdentity(
  name: string,
  { keys, sources }: IdentityContext,
  kept: ReadonlyMap<string, string>,
): RowIdentity | null {
  const source = sources.get(name)
  if (source === undefined) {
    return null
  }
  const picked = keys.get(name)
  const own = picked?.field ?? kept.get(name) ?? null
  const key = own !== null && picked?.key.mayRepeat !== true ? [own] : identifierOf(source.model)
  // What a policy finds rows by changes with the policy: an identity must not.
  const fields =
    picked?.key.kind === 'hashed' ? businessKeyOf(source, own) : findBusinessKey(source.model, own)
  return { key, fields }
}

/** The keys that stay, of models whose rows something else tells: by model, the field. */
function findKeptKeys({ catalog, keys, sources }: IdentityContext): ReadonlyMap<string, string> {
  const kept = new Map<string, string>()
  for (const [name, { model, table, columns }] of sources) {
    const [field, ...others] = identifierOf(model)
    if (field === undefined || others.length > 0 || keys.has(name)) continue
    const matched = columns.find(({ column }) => column.field === field)
    const live = matched && findColumn(findTable(catalog, table), matched.column.column)
    const isTold = findBusinessKey(model, field) !== null && targetsOf(model, field).length === 0
    if (matched === undefined || live === undefined || !isTold) continue
    const isMade = matched.column.default?.by === 'client' || isNumberOrUuid(live)
    // A text that nobody makes tells its row by itself, unless the schema says what else does.
    if (model.businessKey !== null || isMade) kept.set(name, field)
  }
  return kept
}

function isNumberOrUuid(live: CatalogColumn): boolean {
  const spelling = findSpelling(live)
  return spelling === 'integer' || spelling === 'uuid'
}
