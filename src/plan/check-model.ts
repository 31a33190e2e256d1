import type { GyroError } from '../error/gyro-error.js'
import type { ManifestModel } from '../manifest/manifest.js'
import { type Catalog, type CatalogTable, findColumn, findTable } from '../postgres/catalog.js'
import type { CatalogColumn } from '../postgres/catalog-column.js'
import { quoteIdentifier } from '../postgres/identifier.js'
import { checkBusinessKey } from './check-business-key.js'
import { checkFileColumns, checkMissingColumns } from './check-columns.js'
import { checkConflict } from './check-conflict.js'
import { checkForeignKeys } from './check-foreign-keys.js'
import { checkIdentity } from './check-identity.js'
import { checkKey } from './check-key.js'
import type { KeyRoles } from './key-roles.js'
import type { PickedKey } from './pick-key.js'
import {
  cannotLock,
  describeTable,
  insertRule,
  type ModelPlace,
  missingColumn,
  missingPrivilege,
  missingTable,
  notATable,
} from './plan-error.js'
import type { ReservedKey } from './prepared-key.js'
import type { RowIdentities } from './row-identities.js'
import type { SourceModel } from './source-model.js'

/** Kinds of relations that COPY loads: tables, partitioned tables, foreign tables. */
const LOADABLE_KINDS = ['r', 'p', 'f']

interface CheckContext {
  readonly catalog: Catalog
  readonly keys: ReadonlyMap<string, PickedKey>
  readonly roles: KeyRoles
  readonly identities: RowIdentities
  /** By model. */
  readonly sources: ReadonlyMap<string, SourceModel>
  /** The same models by the `tableKey` of their tables. */
  readonly imported: ReadonlyMap<string, ManifestModel>
}

/** What stands against loading a model: in its table, the role's privileges and its file. */
export function checkModel(source: SourceModel, context: CheckContext): readonly GyroError[] {
  const place = { model: source.model.name, table: source.table, file: source.file.path }
  const { catalog } = context
  const live = findTable(catalog, source.table)
  if (live === undefined) {
    return [missingTable(place)]
  }
  if (!LOADABLE_KINDS.includes(live.kind)) {
    return [notATable(place, live.kind)]
  }
  return [
    ...(live.insertRules.length > 0 ? [insertRule(place, live.insertRules)] : []),
    ...checkPrivileges(source, live, place, context),
    ...checkLock(source, live, { place, keys: context.keys }),
    ...checkFileColumns(source, live, place),
    ...checkMissingColumns(source, live, place),
    ...checkKey(source, context.keys.get(source.model.name) ?? null, catalog),
    ...checkBusinessKey(source, { live, place }, context),
    ...checkIdentity(source, { live, place }, context),
    ...checkConflict(source, { live, place }, context),
    ...checkReferencedKeys(source, context),
    ...checkForeignKeys(source, { live, place }, context.imported),
  ]
}

function checkPrivileges(
  source: SourceModel,
  live: CatalogTable,
  place: ModelPlace,
  { catalog, keys, roles }: CheckContext,
): readonly GyroError[] {
  const missing = (privilege: string, on: string, reason: string) =>
    missingPrivilege(place, catalog.role, { privilege, on, for: reason })
  const problems: GyroError[] = []
  if (!live.isReachable) {
    problems.push(missing('usage', `schema ${quoteIdentifier(live.schema)}`, 'to reach the table'))
  }
  const table = describeTable(live)
  const columns = source.columns
  if (columns.some(({ column }) => findColumn(live, column.column)?.canInsert === false)) {
    problems.push(missing('insert', table, 'to load rows'))
  }
  const picked = keys.get(source.model.name)
  // New keys come from it, kept ones move it, and so does the default of a SERIAL that is left out.
  const drawsOn = ({ name, isIdentity }: CatalogColumn) => {
    const field = columns.find(({ column }) => column.column === name)?.column.field
    return field === undefined
      ? !isIdentity
      : (field === picked?.field && picked.key.kind !== 'hashed') ||
          roles.ownerOf(source.model.name, field) === null
  }
  for (const { sequenceLacks } of live.columns.filter(drawsOn)) {
    problems.push(...sequenceLacks.map((on) => missing('usage', on, 'to take new ids')))
  }
  const unnumbered = findUnnumbered(picked)
  if (unnumbered && findColumn(live, unnumbered.column)?.isSelectGranted === false) {
    problems.push(missing('select', table, 'to find the highest id, as there is no sequence'))
  }
  if (unnumbered && !live.canLock) {
    const reason = 'to keep others from inserting meanwhile, as there is no sequence'
    problems.push(missing('update', table, reason))
  }
  return problems
}

/** Without a sequence, new ids are those after the highest one, behind a lock. */
function checkLock(
  { model }: SourceModel,
  { kind }: CatalogTable,
  { place, keys }: { readonly place: ModelPlace; readonly keys: CheckContext['keys'] },
): readonly GyroError[] {
  return kind === 'f' && findUnnumbered(keys.get(model.name)) !== null ? [cannotLock(place)] : []
}

/** The key whose new ids no sequence gives. */
function findUnnumbered(picked: PickedKey | undefined): ReservedKey | null {
  const key = picked?.key.kind === 'matched' ? picked.key.otherwise : picked?.key
  return key?.kind === 'reserved' && key.sequence === null ? key : null
}

/** Without the key in its file, rows that refer to a model could not find the one that is meant. */
function checkReferencedKeys(source: SourceModel, { sources }: CheckContext): readonly GyroError[] {
  const present = new Set(source.columns.map(({ column }) => column.field))
  return source.model.references.flatMap(({ name, fields, target, targetFields }) => {
    const other = sources.get(target)
    if (other === undefined || !fields.every((field) => present.has(field))) {
      return []
    }
    const place = { model: target, table: other.table, file: other.file.path }
    const why = `${source.model.name}.${name} refers to it, so that its source key must be known.`
    return targetFields
      .filter((field) => !other.columns.some(({ column }) => column.field === field))
      .map((field) => missingColumn(place, { name: field, why }))
  })
}
