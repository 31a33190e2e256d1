import type { Catalog } from '../postgres/catalog.js'
import type { RoleContext } from './decide-role.js'
import type { ManifestTables } from './manifest-tables.js'
import type { RowIdentities } from './row-identities.js'

/** What a plan has found out so far. */
export interface PlanFindings extends RoleContext {
  readonly catalog: Catalog
  readonly tables: ManifestTables
  readonly identities: RowIdentities
  /** The models that rows of the files refer to. */
  readonly referred: ReadonlySet<string>
}
