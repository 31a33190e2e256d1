import fc from 'fast-check'
import {
  type HashedType,
  hashIdentity,
  hashKey,
  type IdentityPart,
} from '../../src/keys/hash-key.js'

/** Models that refer to those before them, and rows that no business key takes for one. */
export interface Family {
  readonly models: readonly FamilyModel[]
}

interface FamilyModel {
  readonly name: string
  readonly type: 'int4' | 'int8' | 'uuid'
  readonly strategy: 'sequential' | 'fresh' | 'none' | 'match' | 'hash'
  /** Places of the models that it refers to. */
  readonly parents: readonly number[]
  /** Whether the business key has a text beside the references. */
  readonly isNamed: boolean
  readonly rows: readonly FamilyRow[]
}

interface FamilyRow {
  /** Places of rows of the parents. */
  readonly parents: readonly (number | null)[]
  readonly name: string | null
  /** Where it is put among the rows of the other export: what it is sorted by, and its key there. */
  readonly other: number
}

/** Which export: the rows are the same, but not their keys and their order. */
export type Edition = 'first' | 'other'

/** Two to four models, of which the last one is hashed. */
export function families(): fc.Arbitrary<Family> {
  return fc
    .integer({ min: 2, max: 4 })
    .chain((count) =>
      fc
        .tuple(
          ...Array.from({ length: count }, (_, place) => familyModel(place, place + 1 === count)),
        )
        .map((models) => ({ models: keepDifferent(models) })),
    )
}

function familyModel(place: number, isLast: boolean): fc.Arbitrary<FamilyModel> {
  const before = Array.from({ length: place }, (_, index) => index)
  const strategies = ['sequential', 'fresh', 'none', 'match', 'hash'] as const
  const row = fc.record({
    parents: fc.array(fc.option(fc.nat({ max: 5 }), { freq: 4 }), { minLength: 2, maxLength: 2 }),
    name: fc.option(fc.constantFrom('', 'a', 'b', 'ü\t')),
    other: fc.nat(),
  })
  return fc.record({
    name: fc.constant(`Model${place}`),
    type: fc.constantFrom('int4', 'int8', 'uuid'),
    strategy: isLast ? fc.constant('hash') : fc.constantFrom(...strategies),
    parents: fc.subarray(before, { minLength: Math.min(place, 1), maxLength: Math.min(place, 2) }),
    isNamed: place === 0 ? fc.constant(true) : fc.boolean(),
    rows: fc.uniqueArray(row, { maxLength: 6, selector: ({ other }) => other }),
  })
}

/** References that lead to rows, and none of two rows that are the same. */
function keepDifferent(drawn: readonly FamilyModel[]): readonly FamilyModel[] {
  const kept: FamilyModel[] = []
  for (const model of drawn) {
    const seen = new Set<string>()
    const rows = model.rows
      .map((row) => ({
        ...row,
        parents: model.parents.map((parent, index) => {
          const count = kept[parent]?.rows.length ?? 0
          const drawnRow = row.parents[index] ?? null
          return drawnRow === null || count === 0 ? null : drawnRow % count
        }),
      }))
      .filter((row) => {
        const parts = JSON.stringify([row.parents, model.isNamed ? row.name : ''])
        const isNew = !seen.has(parts)
        seen.add(parts)
        return isNew
      })
    kept.push({ ...model, rows })
  }
  return kept
}

const PRISMA_TYPES = {
  int4: 'Int @id @default(autoincrement())',
  int8: 'BigInt @id',
  uuid: 'String @id @default(uuid()) @db.Uuid',
}

const REFERENCE_TYPES = { int4: 'Int?', int8: 'BigInt?', uuid: 'String? @db.Uuid' }

export function renderFamily({ models }: Family): string {
  return models
    .map(({ name, type, parents, isNamed }, place) => {
      const key = [...parents.map((parent) => `of${parent}`), ...(isNamed ? ['name'] : [])]
      const references = parents.flatMap((parent) => {
        const { name: target = '', type: targetType = 'int4' } = models[parent] ?? {}
        return [
          `of${parent} ${REFERENCE_TYPES[targetType]}`,
          `to${parent} ${target}? @relation(fields: [of${parent}], references: [id])`,
        ]
      })
      const children = models.flatMap((model, index) =>
        model.parents.includes(place) ? [`by${index} ${model.name}[]`] : [],
      )
      const fields = [`id ${PRISMA_TYPES[type]}`, 'name String?', 'label String']
      const lines = [...fields, ...references, ...children].map((line) => `  ${line}\n`)
      return `/// @gyro.key(${key.join(', ')})\nmodel ${name} {\n${lines.join('')}}\n`
    })
    .join('\n')
}

export function writeFamily(
  { models }: Family,
  edition: Edition,
): Readonly<Record<string, string>> {
  const keyOf = (place: number, row: number) => {
    const { type = 'int4', rows = [] } = models[place] ?? {}
    const others = rows.map(({ other }) => other).toSorted((a, b) => a - b)
    const number = edition === 'first' ? row + 1 : 100 + others.indexOf(rows[row]?.other ?? 0)
    return type === 'uuid' ? `00000000-0000-4000-8000-${String(number).padStart(12, '0')}` : number
  }
  const files = models.map(({ name, parents, rows }, place) => {
    const lines = rows.map((row, index) => ({
      other: row.other,
      line: [
        keyOf(place, index),
        row.name === null ? '' : `"${row.name}"`,
        `row ${index}`,
        ...row.parents.map((parent, at) =>
          parent === null ? '' : keyOf(parents[at] as number, parent),
        ),
      ].join(','),
    }))
    const ordered = edition === 'first' ? lines : lines.toSorted((a, b) => a.other - b.other)
    const header = ['id', 'name', 'label', ...parents.map((parent) => `of${parent}`)].join(',')
    return [`${name}.csv`, [header, ...ordered.map(({ line }) => line), ''].join('\n')] as const
  })
  return Object.fromEntries(files)
}

/** The key of each row of a hashed model, as `docs/hash-keys.md` says. */
export function expectKeys(family: Family, model: FamilyModel): readonly (readonly string[])[] {
  const place = family.models.indexOf(model)
  const type: HashedType = model.type
  return model.rows.map((_, row) => [
    `row ${row}`,
    hashKey({ model: model.name, type }, tellRow(family, place, row), 0),
  ])
}

function tellRow(family: Family, place: number, row: number): string {
  const { name, parents, isNamed, rows } = family.models[place] as FamilyModel
  const told = rows[row] as FamilyRow
  const references = told.parents.map(
    (parent, at): IdentityPart =>
      parent === null
        ? { kind: 'value', text: null }
        : { kind: 'identity', text: tellRow(family, parents[at] as number, parent) },
  )
  const names: readonly IdentityPart[] = isNamed ? [{ kind: 'value', text: told.name }] : []
  return hashIdentity(name, [...references, ...names])
}
