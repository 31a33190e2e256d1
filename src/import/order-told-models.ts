import type { PreparedModel } from '../plan/prepared-import.js'

/**
 * The models whose rows are told by a business key, each after those that its business key is made of.
 */
export function orderToldModels(models: readonly PreparedModel[]): readonly PreparedModel[] {
  const byName = new Map(models.map((model) => [model.model, model]))
  const ordered = new Set<PreparedModel>()
  const visit = (model: PreparedModel) => {
    const isTold = model.businessKey !== null || model.identity !== null
    if (!isTold || ordered.has(model)) return
    for (const name of listParents(model)) {
      const parent = byName.get(name)
      if (parent !== undefined) visit(parent)
    }
    ordered.add(model)
  }
  for (const model of models) visit(model)
  return [...ordered]
}

function listParents({ key, businessKey, identity, columns }: PreparedModel): readonly string[] {
  const owners = (businessKey ?? []).flatMap(({ index }) => {
    const role = columns[index]?.role
    return role?.kind === 'reference' ? [role.owner] : []
  })
  const other = key?.kind === 'matched' ? key.otherwise : null
  const followed = other?.kind === 'followed' && other.owner !== null ? [other.owner] : []
  return [
    ...owners,
    ...followed,
    ...(identity?.parts ?? []).flatMap(({ parent }) => parent?.model ?? []),
  ]
}
