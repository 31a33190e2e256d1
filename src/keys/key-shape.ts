import { InternalError } from '../error/internal-error.js'
import type { ClientDefault } from '../manifest/manifest.js'
import { formatUuid } from './key-spelling.js'

/** What keys look like: the function of the Prisma schema that makes them, such as `uuid(7)`. */
export interface KeyShape {
  readonly make: ClientDefault
  readonly args: readonly (string | number)[]
}

/** Bytes that no text is made of twice, as many as are asked for: block n goes on from block n - 1. */
export type KeyBytes = (block: number) => Buffer

const NANOID_LENGTH = 21
const CUID2_LENGTH = 24

const BASE_36 = '0123456789abcdefghijklmnopqrstuvwxyz'
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
/** The alphabet of Crockford, of `ulid`. */
const BASE_32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** The alphabet of `nanoid`. */
const URL_ALPHABET = 'useandom-26T198340PX75pxJACKVERYMINDBUSHWOLF_GQZbfghjklqvwyzrict'

/**
 * What writes keys of a shape: from bytes, not from chance, so that the same bytes give the same key.
 *
 * @param at The time that `uuid(7)`, `ulid()` and `cuid(1)` begin with.
 */
export function createKeyWriter({ make, args }: KeyShape, at: Date): (bytes: KeyBytes) => string {
  const [first] = args
  switch (make) {
    case 'uuid':
      return first === 7 ? createUuid7Writer(at) : writeUuid4
    case 'cuid':
      return first === 2 ? writeCuid2 : createCuid1Writer(at)
    case 'nanoid':
      return (bytes) => writeCharacters(bytes, URL_ALPHABET, nanoidLength(args))
    case 'ulid':
      return createUlidWriter(at)
    default:
      throw new InternalError(`no shape of ${make satisfies never}`)
  }
}

/** Characters that a key of a shape has. */
export function lengthOfShape({ make, args }: KeyShape): number {
  const lengths = {
    uuid: 36,
    cuid: args[0] === 2 ? CUID2_LENGTH : 25,
    nanoid: nanoidLength(args),
    ulid: 26,
  }
  return lengths[make]
}

/** How many different keys of a shape there can be; more than can ever meet for all but short nanoids. */
export function countOfShape({ make, args }: KeyShape): number {
  return make === 'nanoid' ? URL_ALPHABET.length ** nanoidLength(args) : Number.POSITIVE_INFINITY
}

function nanoidLength([length]: KeyShape['args']): number {
  return length === undefined ? NANOID_LENGTH : Number(length)
}

function writeUuid4(bytes: KeyBytes): string {
  return withVersion(bytes(0).toString('hex', 0, 16), 4)
}

function createUuid7Writer(at: Date): (bytes: KeyBytes) => string {
  const time = at.getTime().toString(16).padStart(12, '0')
  return (bytes) => withVersion(`${time}${bytes(0).toString('hex', 0, 10)}`, 7)
}

/** @param digits 32 hexadecimal ones, of which six bits become the version and the variant. */
export function withVersion(digits: string, version: 4 | 5 | 7): string {
  const variant = '89ab'[Number.parseInt(digits.charAt(16), 16) & 3]
  return formatUuid(
    `${digits.slice(0, 12)}${version}${digits.slice(13, 16)}${variant}${digits.slice(17)}`,
  )
}

/** The counter and the fingerprint of the machine are as random as the rest. */
function createCuid1Writer(at: Date): (bytes: KeyBytes) => string {
  const time = at.getTime().toString(36).padStart(8, '0')
  return (bytes) => `c${time}${writeCharacters(bytes, BASE_36, 16)}`
}

function writeCuid2(bytes: KeyBytes): string {
  const text = writeCharacters(bytes, BASE_36, CUID2_LENGTH)
  return `${LETTERS[BASE_36.indexOf(text.charAt(0)) % LETTERS.length]}${text.slice(1)}`
}

function createUlidWriter(at: Date): (bytes: KeyBytes) => string {
  let time = ''
  for (let rest = at.getTime(); time.length < 10; rest = Math.floor(rest / BASE_32.length)) {
    time = `${BASE_32[rest % BASE_32.length]}${time}`
  }
  return (bytes) => `${time}${writeCharacters(bytes, BASE_32, 16)}`
}

/** Two bytes for each character: with one, the first ones of an alphabet of 36 would come more often. */
function writeCharacters(bytes: KeyBytes, alphabet: string, length: number): string {
  let text = ''
  let block = bytes(0)
  let at = 0
  for (let blocks = 1; text.length < length; at += 2) {
    if (at === block.length) {
      block = bytes(blocks++)
      at = 0
    }
    text += alphabet[block.readUInt16LE(at) % alphabet.length]
  }
  return text
}
