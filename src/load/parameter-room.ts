import { MAX_PARAMETER_BYTES } from '../plan/load-way.js'
import type { WaitingRoom } from './cycle-loader.js'
import { type LoadContext, sentColumns } from './load-context.js'
import { needsTemporary } from './load-error.js'
import { parseCopyRows } from './parse-copy-rows.js'
import { remapRows } from './remapped-rows.js'
import { selectParameters } from './staging.js'

/**
 * Has rows wait here, to be parameters of the statement: for a role that may not create temporary
 * tables. Only so many bytes of them are taken.
 *
 * @param grant What would let the role create temporary tables.
 * @throws {GyroError} from `take`: `LOAD.NEEDS_TEMPORARY`.
 */
export function openParameterRoom(context: LoadContext, grant: string): WaitingRoom {
  let parameters = 0
  let bytes = 0
  return {
    async take(model, onProgress) {
      const columns = sentColumns(model)
      const { chunks, sent } = await remapRows(context, model, onProgress)
      const values = columns.map((): (string | null)[] => [])
      for await (const chunk of chunks) {
        bytes += chunk.length
        if (bytes > MAX_PARAMETER_BYTES) {
          throw needsTemporary(model.model, MAX_PARAMETER_BYTES, grant)
        }
        for (const row of parseCopyRows(chunk)) {
          for (const [index, column] of values.entries()) column.push(row[index] ?? null)
        }
      }
      const select = selectParameters(columns, parameters + 1)
      parameters += columns.length
      return { loaded: sent, select, values }
    },
    async leave() {},
  }
}
