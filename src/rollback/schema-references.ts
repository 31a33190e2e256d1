import type { Manifest } from '../manifest/manifest.js'
import { indexManifest, locateReference, tableOf } from '../plan/manifest-tables.js'
import type { SchemaReference } from './rollback-scope.js'

/**
 * All references of a Prisma schema in the names of the database, whether that knows them or not.
 *
 * @param schema Of models without `@@schema`.
 */
export function listSchemaReferences(
  manifest: Manifest,
  schema: string,
): readonly SchemaReference[] {
  const tables = indexManifest(manifest, schema)
  return manifest.models.flatMap((model) =>
    model.references.map((reference) => ({
      from: tableOf(model, tables),
      ...locateReference(model, reference, tables),
    })),
  )
}
