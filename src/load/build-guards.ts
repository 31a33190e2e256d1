import { InternalError } from '../error/internal-error.js'
import type { ReferenceGuard } from '../keys/reference-guard.js'
import type { PreparedModel, PreparedReference } from '../plan/prepared-import.js'
import type { LoadContext } from './load-context.js'
import { nameSoughtKeys } from './sought-keys.js'

/** What is looked up before a column of a model is written: errors first. */
export function buildGuards(
  context: LoadContext,
  { columns, references }: PreparedModel,
  column: string,
): readonly ReferenceGuard[] {
  const guards = references.flatMap((reference) => {
    const { onMissing } = reference.missing.guards.find((each) => each.column === column) ?? {}
    if (onMissing === undefined) return []
    const places = reference.columns.map((name, place) => ({
      index: columns.findIndex((each) => each.column === name),
      // Of keys that cannot be compared none is known: whatever text is none of them.
      spelling: reference.missing.spellings?.[place] ?? 'text',
    }))
    const known = knownKeys(context, reference)
    return [{ columns: places, known, onMissing, target: reference.targetModel }]
  })
  return guards.sort((a, b) => Number(b.onMissing === 'fail') - Number(a.onMissing === 'fail'))
}

function knownKeys(
  { sourceKeys }: LoadContext,
  reference: PreparedReference,
): ReferenceGuard['known'] {
  const name = nameSoughtKeys(reference)
  const keys = sourceKeys?.get(name)
  if (keys === undefined) {
    throw new InternalError(`The keys ${name} were not read before they were needed`)
  }
  return keys
}
