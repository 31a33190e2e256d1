import { createWriteStream } from 'node:fs'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { PostgresClient } from '../postgres/client.js'
import type { ProgressListener } from '../progress/progress.js'
import { FileDigest } from '../source/file-digest.js'
import { rowCountDiffers, unwritable } from './export-error.js'
import type { ExportFolder } from './export-folder.js'
import type { ModelExport } from './prepare-export.js'
import { renderModel } from './render-model.js'

/** What a slicer works with. */
export interface SlicerContext {
  readonly folder: ExportFolder
  /** By model: the name of its file. */
  readonly files: ReadonlyMap<string, string>
  readonly gzip: boolean
  readonly onProgress: ProgressListener
  readonly signal: AbortSignal
  /** Opens a file that is there and empty. @default createWriteStream */
  readonly openFile?: (path: string) => Writable
}

/** A file that was written. */
export interface SlicedFile {
  readonly model: string
  readonly file: string
  /** As the server counted them. */
  readonly rows: number
  /** Of the file on disk. */
  readonly bytes: number
  readonly sha256: string
  readonly seconds: number
}

/** Large enough that a file is written in few calls. */
const WRITE_BUFFER_BYTES = 256 * 1024

/**
 * Runs the plans of an export into a folder: one file per model, each streamed from the server to the
 * disk, several at a time where there are several connections. Holds no more than some chunks of each.
 */
export class DataSlicer {
  readonly #context: SlicerContext

  constructor(context: SlicerContext) {
    this.#context = context
  }

  /**
   * @param clients In one snapshot; ended when one of them fails, as they may be in the middle of a COPY.
   * @returns By model.
   * @throws {GyroError} `EXPORT.UNWRITABLE`, `EXPORT.ROW_COUNT`.
   * @throws What the server or a mask threw, or the reason of the signal.
   */
  async run(
    clients: readonly PostgresClient[],
    models: readonly ModelExport[],
  ): Promise<ReadonlyMap<string, SlicedFile>> {
    const queue = largestFirst(models)
    const done = new Map<string, SlicedFile>()
    const failing = new AbortController()
    const signal = AbortSignal.any([this.#context.signal, failing.signal])
    const endAll = () => clients.forEach((client) => void client.end().catch(() => {}))
    signal.addEventListener('abort', endAll, { once: true })
    const work = async (client: PostgresClient) => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        signal.throwIfAborted()
        done.set(next.plan.name, await this.#write(client, next, signal))
      }
    }
    await Promise.allSettled(
      clients.map((client) =>
        work(client).catch((error: unknown) => {
          failing.abort(error)
          throw error
        }),
      ),
    )
    signal.removeEventListener('abort', endAll)
    // What the others were ended by is what failed first.
    if (failing.signal.aborted) throw failing.signal.reason
    this.#context.signal.throwIfAborted()
    return done
  }

  async #write(
    client: PostgresClient,
    model: ModelExport,
    signal: AbortSignal,
  ): Promise<SlicedFile> {
    const { folder, files, gzip, onProgress, openFile = openFileAt } = this.#context
    const { plan, selection } = model
    const started = performance.now()
    const file = files.get(plan.name) as string
    const about = { phase: 'export', model: plan.name } as const
    const expected = selection.rows ?? Math.max(0, plan.estimatedRows)
    onProgress({
      type: 'file-start',
      ...about,
      file: folder.nameOf(file),
      bytes: 0,
      rows: expected,
    })
    const written = new WrittenFile()
    const content = renderModel(client, model, {
      onChunk: (bytes, rows) => onProgress({ type: 'file-progress', ...about, bytes, rows }),
      onRows: (rows) => {
        written.rows = rows
      },
    })
    const sink = openFile(await folder.begin(file))
    const count = (chunks: AsyncIterable<Buffer>) => written.watch(chunks)
    try {
      if (gzip) await pipeline(content, createGzip(), count, sink, { signal })
      else await pipeline(content, count, sink, { signal })
    } catch (error) {
      throw isFileFailure(error) ? unwritable(folder.nameOf(file), error) : error
    }
    const { rows } = written
    if (selection.rows !== null && selection.rows !== rows) {
      throw rowCountDiffers(plan.name, { selected: selection.rows, sent: rows })
    }
    const seconds = (performance.now() - started) / 1000
    onProgress({ type: 'file-end', ...about, rows, seconds })
    const { bytes, sha256 } = written
    return { model: plan.name, file, rows, bytes, sha256, seconds }
  }
}

/** So that no connection is left with a large one when the others are done. */
function largestFirst(models: readonly ModelExport[]): ModelExport[] {
  const sizeOf = ({ plan, selection }: ModelExport) =>
    (selection.rows ?? plan.estimatedRows) * plan.columns.length
  return models.toSorted((a, b) => sizeOf(b) - sizeOf(a))
}

function openFileAt(path: string): Writable {
  return createWriteStream(path, { highWaterMark: WRITE_BUFFER_BYTES })
}

/** Whether the disk failed, and not the network, whose calls have the same names. */
function isFileFailure(error: unknown): boolean {
  const { syscall, code } = error as { readonly syscall?: string; readonly code?: string }
  const isCall = syscall !== undefined && ['open', 'write', 'close'].includes(syscall)
  return isCall && code !== 'EPIPE' && code !== 'ECONNRESET'
}

/** What is known of a file when it is written. */
class WrittenFile {
  rows = 0
  bytes = 0
  readonly #digest = new FileDigest()

  get sha256(): string {
    return this.#digest.sha256 as string
  }

  async *watch(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of this.#digest.watch(chunks)) {
      this.bytes += chunk.length
      yield chunk
    }
  }
}
