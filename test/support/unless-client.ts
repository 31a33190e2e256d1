import { it } from '@jest/globals'
import { testLoader } from './import-stage.js'

/**
 * A test of what Prisma Client cannot do: left out where by-client.test.ts runs its suite. What becomes of
 * such a value there is tested in test/client.
 *
 * @param _reason Why it cannot.
 */
export function itUnlessClient(_reason: string): typeof it.skip {
  return testLoader() === 'client' ? it.skip : it
}

/** Whether a warning is there for every import through a Client, or for rows that it does not get to see. */
export function isOfClient(warning: string): boolean {
  return / do not go through the Prisma Client, | go through a Prisma Client: /.test(warning)
}
