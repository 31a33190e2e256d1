import type { GyroError } from '../error/gyro-error.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import { queryRows, type Statement } from '../postgres/client.js'
import {
  isSameTable,
  qualify,
  quoteIdentifier,
  quoteLiteral,
  type TableName,
} from '../postgres/identifier.js'
import { FOREIGN_KEY_VIOLATION } from '../postgres/postgres-error.js'
import { type LoadContext, type LoadedModel, sentColumns } from './load-context.js'
import { rowRefused } from './load-error.js'
import { remapRows } from './remapped-rows.js'
import { type SentColumn, sendByCopy } from './send-rows.js'
import { withoutLength } from './staging.js'

/** A row that PostgreSQL refuses, whatever other rows there are. */
export interface Refusal {
  /** Counted from 0 through all files of the model. */
  readonly row: number
  readonly error: GyroError
}

/** The rows of a model that PostgreSQL refuses, in their order. The `cause` is what `work` threw. */
export class RowsRefused extends Error {
  override readonly name = 'RowsRefused'
  readonly model: string
  readonly refusals: readonly Refusal[]

  constructor(model: string, refusals: readonly Refusal[], cause: unknown) {
    super(`PostgreSQL refuses rows of ${model}`, { cause })
    this.model = model
    this.refusals = refusals
  }
}

/**
 * Loads a model by `work`. Where that fails, its rows are inserted in blocks and those of a bad block one
 * by one, to find all that the database refuses and not only the first; nothing of that stays. The
 * failure is all that is said where the role may not do what the search needs.
 *
 * @throws {RowsRefused} what was found; else what `work` threw.
 */
export async function findingRefusals(
  context: LoadContext,
  model: PreparedModel,
  work: () => Promise<LoadedModel>,
): Promise<LoadedModel> {
  const { client, signal } = context
  await client.query('savepoint prisma_gyro_model')
  try {
    const loaded = await work()
    await client.query('release savepoint prisma_gyro_model')
    return loaded
  } catch (error) {
    if (signal.aborted) throw error
    const refusals = await findRefusals(context, model).catch(() => [])
    throw refusals.length === 0 ? error : new RowsRefused(model.model, refusals, error)
  }
}

/** What the server said of one row. */
interface RefusedRow {
  /** Counted from 1 among those that were sent. */
  readonly row: string
  readonly code: string
  readonly constraint: string
  readonly column: string
}

const STAGING: TableName = { schema: 'pg_temp', table: 'prisma_gyro_tried' }
const REFUSED: TableName = { schema: 'pg_temp', table: 'prisma_gyro_refused' }
const ROW = 'prisma_gyro_row'

async function findRefusals(
  context: LoadContext,
  model: PreparedModel,
): Promise<readonly Refusal[]> {
  const { client, signal, skipped, sendRows = sendByCopy } = context
  const columns = sentColumns(model)
  await client.query('rollback to savepoint prisma_gyro_model')
  await client.query(createTables(columns).text)
  const { chunks } = await remapRows(context, model, () => {})
  const texts = columns.map(({ column }) => ({ column, type: 'text' }))
  await sendRows(client, { ...STAGING, columns: texts }, chunks, signal)
  await client.query(tryRows(model, columns).text)
  const refused = await queryRows<RefusedRow>(client, refusedRows())
  const left = skipped.get(model.model)
  return refused.map(({ row, ...said }) => {
    const sent = Number(row) - 1
    return {
      row: left === undefined ? sent : left.rowBehind(sent),
      error: explain(model, said),
    }
  })
}

function explain(model: PreparedModel, said: Omit<RefusedRow, 'row'>): GyroError {
  const error = Object.assign(new Error(), { ...said, severity: 'ERROR', where: 'PL/pgSQL' })
  const column = model.columns.find(({ column: name }) => name === said.column) ?? null
  return rowRefused(error, { model: model.model, file: model.source.path, at: null, column })
}

