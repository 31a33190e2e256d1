import { buildFakeMaker, type FakeSource } from './fake-values.js'
import { invalidMask, maskFailed, notUnique } from './mask-error.js'
import type { MaskFunction } from './mask-options.js'
import { rememberMask, type ValueMask } from './masked-bytes.js'
import { hashShapeOf, isText, limitOf, type MaskedColumn, uniquenessOf } from './masked-column.js'
import { argumentOf } from './read-masks.js'
import { digestOf, type HashShape, hashValue, isUniqueShape, LEAST_LENGTH } from './value-hash.js'

/**
 * @param shape Of the hashes of a column that references connect with others.
 * @throws {GyroError} `MASK.INVALID_MASK`, `MASK.NOT_UNIQUE`.
 */
export function hashMask(masked: MaskedColumn, key: string, shape?: HashShape): ValueMask {
  const { column, place } = masked
  const found = shape ?? hashShapeOf(column.live)
  if (found === null) {
    throw invalidMask(
      place,
      `Its type is ${column.live.type}; texts, uuids and integers can be hashed.`,
      `Use --mask ${place.model}.${place.field}=null or constant:<text>, or a function of the API.`,
    )
  }
  if (found.type === 'text' && found.limit !== null && found.limit < LEAST_LENGTH) {
    const why = `A column that takes ${found.limit} characters is too short for a hash, which takes ${LEAST_LENGTH}.`
    throw invalidMask(place, why, 'Use another mask, such as null or constant:<text>.')
  }
  if (uniquenessOf(masked) !== null && !isUniqueShape(found)) {
    throw notUnique(place, `Hashes that fit into ${column.live.type} are too few to differ.`)
  }
  const isPadded = column.live.valueType.name === 'bpchar'
  return keepNothing(
    rememberMask((value) => hashValue(key, isPadded ? value.replace(/ +$/, '') : value, found)),
  )
}

/** Characters of a hash that makes fake values unique. 64 bits. */
const SUFFIX_LENGTH = 16

/** @throws {GyroError} `MASK.INVALID_MASK`, `MASK.NOT_UNIQUE`, `MASK.UNKNOWN_FAKE`. */
export function fakeMask(masked: MaskedColumn, key: string, source: FakeSource): ValueMask {
  const { column, place, mask } = masked
  const { live } = column
  if (!isText(live)) {
    throw invalidMask(
      place,
      `Its type is ${live.type}; fake values are texts.`,
      `Use --mask ${place.model}.${place.field}=${hashShapeOf(live) === null ? '' : 'hash, '}null or constant:<text>, or a function of the API.`,
    )
  }
  const limit = limitOf(live) ?? Number.POSITIVE_INFINITY
  const isUnique = uniquenessOf(masked) !== null
  if (isUnique && limit < 2 * SUFFIX_LENGTH) {
    const why = `Fake values get a part of a hash to differ, for which ${live.type} is too short.`
    throw notUnique(place, why)
  }
  const make = buildFakeMaker(source, place, { key, method: argumentOf(mask) })
  const makeUnique = (value: string) => {
    const digest = digestOf(key, 'fake', value).slice(-SUFFIX_LENGTH)
    return addSuffix(make(value), digest, limit)
  }
  const cut = (value: string) => cutText(make(value), limit)
  return keepNothing(rememberMask(isUnique ? makeUnique : cut))
}

/** Of an e-mail address, the part in front of the domain gets it. */
function addSuffix(text: string, suffix: string, limit: number): string {
  const at = text.lastIndexOf('@')
  const [front, back] = at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at)]
  const room = limit - back.length - suffix.length - 1
  // A domain that leaves no room is given up.
  return room < 1 ? suffix : `${cutText(front, room)}${at === -1 ? '-' : '.'}${suffix}${back}`
}

function cutText(text: string, limit: number): string {
  return text.length <= limit ? text : [...text].slice(0, limit).join('')
}

/** What the function throws is the cause of the error: it may hold a value. */
export function functionMask({ column, place, mask }: MaskedColumn): ValueMask {
  const call = mask as MaskFunction
  const { isNotNull } = column.live
  return (value) => {
    let made: unknown
    try {
      made = call(value, place)
    } catch (error) {
      throw maskFailed(place, 'It threw the cause of this error.', error)
    }
    if (made === null && !isNotNull) return null
    if (typeof made === 'string' && !made.includes('\0')) return made
    throw maskFailed(place, `It gave ${describeResult(made)}.`)
  }
}

/** Without the value itself. */
function describeResult(made: unknown): string {
  if (made === null) return 'null for a column that cannot be NULL'
  if (typeof made === 'string') return 'a text with a NUL'
  if (made instanceof Promise) return 'a promise, but may not be async'
  return made === undefined ? 'nothing' : `a value of the type ${typeof made}`
}

/** NULL stays NULL, and nothing stays nothing. */
function keepNothing(mask: (value: string) => string | null): ValueMask {
  return (value) => (value === null || value === '' ? value : mask(value))
}
