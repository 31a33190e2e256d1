import type { GyroError } from '../error/gyro-error.js'
import type { Server } from '../postgres/server.js'
import { nonAtomicServer, readOnlyServer } from './plan-error.js'

/** What stands against any import into this server. */
export function checkServer(server: Server): readonly GyroError[] {
  return [
    ...(server.readOnly === null ? [] : [readOnlyServer(server.readOnly, server)]),
    ...(server.isNonAtomic ? [nonAtomicServer(server)] : []),
  ]
}
