import { type PostgresClient, queryRows } from '../postgres/client.js'
import { isServerError } from '../postgres/postgres-error.js'
import { invalidMask } from './mask-error.js'
import type { MaskPlan } from './resolve-masks.js'

/**
 * Lets PostgreSQL look whether constants are values of their columns, before anything is exported.
 *
 * @throws {GyroError} `MASK.INVALID_MASK`. A transaction that is open has failed then.
 */
export async function expectConstants(
  client: PostgresClient,
  masks: ReadonlyMap<string, MaskPlan>,
): Promise<void> {
  for (const [model, { columns }] of masks) {
    for (const [field, { kind, sql }] of columns) {
      if (kind !== 'constant' || sql === null) continue
      try {
        await queryRows(client, { text: `select ${sql}`, values: [] })
      } catch (error) {
        // Data exceptions and broken checks of domains: their messages quote the constant.
        if (!isServerError(error) || !/^2[23]/.test(error.code)) throw error
        const why = `The constant is no value of its column (SQLSTATE ${error.code}).`
        throw invalidMask({ model, field }, why, 'Write it as PostgreSQL does.')
      }
    }
  }
}
