/** How fields are masked on their way out of the database. */
export interface MaskOptions {
  /**
   * Masks by model and field.
   * @example { User: { email: 'hash', name: { fake: 'person.fullName' }, phone: 'null' } }
   */
  readonly mask?: Readonly<Record<string, Readonly<Record<string, Mask>>>>
  /**
   * The key of `hash` and `fake`, at least 16 characters: the same value becomes the same under the same
   * key, in each table and each export.
   * @default the environment variable `PRISMA_GYRO_MASK_KEY`, else one at random for each export
   */
  readonly maskKey?: string
}

/**
 * What becomes of the values of a field. NULL stays NULL and an empty text stays empty under `hash` and
 * `fake`.
 *
 * - `'null'`: NULL.
 * - `{ constant: 'Jane' }`: the same for all rows.
 * - `'hash'`: a keyed hash (HMAC-SHA-256) of the value. Texts, uuids and integers. A text that is an e-mail
 *   address becomes another one, at `example.invalid`.
 * - `'fake'` and `{ fake: 'person.fullName' }`: a made-up value of `@faker-js/faker`, by its method or by
 *   the name of the field. The same value becomes the same one.
 * - a function.
 */
export type Mask =
  | 'null'
  | 'hash'
  | 'fake'
  | { readonly constant: string }
  | { readonly fake: string }
  | MaskFunction

/**
 * Gives the value that stands for another one, both as PostgreSQL writes them; null is NULL. It is called
 * for each row, and may not be async.
 */
export type MaskFunction = (value: string | null, place: MaskedField) => string | null

/** A field and its model, by their Prisma names. */
export interface MaskedField {
  readonly model: string
  readonly field: string
}
