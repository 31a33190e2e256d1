/** A broken invariant: a bug of prisma-gyro, never something the user did. */
export class InternalError extends Error {
  override readonly name = 'InternalError'
}
