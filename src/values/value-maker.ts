import { randomUUID } from 'node:crypto'
import { InternalError } from '../error/internal-error.js'
import type { ClientDefault } from '../manifest/manifest.js'

/**
 * Makes a new value with each call, as Prisma Client does where the database has no default:
 * `uuid(4)`, `uuid(7)`, `cuid(1)`, `cuid(2)`, `nanoid(n)` and `ulid()`. Version 4 and 1 are those
 * that Prisma means by `uuid()` and `cuid()`.
 *
 * The libraries are loaded here, so that only an import that needs one pays for it. They are of the
 * majors that `require` loads too: the CommonJS build runs in test runners that cannot load ESM.
 */
export async function createValueMaker(
  make: ClientDefault,
  args: readonly (string | number)[],
): Promise<() => string> {
  const [first] = args
  switch (make) {
    case 'uuid':
      return first === 7 ? createUuid7Maker() : randomUUID
    case 'cuid':
      return first === 2 ? createCuid2Maker() : createCuid1Maker()
    case 'nanoid':
      return createNanoidMaker(first)
    case 'ulid':
      return createUlidMaker()
    default:
      throw new InternalError(`no maker of ${make satisfies never}`)
  }
}

async function createUuid7Maker(): Promise<() => string> {
  const { v7 } = await import('uuid')
  return () => v7()
}

async function createCuid1Maker(): Promise<() => string> {
  const { default: cuid } = await import('@bugsnag/cuid')
  return cuid
}

async function createCuid2Maker(): Promise<() => string> {
  const { createId } = await import('@paralleldrive/cuid2')
  return createId
}

async function createNanoidMaker(length: string | number | undefined): Promise<() => string> {
  const { nanoid } = await import('nanoid')
  return length === undefined ? () => nanoid() : () => nanoid(Number(length))
}

/** Of one millisecond each is the one before plus one: 80 times as fast as a new random part. */
async function createUlidMaker(): Promise<() => string> {
  const { monotonicFactory } = await import('ulid')
  const makeUlid = monotonicFactory()
  return () => makeUlid()
}
