import type { PreparedModel } from '../plan/prepared-import.js'
import type { Statement } from '../postgres/client.js'
import {
  isSameTable,
  qualify,
  quoteIdentifier,
  quoteLiteral,
  type TableName,
} from '../postgres/identifier.js'
import { FOREIGN_KEY_VIOLATION, INSUFFICIENT_PRIVILEGE } from '../postgres/postgres-error.js'
import type { SentColumn } from './send-rows.js'
import { insertSelected, withoutLength } from './staging.js'

/** Where rows wait to be tried, as text: no type refuses a value before its row is tried. */
export const TRIED: TableName = { schema: 'pg_temp', table: 'prisma_gyro_tried' }

const REFUSED: TableName = { schema: 'pg_temp', table: 'prisma_gyro_refused' }
const ROW = 'prisma_gyro_row'

/** Rows that are inserted together as long as none of them is refused. */
const BLOCK_ROWS = 500

/** What the server said of one row. */
export interface RefusedRow {
  /** Counted from 1 among those that were sent. */
  readonly row: string
  readonly code: string
  readonly constraint: string | null
  /** Its database name; empty where the server does not say. */
  readonly column: string
}

/** A model, its columns, and the models whose rows may refer to each other. */
export interface TriedModel {
  readonly model: PreparedModel
  readonly columns: readonly SentColumn[]
  readonly together: readonly PreparedModel[]
}

/** Makes `TRIED` and a table for what is refused of it. */
export function createTrialTables(columns: readonly SentColumn[]): Statement {
  const list = columns.map(({ column }) => `  ${quoteIdentifier(column)} text`)
  return {
    text: `\
create temporary table ${qualify(TRIED)} (
${list.join(',\n')},
  ${ROW} bigint generated always as identity primary key
) on commit drop;
create temporary table ${qualify(REFUSED)} (
  ${ROW} bigint, code text, constraint_name text, column_name text
) on commit drop`,
    values: [],
  }
}

/** Makes room for those of another model. */
export function dropTrialTables(): Statement {
  return { text: `drop table ${qualify(TRIED)}, ${qualify(REFUSED)}`, values: [] }
}

/** What was noted, as `RefusedRow`s in their order. */
export function refusedRows(): Statement {
  return {
    text: `\
select ${ROW}::text as row, code, nullif(constraint_name, '') as constraint, column_name as column
from ${qualify(REFUSED)}
order by ${ROW}`,
    values: [],
  }
}

/** What is about the statement or the server and no row ends the search, by its class of SQLSTATE. */
const OF_NO_ROW = ['08', '0A', '25', '28', '3D', '3F', '40', '42', '53', '55', '57', '58', 'XX']

/**
 * Inserts the rows in blocks, and of a block that is refused each half, down to single rows: those are
 * noted. A foreign key between rows that are loaded together is checked when all else has passed, and
 * says nothing about them as long as not all are there.
 */
export function tryRows(tried: TriedModel): Statement {
  // No column is likely to be called as one of these variables.
  const body = `\
declare
  gyro_last bigint := (select max(${ROW}) from ${qualify(TRIED)});
  gyro_block bigint;
  gyro_froms bigint[];
  gyro_ends bigint[];
  gyro_from bigint;
  gyro_end bigint;
  gyro_code text;
  gyro_message text;
  gyro_constraint text;
  gyro_column text;
begin
  for gyro_block in select generate_series(1, gyro_last, ${BLOCK_ROWS}) loop
    gyro_froms := array[gyro_block];
    gyro_ends := array[least(gyro_block + ${BLOCK_ROWS}, gyro_last + 1)];
    while cardinality(gyro_froms) > 0 loop
      gyro_from := gyro_froms[cardinality(gyro_froms)];
      gyro_end := gyro_ends[cardinality(gyro_ends)];
      gyro_froms := gyro_froms[:cardinality(gyro_froms) - 1];
      gyro_ends := gyro_ends[:cardinality(gyro_ends) - 1];
      begin
        ${insertTried(tried)};
      exception when others then
${takeRefusal(tried)}
      end;
    end loop;
  end loop;
end`
  return { text: `do ${quoteLiteral(body)}`, values: [] }
}

