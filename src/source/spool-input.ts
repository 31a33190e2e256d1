import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { unreadableFile } from './source-error.js'
import { NO_INFLATION_LIMIT, type SourceFile } from './source-file.js'

/** What a stream of rows is called in messages and results. */
export const STREAM_NAME = 'stdin'

/**
 * Keeps what comes as a stream in a file that nobody else may read, as an import reads its rows
 * twice. The file is gone when `use` is done, however that ends.
 *
 * @throws {GyroError} `SOURCE.UNREADABLE_FILE` when the stream fails.
 * @throws The reason of `signal` once it aborts.
 */
export async function withSpooledInput<Result>(
  input: AsyncIterable<Uint8Array | string>,
  signal: AbortSignal,
  use: (file: SourceFile) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), 'prisma-gyro-'))
  try {
    const opened = path.join(folder, STREAM_NAME)
    const sink = createWriteStream(opened, { flags: 'wx', mode: 0o600 })
    await pipeline(input, sink, { signal }).catch((cause: unknown) => {
      signal.throwIfAborted()
      throw unreadableFile(STREAM_NAME, cause)
    })
    const { size } = await stat(opened)
    return await use({
      name: STREAM_NAME,
      path: STREAM_NAME,
      opened,
      bytes: size,
      compression: null,
      maxInflated: NO_INFLATION_LIMIT,
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
