import { it } from '@jest/globals'

/** The major of the server that the whole run shares. */
export const SERVER_MAJOR = Number(process.env['PRISMA_GYRO_TEST_MAJOR'])

/** `it` for what PostgreSQL can do since a major; skipped, and told so, where the run has an older one. */
export function itSince(major: number): typeof it | typeof it.skip {
  return SERVER_MAJOR >= major ? it : it.skip
}
