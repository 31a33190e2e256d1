import { hash } from 'node:crypto'
import { withVersion } from './key-shape.js'

/** Types that a hash can be a key of. Integers: those of PostgreSQL. */
export type HashedType = 'int2' | 'int4' | 'int8' | 'uuid' | 'text'

/** A part of a business key: a value as PostgreSQL writes it, or the identity of the row it refers to. */
export interface IdentityPart {
  readonly kind: 'value' | 'identity'
  /** Null is NULL. */
  readonly text: string | null
}

/** Keys that are tried for a row before it is refused. */
export const MAX_PROBES = 16

/** Characters of a key that is text. */
export const HASH_TEXT_LENGTH = 26

/** `v5('prisma-gyro', DNS)`: what the namespaces of all models are in. */
const NAMESPACE = '9868f991-98de-5706-9ee1-aa220b299e19'

/**
 * What a row is in real life, on every machine and in every database: SHA-256 of its model and its
 * business key, 64 hexadecimal digits. `docs/hash-keys.md` says how these are written, and has test
 * vectors.
 */
export function hashIdentity(model: string, parts: readonly IdentityPart[]): string {
  const all: readonly IdentityPart[] = [{ kind: 'value', text: model }, ...parts]
  return hash('sha256', all.map(encodePart).join(''))
}

/** With its length in front, so that no two lists of parts are written alike. */
function encodePart({ kind, text }: IdentityPart): string {
  return text === null ? 'n' : `${kind === 'value' ? 'v' : 'r'}${Buffer.byteLength(text)}:${text}`
}

/**
 * The key of a row.
 *
 * @param identity As `hashIdentity` gives it.
 * @param probe 0, and where that key is another row's 1, 2, …
 */
export function hashKey(
  { model, type }: { readonly model: string; readonly type: HashedType },
  identity: string,
  probe: number,
): string {
  const digest = probe === 0 ? identity : hash('sha256', `${identity}/${probe}`)
  switch (type) {
    case 'uuid':
      return hashUuid(digest, hashUuid(model, NAMESPACE))
    case 'text':
      return (BigInt(`0x${digest.slice(0, 34)}`) >> 6n).toString(32).padStart(HASH_TEXT_LENGTH, '0')
    default:
      return String(hashInteger(digest, HASH_BITS[type]))
  }
}

/** Bits that are free in the upper half of what is positive of each type. */
const HASH_BITS = { int2: 14n, int4: 30n, int8: 62n }

/** How many different keys there are; more than can ever meet for uuids and texts. */
export function countHashes(type: HashedType): number {
  return type === 'uuid' || type === 'text'
    ? Number.POSITIVE_INFINITY
    : 2 ** Number(HASH_BITS[type])
}

/** The last bits of the first 64 above half of the type: a sequence begins at 1 and never comes there. */
function hashInteger(digest: string, bits: bigint): bigint {
  return BigInt.asUintN(Number(bits), BigInt(`0x${digest.slice(0, 16)}`)) | (1n << bits)
}

/** Version 5 of RFC 9562. */
function hashUuid(name: string, namespace: string): string {
  const prefix = Buffer.from(namespace.replaceAll('-', ''), 'hex')
  const digest = hash('sha1', Buffer.concat([prefix, Buffer.from(name)]))
  return withVersion(digest.slice(0, 32), 5)
}
