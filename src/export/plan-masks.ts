import type { ExportPlan } from '../slice/export-plan.js'
import { unsupportedOption } from './export-error.js'
import type { MaskPlan } from './mask-plan.js'
import type { ResolvedSlice } from './resolve-export-options.js'

/**
 * How columns are masked, by model; models without a mask are left out.
 *
 * @throws {GyroError} `EXPORT.INVALID_OPTION`.
 */
export function planMasks(
  _plans: ReadonlyMap<string, ExportPlan>,
  { mask, maskKey }: Pick<ResolvedSlice, 'mask' | 'maskKey'>,
): ReadonlyMap<string, MaskPlan> {
  if (Object.keys(mask).length > 0) throw unsupportedOption('mask')
  if (maskKey !== null) throw unsupportedOption('maskKey')
  return new Map()
}
