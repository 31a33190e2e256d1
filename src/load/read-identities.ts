import { hashIdentity, type IdentityPart } from '../keys/hash-key.js'
import { PLAIN_TEXTS } from '../postgres/plain-texts.js'
import { stagedIdentities } from './hash-staging.js'
import type { HashedColumn } from './hashed-column.js'
import type { LoadContext } from './load-context.js'
import { readByCopy } from './read-rows.js'

/** Of the digits of an identity. */
const IDENTITY_BYTES = 32

/** Rows that are sent at a time. */
const ROWS_PER_CHUNK = 4096

/** What the staged rows of a model are, one behind the other: 32 bytes each. */
export async function readIdentities(
  { client, readRows = readByCopy }: Pick<LoadContext, 'client' | 'readRows'>,
  model: string,
  { columns, rows }: { readonly columns: readonly HashedColumn[]; readonly rows: number },
): Promise<Buffer> {
  const identities = Buffer.alloc(rows * IDENTITY_BYTES)
  let offset = 0
  // A role may want other texts of its values; hashes are made of these.
  await client.query(PLAIN_TEXTS)
  const parents = columns.filter(({ parent }) => parent !== null)
  const fields = columns.length + parents.length
  for await (const found of readRows(client, stagedIdentities(columns), fields)) {
    for (const row of found) {
      offset += identities.write(hashIdentity(model, readParts(row, columns)), offset, 'hex')
    }
  }
  return identities
}

/** The fields of a row as `stagedIdentities` gives them. */
function readParts(
  row: readonly (string | null)[],
  columns: readonly HashedColumn[],
): readonly IdentityPart[] {
  let place = 0
  return columns.map(({ parent }): IdentityPart => {
    const text = row[place++] ?? null
    const identity = parent === null ? null : (row[place++] ?? null)
    // A row that is not in the files is known by its key alone.
    return identity === null ? { kind: 'value', text } : { kind: 'identity', text: identity }
  })
}

/**
 * COPY text of identities, each behind the number of its row.
 *
 * @param between What stands between the two, with a tab in front.
 */
export async function* writeIdentities(
  identities: Buffer,
  between: (identity: string) => string,
): AsyncGenerator<Buffer> {
  const rows = identities.length / IDENTITY_BYTES
  for (let from = 0; from < rows; from += ROWS_PER_CHUNK) {
    let text = ''
    for (let row = from; row < Math.min(from + ROWS_PER_CHUNK, rows); row++) {
      const start = row * IDENTITY_BYTES
      const identity = identities.toString('hex', start, start + IDENTITY_BYTES)
      text += `${row}${between(identity)}\t${identity}\n`
    }
    yield Buffer.from(text)
  }
}
