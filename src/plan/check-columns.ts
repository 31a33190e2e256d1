import type { GyroError } from '../error/gyro-error.js'
import type { ManifestColumn } from '../manifest/manifest.js'
import { type CatalogTable, findColumn } from '../postgres/catalog.js'
import type { CatalogColumn } from '../postgres/catalog-column.js'
import { displayName } from '../postgres/identifier.js'
import { findByColumn } from './complete-references.js'
import { findMaker } from './made-columns.js'
import { type ModelPlace, missingColumn, unknownColumn } from './plan-error.js'
import type { SourceModel } from './source-model.js'

/** Columns of the file that the manifest has and the database does not. */
export function checkFileColumns(
  source: SourceModel,
  live: CatalogTable,
  place: ModelPlace,
): readonly GyroError[] {
  return source.columns
    .filter(({ column }) => findColumn(live, column.column) === undefined)
    .map(({ header, column }) => unknownColumn(place, { header, column: column.column }))
}

/** Columns that the database requires and nobody fills: the file, the database, the loader. */
export function checkMissingColumns(
  source: SourceModel,
  live: CatalogTable,
  place: ModelPlace,
): readonly GyroError[] {
  const present = new Set(source.columns.map(({ column }) => column.column))
  return live.columns
    .filter(({ name, isNotNull }) => isNotNull && !present.has(name))
    .filter(({ hasDefault, isGenerated }) => !hasDefault && !isGenerated)
    .flatMap((column) => {
      const known = findByColumn(source.model, column.name)
      return known !== undefined && findMaker(known, column) !== null
        ? []
        : [missingColumn(place, describeMissing(column, known, live))]
    })
}

function describeMissing(
  { name, type }: CatalogColumn,
  known: ManifestColumn | undefined,
  live: CatalogTable,
): Parameters<typeof missingColumn>[1] {
  const why = `"${name}" of ${displayName(live)} is required and has no default`
  const header = known?.headers[0] ?? name
  if (known === undefined) {
    const fix = `Add the column "${name}" to the schema, run npx prisma generate and add it to the file; or give it a default in the database.`
    return { name: header, why: `${why}; the schema does not know it.`, fix }
  }
  if (known.isSkipped) {
    const fix = `Remove @gyro.skip from the field "${known.field}", or give the column a default in the database.`
    return { name: header, why: `${why}; @gyro.skip leaves it out.`, fix }
  }
  if (known.isHidden) {
    const reason =
      known.type === 'Unsupported'
        ? `Prisma has no name for its type ${type}`
        : 'it is hidden by @ignore'
    const fix = `Add the column "${header}" to the file: its text goes to PostgreSQL as it is.`
    return { name: header, why: `${why}; Prisma Client does not fill it, as ${reason}.`, fix }
  }
  return { name: header, why: `${why}.` }
}
