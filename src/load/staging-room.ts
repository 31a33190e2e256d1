import { copyModel } from './copy-model.js'
import type { WaitingRoom } from './cycle-loader.js'
import { type LoadContext, sentColumns } from './load-context.js'
import { createStaging, dropStaging, selectStaged, stagingTable } from './staging.js'

/** Has rows wait in temporary tables, which they are copied into: `stagingTable(0)` and on. */
export function openStagingRoom(context: LoadContext): WaitingRoom {
  const { client } = context
  let taken = 0
  return {
    async take(model, onProgress) {
      const staging = stagingTable(taken++)
      const columns = sentColumns(model)
      await client.query(createStaging(staging, columns).text)
      const loaded = await copyModel(context, model, staging, onProgress)
      return { loaded, select: selectStaged(staging, columns), values: [] }
    },
    async leave() {
      await client.query(dropStaging(taken).text)
    },
  }
}
