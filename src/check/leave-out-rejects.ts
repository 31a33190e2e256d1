import type { PreparedImport, PreparedModel } from '../plan/prepared-import.js'
import type { SourceFile } from '../source/source-file.js'
import type { RowCheck } from './row-check.js'
import { visitRejectedRows } from './visit-rejected-rows.js'

/** The same import of files that seem not to have the rejected rows. */
export async function leaveOutRejects(
  prepared: PreparedImport,
  check: RowCheck,
  signal?: AbortSignal,
): Promise<PreparedImport> {
  const remaining = new Map<string, PreparedModel['source']>()
  for (const model of check.models) {
    const faults = check.faultsOf(model.model)
    if (faults.size > 0) remaining.set(model.model, await leaveOut(model, check, signal))
  }
  const narrow = <Part extends Pick<PreparedImport, 'models'>>(part: Part): Part => ({
    ...part,
    models: part.models.map((model) => ({
      ...model,
      source: remaining.get(model.model) ?? model.source,
    })),
  })
  const { release } = prepared
  const isOptional = release?.technique === 'rebuild' && release.otherwise !== null
  return {
    ...narrow(prepared),
    release: isOptional ? { ...release, otherwise: narrow(release.otherwise) } : release,
  }
}

async function leaveOut(
  model: PreparedModel,
  check: RowCheck,
  signal: AbortSignal | undefined,
): Promise<PreparedModel['source']> {
  const rangesOf = new Map<SourceFile, number[]>()
  await visitRejectedRows(
    model,
    check.faultsOf(model.model),
    ({ part, range }) => {
      const ranges = rangesOf.get(part) ?? []
      ranges.push(range.from, range.to)
      rangesOf.set(part, ranges)
    },
    signal,
  )
  const keepsLines = model.headers.length > 1
  const [first, ...others] = model.source.parts.map((part): SourceFile => {
    const ranges = rangesOf.get(part)
    return ranges === undefined
      ? part
      : { ...part, leftOut: { ranges: Float64Array.from(ranges), keepsLines } }
  })
  return { ...model.source, parts: [first as SourceFile, ...others] }
}