/** As text, so that no type refuses a value before its row is tried. */
function createTables(columns: readonly SentColumn[]): Statement {
  const list = columns.map(({ column }) => `  ${quoteIdentifier(column)} text`)
  return {
    text: `\
create temporary table ${qualify(STAGING)} (
${list.join(',\n')},
  ${ROW} bigint generated always as identity primary key
) on commit drop;
create temporary table ${qualify(REFUSED)} (
  ${ROW} bigint, code text, constraint_name text, column_name text
) on commit drop;
set constraints all immediate`,
    values: [],
  }
}

/** What is about the statement or the server and no row ends the search, by its class of SQLSTATE. */
const OF_NO_ROW = ['08', '0A', '25', '28', '3D', '3F', '40', '42', '53', '55', '57', '58', 'XX']

/**
 * Rows may come before those of their own table that they refer to: they are tried again, as long as that
 * helps. Those that are left refer to refused ones, and are not told.
 */
function tryRows({ table, foreignKeys }: PreparedModel, columns: readonly SentColumn[]): Statement {
  const own = foreignKeys.filter(({ target }) => isSameTable(target, table))
  const ownNames = own.map(({ name }) => quoteLiteral(name)).join()
  const waits = `code = '${FOREIGN_KEY_VIOLATION}' and constraint_name = any (array[${ownNames}]::text[])`
  const names = columns.map(({ column }) => quoteIdentifier(column))
  const values = columns.map(({ type }, index) => `${names[index]}::${withoutLength(type)}`)
  const insert = `\
insert into ${qualify(table)} (${names.join(', ')}) overriding system value
select ${values.join(', ')} from ${qualify(STAGING)}`
  // No column is likely to be called as one of these variables.
  const body = `\
declare
  gyro_last bigint := (select max(${ROW}) from ${qualify(STAGING)});
  gyro_from bigint;
  gyro_row bigint;
  gyro_found boolean := true;
  gyro_code text;
  gyro_constraint text;
  gyro_column text;
begin
  for gyro_from in select generate_series(1, gyro_last, ${BLOCK_ROWS}) loop
    begin
      ${insert}
      where ${ROW} >= gyro_from and ${ROW} < gyro_from + ${BLOCK_ROWS} order by ${ROW};
    exception when others then
      for gyro_row in gyro_from..least(gyro_from + ${BLOCK_ROWS - 1}, gyro_last) loop
        begin
          ${insert}
          where ${ROW} = gyro_row;
        exception when others then
          get stacked diagnostics
            gyro_code = returned_sqlstate,
            gyro_constraint = constraint_name,
            gyro_column = column_name;
          if left(gyro_code, 2) = any ('{${OF_NO_ROW.join()}}') then raise; end if;
          insert into ${qualify(REFUSED)}
          values (gyro_row, gyro_code, gyro_constraint, gyro_column);
        end;
      end loop;
    end;
  end loop;
  for gyro_pass in 1..${MAX_PASSES} loop
    exit when not gyro_found;
    gyro_found := false;
    for gyro_row in select ${ROW} from ${qualify(REFUSED)} where ${waits} order by 1 loop
      begin
        ${insert}
        where ${ROW} = gyro_row;
        delete from ${qualify(REFUSED)} where ${ROW} = gyro_row;
        gyro_found := true;
      exception when foreign_key_violation then
        null;
      end;
    end loop;
  end loop;
  if gyro_found then raise 'rows refer to others too deeply'; end if;
  delete from ${qualify(REFUSED)} where ${waits};
end`
  return { text: `do ${quoteLiteral(body)}`, values: [] }
}

/** So often rows are tried again that refer to others. */
const MAX_PASSES = 20

/** Rows that are inserted together as long as none of them is refused. */
const BLOCK_ROWS = 500

function refusedRows(): Statement {
  return {
    text: `\
select ${ROW}::text as row, code, nullif(constraint_name, '') as constraint, column_name as column
from ${qualify(REFUSED)}
order by ${ROW}`,
    values: [],
  }
}
