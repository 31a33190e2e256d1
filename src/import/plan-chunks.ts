import { buildErrorReport } from '../error/error-report.js'
import { rowsPerChunk } from '../load/load-in-chunks.js'
import type { ImportPlan } from '../plan/import-plan.js'
import type { PreparedGroup, PreparedImport, PreparedModel } from '../plan/prepared-import.js'
import { chunksNeedHistory, chunksNeedSession } from './resume-error.js'

/** What a plan tells of chunks. */
interface ChunkFindings {
  readonly batchSize: number
  /** Why there can be no history; null where there can. */
  readonly withoutHistory: readonly string[] | null
}

/** Tells how many chunks there will be, and what stands against committing them one by one. */
export function addChunks(
  plan: ImportPlan,
  prepared: PreparedImport,
  { batchSize, withoutHistory }: ChunkFindings,
): ImportPlan {
  const { groups, models, poolerSign } = prepared
  const problems = [
    ...(withoutHistory === null ? [] : [chunksNeedHistory(withoutHistory)]),
    ...(poolerSign === null ? [] : [chunksNeedSession(poolerSign)]),
  ]
  const steps = plan.steps.map((step, place) => {
    const members = models.filter(({ model }) => step.models.includes(model))
    const chunks = describeChunks(groups[place] as PreparedGroup, members, batchSize)
    return { ...step, why: `${step.why} ${chunks}` }
  })
  return {
    ...plan,
    steps,
    problems: [...plan.problems, ...problems.map(buildErrorReport)],
    warnings: [...plan.warnings, ...warnOfChunks(models)],
  }
}

function describeChunks(
  { way }: PreparedGroup,
  members: readonly PreparedModel[],
  batchSize: number,
): string {
  if (way.technique !== 'checked') return 'All of it is one chunk.'
  return members
    .map((model) => {
      const rows = rowsPerChunk(model, batchSize)
      const count = Math.max(1, Math.ceil(model.estimatedRows / rows))
      return Number.isFinite(rows)
        ? `${model.model} is committed in about ${count} chunks of ${rows} rows.`
        : `${model.model} is one chunk: its rows may refer to each other, or a trigger fires once for all.`
    })
    .join(' ')
}

/** What a person should know of chunks: others are at work between them. */
export function warnOfChunks(models: readonly PreparedModel[]): readonly string[] {
  return models
    .filter(({ key }) => {
      const reserved = key?.kind === 'matched' ? key.otherwise : key
      return reserved?.kind === 'reserved' && reserved.sequence === null
    })
    .map(
      ({ model, key }) =>
        `Nothing numbers ${model}.${key?.column}: the ids behind the highest one are taken, which others that insert between two chunks may take as well. The import stops then.`,
    )
}
