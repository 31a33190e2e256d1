import fc from 'fast-check'
import type { PlainOptions, PlainReference, PlainRow } from './slice-reference.js'

/**
 * `single`: one column that may be NULL. `composite`: two that may. `half`: two, the first of which may
 * not. `full`: two, MATCH FULL. `loose`: without a foreign key, so that it may lead nowhere.
 */
export type Kind = 'single' | 'required' | 'composite' | 'half' | 'full' | 'loose'

/** A reference, and the columns that it is made of. */
export interface DrawnReference extends PlainReference {
  readonly kind: Kind
}

const MODELS = ['Alpha', 'beta "b"', 'Gamma%', 'delta', 'Épsilon']

const KINDS: readonly Kind[] = ['single', 'required', 'composite', 'half', 'full', 'loose']

/** A database of a few small tables that refer to each other and to themselves. */
export const arbitraryDatabase = fc.record({
  counts: fc.array(fc.nat({ max: 9 }), { minLength: 3, maxLength: 5 }),
  references: fc.array(
    fc.record({
      kind: fc.constantFrom(...KINDS),
      from: fc.nat({ max: 4 }),
      to: fc.nat({ max: 4 }),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  /** Which rows are referred to, one number after the other. */
  picks: fc.array(fc.nat({ max: 99 }), { minLength: 40, maxLength: 40 }),
})

/** What is asked of it; models and references are told by numbers. */
export const arbitrarySlice = fc.record({
  roots: fc.array(fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 8 })), { minLength: 1, maxLength: 4 }),
  include: fc.option(fc.array(fc.nat({ max: 12 }), { maxLength: 5 }), { nil: undefined }),
  exclude: fc.array(fc.nat({ max: 12 }), { maxLength: 2 }),
  depth: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
  limit: fc.array(fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 4 })), { maxLength: 2 }),
  prunes: fc.boolean(),
  chunkRows: fc.constantFrom(1, 2, 1000),
  chainSteps: fc.constantFrom(0, 1, 16),
})

type Drawn<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never

/** A database: its tables have columns `id` and `code`, and those of their references. */
export interface DrawnDatabase {
  readonly models: readonly string[]
  readonly references: readonly DrawnReference[]
  readonly rows: readonly PlainRow[]
}

export function buildDatabase({
  counts,
  references,
  picks,
}: Drawn<typeof arbitraryDatabase>): DrawnDatabase {
  const models = MODELS.slice(0, counts.length)
  const idsOf = (model: string) =>
    Array.from({ length: counts[models.indexOf(model)] ?? 0 }, (_, index) => index + 1)
  const named = references.map(({ kind, from, to }, index): DrawnReference => {
    const target = models[to % models.length] as string
    const name = `r${index}`
    // Nobody can refer to a row of an empty table.
    const possible = kind === 'required' && idsOf(target).length === 0 ? 'single' : kind
    return {
      name,
      kind: possible,
      from: models[from % models.length] as string,
      to: target,
      nullable: nullableOf(possible, name),
    }
  })
  let next = 0
  const pick = (most: number) => (picks[next++ % picks.length] as number) % most
  const rows = models.flatMap((model) =>
    idsOf(model).map((id): PlainRow => {
      const own = named.filter(({ from }) => from === model)
      const targets = own.map(({ name, kind, to }): [string, number | null] => {
        const ids = idsOf(to)
        if (kind === 'required') return [name, ids[pick(ids.length)] as number]
        if (kind === 'loose') return [name, pick(4) === 0 ? null : pick(12)]
        return [name, ids[pick(ids.length + 2)] ?? null]
      })
      return { model, id, targets: Object.fromEntries(targets) }
    }),
  )
  return { models, references: named, rows }
}

function nullableOf(kind: Kind, name: string): readonly string[] {
  // What stays of half a reference names a row that nothing else fetches.
  if (kind === 'required' || kind === 'half') return []
  if (kind === 'single' || kind === 'loose') return [name]
  return [`${name}_a`, `${name}_b`]
}

/** Whether a reference has two columns, `_a` and `_b`, to `id` and `code`. */
export const isComposite = (kind: Kind) => ['composite', 'half', 'full'].includes(kind)

/** What the first column of half a reference holds where the second is NULL. */
export const HALF = 1

