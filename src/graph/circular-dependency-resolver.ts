import { alg, Graph } from '@dagrejs/graphlib'
import type { ManifestModel, ManifestReference } from '../manifest/manifest.js'

/** What load order depends on: a model of the manifest, or less of it. */
export interface GraphModel extends Pick<ManifestModel, 'name'> {
  readonly references: readonly Pick<ManifestReference, 'name' | 'target'>[]
}

/** Models that have to be loaded together: one, or all that refer to each other in a circle. */
export interface LoadGroup {
  /** In byte order. More than one is a cycle. */
  readonly models: readonly string[]
  /** 0 for groups that refer to no other, else one more than the highest of those referred to. */
  readonly level: number
  /** References of a model to itself, such as `Category.parent`. Not counted as cycles. */
  readonly selfReferences: readonly string[]
  /**
   * The ways round, such as `User.team → Team.owner → User`. Not all there may be, which can be a
   * huge number, but every reference within the group is on at least one of them.
   */
  readonly cycles: readonly string[]
}

/**
 * Puts models into load order: a row is loaded after every row it refers to. References to models
 * that are not among them are left out.
 *
 * @example
 * new CircularDependencyResolver(manifest.models).resolve(new Set(['Order', 'Customer']))
 * // [{ models: ['Customer'], level: 0, … }, { models: ['Order'], level: 1, … }]
 */
export class CircularDependencyResolver {
  readonly #models: readonly GraphModel[]

  constructor(models: readonly GraphModel[]) {
    this.#models = models.toSorted((a, b) => compare(a.name, b.name))
  }

  /**
   * Groups in load order: by level, ties by name. The same models give the same order, however
   * they were passed.
   *
   * @param names The models to load. Default: all.
   */
  resolve(names?: ReadonlySet<string>): readonly LoadGroup[] {
    const models = this.#models.filter(({ name }) => names === undefined || names.has(name))
    const references = buildReferences(models)
    const outgoing = groupByStart(references)
    const levels = new Map<string, number>()
    const groups = connectedModels(models, references).map((members) => {
      const group = buildGroup(members, outgoing, levels)
      for (const name of members) {
        levels.set(name, group.level)
      }
      return group
    })
    return groups.toSorted((a, b) => a.level - b.level || compare(a.models.join(), b.models.join()))
  }
}

interface Reference {
  readonly from: string
  readonly to: string
  /** `Order.customer` */
  readonly label: string
}

function buildReferences(models: readonly GraphModel[]): readonly Reference[] {
  const known = new Set(models.map(({ name }) => name))
  return models
    .flatMap(({ name, references }) =>
      references.map((to) => ({ from: name, to: to.target, label: `${name}.${to.name}` })),
    )
    .filter(({ to }) => known.has(to))
    .toSorted((a, b) => compare(a.label, b.label))
}

/** Strongly connected models, referred-to ones before those that refer to them. */
function connectedModels(
  models: readonly GraphModel[],
  references: readonly Reference[],
): readonly (readonly string[])[] {
  // graphlib keeps nodes in plain objects, so that a bare `constructor` would count as there already.
  const graph = new Graph()
  for (const { name } of models) {
    graph.setNode(`.${name}`)
  }
  for (const { from, to } of references) {
    graph.setEdge(`.${from}`, `.${to}`)
  }
  return alg.tarjan(graph).map((members) => members.map((id) => id.slice(1)).toSorted())
}

function buildGroup(
  members: readonly string[],
  outgoing: ReadonlyMap<string, readonly Reference[]>,
  levels: ReadonlyMap<string, number>,
): LoadGroup {
  const known = new Set(members)
  const own = members.flatMap((name) => outgoing.get(name) ?? [])
  const parentLevels = own.flatMap(({ to }) => levels.get(to) ?? [])
  const within = own.filter(({ from, to }) => from !== to && known.has(to))
  return {
    models: members,
    level: Math.max(-1, ...parentLevels) + 1,
    selfReferences: own.filter(({ from, to }) => from === to).map(({ label }) => label),
    cycles: nameCycles(within),
  }
}

/** For every reference the shortest way back to where it starts; each way round only once. */
function nameCycles(within: readonly Reference[]): readonly string[] {
  const outgoing = groupByStart(within)
  const arrivals = new Map<string, ReadonlyMap<string, Reference>>()
  const cycles = new Map<string, string>()
  for (const first of within) {
    const known = arrivals.get(first.to) ?? findArrivals(first.to, outgoing)
    arrivals.set(first.to, known)
    const labels = [first, ...walkBack(first.from, known)].map(({ label }) => label)
    const id = labels.toSorted().join()
    if (!cycles.has(id)) {
      cycles.set(id, [...labels, first.from].join(' → '))
    }
  }
  return [...cycles.values()]
}

function groupByStart(references: readonly Reference[]): ReadonlyMap<string, readonly Reference[]> {
  const groups = new Map<string, Reference[]>()
  for (const reference of references) {
    const group = groups.get(reference.from) ?? []
    groups.set(reference.from, group)
    group.push(reference)
  }
  return groups
}

/** By model: the reference by which a shortest path from the start arrives. Breadth first. */
function findArrivals(
  start: string,
  outgoing: ReadonlyMap<string, readonly Reference[]>,
): ReadonlyMap<string, Reference> {
  const arrivals = new Map<string, Reference>()
  const reached = new Set([start])
  for (const model of reached) {
    // Every model of a cycle refers to another one of it.
    for (const reference of outgoing.get(model) as readonly Reference[]) {
      if (!reached.has(reference.to)) {
        reached.add(reference.to)
        arrivals.set(reference.to, reference)
      }
    }
  }
  return arrivals
}

/** The path that arrives at the end, from its first reference on. */
function walkBack(end: string, arrivals: ReadonlyMap<string, Reference>): readonly Reference[] {
  const path: Reference[] = []
  for (let last = arrivals.get(end); last !== undefined; last = arrivals.get(last.from)) {
    path.unshift(last)
  }
  return path
}

/** Byte order. Names are never equal: neither two models nor two references of one have the same. */
function compare(a: string, b: string): number {
  return a < b ? -1 : 1
}
