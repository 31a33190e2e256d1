import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isGyroError } from '../error/gyro-error.js'
import { unreadableFile } from './source-error.js'
import { NO_INFLATION_LIMIT, type SourceFile } from './source-file.js'

/** What a stream of rows is called in messages and results. */
export const STREAM_NAME = 'stdin'

/** Keeps what comes as a stream in a file of this name. */
export type Spool = (name: string, input: AsyncIterable<Uint8Array | string>) => Promise<SourceFile>

/**
 * Hands to `use` what keeps streams in files that nobody else may read, as an import reads its rows
 * twice. They are gone when `use` is done, however that ends.
 *
 * @throws {GyroError} from the spool: `SOURCE.UNREADABLE_FILE` when a stream fails, unless with an error
 * of its own.
 * @throws The reason of `signal`, from the spool, once it aborts.
 */
export async function withSpool<Result>(
  signal: AbortSignal,
  use: (spool: Spool) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), 'prisma-gyro-'))
  try {
    return await use(async (name, input) => {
      const opened = path.join(folder, name)
      const sink = createWriteStream(opened, { flags: 'wx', mode: 0o600 })
      await pipeline(input, sink, { signal }).catch((cause: unknown) => {
        signal.throwIfAborted()
        throw isGyroError(cause) ? cause : unreadableFile(name, cause)
      })
      const { size } = await stat(opened)
      return {
        name,
        path: name,
        opened,
        bytes: size,
        compression: null,
        maxInflated: NO_INFLATION_LIMIT,
      }
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
