import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A network that fails when so much has gone through it. */
export interface FailingNetwork {
  /** The URL of the database, through this network. */
  readonly url: string
  /** Bytes that were sent to the server. */
  sent(): number
}

/**
 * Stands between a client and its server, and cuts its first connection as soon as so many bytes were
 * sent to the server: as where the client is killed. What is connected afterwards passes.
 */
export async function withCutAfter<Result>(
  url: string,
  bytes: number,
  use: (network: FailingNetwork) => Promise<Result>,
): Promise<Result> {
  const { hostname: host, port } = new URL(url)
  const sockets: Socket[] = []
  let sent = 0
  const proxy = createServer((near) => {
    const far = connect({ host, port: Number(port) })
    const isFirst = sockets.length === 0
    sockets.push(near, far)
    near.on('error', () => far.destroy()).on('end', () => far.end())
    far.on('error', () => near.destroy()).on('end', () => near.end())
    far.on('data', (data) => near.write(data))
    near.on('data', (data) => {
      const room = bytes - sent
      if (!isFirst || data.length < room) {
        far.write(data)
      } else if (room > 0) {
        far.write(data.subarray(0, room), () => {
          far.destroy()
          near.destroy()
        })
      }
      if (isFirst) sent += data.length
    })
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const through = new URL(url)
  through.port = String((proxy.address() as AddressInfo).port)
  try {
    return await use({ url: through.href, sent: () => sent })
  } finally {
    for (const socket of sockets) socket.destroy()
    proxy.close()
  }
}
