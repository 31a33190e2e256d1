/** PostgreSQL's limit for the name of anything; only a server built for it has another. */
const MAX_BYTES = 63

/** Of a UTF-16 code unit in UTF-8. Names as short as this need not be encoded to be measured. */
const MOST_BYTES_PER_UNIT = 3

/**
 * The name that the database really has for one in the schema: PostgreSQL cuts what is too long, at
 * the end of a character, and Prisma lets it.
 */
export function databaseName(name: string): string {
  if (name.length <= MAX_BYTES / MOST_BYTES_PER_UNIT) {
    return name
  }
  const bytes = Buffer.from(name)
  if (bytes.length <= MAX_BYTES) {
    return name
  }
  let end = MAX_BYTES
  while (isInsideCharacter(bytes[end])) {
    end -= 1
  }
  return bytes.toString('utf8', 0, end)
}

/** In UTF-8 all bytes of a character but the first begin with the bits 10. */
function isInsideCharacter(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}
