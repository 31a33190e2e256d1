import { Transform } from 'node:stream'
import zlib from 'node:zlib'

/** Replaces what inflates zstd: whether Node has it depends on its version. */
export async function withZstd<Result>(
  createZstdDecompress: (() => Transform) | undefined,
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

/** An inflater that gives the bytes of an archive as they are. */
export function passThrough(): Transform {
  const inflater = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      counted.bytesWritten += chunk.length
      done(null, chunk)
    },
  })
  const counted = Object.assign(inflater, { bytesWritten: 0 })
  return counted
}
