import { isPrismaClient, type PrismaClientLike } from '../client/prisma-client.js'
import type { DatabaseUrl } from '../postgres/database-url.js'
import { findDatabase } from '../project/find-database.js'
import { contradiction, invalidOption } from './import-error.js'
import type { PlanOptions } from './plan-options.js'

/** How the database of an import is reached. */
export type TargetChoice =
  | { readonly kind: 'url'; readonly url: DatabaseUrl }
  | { readonly kind: 'client'; readonly prisma: PrismaClientLike; readonly schema: string }

/** Where the tables of a Client are whose adapter is told no schema. */
const DEFAULT_SCHEMA = 'public'

/**
 * The database of an import: that of the Prisma Client or of the URL that the options name, else that of
 * the project in the current folder.
 *
 * @throws {GyroError} `IMPORT.INVALID_OPTION`, `PROJECT.NO_DATABASE_URL`, `PROJECT.CONFIG`,
 * `POSTGRES.INVALID_URL`.
 */
export async function resolveTarget(
  options: Pick<PlanOptions, 'url' | 'client' | 'schema' | 'useCopy'>,
): Promise<TargetChoice> {
  const { url, client, schema } = options
  if (client !== undefined) return resolveClient(client, options)
  if (schema !== undefined) {
    throw invalidOption('schema', schema, 'a value only beside "client": a URL has ?schema=')
  }
  return { kind: 'url', url: await findDatabase({ url }) }
}

/** The schema of the models that name none. */
export function schemaOf(choice: TargetChoice): string {
  return choice.kind === 'client' ? choice.schema : choice.url.schema
}

function resolveClient(
  prisma: unknown,
  { url, schema = DEFAULT_SCHEMA, useCopy }: Pick<PlanOptions, 'url' | 'schema' | 'useCopy'>,
): TargetChoice {
  if (!isPrismaClient(prisma)) {
    throw invalidOption('client', typeof prisma, 'a Prisma Client that is in no transaction')
  }
  if (url !== undefined) {
    throw contradiction('client', 'url', 'Each of them says which database the rows go into.')
  }
  if (useCopy === true) {
    throw contradiction('client', 'useCopy', 'A Prisma Client cannot COPY.')
  }
  if (typeof schema !== 'string' || schema === '') {
    throw invalidOption('schema', schema, 'the name of a schema')
  }
  return { kind: 'client', prisma, schema }
}
