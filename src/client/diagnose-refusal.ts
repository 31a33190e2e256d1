import { quoteLiteral } from '../postgres/identifier.js'
import type { ServerError } from '../postgres/postgres-error.js'
import { buildServerError } from './client-failure.js'

/** A statement that was refused, and what the Client says of that. */
interface RefusedOnce {
  readonly text: string
  readonly values: readonly unknown[]
  readonly error: ServerError
}

type Send = (sql: string) => Promise<{ readonly rows: readonly unknown[] }>

const SETTING = 'prisma_gyro.refusal'

/** SQLSTATE for a statement that is taken the second time. */
const NOT_AGAIN = 'GYRO0'

/**
 * Finds out what the server has to say of a statement. Adapters of Prisma Client keep of an error not
 * much more than its code: so the statement is run again by a block that keeps all of it. The
 * transaction can be used afterwards, and nothing of the statement stays.
 *
 * @returns What was known before, where the block cannot be run or the statement is taken now.
 */
export async function diagnoseRefusal(send: Send, refused: RefusedOnce): Promise<ServerError> {
  await send(`savepoint ${SAVEPOINT}`)
  try {
    await send(runAgain(refused))
    const { rows } = await send(`select current_setting('${SETTING}') as said`)
    await send(`release savepoint ${SAVEPOINT}`)
    return parseRefusal(rows[0], refused)
  } catch {
    // A role may lack the language of the block. What follows on the connection tells if it is lost.
    await send(`rollback to savepoint ${SAVEPOINT}`)
    return refused.error
  }
}

const SAVEPOINT = 'prisma_gyro_diagnosis'

function runAgain({ text, values }: RefusedOnce): string {
  const using = values.length === 0 ? '' : ` using ${values.map(asExpression).join(', ')}`
  const body = `\
declare
  gyro_code text;
  gyro_message text;
  gyro_detail text;
  gyro_context text;
  gyro_schema text;
  gyro_table text;
  gyro_column text;
  gyro_constraint text;
begin
  begin
    execute ${quoteLiteral(text)}${using};
    raise exception using errcode = '${NOT_AGAIN}';
  exception when others then
    get stacked diagnostics
      gyro_code = returned_sqlstate,
      gyro_message = message_text,
      gyro_detail = pg_exception_detail,
      gyro_context = pg_exception_context,
      gyro_schema = schema_name,
      gyro_table = table_name,
      gyro_column = column_name,
      gyro_constraint = constraint_name;
  end;
  perform set_config('${SETTING}', jsonb_build_object(
    'code', gyro_code, 'message', gyro_message, 'detail', gyro_detail, 'where', gyro_context,
    'schema', gyro_schema, 'table', gyro_table, 'column', gyro_column, 'constraint', gyro_constraint
  )::text, true);
end`
  return `do ${quoteLiteral(body)}`
}

/** Statements of ours cast their parameters, which may be text then. */
function asExpression(value: unknown): string {
  if (Array.isArray(value)) return `array[${value.map(asLiteral).join(', ')}]::text[]`
  return `${asLiteral(value)}::text`
}

function asLiteral(value: unknown): string {
  return value === null || value === undefined ? 'null' : quoteLiteral(String(value))
}

function parseRefusal(row: unknown, { text, error }: RefusedOnce): ServerError {
  const said: unknown =
    typeof row === 'object' && row !== null ? JSON.parse(String(Reflect.get(row, 'said'))) : null
  if (typeof said !== 'object' || said === null) return error
  const { code, message, where, ...known } = Object.fromEntries(
    Object.entries(said).filter(([, value]) => typeof value === 'string' && value !== ''),
  )
  return code === NOT_AGAIN
    ? error
    : buildServerError(code, message, { ...known, ...ownContext(where ?? '', text) })
}

/** Behind the context of the error itself comes that of the block, which begins with the statement. */
function ownContext(where: string, text: string): { readonly where?: string } {
  const statement = where.lastIndexOf(`"${text}"`)
  const end = statement < 0 ? where.length : where.lastIndexOf('\n', statement)
  return end <= 0 ? {} : { where: where.slice(0, end) }
}
