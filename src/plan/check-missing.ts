import type { GyroError } from '../error/gyro-error.js'
import { cannotBeNull, cannotTellMissing } from './missing-error.js'
import type { PreparedModel } from './prepared-import.js'

/** What stands against the policies for references whose rows are not in the files. */
export function checkMissing(models: readonly PreparedModel[]): readonly GyroError[] {
  const imported = new Set(models.map(({ model }) => model))
  return models.flatMap(({ model, columns: all, references }) =>
    references.flatMap(({ name, columns, targetModel, targetColumns, missing }) => {
      const place = { model, reference: name }
      if (missing.policy === 'null' && missing.nulled.length === 0) {
        const isShared = all.some(({ column, isNotNull }) => columns.includes(column) && !isNotNull)
        return [cannotBeNull(place, columns, isShared)]
      }
      const isRead = missing.guards.length > 0 && imported.has(targetModel)
      return isRead && missing.spellings === null
        ? [cannotTellMissing(place, targetModel, targetColumns)]
        : []
    }),
  )
}
