import type { LoadGroup } from '../graph/circular-dependency-resolver.js'
import { type Catalog, findTable } from '../postgres/catalog.js'
import { isSameTable } from '../postgres/identifier.js'
import { describeDatabase, grantTo } from './plan-error.js'
import { planTwoPasses } from './plan-two-passes.js'
import type { PreparedGroup, PreparedModel } from './prepared-import.js'
import { MAX_QUEUE_BYTES, rowsPerCopy } from './queue-memory.js'

/** Decides how a group is loaded, and says why. */
export function chooseLoadWay(
  group: LoadGroup,
  models: readonly PreparedModel[],
  catalog: Catalog,
): PreparedGroup {
  const hasPolicies = isUnderPolicies(models, catalog)
  const meets = models.filter(({ conflict }) => conflict !== null)
  const isStaged = hasPolicies || meets.length > 0
  if (models.length > 1 && (isStaged || models.some((model) => isHeld(model, group)))) {
    if (!isStaged && canWait(models, catalog)) {
      return { ...group, way: { technique: 'deferred' }, why: whyDeferred(group) }
    }
    return catalog.isCitus
      ? passTwice(group, models, catalog)
      : { ...group, ...loadTogether(group, catalog, meets.length > 0) }
  }
  return isStaged
    ? { ...group, way: { technique: 'staged' }, why: hasPolicies ? WHY_STAGED : WHY_MET }
    : { ...group, way: { technique: 'checked' }, why: whyChecked(group, models) }
}

/** Whether row-level security applies to the role for one of these: COPY into it is refused then. */
export function isUnderPolicies(models: readonly PreparedModel[], catalog: Catalog): boolean {
  return models.some(({ table }) => findTable(catalog, table)?.hasRowSecurity)
}

/**
 * Whether all foreign keys between these models can be checked later. Citus hears of no SET CONSTRAINTS:
 * there they have to wait unasked.
 */
function canWait(models: readonly PreparedModel[], { isCitus }: Catalog): boolean {
  return models.every(({ table, foreignKeys }) =>
    foreignKeys
      .filter(({ targetRoot }) => !isSameTable(targetRoot, table))
      .filter(({ targetRoot }) => models.some((other) => isSameTable(other.table, targetRoot)))
      .every(({ deferral }) => deferral === 'initial' || (deferral === 'possible' && !isCitus)),
  )
}

/** Whether PostgreSQL checks that the rows of a model refer to rows of the others in its group. */
function isHeld({ model, references }: PreparedModel, { models }: LoadGroup): boolean {
  return references.some(
    ({ targetModel, check }) =>
      check === 'foreign key' && targetModel !== model && models.includes(targetModel),
  )
}

/** @param needsTables Whether rows are compared with each other first: parameters are not. */
function loadTogether(
  { cycles }: LoadGroup,
  catalog: Catalog,
  needsTables: boolean,
): Pick<PreparedGroup, 'way' | 'why'> {
  const circle = `They refer to each other in a circle (${cycles.join('; ')})`
  const check = 'at the end of which PostgreSQL checks every row'
  return catalog.canCreateTemporary || needsTables
    ? {
        way: { technique: 'cycle', rowsFrom: 'temporary tables' },
        why: `${circle}: their rows are copied into temporary tables, then go in by one statement, ${check}.`,
      }
    : {
        way: {
          technique: 'cycle',
          rowsFrom: 'parameters',
          grant: grantTo(catalog.role, 'temporary', describeDatabase(catalog.database)),
        },
        why: `${circle}: their rows are the parameters of one statement, ${check}, as the role may not create temporary tables.`,
      }
}

function whyDeferred({ cycles }: LoadGroup): string {
  return `They refer to each other in a circle (${cycles.join('; ')}) by deferrable foreign keys: rows are copied in any order, then PostgreSQL checks every row.`
}

function passTwice(
  group: LoadGroup,
  models: readonly PreparedModel[],
  catalog: Catalog,
): PreparedGroup {
  const way = planTwoPasses(models, catalog)
  const left = way.filledLater.map(({ model, columns }) => `${model} (${columns.join(', ')})`)
  const why = `They refer to each other in a circle (${group.cycles.join('; ')}), which Citus does not take by one statement: ${left.join(' and ')} is NULL at first and filled in when all rows are there.`
  return { ...group, way, why }
}

const WHY_STAGED =
  'Row-level security applies to the role, and COPY cannot check policies: rows are copied into a temporary table and inserted from there, so that PostgreSQL checks each.'

const WHY_MET =
  'Rows may be there already, and COPY knows no ON CONFLICT: rows are copied into a temporary table and inserted from there by one statement.'

function whyChecked(group: LoadGroup, models: readonly PreparedModel[]): string {
  const copies = models.flatMap((model) => {
    const most = rowsPerCopy(model, MAX_QUEUE_BYTES)
    return most === null || model.estimatedRows <= most
      ? []
      : [
          ` ${model.model} goes in by about ${Math.ceil(model.estimatedRows / most)} COPYs: PostgreSQL holds what it has to check in memory until one ends.`,
        ]
  })
  return `${whyInPlace(group)}${copies.join('')}`
}

function whyInPlace({ selfReferences, cycles }: LoadGroup): string {
  if (cycles.length > 0) {
    return `No foreign key holds the circle (${cycles.join('; ')}): rows are copied in any order.`
  }
  return selfReferences.length === 0
    ? 'Parents come first and constraints stay in place: PostgreSQL checks every row.'
    : `Constraints stay in place; one COPY holds all rows, so that ${selfReferences.join(' and ')} may point forward.`
}
