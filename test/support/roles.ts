import type { ImportStage } from './import-stage.js'

/** The least that an import takes. */
export const INSERT_ONLY = `
grant insert on all tables in schema public to ROLE;
grant usage on all sequences in schema public to ROLE`

/** Makes the role the owner of all tables. */
export const OWNER = `
do $$ declare t regclass; begin
  for t in select oid from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
  loop execute format('alter table %s owner to ROLE', t); end loop;
end $$`

/** Who imports, and the SQL that makes a role so. */
export const ROLES = [
  { name: 'a superuser', grants: 'alter role ROLE superuser' },
  {
    name: 'the owner',
    grants: OWNER,
  },
  {
    name: 'a role with SELECT and INSERT',
    grants: `
grant select, insert on all tables in schema public to ROLE;
grant usage, select on all sequences in schema public to ROLE`,
  },
  { name: 'a role with INSERT only', grants: INSERT_ONLY },
]

/** Makes a role by SQL that calls it ROLE, in a database that it calls DATABASE; gives its URL. */
export async function createRole(
  { client, url }: Pick<ImportStage, 'client' | 'url'>,
  sql: string,
): Promise<string> {
  const own = new URL(url)
  const database = own.pathname.slice(1)
  const role = `role_${database.slice(-12)}`
  await client.query(`create role ${role} login password 'x'`)
  await client.query(sql.replaceAll('ROLE', role).replaceAll('DATABASE', database))
  return Object.assign(own, { username: role, password: 'x' }).href
}
