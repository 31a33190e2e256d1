import { hash } from 'node:crypto'
import { createKeyWriter, type KeyShape } from './key-shape.js'
import type { KeySpelling } from './key-spelling.js'
import type { TextKeyMap } from './text-key-map.js'

/** Bytes of the secret of a run: one block of SHA-256 when written in hexadecimal. */
export const SECRET_BYTES = 32

/** What the new keys of a model are made of. */
export interface FreshKeysInput {
  readonly model: string
  readonly spelling: KeySpelling
  readonly shape: KeyShape
  /** The time of the run, which some shapes begin with. */
  readonly runAt: Date
  /** `SECRET_BYTES` random bytes of the run: another run gives other keys. */
  readonly secret: Buffer
}

/**
 * A new key for every source key, without a map: the digest of the secret of the run, the model and the
 * source key, in the shape of a uuid, cuid, nanoid or ulid. A reference follows by the same function
 * wherever it stands, before its row or after it, and no key takes memory. Nobody outside of the run
 * can tell one key from another: a digest behind a secret is as good as chance.
 */
export class FreshKeys implements TextKeyMap {
  readonly spelling: KeySpelling
  /** Any source key has a target: which of them have a row, PostgreSQL checks. */
  readonly size = null
  readonly range = null
  readonly #prefix: string
  readonly #write: ReturnType<typeof createKeyWriter>

  constructor({ model, spelling, shape, runAt, secret }: FreshKeysInput) {
    this.spelling = spelling
    this.#prefix = `${secret.toString('hex')}${model}\0`
    this.#write = createKeyWriter(shape, runAt)
  }

  targetOf(source: string): string {
    return this.#write((block) => hash('sha256', `${this.#prefix}${block}\0${source}`, 'buffer'))
  }

  /** Nobody outside of the run can have one of its keys. */
  hasTarget(): boolean {
    return false
  }
}
