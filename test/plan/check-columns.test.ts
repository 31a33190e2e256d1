import { describe, expect, it } from '@jest/globals'
import type { ManifestColumn } from '../../src/manifest/manifest.js'
import { checkFileColumns, checkMissingColumns } from '../../src/plan/check-columns.js'
import type { CatalogColumn } from '../../src/postgres/catalog-column.js'
import { buildLiveColumn, buildModel, buildSource, buildTable } from './plan-builders.js'

const PLACE = buildModel('Place', { fields: ['id', 'spot'] })
const AT = { model: 'Place', table: { schema: 'public', table: 'Place' }, file: 'in/Place.csv' }

/** What is said of a required column `spot` that the file lacks. */
function checkSpot(
  column: Partial<ManifestColumn> | null,
  live: Partial<CatalogColumn> = {},
): readonly string[] {
  const [id, spot] = PLACE.columns
  const columns = [id, column && { ...spot, ...column }].flatMap((each) => each ?? [])
  const model = { ...PLACE, columns: columns as readonly ManifestColumn[] }
  const source = buildSource(model, { columns: buildSource(PLACE).columns.slice(0, 1) })
  const table = buildTable(PLACE, {
    columns: [
      buildLiveColumn('id'),
      buildLiveColumn('spot', { type: 'point', isNotNull: true, ...live }),
    ],
  })
  return checkMissingColumns(source, table, AT).map(({ message }) => message)
}

const LACKS =
  'in/Place.csv lacks the column "spot". "spot" of public.Place is required and has no default'

describe('a required column that the file lacks', () => {
  it.each<[string, Partial<ManifestColumn> | null, string]>([
    ['is asked for', {}, `${LACKS}. Add the column "spot" to the file.`],
    [
      'is asked for by the header that is usual',
      { headers: ['Spot', 'spot'] },
      'in/Place.csv lacks the column "Spot". "spot" of public.Place is required and has no default. Add the column "Spot" to the file.',
    ],
    [
      'is asked for where the schema does not know it',
      null,
      `${LACKS}; the schema does not know it. Add the column "spot" to the schema, run npx prisma generate and add it to the file; or give it a default in the database.`,
    ],
    [
      'is asked for where Prisma has no name for its type',
      { type: 'Unsupported', isHidden: true },
      `${LACKS}; Prisma Client does not fill it, as Prisma has no name for its type point. Add the column "spot" to the file: its text goes to PostgreSQL as it is.`,
    ],
    [
      'is asked for where Prisma ignores it',
      { isHidden: true },
      `${LACKS}; Prisma Client does not fill it, as it is hidden by @ignore. Add the column "spot" to the file: its text goes to PostgreSQL as it is.`,
    ],
    [
      'is asked for where an annotation leaves it out',
      { isSkipped: true },
      `${LACKS}; @gyro.skip leaves it out. Remove @gyro.skip from the field "spot", or give the column a default in the database.`,
    ],
  ])('%s', (_, column, message) => {
    expect(checkSpot(column)).toEqual([message])
  })

  it.each<[string, Partial<ManifestColumn>, Partial<CatalogColumn>]>([
    ['has a default', {}, { hasDefault: true }],
    ['is computed', {}, { isGenerated: true }],
    ['may be NULL', {}, { isNotNull: false }],
    ['is made by the loader', { default: { by: 'client', make: 'ulid', args: [] } }, {}],
  ])('is not asked for when it %s', (_, column, live) => {
    expect(checkSpot(column, live)).toEqual([])
  })
})

describe('a column of the file that the database lacks', () => {
  const table = buildTable(PLACE, { columns: [buildLiveColumn('id')] })

  it('is refused', () => {
    const problems = checkFileColumns(buildSource(PLACE), table, AT)

    expect(problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'PLAN.UNKNOWN_COLUMN: public.Place has no column "spot". "spot" of in/Place.csv goes there: the manifest of Place and the database differ. Apply the migrations, or run npx prisma generate if the schema is behind the database.',
    ])
  })
})
