import type { PostgresClient } from '../../src/postgres/client.js'
import { queryRows } from '../../src/postgres/client.js'
import { copyIn } from '../../src/postgres/copy-in.js'
import { escapeForCopy } from '../csv/reference-copy.js'

export interface CopyTarget {
  /** Of the column `v`. */
  readonly type: string
  /** What is read back, in SQL. Default: the value as text. */
  readonly show?: string
  /** Settings of the session while it copies; UTC and ISO while it reads back. */
  readonly session?: Session
}

export type Session = readonly [timezone: string, dateStyle: string]

/** Settings that change how PostgreSQL reads dates and times. */
export const SESSIONS: readonly [Session, ...Session[]] = [
  ['Asia/Kathmandu', 'SQL, DMY'],
  ['America/St_Johns', 'Postgres, MDY'],
  ['UTC', 'German, YMD'],
]

const PLAIN_SESSION: Session = ['UTC', 'ISO, MDY']

/** What COPY stores for each text. */
export async function copyTexts(
  client: PostgresClient,
  { type, show = 'v', session = PLAIN_SESSION }: CopyTarget,
  texts: readonly string[],
): Promise<readonly (string | null)[]> {
  await client.query(`create temp table stored (n int, v ${type})`)
  try {
    await useSession(client, session)
    const rows = texts.map((text, n) => `${n}\t${escapeForCopy(text)}\n`)
    const target = { schema: 'pg_temp', table: 'stored', columns: ['n', 'v'] }
    await copyIn(client, target, chunks(Buffer.from(rows.join(''))))
    await useSession(client, PLAIN_SESSION)
    const stored = await queryRows<{ shown: string | null }>(client, {
      text: `select (${show})::text as shown from stored order by n`,
      values: [],
    })
    return stored.map(({ shown }) => shown)
  } finally {
    await client.query('drop table stored')
  }
}

/** For each text what a column of this type would hold, or the SQLSTATE of the refusal. */
export async function tryTexts(
  client: PostgresClient,
  { type, session = PLAIN_SESSION }: CopyTarget,
  texts: readonly string[],
): Promise<readonly string[]> {
  await useSession(client, session)
  await client.query(`
create or replace function pg_temp.try_text(text) returns text language plpgsql as $$
declare v ${type};
begin
  v := $1;
  set local timezone = 'UTC';
  set local datestyle = 'ISO';
  return v::text;
exception when others then
  return sqlstate;
end $$`)
  const tried = await queryRows<{ outcome: string }>(client, {
    text: `
select pg_temp.try_text(text) as outcome
from unnest($1::text[]) with ordinality t(text, n)
order by n`,
    values: [texts],
  })
  return tried.map(({ outcome }) => outcome)
}

async function useSession(client: PostgresClient, [timezone, dateStyle]: Session): Promise<void> {
  await client.query(`set timezone = '${timezone}'; set datestyle = '${dateStyle}'`)
}

async function* chunks(...buffers: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* buffers
}
