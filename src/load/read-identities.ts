import { hashIdentity, type IdentityPart } from '../keys/hash-key.js'
import type { PostgresClient } from '../postgres/client.js'
import { copyOut } from '../postgres/copy-out.js'
import { stagedIdentities } from './hash-staging.js'
import type { HashedColumn } from './hashed-column.js'
import { parseCopyRows } from './parse-copy-rows.js'

/** Of the digits of an identity. */
const IDENTITY_BYTES = 32

/** Rows that are sent at a time. */
const ROWS_PER_CHUNK = 4096

/** What the staged rows of a model are, one behind the other: 32 bytes each. */
export async function readIdentities(
  client: PostgresClient,
  model: string,
  { columns, rows }: { readonly columns: readonly HashedColumn[]; readonly rows: number },
): Promise<Buffer> {
  const identities = Buffer.alloc(rows * IDENTITY_BYTES)
  let offset = 0
  // A role may want other texts of its values; hashes are made of these.
  await client.query(PLAIN_TEXTS)
  for await (const chunk of copyOut(client, stagedIdentities(columns))) {
    for (const row of parseCopyRows(chunk)) {
      offset += identities.write(hashIdentity(model, readParts(row, columns)), offset, 'hex')
    }
  }
  return identities
}

/** Dates and times are those of ISO 8601 in UTC all along: see `withTransaction`. */
const PLAIN_TEXTS =
  "set local extra_float_digits = 1; set local bytea_output = 'hex'; set local intervalstyle = 'postgres'"

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
