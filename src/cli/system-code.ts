/** What the operating system calls a failure, such as `ENOENT`; null where it is none of its. */
export function systemCode(error: unknown): string | null {
  // An error of Node may come from another realm, so that it is no Error here.
  const isCoded = typeof error === 'object' && error !== null && 'code' in error
  return isCoded && typeof error.code === 'string' ? error.code : null
}
