import type { GyroError } from '../error/gyro-error.js'
import { type PostgresClient, runAll } from '../postgres/client.js'
import type { TableName } from '../postgres/identifier.js'
import { findDifference, readStructure, type Structure } from '../postgres/structure.js'
import { lockExclusively } from '../postgres/table-locks.js'

/** Tables whose structure changes for a while. */
export interface ChangingTables {
  /** All of the load. */
  readonly tables: readonly TableName[]
  /** Those that nobody else may use meanwhile, in order of their names. */
  readonly locked: readonly TableName[]
}

/**
 * Locks tables against everyone until COMMIT, and sees to it that their structure is in the end what it
 * was in the beginning.
 *
 * @param work Gets the structure: not what the plan read, as others could change it until the locks
 * were had.
 * @param differs The error that says what is not as it was, such as `the index "x" of public.Order`.
 */
export async function withSameStructure<Result>(
  client: PostgresClient,
  { tables, locked }: ChangingTables,
  parts: {
    readonly work: (structure: Structure) => Promise<Result>
    readonly differs: (difference: string) => GyroError
  },
): Promise<Result> {
  await runAll(client, locked.length === 0 ? [] : [lockExclusively(locked)])
  const before = await readStructure(client, tables)
  const result = await parts.work(before)
  const difference = findDifference(before, await readStructure(client, tables))
  if (difference !== null) {
    throw parts.differs(difference)
  }
  return result
}
