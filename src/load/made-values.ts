import type { MadeValue } from '../keys/column-action.js'
import type { MadeBy, PreparedMade } from '../plan/prepared-column.js'
import { formatRunTimestamp } from '../values/run-timestamp.js'
import { createValueMaker } from '../values/value-maker.js'

/**
 * What fills the columns that a file lacks, in their order.
 *
 * @param runAt The time of the run: every row of it gets the same.
 */
export function buildMadeValues(
  made: readonly PreparedMade[],
  runAt: Date,
): Promise<readonly MadeValue[]> {
  return Promise.all(made.map(({ value }) => buildMadeValue(value, runAt)))
}

async function buildMadeValue(value: MadeBy, runAt: Date): Promise<MadeValue> {
  switch (value.kind) {
    case 'client':
      return { kind: 'each', make: await createValueMaker(value.make, value.args) }
    case 'timestamp':
      return { kind: 'constant', text: formatRunTimestamp(runAt, value.type) }
    case 'emptyList':
      return { kind: 'constant', text: '{}' }
  }
}
