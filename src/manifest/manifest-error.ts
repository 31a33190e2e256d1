import { GyroError } from '../error/gyro-error.js'

/**
 * @param path Place inside the document; empty for the document itself.
 * @param wanted What must stand there, to follow "must be".
 */
export function invalidManifest(source: string, path: string, wanted: string): GyroError {
  const place = path === '' ? 'The document' : path
  return new GyroError('MANIFEST.INVALID', `${source} is not a manifest of prisma-gyro`, {
    why: `${place} must be ${wanted}.`,
    fix: 'Run "npx prisma generate" to write it anew; it is not meant to be edited.',
    meta: { source, path },
  })
}

export function otherVersion(source: string, version: number): GyroError {
  return new GyroError('MANIFEST.VERSION', `${source} is of another version of prisma-gyro`, {
    why: `The manifest has version ${version}; this version of prisma-gyro reads 1.`,
    fix: 'Run "npx prisma generate" with the prisma-gyro that you import with.',
    meta: { source, version },
  })
}
