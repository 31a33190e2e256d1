import { buildErrorReport } from '../error/error-report.js'
import { displayName } from '../postgres/identifier.js'
import type { LockedTable } from '../postgres/table-locks.js'
import { describeConflict } from './describe-conflict.js'
import type {
  ImportPlan,
  ModelPlan,
  PlannedDeferral,
  PlannedDialect,
  PlannedKeys,
  PlannedLock,
  PlannedRebuild,
  PlannedServer,
  PlanStep,
} from './import-plan.js'
import { describeMaker } from './made-columns.js'
import type {
  KeyForecast,
  PreparedDeferral,
  PreparedGroup,
  PreparedImport,
  PreparedModel,
  PreparedRebuild,
} from './prepared-import.js'
import type { ReservedKey } from './prepared-key.js'

/**
 * Turns what was decided into what people and programs read.
 *
 * @param target The database for people, without password.
 * @param ways What each mode for foreign keys would take.
 */
export function describePlan(
  prepared: PreparedImport,
  { target, ways }: Pick<ImportPlan, 'target' | 'ways'>,
): ImportPlan {
  const { groups, models, forecasts, release, problems, grants, warnings, drift } = prepared
  return {
    target,
    server: describeServer(prepared),
    steps: groups.map((group, index) => describeStep(group, index + 1, prepared)),
    models: models.map((model) => describeModel(model, forecasts.get(model.model))),
    truncated: prepared.emptied.map((table) => ({
      table: displayName(table),
      rows: countRows(table),
    })),
    rebuild: release?.technique === 'rebuild' ? describeRebuild(release) : null,
    deferral: release?.technique === 'deferred' ? describeDeferral(release) : null,
    ways,
    problems: problems.map(buildErrorReport),
    rowProblems: null,
    grants,
    warnings,
    drift,
  }
}

function describeServer({ server, poolerSign }: PreparedImport): PlannedServer {
  const { flavour, version, role, isSuperuser } = server
  return { flavour, version, role, isSuperuser, pooler: poolerSign }
}

function describeStep(
  { models, why }: PreparedGroup,
  group: number,
  { models: prepared, obstacle }: PreparedImport,
): PlanStep {
  const [{ technique }] = prepared.filter(({ model }) => models.includes(model)) as [PreparedModel]
  const isHindered = technique === 'checked' && obstacle !== null
  return { group, models, technique, why: isHindered ? `${why} ${obstacle}` : why }
}

function describeRebuild({ locked, kept, seconds }: PreparedRebuild): PlannedRebuild {
  return { locked: locked.map(describeLock), kept, seconds }
}

function describeDeferral({ locked, seconds }: PreparedDeferral): PlannedDeferral {
  return { locked: locked.map(describeLock), seconds }
}

function describeLock(table: LockedTable): PlannedLock {
  return { table: displayName(table), bytes: table.bytes, rows: countRows(table) }
}

/** By the statistics; null without. */
function countRows({ estimatedRows }: { readonly estimatedRows: number }): number | null {
  return estimatedRows < 0 ? null : estimatedRows
}

function describeModel(prepared: PreparedModel, forecast: KeyForecast | undefined): ModelPlan {
  const { model, table, source, strategy, estimatedRows, triggers } = prepared
  return {
    model,
    table: displayName(table),
    isOwner: prepared.isOwner,
    file: source.name,
    files: source.parts.map(({ name }) => name),
    bytes: source.originals?.bytes ?? source.bytes,
    estimatedRows,
    columns: prepared.columns
      .filter(({ role }) => role.kind !== 'drop')
      .map(({ header, column }) => ({ header, column })),
    made: prepared.made.map(({ column, value }) => ({ column, by: describeMaker(value) })),
    dialect: describeDialect(prepared.dialect),
    strategy,
    keys: describeKeys(prepared, forecast),
    conflict: describeConflict(prepared),
    references: prepared.references.map((reference) => ({
      name: reference.name,
      columns: reference.columns,
      target: reference.targetModel,
      policy: reference.followed === null ? 'keep' : 'remap',
      missing: reference.missing.policy,
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

function describeKeys(
  { key, businessKey }: PreparedModel,
  forecast: KeyForecast | undefined,
): PlannedKeys | null {
  if (key === null) {
    return null
  }
  const { column } = key
  if (key.kind !== 'reserved') {
    return { column, by: describeOrigin(key, businessKey), sequence: null, from: null, to: null }
  }
  return {
    column,
    by: null,
    sequence: key.sequence?.name ?? null,
    from: forecast === undefined ? null : String(forecast.first),
    to: forecast === undefined ? null : String(forecast.last),
  }
}

/** Where keys come from that are no range of ids. */
function describeOrigin(
  key: Exclude<PreparedModel['key'], ReservedKey | null>,
  businessKey: PreparedModel['businessKey'],
): string {
  switch (key.kind) {
    case 'made':
      return describeMaker({ kind: 'client', ...key.shape })
    case 'matched':
      return `match on ${listColumns(businessKey)}`
    case 'hashed':
      return `hash of ${listColumns(businessKey)}`
    case 'custom':
      return 'your strategy'
    case 'pinned':
      return 'a row that is there'
  }
}

function listColumns(businessKey: PreparedModel['businessKey']): string {
  return (businessKey ?? []).map(({ column }) => column).join(', ')
}
