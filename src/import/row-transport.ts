import { indexClientModels } from '../client/client-model.js'
import { createClientSender } from '../client/send-by-client.js'
import { readByCopy, readByFetch } from '../load/read-rows.js'
import { sendByInsert } from '../load/send-by-insert.js'
import { sendByCopy } from '../load/send-rows.js'
import type { Manifest } from '../manifest/manifest.js'
import type { PreparedModel } from '../plan/prepared-import.js'
import { whyNotThroughClient } from '../plan/through-client.js'
import type { ImportContext } from './import-context.js'
import type { ImportTarget } from './import-target.js'

/** What decides how rows travel. */
interface TransportRequest {
  readonly manifest: Manifest
  readonly models: readonly PreparedModel[]
  readonly target: ImportTarget
  readonly useCopy: boolean
  readonly runAt: Date
}

/** How rows reach the server and come back: by COPY, by INSERT, or through a Prisma Client. */
export function chooseTransport({
  manifest,
  models,
  target: { transaction, schema },
  useCopy,
  runAt,
}: TransportRequest): Pick<ImportContext, 'sendRows' | 'readRows'> {
  if (transaction !== null) {
    const taken = models.filter((model) => whyNotThroughClient(model, manifest) === null)
    const names = taken.map(({ model }) => model)
    const known = indexClientModels(manifest, schema, names)
    const sendRows = createClientSender({ transaction, models: known, runAt })
    return { sendRows, readRows: readByFetch }
  }
  return useCopy
    ? { sendRows: sendByCopy, readRows: readByCopy }
    : { sendRows: sendByInsert, readRows: readByFetch }
}
