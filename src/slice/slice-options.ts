import type { ExportPlan } from './export-plan.js'
import {
  invalidOption,
  limitedTwice,
  unknownModel,
  unknownReference,
  withoutRoots,
} from './slice-error.js'
import type { RootExpression } from './slice-statements.js'

/** Which rows of a database make a slice. Without roots it is all of them. */
export interface SliceOptions {
  /** Conditions by the Prisma names of their models: rows of which one is true are in by themselves. */
  readonly roots?: ReadonlyMap<string, RootExpression>
  /**
   * `Model` or `Model.reference`: only these references, or those of these models, are followed to the
   * rows that refer.
   * @default all
   */
  readonly include?: readonly string[]
  /**
   * As `include`: these are not followed.
   * @default none
   */
  readonly exclude?: readonly string[]
  /**
   * How many steps are taken from row to referring row at most. 0: none.
   * @default unlimited
   */
  readonly depth?: number
  /**
   * How many rows of a model are in by themselves at most, by its name, or as pairs of name and number.
   * @default unlimited
   */
  readonly limit?: SliceLimits
  /**
   * `nullable`: what a reference leads to that may be NULL is not fetched for it, and where nothing else
   * brings it the reference becomes NULL.
   * @default 'none'
   */
  readonly prune?: 'none' | 'nullable'
}

type SliceLimits = Readonly<Record<string, number>> | readonly (readonly [string, number])[]

/** Options with their defaults, names resolved. */
export interface ResolvedSliceOptions {
  /** Null: every row of every model. */
  readonly roots: ReadonlyMap<string, RootExpression> | null
  /** Whether a reference is followed to the rows that refer. */
  readonly isFollowed: (model: string, reference: string) => boolean
  readonly depth: number
  readonly limits: ReadonlyMap<string, number>
  readonly prunes: boolean
}

/**
 * @param plans Of all models that are exported.
 * @throws {GyroError} `SLICE.INVALID_OPTION`.
 */
export function resolveSliceOptions(
  options: SliceOptions,
  plans: ReadonlyMap<string, ExportPlan>,
): ResolvedSliceOptions {
  const { roots = new Map(), include, exclude = [], depth, limit = {}, prune = 'none' } = options
  for (const model of roots.keys()) expectModel('roots', model, plans)
  for (const name of include ?? []) expectReference('include', name, plans)
  for (const name of exclude) expectReference('exclude', name, plans)
  if (depth !== undefined && !isCount(depth)) {
    throw invalidOption('depth', depth, 'a whole number of steps, 0 or more')
  }
  if (prune !== 'none' && prune !== 'nullable') {
    throw invalidOption('prune', prune, '"none" or "nullable"')
  }
  const limits = resolveLimits(limit, plans)
  if (roots.size === 0) {
    const idle = { include: include?.length, exclude: exclude.length, depth, limit: limits.size }
    const vain = Object.entries(idle).find(([name, value]) =>
      name === 'depth' ? value !== undefined : (value ?? 0) > 0,
    )
    if (vain !== undefined) throw withoutRoots(vain[0])
  }
  const isNamed = (names: readonly string[], model: string, reference: string) =>
    names.includes(model) || names.includes(`${model}.${reference}`)
  return {
    roots: roots.size === 0 ? null : roots,
    isFollowed: (model, reference) =>
      (include === undefined || isNamed(include, model, reference)) &&
      !isNamed(exclude, model, reference),
    depth: depth ?? Number.POSITIVE_INFINITY,
    limits,
    prunes: prune === 'nullable',
  }
}

function resolveLimits(
  limit: SliceLimits,
  plans: ReadonlyMap<string, ExportPlan>,
): ReadonlyMap<string, number> {
  const limits = new Map<string, number>()
  const pairs = Array.isArray(limit) ? limit : Object.entries(limit)
  for (const [model, rows] of pairs as readonly (readonly [string, number])[]) {
    expectModel('limit', model, plans)
    if (!isCount(rows)) {
      throw invalidOption(`limit.${model}`, rows, 'a whole number of rows, 0 or more')
    }
    if (limits.has(model)) throw limitedTwice(model)
    limits.set(model, rows)
  }
  return limits
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function expectModel(
  option: string,
  model: string,
  plans: ReadonlyMap<string, ExportPlan>,
): ExportPlan {
  const plan = plans.get(model)
  if (plan === undefined) throw unknownModel(option, model, [...plans.keys()])
  return plan
}

/** Names of constraints may hold dots, those of models do not. */
function expectReference(
  option: string,
  name: string,
  plans: ReadonlyMap<string, ExportPlan>,
): void {
  const dot = name.indexOf('.')
  if (dot < 0) {
    expectModel(option, name, plans)
    return
  }
  const { references } = expectModel(option, name.slice(0, dot), plans)
  const known = references.map((reference) => `${name.slice(0, dot)}.${reference.name}`)
  if (!known.includes(name)) throw unknownReference(option, name, known)
}