/** What becomes of a block that is refused. The message of a policy names its table, in quotes. */
function takeRefusal(tried: TriedModel): string {
  const { model, columns } = tried
  const outside = outerForeignKeys(tried).map(({ name }) => name)
  const tables = [model.table, ...model.partitions].map(({ table }) => `"${table}"`)
  return `\
get stacked diagnostics
  gyro_code = returned_sqlstate,
  gyro_message = message_text,
  gyro_constraint = constraint_name,
  gyro_column = column_name;
if gyro_code = '${INSUFFICIENT_PRIVILEGE}' and exists (
  select from unnest(${textArray(tables)}) name where position(name in gyro_message) > 0
) then
  null;
elsif left(gyro_code, 2) = any ('{${OF_NO_ROW.join()}}') then
  raise;
end if;
if gyro_code = '${FOREIGN_KEY_VIOLATION}' and gyro_constraint <> all (${textArray(outside)}) then
  null;
elsif gyro_end - gyro_from > 1 then
  gyro_froms := gyro_froms || array[(gyro_from + gyro_end) / 2, gyro_from];
  gyro_ends := gyro_ends || array[gyro_end, (gyro_from + gyro_end) / 2];
else
${findColumn(columns)}
  insert into ${qualify(REFUSED)}
  values (gyro_from, gyro_code, gyro_constraint, gyro_column);
end if;`
}

/** The rows of `gyro_from` and on before `gyro_end`. */
function insertTried({ model, columns }: TriedModel): string {
  const values = columns.map(castOf)
  const select = `\
select ${values.join(', ')} from ${qualify(TRIED)}
  where ${ROW} >= gyro_from and ${ROW} < gyro_end order by ${ROW}`
  return insertSelected({ table: model.table, columns, select, conflict: model.conflict }).text
}

/** The first column whose type refuses its value, where the server does not name one. */
function findColumn(columns: readonly SentColumn[]): string {
  const casts = columns.map(
    (column) => `select ${castOf(column)} from ${qualify(TRIED)} where ${ROW} = $1`,
  )
  const names = columns.map(({ column }) => column)
  return `\
if gyro_code like '22%' and gyro_column = '' then
  declare
    gyro_casts text[] := ${textArray(casts)};
    gyro_names text[] := ${textArray(names)};
  begin
    for gyro_place in 1..cardinality(gyro_casts) loop
      gyro_column := gyro_names[gyro_place];
      execute gyro_casts[gyro_place] using gyro_from;
    end loop;
    gyro_column := '';
  exception when others then
    null;
  end;
end if;`
}

function castOf({ column, type }: SentColumn): string {
  return `${quoteIdentifier(column)}::${withoutLength(type)}`
}

function textArray(texts: readonly string[]): string {
  return `array[${texts.map(quoteLiteral).join(', ')}]::text[]`
}

/** Foreign keys to what is there before the models of the group are. */
function outerForeignKeys({ model, together }: TriedModel): PreparedModel['foreignKeys'] {
  return model.foreignKeys.filter(
    ({ target, targetRoot }) =>
      !together.some(({ table }) => isSameTable(table, target) || isSameTable(table, targetRoot)),
  )
}

/**
 * Notes the other rows that refer to what is not there, which a foreign key within the group may have
 * kept from being told. A policy that would hide rows of a target makes each of these fail.
 */
export function noteDangling(tried: TriedModel): readonly Statement[] {
  const types = new Map(tried.columns.map(({ column, type }) => [column, type]))
  const foreignKeys = outerForeignKeys(tried).filter(
    ({ columns, isEnforced }) => isEnforced && columns.every((column) => types.has(column)),
  )
  return foreignKeys.map(({ name, columns, target, targetColumns }) => {
    const pairs = columns.map((column, index) => {
      const value = `(s.${quoteIdentifier(column)}::${withoutLength(types.get(column) ?? 'text')})`
      return `t.${quoteIdentifier(targetColumns[index] ?? '')} = ${value}`
    })
    const given = columns.map((column) => `s.${quoteIdentifier(column)} is not null`)
    return {
      text: `\
set local row_security = off;
delete from ${qualify(TRIED)} s using ${qualify(REFUSED)} r where r.${ROW} = s.${ROW};
insert into ${qualify(REFUSED)}
select s.${ROW}, '${FOREIGN_KEY_VIOLATION}', ${quoteLiteral(name)}, ''
from ${qualify(TRIED)} s
where ${given.join(' and ')}
  and not exists (select from ${qualify(target)} t where ${pairs.join(' and ')});
reset row_security`,
      values: [],
    }
  })
}
