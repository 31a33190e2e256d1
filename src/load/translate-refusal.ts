import type { GyroError } from '../error/gyro-error.js'
import type { Rows } from '../keys/row-set.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import { isSameTable } from '../postgres/identifier.js'
import {
  INSUFFICIENT_PRIVILEGE,
  isConnectionLoss,
  isServerError,
  type ServerError,
} from '../postgres/postgres-error.js'
import { expectPosition, findPosition } from './find-position.js'
import { findRefusedRow } from './find-refused-row.js'
import type { LoadContext } from './load-context.js'
import { policyRefuses, rowRefused, unsendableValue } from './load-error.js'
import { RefusedInsert } from './refused-insert.js'
import { reopenParts } from './remapped-rows.js'
import { UnsendableValue } from './unsendable-value.js'

/**
 * Says in terms of the file why a COPY failed; failures of other kinds stay as they are.
 *
 * @param copy `into` is the name of the table that it went into; `before` counts the rows that an
 * earlier COPY took.
 */
export async function explainCopyFailure(
  context: LoadContext,
  error: unknown,
  { model, ...copy }: FailedCopy & { readonly model: PreparedModel },
): Promise<unknown> {
  if (error instanceof RefusedInsert) {
    const { row, column } = error.place
    return translate(error.refusal, model, context, { row: copy.before + row, column })
  }
  if (error instanceof UnsendableValue) {
    const { row, column } = error.place
    return explainUnsendable(error.message, model, {
      row: findRowOfFiles(copy.before + row, context.skipped.get(model.model)),
      column,
    })
  }
  return isOfRows(error, context)
    ? translate(error, model, context, parseCopyContext(error, copy))
    : error
}

interface FailedCopy {
  readonly into: string
  readonly before: number
}

async function explainUnsendable(
  reason: string,
  model: PreparedModel,
  { row, column }: CopiedRow,
): Promise<GyroError> {
  const index = model.columns.findIndex((each) => each.column === column)
  const at = await expectPosition(row, Math.max(index, 0), model)
  return unsendableValue(model.model, { reason, at, header: model.columns[index]?.header ?? null })
}

/** The row at which a COPY stopped, counted from 1 through all files; null for the whole row. */
interface CopiedRow {
  readonly row: number
  readonly column: string | null
}

/** The same for a statement that inserts or updates rows of some models. */
export async function explainStatementFailure(
  context: LoadContext,
  error: unknown,
  models: readonly PreparedModel[],
): Promise<unknown> {
  if (!isOfRows(error, context)) return error
  const refusing = models.find((model) => isRefusedByPolicy(error, model))
  if (refusing !== undefined) {
    return policyRefuses(refusing.model, refusing.source.path)
  }
  const model = models.length === 1 ? models[0] : findRefusedModel(error, models)
  return model === undefined
    ? rowRefused(error, { ...nameTogether(models), at: null, column: null })
    : translate(error, model, context)
}

/** The same for the check of constraints that waited. Those of tables of others stay as they are. */
export async function explainCheckFailure(
  context: LoadContext,
  error: unknown,
  models: readonly PreparedModel[],
): Promise<unknown> {
  if (!isOfRows(error, context)) return error
  const model = findRefusedModel(error, models)
  return model === undefined ? error : translate(error, model, context)
}

function isOfRows(error: unknown, { signal }: LoadContext): error is ServerError {
  return isServerError(error) && !isConnectionLoss(error) && !signal.aborted
}

/** The model whose table, or a partition of it, the server names. */
function findRefusedModel(
  { schema = '', table = '' }: ServerError,
  models: readonly PreparedModel[],
): PreparedModel | undefined {
  return models.find((model) =>
    [model.table, ...model.partitions].some((name) => isSameTable(name, { schema, table })),
  )
}

/** Its message is all that names the table. A missing privilege has the same code but no quotes. */
function isRefusedByPolicy(
  { code, message, where = '' }: ServerError,
  { table, partitions }: PreparedModel,
): boolean {
  const names = [table, ...partitions].map((name) => `"${name.table}"`)
  return (
    code === INSUFFICIENT_PRIVILEGE && where === '' && names.some((name) => message.includes(name))
  )
}

function nameTogether(models: readonly PreparedModel[]): {
  readonly model: string
  readonly file: string
} {
  return {
    model: models.map(({ model }) => model).join(' or '),
    file: models.map(({ source }) => source.path).join(' or '),
  }
}

/**
 * Turns what the server said into what is wrong with the file. It counts the rows of a COPY, and else
 * names values: the files are read again to find the line.
 */
async function translate(
  error: ServerError,
  model: PreparedModel,
  context: LoadContext,
  copied: CopiedRow | null = null,
): Promise<GyroError> {
  const name = copied?.column ?? error.column
  const index = model.columns.findIndex(({ column }) => column === name)
  const sent =
    copied?.row ?? (await findRefusedRow(error, model, () => reopenParts(context, model)))
  const row = sent === null ? null : findRowOfFiles(sent, context.skipped.get(model.model))
  const at = row === null ? null : await findPosition(row, Math.max(index, 0), model)
  return rowRefused(error, {
    model: model.model,
    file: at?.file ?? model.source.path,
    at,
    column: model.columns[index] ?? null,
    isHashed: model.key?.kind === 'hashed',
  })
}

/**
 * `COPY Order, line 3, column total: …` → row 3, column total. The words around the numbers are in
 * the language of the server.
 */
function parseCopyContext(
  { where = '' }: ServerError,
  { into, before }: FailedCopy,
): CopiedRow | null {
  const prefix = `COPY ${into}, `
  const line = where.split('\n').find((text) => text.startsWith(prefix))
  const [, row, column] = /^\D*(\d+)(?:, \S+ ([^:]+))?/.exec(line?.slice(prefix.length) ?? '') ?? []
  return row === undefined ? null : { row: before + Number(row), column: column ?? null }
}

/** A row that was sent, counted from 1, among those that the files have. */
function findRowOfFiles(sent: number, skipped: Rows | undefined): number {
  return skipped === undefined ? sent : skipped.rowBehind(sent - 1) + 1
}
