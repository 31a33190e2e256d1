import type { CatalogTable } from '../postgres/catalog.js'
import { displayName } from '../postgres/identifier.js'
import type { Flavour, Server } from '../postgres/server.js'

/** The products that imports were never run on, and what would matter most there. */
const EXPERIMENTAL: ReadonlyMap<Flavour, string> = new Map([
  [
    'CockroachDB',
    'it has no temporary tables unless they are turned on, asks for the role admin to COPY, and may end a large transaction',
  ],
  [
    'YugabyteDB',
    'a COPY is asked to be one transaction, but some releases committed it early or checked foreign keys wrongly',
  ],
])

/**
 * What a person should know of the server, the connection and the role.
 *
 * @param tables Those of the import.
 * @param poolerSign By what the URL seems to lead to a connection pooler; null when by nothing.
 */
export function warnOfServer(
  server: Server,
  tables: readonly CatalogTable[],
  poolerSign: string | null,
): readonly string[] {
  const doubt = EXPERIMENTAL.get(server.flavour)
  return [
    ...(doubt === undefined
      ? []
      : [`${server.flavour} is experimental: ${doubt}. Try the import on a copy first.`]),
    ...(poolerSign === null
      ? []
      : [
          `The URL seems to lead to a connection pooler (${poolerSign}). An import works there, as it is one transaction, but takes a connection from the application and may run into limits of the pooler: prefer the direct URL of the server.`,
        ]),
    ...(server.isSuperuser ? warnOfSuperuser(server, tables) : []),
    ...warnOfPassedPolicies(tables),
  ]
}

/** Said only where something runs that the database's users may have written. */
function warnOfSuperuser({ role }: Server, tables: readonly CatalogTable[]): readonly string[] {
  const called = tables.flatMap(({ functions, triggers }) => [
    ...triggers.map((trigger) => trigger.function),
    ...functions,
  ])
  const names = [...new Set(called)]
  return names.length === 0
    ? []
    : [
        `The role "${role}" is a superuser, and what triggers, defaults and checks call has its rights: ${nameSome(names)}. Import as another role unless you trust these.`,
      ]
}

/** Policies that nobody applies: those of the owner, of BYPASSRLS and of superusers. */
function warnOfPassedPolicies(tables: readonly CatalogTable[]): readonly string[] {
  const passed = tables.filter(({ hasPolicies, hasRowSecurity }) => hasPolicies && !hasRowSecurity)
  return passed.length === 0
    ? []
    : [
        `Row-level security does not apply to the role: no policy is checked for ${nameSome(passed.map(displayName))}.`,
      ]
}

const MAX_NAMES = 5

function nameSome(names: readonly string[]): string {
  const rest = names.length - MAX_NAMES
  return rest > 0 ? `${names.slice(0, MAX_NAMES).join(', ')} and ${rest} more` : names.join(', ')
}
