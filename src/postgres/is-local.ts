import type { DatabaseUrl } from './database-url.js'

/**
 * Whether a server runs on this machine, by its URL: `localhost`, a loopback address or a socket.
 *
 * @param defaultHost What `pg` connects to where the URL names no host: `PGHOST`, else `localhost`.
 */
export function isLocal({ connectionString }: DatabaseUrl, defaultHost: string): boolean {
  const { hostname, searchParams } = new URL(connectionString)
  const named = searchParams.get('host') || decodeURIComponent(hostname) || defaultHost
  return named.startsWith('/') || /^(localhost|127(\.\d+){3}|\[?::1\]?)$/i.test(named)
}
