import { GyroError } from '../error/gyro-error.js'

/**
 * @param models Those that refer to each other.
 * @param cycles The ways round, at least one.
 */
export function circularReferences(
  models: readonly string[],
  cycles: readonly string[],
): GyroError {
  return new GyroError('GRAPH.CYCLE', `${models.join(', ')} refer to each other in a circle`, {
    why: `No order loads every row after the rows it refers to: ${cycles.join('; ')}.`,
    fix: 'This version does not load cycles. Leave at least one of these models out with --models; its references then have to hold keys that exist in the database.',
    meta: { models, cycles },
  })
}
