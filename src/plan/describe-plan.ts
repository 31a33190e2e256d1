import { buildErrorReport } from '../error/error-report.js'
import type { LoadGroup } from '../graph/circular-dependency-resolver.js'
import type { PostgresClient } from '../postgres/client.js'
import { displayName, type TableName } from '../postgres/identifier.js'
import { countBehind, nextAfter, readHighest, readNext } from '../postgres/sequence.js'
import type { ImportPlan, ModelPlan, PlannedKeys, PlanStep } from './import-plan.js'
import { describeMaker } from './made-columns.js'
import type { PreparedImport, PreparedKey, PreparedModel } from './prepared-import.js'

/**
 * Turns what was decided into what people and programs read, with the ids to come as they are now.
 *
 * @param target The database for people, without password.
 */
export async function describePlan(
  client: PostgresClient,
  { groups, models, problems, warnings }: PreparedImport,
  target: string,
): Promise<ImportPlan> {
  const modelPlans: ModelPlan[] = []
  for (const model of models) {
    const keys = model.key === null ? null : await describeKeys(client, model, model.key)
    modelPlans.push(describeModel(model, keys))
  }
  return {
    target,
    steps: groups.map((group, index) => describeStep(group, index + 1)),
    models: modelPlans,
    problems: problems.map(buildErrorReport),
    warnings,
  }
}

function describeStep({ models, selfReferences }: LoadGroup, group: number): PlanStep {
  const why =
    selfReferences.length === 0
      ? 'Parents come first and constraints stay in place: PostgreSQL checks every row.'
      : `Constraints stay in place; one COPY holds all rows, so that ${selfReferences.join(' and ')} may point forward.`
  return { group, models, technique: 'checked', why }
}

function describeModel(
  { model, table, source, columns, made, strategy, estimatedRows, references }: PreparedModel,
  keys: PlannedKeys | null,
): ModelPlan {
  return {
    model,
    table: displayName(table),
    file: source.name,
    bytes: source.bytes,
    estimatedRows,
    columns: columns
      .filter(({ role }) => role.kind !== 'drop')
      .map(({ header, column }) => ({ header, column })),
    made: made.map(({ column, value }) => ({ column, by: describeMaker(value) })),
    strategy,
    keys,
    references: references.map((reference) => ({
      columns: reference.columns,
      target: reference.targetModel,
      policy: reference.followed === null ? 'keep' : 'remap',
    })),
  }
}

/** The ids that would be taken now. Reading them takes none. */
async function describeKeys(
  client: PostgresClient,
  { table, estimatedRows }: PreparedModel,
  key: PreparedKey,
): Promise<PlannedKeys> {
  const { column, sequence } = key
  const from = estimatedRows === 0 ? null : await findFirst(client, table, key)
  const to = from === null ? null : from + (sequence?.increment ?? 1n) * BigInt(estimatedRows - 1)
  return {
    column,
    sequence: sequence?.name ?? null,
    from: from === null ? null : String(from),
    to: to === null ? null : String(to),
  }
}

/** The first id that would be taken now; null when the role may not see it. */
async function findFirst(
  client: PostgresClient,
  table: TableName,
  { column, sequence, isReadable }: PreparedKey,
): Promise<bigint | null> {
  const highest = isReadable ? await readHighest(client, table, column) : null
  if (sequence === null) {
    return isReadable ? nextAfter(highest) : null
  }
  if (!sequence.isReadable) {
    return null
  }
  const next = await readNext(client, sequence)
  return highest === null ? next : next + countBehind(sequence, next, highest) * sequence.increment
}
