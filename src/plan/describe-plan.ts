import { buildErrorReport } from '../error/error-report.js'
import type { PostgresClient } from '../postgres/client.js'
import { displayName } from '../postgres/identifier.js'
import { type Numbering, readNumbering } from '../postgres/numbering.js'
import { countBehind, nextAfter } from '../postgres/sequence.js'
import type {
  ImportPlan,
  ModelPlan,
  PlannedDialect,
  PlannedKeys,
  PlannedRebuild,
  PlanStep,
} from './import-plan.js'
import { describeMaker } from './made-columns.js'
import type {
  PreparedGroup,
  PreparedImport,
  PreparedKey,
  PreparedModel,
  PreparedRebuild,
} from './prepared-import.js'

/**
 * Turns what was decided into what people and programs read, with the ids to come as they are now.
 *
 * @param target The database for people, without password.
 */
export async function describePlan(
  client: PostgresClient,
  prepared: PreparedImport,
  target: string,
): Promise<ImportPlan> {
  const { groups, models, rebuild, problems, warnings, drift } = prepared
  const keys = await describeKeys(client, models)
  return {
    target,
    steps: groups.map((group, index) => describeStep(group, index + 1, prepared)),
    models: models.map((model) => describeModel(model, keys.get(model.model) ?? null)),
    rebuild: rebuild === null ? null : describeRebuild(rebuild),
    problems: problems.map(buildErrorReport),
    warnings,
    drift,
  }
}

function describeStep(
  { models, way, why }: PreparedGroup,
  group: number,
  { rebuild, obstacle }: PreparedImport,
): PlanStep {
  if (way.technique !== 'checked') {
    return { group, models, technique: way.technique, why }
  }
  return rebuild === null
    ? { group, models, technique: 'checked', why: obstacle === null ? why : `${why} ${obstacle}` }
    : { group, models, technique: 'rebuild', why: rebuild.why }
}

function describeRebuild({ locked, kept, seconds }: PreparedRebuild): PlannedRebuild {
  return {
    locked: locked.map((table) => ({
      table: displayName(table),
      bytes: table.bytes,
      rows: table.estimatedRows < 0 ? null : table.estimatedRows,
    })),
    kept,
    seconds,
  }
}

function describeModel(prepared: PreparedModel, keys: PlannedKeys | null): ModelPlan {
  const { model, table, source, strategy, estimatedRows, triggers } = prepared
  return {
    model,
    table: displayName(table),
    file: source.name,
    files: source.parts.map(({ name }) => name),
    bytes: source.bytes,
    estimatedRows,
    columns: prepared.columns
      .filter(({ role }) => role.kind !== 'drop')
      .map(({ header, column }) => ({ header, column })),
    made: prepared.made.map(({ column, value }) => ({ column, by: describeMaker(value) })),
    dialect: describeDialect(prepared.dialect),
    strategy,
    keys,
    references: prepared.references.map((reference) => ({
      columns: reference.columns,
      target: reference.targetModel,
      policy: reference.followed === null ? 'keep' : 'remap',
    })),
    triggers,
  }
}

function describeDialect({
  delimiter,
  quote,
  escaper,
  lineEnd,
  isDetected,
}: PreparedModel['dialect']): PlannedDialect {
  const write = (byte: number | null) => (byte === null ? null : String.fromCharCode(byte))
  return {
    delimiter: String.fromCharCode(delimiter),
    quote: write(quote),
    escape: write(escaper),
    lineEnd,
    isDetected,
  }
}

/** The ids that would be taken now, by model. Reading them takes none. */
async function describeKeys(
  client: PostgresClient,
  models: readonly PreparedModel[],
): Promise<ReadonlyMap<string, PlannedKeys>> {
  const keyed = models.flatMap(({ model, table, key, estimatedRows }) =>
    key === null ? [] : [{ model, table, key, estimatedRows }],
  )
  const numberings = await readNumbering(
    client,
    keyed.map(({ table, key }) => ({ ...key, table })),
  )
  return new Map(
    keyed.map(({ model, key, estimatedRows }, index) => {
      const numbering = numberings[index] as Numbering
      const from = estimatedRows === 0 ? null : findFirst(key, numbering)
      return [model, describeRange(key, from, estimatedRows)]
    }),
  )
}

function describeRange(
  { column, sequence }: PreparedKey,
  from: bigint | null,
  estimatedRows: number,
): PlannedKeys {
  const to = from === null ? null : from + (sequence?.increment ?? 1n) * BigInt(estimatedRows - 1)
  return {
    column,
    sequence: sequence?.name ?? null,
    from: from === null ? null : String(from),
    to: to === null ? null : String(to),
  }
}

/** The first id that would be taken now; null when the role may not see it. */
function findFirst(
  { sequence, isReadable }: PreparedKey,
  { highest, next }: Numbering,
): bigint | null {
  if (sequence === null) {
    return isReadable ? nextAfter(highest) : null
  }
  if (next === null || highest === null) {
    return next
  }
  return next + countBehind(sequence, next, highest) * sequence.increment
}
