import { EventEmitter } from 'node:events'
import { Readable, Writable } from 'node:stream'
import type { CommandLineIo, OutputStream } from '../../src/cli/terminal.js'

/** A world for `main` that remembers what it was told. */
export interface RecordedIo extends CommandLineIo {
  readonly stdout: RecordedStream
  readonly stderr: RecordedStream
  readonly signals: EventEmitter
  /** Codes that `exit` was called with. */
  readonly exits: readonly number[]
}

export type RecordedStream = OutputStream & { text(): string }

export interface RecordedIoOptions {
  /** Columns of both streams, which then are terminals. */
  readonly columns?: number
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Chunks of what is on standard input. */
  readonly stdin?: readonly string[]
  /** Whether standard input is a terminal. */
  readonly isAsked?: boolean
}

export function recordIo({
  columns,
  env = {},
  cwd = '/',
  stdin = [],
  isAsked = false,
}: RecordedIoOptions = {}): RecordedIo {
  const exits: number[] = []
  return {
    stdin: Object.assign(Readable.from(stdin), { isTTY: isAsked }),
    stdout: recordStream(columns),
    stderr: recordStream(columns),
    env,
    cwd,
    signals: new EventEmitter(),
    exit: (code) => void exits.push(code),
    exits,
  }
}

/** A stream that is a terminal when it has columns. */
export function recordStream(columns?: number): RecordedStream {
  const chunks: string[] = []
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
  const shape = columns === undefined ? {} : { isTTY: true, columns }
  return Object.assign(stream, shape, { text: () => chunks.join('') })
}
