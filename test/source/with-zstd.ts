import zlib from 'node:zlib'

/** Replaces what inflates zstd: whether Node has it depends on its version. */
export async function withZstd<Result>(
  createZstdDecompress: typeof zlib.createGunzip | undefined,
  use: () => Promise<Result>,
): Promise<Result> {
  const own = Object.getOwnPropertyDescriptor(zlib, 'createZstdDecompress')
  Object.defineProperty(zlib, 'createZstdDecompress', {
    value: createZstdDecompress,
    configurable: true,
  })
  try {
    return await use()
  } finally {
    if (own === undefined) Reflect.deleteProperty(zlib, 'createZstdDecompress')
    else Object.defineProperty(zlib, 'createZstdDecompress', own)
  }
}
