import { type GyroError, isGyroError } from '../error/gyro-error.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import { queryRows } from '../postgres/client.js'
import { deferrableConstraintsOf } from '../postgres/deferrable-constraints.js'
import { INSUFFICIENT_PRIVILEGE } from '../postgres/postgres-error.js'
import { mayUpdate } from './conflict-clause.js'
import { type LoadContext, sentColumns } from './load-context.js'
import { policyRefuses, rowRefused } from './load-error.js'
import { remapRows } from './remapped-rows.js'
import { sendByCopy } from './send-rows.js'
import {
  createTrialTables,
  dropTrialTables,
  noteDangling,
  type RefusedRow,
  refusedRows,
  TRIED,
  type TriedModel,
  tryRows,
} from './try-rows.js'
import { createCounters, dropCounters, updateCounter } from './update-counter.js'

/** A row that PostgreSQL refuses, whatever other rows there are. */
export interface Refusal {
  readonly model: string
  /** Counted from 0 through all files of the model. */
  readonly row: number
  readonly error: GyroError
}

/** The rows that PostgreSQL refuses, by model and in their order. The `cause` is what `work` threw. */
export class RowsRefused extends Error {
  override readonly name = 'RowsRefused'
  readonly refusals: readonly Refusal[]

  constructor(refusals: readonly Refusal[], cause: unknown) {
    super('PostgreSQL refuses rows', { cause })
    this.refusals = refusals
  }
}

/**
 * Loads models by `work`. Where that fails, their rows are inserted in ever smaller blocks, to find all
 * that the database refuses and not only the first; nothing of that stays. The failure is all that is
 * said where the role may not do what the search needs.
 *
 * @param models Those that are loaded together: their rows may refer to each other.
 * @throws {RowsRefused} what was found; else what `work` threw.
 */
export async function findingRefusals<Result>(
  context: LoadContext,
  models: readonly PreparedModel[],
  work: () => Promise<Result>,
): Promise<Result> {
  const { client, signal } = context
  await client.query('savepoint prisma_gyro_model')
  try {
    const result = await work()
    await client.query('release savepoint prisma_gyro_model')
    return result
  } catch (error) {
    if (signal.aborted) throw error
    const refusals = await findRefusals(context, models, error).catch(() => [])
    throw refusals.length === 0 ? error : new RowsRefused(refusals, error)
  }
}

async function findRefusals(
  context: LoadContext,
  models: readonly PreparedModel[],
  cause: unknown,
): Promise<readonly Refusal[]> {
  const refusals: Refusal[] = []
  await context.client.query('rollback to savepoint prisma_gyro_model')
  for (const model of models) {
    const tried = { model, columns: sentColumns(model), together: models }
    const refused = await findRefusedRows(context, tried)
    const left = context.skipped.get(model.model)
    for (const { row, ...said } of refused) {
      if (!isCertain(said, cause)) continue
      const sent = Number(row) - 1
      refusals.push({
        model: model.model,
        row: left === undefined ? sent : left.rowBehind(sent),
        error: explain(model, said),
      })
    }
  }
  return refusals
}

/**
 * Whether a row is refused for what it is. What a trigger says may be about rows that were not there
 * when it was tried, unless it is what the load has failed of.
 */
function isCertain({ code, constraint, column }: Omit<RefusedRow, 'row'>, cause: unknown): boolean {
  const isNamed = constraint !== null || column !== '' || code === INSUFFICIENT_PRIVILEGE
  return isNamed || (isGyroError(cause) && cause.details.meta?.['sqlstate'] === code)
}

async function findRefusedRows(
  context: LoadContext,
  tried: TriedModel,
): Promise<readonly RefusedRow[]> {
  const { client, signal, sendRows = sendByCopy } = context
  const { model, columns } = tried
  const counters = mayUpdate(model.conflict) ? createCounters([updateCounter(0)]) : []
  const waiting = await queryRows<{ name: string }>(client, deferrableConstraintsOf(model.table))
  const names = waiting.map(({ name }) => name)
  const immediate = names.length === 0 ? [] : [`set constraints ${names.join(', ')} immediate`]
  const { text: tables } = createTrialTables(columns)
  await client.query([tables, ...counters, ...immediate].join(';\n'))
  const { chunks } = await remapRows(context, model, () => {})
  const texts = columns.map(({ column }) => ({ column, type: 'text' }))
  await sendRows(client, { ...TRIED, columns: texts }, chunks, signal)
  await client.query(tryRows(tried).text)
  await noteAllDangling(context, tried)
  const refused = await queryRows<RefusedRow>(client, refusedRows())
  const drops = counters.length === 0 ? [] : dropCounters([updateCounter(0)])
  await client.query([dropTrialTables().text, ...drops].join(';\n'))
  return refused
}

/** Where the role may not read what is referred to, the load says later which row it is. */
async function noteAllDangling({ client, signal }: LoadContext, tried: TriedModel): Promise<void> {
  for (const { text } of noteDangling(tried)) {
    signal.throwIfAborted()
    await client.query('savepoint prisma_gyro_dangling')
    try {
      await client.query(text)
    } catch {
      await client.query('rollback to savepoint prisma_gyro_dangling')
    }
    await client.query('release savepoint prisma_gyro_dangling')
  }
}

function explain(model: PreparedModel, said: Omit<RefusedRow, 'row'>): GyroError {
  const { code, constraint } = said
  if (code === INSUFFICIENT_PRIVILEGE) return policyRefuses(model.model, model.source.path)
  const named = constraint === null ? {} : { constraint }
  const error = Object.assign(new Error(), { code, ...named, severity: 'ERROR', where: 'PL/pgSQL' })
  const column = model.columns.find(({ column: name }) => name === said.column) ?? null
  return rowRefused(error, {
    model: model.model,
    file: model.source.path,
    at: null,
    column,
    isHashed: model.key?.kind === 'hashed',
  })
}
