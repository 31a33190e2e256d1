import type { ModelPlan, ModelResult } from '../index.js'
import { formatNumberOf } from './quantity.js'
import { renderSection } from './render-section.js'
import type { Look } from './terminal.js'

/** `Order.customer: null`: the references for which it is not as by default. */
export function renderMissing(models: readonly ModelPlan[], look: Look): string | null {
  const lines = models.flatMap(({ model, references }) =>
    references
      .filter(({ policy, missing }) => missing !== (policy === 'keep' ? 'keep' : 'fail'))
      .map(({ name, missing }) => `${model}.${name}: ${missing}`),
  )
  return renderSection('Where the row referred to is not in the files', lines, look)
}

/** `Order.customer: 12 rows`: the references that became NULL. */
export function renderNulled(models: readonly ModelResult[], look: Look): string | null {
  const lines = models.flatMap(({ model, nulledReferences }) =>
    nulledReferences.map(
      ({ reference, rows }) => `${model}.${reference}: ${formatNumberOf(rows, 'row')}`,
    ),
  )
  return renderSection('Refer to nothing, as the row is not in the files', lines, look)
}
