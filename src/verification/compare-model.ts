import { type PostgresClient, queryRow } from '../postgres/client.js'
import { displayName, qualify, type TableName } from '../postgres/identifier.js'
import { changedRows, goneRows, isMarkedBy } from '../rollback/mark-statements.js'
import type { ScopeTable } from '../rollback/rollback-scope.js'
import type { ComparedModel } from './compared-model.js'
import {
  type ComparedFacts,
  countMore,
  type Fact,
  listFacts,
  type RowsOfSide,
  sumFacts,
} from './fact-statements.js'
import type { TargetRows } from './mark-rows.js'
import type { NotCompared, VerifiedModel, VerifiedReference } from './verification-result.js'

/** A model and what was found of it. */
export interface FoundModel {
  readonly model: ComparedModel
  /** Of its files; null where they could not be read. */
  readonly files: number | null
  readonly target: TargetRows
}

/** What the comparison of a model came to. */
export interface ComparedParts {
  readonly model: VerifiedModel
  readonly references: readonly VerifiedReference[]
}

/** Compares the rows of a model with those of its files. */
export async function compareModel(
  client: PostgresClient,
  found: FoundModel,
): Promise<ComparedParts> {
  const { model, files, target } = found
  const { prepared, counts, staging } = model
  const { loaded, updated, skipped, rejected } = counts
  const back = Math.min(updated, target.updated)
  const ok =
    (files === null || files === loaded + updated + skipped + rejected) &&
    (target.loaded === null || target.loaded === loaded) &&
    back === updated
  const rows = {
    ...{ files, loaded, updated, skipped, rejected },
    target: target.loaded === null ? null : target.loaded + back,
    ok,
  }
  const isCompared = staging !== null && target.loaded !== null
  const facts = isCompared ? await compareFacts(client, { ...found, staging }) : []
  const indistinct: readonly NotCompared[] =
    target.loaded === null
      ? [{ kind: 'model', name: '', why: 'its rows cannot be told from others' }]
      : []
  return {
    model: {
      model: prepared.model,
      table: displayName(prepared.table),
      rows,
      columns: facts.flatMap(({ fact, ok }) =>
        fact.kind === 'column' ? [{ column: fact.name, ok }] : [],
      ),
      together: facts.find(({ fact }) => fact.kind === 'row')?.ok ?? null,
      notCompared: [...model.notCompared, ...indistinct],
    },
    references: facts.flatMap(({ fact, ok, rows }) =>
      fact.kind === 'reference' ? [{ model: prepared.model, reference: fact.name, rows, ok }] : [],
    ),
  }
}

/**
 * Columns without which rows are as in the files, references aside; none where they are so with all, or
 * where it might be any.
 */
export async function findMisplaced(
  client: PostgresClient,
  { model, target: { table } }: FoundModel,
): Promise<readonly string[]> {
  const { columns, staging, isWhole } = model
  if (staging === null || !isWhole) return []
  const files: RowsOfSide = { side: 'files', staging }
  const sides = { files, target: markedBy(table, goneRows(table)), isWhole }
  const isRight = async (part: ComparedModel['columns']) => {
    const facts = await compareSides(client, { columns: part, references: [] }, sides)
    return facts.find(({ fact }) => fact.kind === 'row')?.ok === true
  }
  if (await isRight(columns)) return []
  const misplaced: string[] = []
  for (const { column } of columns) {
    const others = columns.filter((each) => each.column !== column)
    if (await isRight(others)) misplaced.push(column)
  }
  return misplaced.length === columns.length ? [] : misplaced
}

interface ComparedFact {
  readonly fact: Fact
  /** Rows of the target that have it. */
  readonly rows: number
  readonly ok: boolean
}

async function compareFacts(
  client: PostgresClient,
  { model, target, staging }: FoundModel & { readonly staging: TableName },
): Promise<readonly ComparedFact[]> {
  const { table } = target
  const files: RowsOfSide = { side: 'files', staging }
  const sides = { files, target: markedBy(table, goneRows(table)) }
  const compared = await compareSides(client, model, { ...sides, isWhole: model.isWhole })
  if (model.counts.updated === 0) return compared
  const part = updatedPart(model)
  const updated = { files, target: markedBy(table, changedRows(table)), isWhole: false }
  const others = await compareSides(client, part, updated)
  return compared.map((each) => {
    const other = others.find(
      ({ fact }) => fact.kind === each.fact.kind && fact.name === each.fact.name,
    )
    if (other === undefined) return each
    return { ...each, rows: each.rows + other.rows, ok: each.ok && other.ok }
  })
}

/** The rows of a table that are marked. */
function markedBy(table: ScopeTable, marks: TableName): RowsOfSide {
  return {
    side: 'target',
    from: `from ${qualify(marks)} m\njoin ${qualify(table)} c on ${isMarkedBy(table, 'c', 'm')}`,
  }
}

/** What an update has set. */
function updatedPart({ prepared, columns, references }: ComparedModel): ComparedFacts {
  const set = new Set(prepared.conflict?.updated.map(({ column }) => column))
  return {
    columns: columns.filter(({ column }) => set.has(column)),
    references: references.filter((each) => each.columns.every((name) => set.has(name))),
  }
}

/**
 * Sums tell whether sides are equal. Where one of them has fewer rows, as is meant or not, it is asked
 * whether the other has all its values: rows that are gone do not make every column a wrong one.
 */
async function compareSides(
  client: PostgresClient,
  compared: ComparedFacts,
  sides: { readonly files: RowsOfSide; readonly target: RowsOfSide; readonly isWhole: boolean },
): Promise<readonly ComparedFact[]> {
  const target = await readSums(client, compared, sides.target)
  const files = sides.isWhole ? await readSums(client, compared, sides.files) : null
  const pair =
    files === null || target.rows <= files.rows
      ? { more: sides.target, than: sides.files }
      : { more: sides.files, than: sides.target }
  const results: ComparedFact[] = []
  for (const [index, fact] of listFacts(compared).entries()) {
    const own = target.sums[index] ?? []
    const isEqual = files !== null && String(own) === String(files.sums[index])
    const isOf = async () => {
      const { more } = await queryRow<{ more: number }>(client, countMore(compared, fact, pair))
      return more === 0
    }
    const ok = isEqual || (files?.rows !== target.rows && (await isOf()))
    results.push({ fact, rows: Number(own[0]), ok })
  }
  return results
}

interface Sums {
  readonly rows: number
  readonly sums: readonly (readonly string[])[]
}

async function readSums(
  client: PostgresClient,
  compared: ComparedFacts,
  side: RowsOfSide,
): Promise<Sums> {
  const { rows, ...sums } = await queryRow<{ rows: number } & Record<string, readonly string[]>>(
    client,
    sumFacts(compared, side),
  )
  return { rows, sums: listFacts(compared).map((_, index) => sums[`f${index}`] ?? []) }
}
