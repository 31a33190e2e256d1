/** PostgreSQL's limit for the name of anything; only a server built for it has another. */
const MAX_BYTES = 63

/**
 * The name that the database really has for one in the schema: PostgreSQL cuts what is too long, at
 * the end of a character, and Prisma lets it.
 */
export function databaseName(name: string): string {
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