/** What the second column of a composite reference holds: it is not the id, nor of its type. */
export const codeOf = (id: number) => `c${id % 3}`

/** What the columns of a reference hold in COPY text. */
export function cellsOf(
  row: PlainRow,
  { kind, name }: DrawnReference,
  lost: readonly string[],
): string[] {
  const id = row.targets[name] ?? null
  const isLost = lost.includes(name)
  if (!isComposite(kind)) return [id === null || isLost ? '\\N' : String(id)]
  const first = kind === 'half' ? String(id ?? HALF) : id === null || isLost ? '\\N' : String(id)
  return [first, id === null || isLost ? '\\N' : codeOf(id)]
}

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

/** SQL that makes it, in the schema `shop`, in place of one that was there before. */
export function renderDatabase({ models, references, rows }: DrawnDatabase): string {
  const tables = models.map((model) => {
    const own = references.filter(({ from }) => from === model)
    const columns = own.flatMap(({ kind, name }) => {
      if (!isComposite(kind)) return [`${name} bigint ${kind === 'required' ? 'not null' : ''}`]
      return [`${name}_a bigint ${kind === 'half' ? 'not null' : ''}`, `${name}_b varchar(3)`]
    })
    const values = rows
      .filter((row) => row.model === model)
      .map((row) => {
        const cells = own.flatMap((each) => cellsOf(row, each, []))
        const rendered = cells.map((cell) => (cell === '\\N' ? 'null' : `'${cell}'`))
        return `(${[row.id, `'${codeOf(row.id)}'`, ...rendered].join()})`
      })
    return `\
create table ${quoted(model)} (
  ${['id int primary key', 'code text not null', ...columns, 'unique (id, code)'].join(', ')}
);
${values.length === 0 ? '' : `insert into ${quoted(model)} values ${values.join()};`}`
  })
  const keys = references
    .filter(({ kind }) => kind !== 'loose')
    .map(({ kind, name, from, to }) => {
      const columns = isComposite(kind) ? `${name}_a, ${name}_b` : name
      const target = isComposite(kind) ? '(id, code)' : '(id)'
      const match = kind === 'full' ? 'match full' : ''
      return `alter table ${quoted(from)} add constraint ${name}
foreign key (${columns}) references ${quoted(to)} ${target} ${match};`
    })
  return `\
drop schema if exists shop cascade; create schema shop; set search_path to shop;
${[...tables, ...keys].join('\n')}`
}

/** The same options for the slicer and for the plain search. */
export function buildOptions(
  drawn: Drawn<typeof arbitrarySlice>,
  { models, references }: Pick<DrawnDatabase, 'models' | 'references'>,
) {
  const { prunes, chunkRows, chainSteps } = drawn
  const modelOf = (index: number) => models[index % models.length] as string
  const names = [...models, ...references.map(({ from, name }) => `${from}.${name}`)]
  const nameOf = (index: number) => names[index % names.length] as string
  const include = drawn.include?.map(nameOf)
  const exclude = drawn.exclude.map(nameOf)
  const roots: Record<string, number[]> = {}
  for (const [model, id] of drawn.roots) {
    roots[modelOf(model)] = [...(roots[modelOf(model)] ?? []), id]
  }
  const limit = Object.fromEntries(drawn.limit.map(([model, rows]) => [modelOf(model), rows]))
  const depth = drawn.depth === undefined ? {} : { depth: drawn.depth }
  const conditions = Object.entries(roots).map(
    ([model, ids]) => [model, { text: 't.id = any ($1::int[])', values: [ids] }] as const,
  )
  const isNamed = (all: readonly string[], { from, name }: PlainReference) =>
    all.includes(from) || all.includes(`${from}.${name}`)
  const plain: PlainOptions = {
    roots,
    isFollowed: (each) =>
      (include === undefined || isNamed(include, each)) && !isNamed(exclude, each),
    depth: drawn.depth ?? Number.POSITIVE_INFINITY,
    limit,
    prunes,
  }
  const told = {
    roots: new Map(conditions),
    ...(include === undefined ? {} : { include }),
    exclude,
    ...depth,
    limit,
    prune: prunes ? ('nullable' as const) : ('none' as const),
    chunkRows,
    chainSteps,
  }
  return { told, plain }
}
