import type { GyroError } from '../error/gyro-error.js'
import {
  cannotBeNull,
  cannotTellMissing,
  type RequiredReference,
  someCannotBeNull,
} from './missing-error.js'
import type { PreparedModel } from './prepared-import.js'

/** What stands against the policies for references whose rows are not in the files. */
export function checkMissing(models: readonly PreparedModel[]): readonly GyroError[] {
  const imported = new Set(models.map(({ model }) => model))
  const untold = models.flatMap(({ model, references }) =>
    references.flatMap(({ name, targetModel, targetColumns, missing }) => {
      const isRead = missing.guards.length > 0 && imported.has(targetModel)
      return isRead && missing.spellings === null && !isRequired({ missing })
        ? [cannotTellMissing({ model, reference: name }, targetModel, targetColumns)]
        : []
    }),
  )
  return [...checkRequired(models.flatMap(listRequired)), ...untold]
}

/** One problem for all: what is asked for all references is cured in one place. */
function checkRequired(references: readonly RequiredReference[]): readonly GyroError[] {
  const [first, ...others] = references
  if (first === undefined) return []
  return [others.length === 0 ? cannotBeNull(first) : someCannotBeNull(references)]
}

function listRequired({
  model,
  columns: all,
  references,
}: PreparedModel): readonly RequiredReference[] {
  return references.filter(isRequired).map(({ name: reference, columns }) => {
    const isShared = all.some(({ column, isNotNull }) => columns.includes(column) && !isNotNull)
    return { model, reference, columns, isShared }
  })
}

/** Whether it is to become NULL and cannot. */
function isRequired({ missing }: Pick<PreparedModel['references'][number], 'missing'>): boolean {
  return missing.policy === 'null' && missing.nulled.length === 0
}
