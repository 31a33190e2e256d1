import type { ManifestEnum } from '../manifest/manifest.js'
import { type PostgresClient, queryRows, type Statement } from '../postgres/client.js'
import { qualify, type TableName } from '../postgres/identifier.js'
import {
  translateConditionFailure,
  unknownRootModel,
  unusableCondition,
} from './condition/condition-error.js'
import { parseCondition } from './condition/parse-condition.js'
import { renderCondition } from './condition/render-condition.js'
import type { ExportPlan } from './export-plan.js'
import { expectRoots, type RootKeys, readRootKeys, renderRootKeys } from './root-keys.js'
import type { RootOptions, RowCondition } from './root-options.js'

/** What is exported, and the enums of the manifest. */
export interface ExportedModels {
  /** By model. */
  readonly plans: ReadonlyMap<string, ExportPlan>
  readonly enums: readonly ManifestEnum[]
}

/** The rows of a model that an export begins with. */
export interface RootCondition {
  /** A boolean expression over a row `t` of the table that is never NULL, with parameters from `$1` on. */
  readonly text: string
  readonly values: readonly unknown[]
  readonly table: TableName
  /** Those of `text` that were given by their keys; null where none are. */
  readonly keys: RootKeys | null
}

/**
 * The rows that an export begins with, by model. Several conditions and keys of a model add up. None
 * where nothing is given: then every row is meant.
 *
 * @throws {GyroError} `SLICE.INVALID_CONDITION`, `SLICE.INVALID_ROOT`, `SLICE.UNKNOWN_COLUMN`,
 * `SLICE.UNKNOWN_MODEL`.
 */
export function buildRootConditions(
  { where = {}, roots = {} }: RootOptions,
  { plans, enums }: ExportedModels,
): ReadonlyMap<string, RootCondition> {
  const parts = new Map<string, ConditionParts>()
  const partsOf = ({ name, table }: ExportPlan) => {
    const found = parts.get(name) ?? { table, texts: [], values: [], keys: null }
    parts.set(name, found)
    return found
  }
  for (const [name, given] of Object.entries(where)) {
    const plan = findPlan('where', name, plans)
    const { texts, values } = partsOf(plan)
    for (const condition of listConditions(name, given)) {
      const expression = parseCondition(plan.model, readCondition(name, condition))
      texts.push(`(${renderCondition(expression, { name, enums }, values)}) is true`)
    }
  }
  for (const [name, keys] of Object.entries(roots)) {
    const plan = findPlan('roots', name, plans)
    const found = partsOf(plan)
    found.keys = readRootKeys(plan, keys, enums)
    found.texts.push(renderRootKeys(found.keys, found.values))
  }
  for (const [name, { values }] of parts) expectRoom(name, values.length)
  return new Map(
    [...parts].map(([name, { texts, ...others }]) => [
      name,
      { ...others, text: `(${texts.join(' or ')})` },
    ]),
  )
}

/**
 * Lets PostgreSQL look at the conditions before anything is exported, and whether the keys are there.
 *
 * @throws {GyroError} `SLICE.INVALID_CONDITION`, `SLICE.INVALID_ROOT`, `SLICE.UNKNOWN_ROOT`. A transaction
 * that is open may have failed then.
 */
export async function expectRootConditions(
  client: PostgresClient,
  conditions: ReadonlyMap<string, RootCondition>,
): Promise<void> {
  for (const [model, condition] of conditions) {
    // Keys first: what is wrong with one is told better there.
    if (condition.keys !== null) await expectRoots(client, condition.keys)
    try {
      await queryRows(client, readNothing(condition))
    } catch (error) {
      throw translateConditionFailure(error, model)
    }
  }
}

/** Reads the types of all parts and the values of parameters, but no row. */
function readNothing({ table, text, values }: RootCondition): Statement {
  return { text: `select\nfrom ${qualify(table)} t\nwhere ${text}\nlimit 0`, values }
}

interface ConditionParts {
  readonly table: TableName
  readonly texts: string[]
  readonly values: unknown[]
  keys: RootKeys | null
}

function findPlan(
  option: 'where' | 'roots',
  name: string,
  plans: ReadonlyMap<string, ExportPlan>,
): ExportPlan {
  const plan = plans.get(name)
  if (plan === undefined) throw unknownRootModel(option, name, [...plans.keys()])
  return plan
}

/** No condition is none of the conditions: a program that made an empty list did not mean every row. */
function listConditions(
  model: string,
  given: RowCondition | readonly RowCondition[],
): readonly RowCondition[] {
  const conditions = Array.isArray(given) ? given : [given as RowCondition]
  if (conditions.length === 0) throw unusableCondition(model, 'The list of conditions is empty')
  return conditions
}

function readCondition(model: string, condition: unknown): { sql: string; values: unknown[] } {
  const { sql, values = [] } = (
    typeof condition === 'object' && condition !== null ? condition : { sql: condition }
  ) as { sql?: unknown; values?: unknown }
  if (typeof sql !== 'string' || !Array.isArray(values)) {
    throw unusableCondition(model, 'It is neither a text nor an object of sql and values')
  }
  return { sql, values: values.map((value, index) => readValue(model, value, index + 1)) }
}

/** As `pg` sends it. A date is UTC, also in a column without a time zone, as with Prisma Client. */
function readValue(model: string, value: unknown, position: number): unknown {
  const isDate = value instanceof Date
  const isUsable = isDate
    ? !Number.isNaN(value.getTime())
    : !['undefined', 'function', 'symbol'].includes(typeof value)
  if (!isUsable) throw unusableCondition(model, `The value of $${position} is none of PostgreSQL`)
  if (Array.isArray(value)) return value.map((each) => readValue(model, each, position))
  return isDate ? value.toISOString() : value
}

/** Parameters of a statement are counted in two bytes, and who selects rows may need some more. */
function expectRoom(model: string, count: number): void {
  if (count > 60_000) {
    const fix = 'Give rows by their keys instead: --root, or "roots" in the API.'
    const why = `Its texts and values are ${count}; 60000 are taken`
    throw unusableCondition(model, why, fix)
  }
}
