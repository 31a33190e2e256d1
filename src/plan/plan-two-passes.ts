import { CircularDependencyResolver } from '../graph/circular-dependency-resolver.js'
import { type Catalog, findColumn, findTable } from '../postgres/catalog.js'
import type { FilledLater, TwoPassWay } from './load-way.js'
import type { PreparedModel, PreparedReference } from './prepared-import.js'

/**
 * Breaks circles where a reference may be NULL. References that may not are left: where they still
 * form a circle, the way has an order of fewer models than there are.
 */
export function planTwoPasses(models: readonly PreparedModel[], catalog: Catalog): TwoPassWay {
  const names = new Set(models.map(({ model }) => model))
  const filledLater: FilledLater[] = []
  const rest = models.map((prepared) => {
    const { model } = prepared
    const within = prepared.references.filter(
      ({ targetModel }) => targetModel !== model && names.has(targetModel),
    )
    const optional = within.flatMap((reference) => {
      const column = findNullable(prepared, reference, catalog)
      return column === undefined || prepared.primaryKey === null ? [] : [{ reference, column }]
    })
    if (prepared.primaryKey !== null && optional.length > 0) {
      const columns = [...new Set(optional.map(({ column }) => column))]
      filledLater.push({ model, columns, key: prepared.primaryKey })
    }
    return {
      name: model,
      references: within
        .filter((reference) => !optional.some((each) => each.reference === reference))
        .map(({ name, targetModel }) => ({ name, target: targetModel })),
    }
  })
  const groups = new CircularDependencyResolver(rest).resolve()
  const order = groups.flatMap((group) => (group.models.length === 1 ? group.models : []))
  return { technique: 'two-pass', order, filledLater }
}

/** A reference with a NULL in one of its columns refers to nothing. */
function findNullable(
  { table }: PreparedModel,
  { columns }: PreparedReference,
  catalog: Catalog,
): string | undefined {
  const live = findTable(catalog, table)
  return columns.find((column) => findColumn(live, column)?.isNotNull === false)
}
