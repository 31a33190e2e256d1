import { GyroError } from '../error/gyro-error.js'

/** A Client that was generated from another schema than the manifest. */
export function unknownToClient(model: string): GyroError {
  return new GyroError('CLIENT.UNKNOWN_MODEL', `The Prisma Client has no model ${model}`, {
    why: `The manifest has ${model}, but "client" has no delegate for it that can createMany: they were generated from different schemas.`,
    fix: 'Run npx prisma generate, and give the Client of the same schema as "client".',
    meta: { model },
  })
}

/**
 * PostgreSQL takes the rows, but Prisma Client or an extension of it does not.
 *
 * @param cause What was thrown. It is kept if it is no error of Prisma's own: those show values of rows.
 */
export function clientRefuses(model: string, cause: unknown): GyroError {
  const isOwn = cause instanceof Error && !cause.name.startsWith('PrismaClient')
  const name = nameOf(cause)
  return new GyroError('CLIENT.REFUSED', `The Prisma Client refuses rows of ${model}`, {
    why: `${model}.createMany rejected with ${name}, though PostgreSQL would take the rows: an extension, or a type of the schema that the database does not have, is against them.`,
    fix: `Look at what extensions of the Client do in ${model}.createMany and whether schema and database agree, or import without "client"; nothing was written.`,
    meta: { model, error: name },
    ...(isOwn ? { cause } : {}),
  })
}

/** @param cause What `$transaction` rejected with before it called back. */
export function noTransaction(cause: unknown): GyroError {
  return new GyroError('CLIENT.NO_TRANSACTION', 'The Prisma Client gave no transaction', {
    why: `$transaction of "client" rejected with ${nameOf(cause)} before anything was done: the server cannot be reached, or all connections of the Client are in use.`,
    fix: 'Check that a query of the Client works and that its pool has a free connection, then import again: nothing was written.',
    cause,
  })
}

function nameOf(cause: unknown): string {
  if (!(cause instanceof Object)) return 'no error'
  const code: unknown = Reflect.get(cause, 'code')
  const name = String(Reflect.get(cause, 'name'))
  return typeof code === 'string' ? `${name} ${code}` : name
}
