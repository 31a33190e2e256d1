import type { PostgresClient } from '../postgres/client.js'
import {
  type ComparedParts,
  compareModel,
  type FoundModel,
  findMisplaced,
} from './compare-model.js'
import type { ComparedModel } from './compared-model.js'

/** Names of columns, by model. */
type WrongColumns = ReadonlyMap<string, ReadonlySet<string>>

/**
 * Compares all models. Rows are told by their values: where some of these differ, references and whole
 * rows are compared once more without them, so that what is named is what is wrong.
 */
export async function compareModels(
  client: PostgresClient,
  found: readonly FoundModel[],
  signal: AbortSignal,
): Promise<readonly ComparedParts[]> {
  const compared: ComparedParts[] = []
  for (const each of found) {
    signal.throwIfAborted()
    compared.push(await locate(client, each, await compareModel(client, each)))
  }
  const wrong = listWrong(compared)
  if (wrong.size === 0) return compared
  const again: ComparedParts[] = []
  for (const [index, each] of found.entries()) {
    const before = compared[index] as ComparedParts
    const model = leaveOut(each.model, wrong)
    signal.throwIfAborted()
    again.push(
      model === null ? before : merge(before, await compareModel(client, { ...each, model })),
    )
  }
  return again
}

/** Where values are right but not in their rows, the columns that they have been mixed up in. */
async function locate(
  client: PostgresClient,
  found: FoundModel,
  { model, references }: ComparedParts,
): Promise<ComparedParts> {
  const { rows, columns, together } = model
  const isMixed = rows.ok && together === false && columns.every(({ ok }) => ok)
  const misplaced = isMixed ? await findMisplaced(client, found) : []
  const isPlaced = (column: string) => !misplaced.includes(column)
  const told = columns.map(({ column, ok }) => ({ column, ok: ok && isPlaced(column) }))
  return { model: { ...model, columns: told }, references }
}

function listWrong(compared: readonly ComparedParts[]): WrongColumns {
  const entries = compared.map(({ model: { model, columns } }) => {
    const wrong = columns.filter(({ ok }) => !ok).map(({ column }) => column)
    return [model, new Set(wrong)] as const
  })
  return new Map(entries.filter(([, wrong]) => wrong.size > 0))
}

/** A model without what differs, in its rows and in those referred to; null where nothing does. */
function leaveOut(model: ComparedModel, wrong: WrongColumns): ComparedModel | null {
  const isWrong = (name: string, column: string) => wrong.get(name)?.has(column) === true
  const { model: own } = model.prepared
  const isConcerned =
    wrong.has(own) || model.references.some(({ parent }) => parent && wrong.has(parent.model))
  if (!isConcerned) return null
  return {
    ...model,
    columns: model.columns.filter(({ column }) => !isWrong(own, column)),
    references: model.references.map(({ parent, ...reference }) => ({
      ...reference,
      parent: parent && {
        ...parent,
        telling: parent.telling.filter(({ column }) => !isWrong(parent.model, column)),
      },
    })),
  }
}

/** The columns as they were found, what stands together as it is without those that differ. */
function merge(before: ComparedParts, { model, references }: ComparedParts): ComparedParts {
  const { columns } = before.model
  const isRight = columns.every(({ ok }) => ok)
  const together = model.together === null ? null : model.together && isRight
  return { model: { ...before.model, together }, references }
}
