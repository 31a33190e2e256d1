import { withClientTransaction } from '../client/client-transaction.js'
import type { PrismaTransaction } from '../client/prisma-client.js'
import { cancelOnAbort } from '../postgres/cancel-on-abort.js'
import { type PostgresClient, queryRow } from '../postgres/client.js'
import { withConnection } from '../postgres/connect.js'
import { type DatabaseUrl, describeDatabase } from '../postgres/database-url.js'
import { isLocal } from '../postgres/is-local.js'
import { type LostCommit, withTransaction } from '../postgres/transaction.js'
import type { TargetChoice } from './resolve-target.js'

/** The database of an import, in a transaction that is open. */
export interface ImportTarget {
  /** For people: without password. */
  readonly name: string
  /** Schema of the models that name none. */
  readonly schema: string
  /** By what the URL seems to lead to a connection pooler; null when by nothing. */
  readonly poolerSign: string | null
  /** Whether the server runs on this machine. */
  readonly isLocal: boolean
  /** Where other connections go; null where there can be none. */
  readonly url: DatabaseUrl | null
  /** The transaction of a Prisma Client, through which rows go; null for a connection of our own. */
  readonly transaction: PrismaTransaction | null
}

/** What happens to an import from outside. */
interface TargetEvents extends Pick<LostCommit, 'ask'> {
  readonly signal?: AbortSignal
  /** Called when the answer to COMMIT got lost and the server said that it happened. */
  onConfirmed?(): void
}

/**
 * Runs `work` in one transaction of a database: on a connection of its own, or on that of a Prisma Client.
 * When the signal aborts, the statement that the server is at is ended, unless it is one of the Client,
 * which has but this connection: then the next one is not begun.
 *
 * @throws {GyroError} `POSTGRES.*`, `CLIENT.NO_TRANSACTION`; else what `work` threw.
 */
export function withTarget<Result>(
  choice: TargetChoice,
  { signal, onConfirmed = () => {}, ...asks }: TargetEvents,
  work: (client: PostgresClient, target: ImportTarget) => Promise<Result>,
): Promise<Result> {
  if (choice.kind === 'client') {
    const { prisma, schema } = choice
    return withClientTransaction(prisma, async (client, transaction) =>
      work(client, await buildClientTarget(client, { transaction, schema })),
    )
  }
  const { url } = choice
  return withConnection(url, (client) =>
    withTransaction(
      client,
      () => {
        const working = () => work(client, buildUrlTarget(url))
        return signal === undefined ? working() : cancelOnAbort({ client, url, signal }, working)
      },
      { url, onConfirmed, ...asks },
    ),
  )
}

/** What is known of a database by its URL. */
export function buildUrlTarget(url: DatabaseUrl): ImportTarget {
  const { schema, poolerSign } = url
  return {
    name: describeDatabase(url),
    schema,
    poolerSign,
    isLocal: isLocal(url, process.env['PGHOST'] || 'localhost'),
    url,
    transaction: null,
  }
}

async function buildClientTarget(
  client: PostgresClient,
  { transaction, schema }: Pick<ImportTarget, 'schema'> & { transaction: PrismaTransaction },
): Promise<ImportTarget> {
  const { name, isLocal } = await queryRow<Pick<ImportTarget, 'name' | 'isLocal'>>(client, {
    text: `\
select
  format('postgresql://%s@%s/%s', current_user, coalesce(
    case family(inet_server_addr()) when 6 then '[' || host(inet_server_addr()) || ']'
      else host(inet_server_addr()) end || ':' || inet_server_port(),
    'localhost'
  ), current_database()) as name,
  coalesce(inet_server_addr() <<= any (array['127.0.0.0/8', '::1']::inet[]), true) as "isLocal"`,
    values: [],
  })
  return { name, schema, poolerSign: null, isLocal, url: null, transaction }
}
