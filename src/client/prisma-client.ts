/** The part of a generated Prisma Client that is used. Structural: the package needs no Client. */
export interface PrismaClientLike extends PrismaTransaction {
  $transaction<Result>(
    work: (transaction: PrismaTransaction) => Promise<Result>,
    options?: {
      readonly maxWait?: number
      readonly timeout?: number
      readonly isolationLevel?: 'ReadCommitted'
    },
  ): Promise<Result>
}

/** What a Prisma Client hands to the function of `$transaction`; it has a delegate per model, too. */
export interface PrismaTransaction {
  $queryRawUnsafe(sql: string, ...values: unknown[]): PromiseLike<unknown>
  $executeRawUnsafe(sql: string, ...values: unknown[]): PromiseLike<number>
}

/** What writes the rows of one model. */
export interface ModelDelegate {
  createMany(args: { readonly data: readonly object[] }): PromiseLike<{ readonly count: number }>
}

/** Whether something looks like a Prisma Client, extended or not, that is in no transaction. */
export function isPrismaClient(value: unknown): value is PrismaClientLike {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['$transaction', '$queryRawUnsafe', '$executeRawUnsafe'].every(
      (name) => typeof Reflect.get(value, name) === 'function',
    )
  )
}

/** The delegate of a model; null when the Client does not know the model. */
export function findDelegate(client: PrismaTransaction, model: string): ModelDelegate | null {
  const found: unknown = Reflect.get(client, `${model.charAt(0).toLowerCase()}${model.slice(1)}`)
  return isDelegate(found) ? found : null
}

function isDelegate(value: unknown): value is ModelDelegate {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'createMany') === 'function'
  )
}
