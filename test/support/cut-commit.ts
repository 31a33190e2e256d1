import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** When a connection is cut that sends COMMIT. */
export type CutMoment =
  /** COMMIT never arrives, and the server notices that its client is gone. */
  | 'before COMMIT'
  /** COMMIT never arrives, and the server notices nothing: as when a cable is pulled. */
  | 'before COMMIT, unnoticed'
  /** The server is at it. */
  | 'during COMMIT'
  /** The server has done it; its answer never arrives. */
  | 'after COMMIT'

/** A network that fails. */
export interface CutNetwork {
  /** The URL of the database, through this network. */
  readonly url: string
  /** How many connections were made through it. */
  connections(): number
}

/**
 * Stands between a client and its server, and cuts the connection at the first COMMIT. What is
 * connected afterwards passes.
 */
export async function withCutCommit<Result>(
  url: string,
  moment: CutMoment,
  use: (network: CutNetwork) => Promise<Result>,
): Promise<Result> {
  const { hostname: host, port } = new URL(url)
  const sockets: Socket[] = []
  let isCut = false
  const proxy = createServer((near) => {
    const far = connect({ host, port: Number(port) })
    sockets.push(near, far)
    near.on('error', () => far.destroy()).on('end', () => far.end())
    far.on('error', () => near.destroy()).on('end', () => near.end())
    far.on('data', (bytes) => near.write(bytes))
    near.on('data', (bytes) => {
      // `pg` sends a statement as one message, and waits for its answer before the next.
      if (isCut || !bytes.includes('commit\0')) {
        far.write(bytes)
        return
      }
      isCut = true
      cut({ near, far, bytes }, moment)
    })
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const through = new URL(url)
  through.port = String((proxy.address() as AddressInfo).port)
  try {
    return await use({ url: through.href, connections: () => sockets.length / 2 })
  } finally {
    for (const socket of sockets) socket.destroy()
    proxy.close()
  }
}

interface CutConnection {
  readonly near: Socket
  readonly far: Socket
  /** The message with COMMIT. */
  readonly bytes: Buffer
}

function cut({ near, far, bytes }: CutConnection, moment: CutMoment): void {
  far.removeAllListeners('data').removeAllListeners('end')
  near.removeAllListeners('end')
  switch (moment) {
    case 'before COMMIT':
      far.destroy()
      near.destroy()
      return
    case 'before COMMIT, unnoticed':
      near.destroy()
      return
    case 'during COMMIT':
      far.write(bytes)
      near.destroy()
      return
    case 'after COMMIT':
      far.write(bytes)
      far.once('data', () => {
        far.destroy()
        near.destroy()
      })
  }
}
