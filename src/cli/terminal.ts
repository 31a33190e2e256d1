import type { Writable } from 'node:stream'
import picocolors from 'picocolors'

/** Standard output or standard error. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number }

/** What the program has of the world around it: `process`, or what a test puts in its place. */
export interface CommandLineIo {
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean }
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absolute path of the folder the program was started in. */
  readonly cwd: string
  /** Where `SIGINT` and `SIGTERM` arrive. */
  readonly signals: SignalSource
  /** Ends the process at once. */
  readonly exit: (code: number) => void
}

interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown
  off(signal: NodeJS.Signals, listener: () => void): unknown
}

/** Data goes to standard output, everything else to standard error. */
export interface Terminal {
  /** Prints a text for people, a line break added. */
  data(text: string): void
  /** Prints one JSON document. */
  json(document: unknown): void
  /** Prints a line on standard error, unless the user wants quiet. */
  note(text: string): void
  /** How texts for standard output may look. */
  readonly look: Look
  /** Where progress is shown; null when the user wants quiet. */
  readonly progress: OutputStream | null
  readonly progressLook: Look
}

/** How a text may look on one of the streams. */
export interface Look {
  /** Give back what they get where colours are not wanted. */
  readonly colors: Colors
  /** Columns; infinite where nobody looks, so that a file or a pipe gets no broken lines. */
  readonly width: number
}

export type Colors = ReturnType<typeof picocolors.createColors>

export function createTerminal(
  io: CommandLineIo,
  { quiet }: { readonly quiet: boolean },
): Terminal {
  const progressLook = lookOf(io.stderr, io.env)
  return {
    data: (text) => void io.stdout.write(`${text}\n`),
    json: (document) => void io.stdout.write(`${JSON.stringify(document, null, 2)}\n`),
    note: (text) => {
      if (!quiet) {
        io.stderr.write(`${progressLook.colors.dim(text)}\n`)
      }
    },
    look: lookOf(io.stdout, io.env),
    progress: quiet ? null : io.stderr,
    progressLook,
  }
}

/** Colours as NO_COLOR, FORCE_COLOR and a dumb terminal say, else on terminals only. */
export function lookOf(stream: OutputStream, env: CommandLineIo['env']): Look {
  const isTerminal = stream.isTTY === true
  return {
    colors: picocolors.createColors(
      !env['NO_COLOR'] && (Boolean(env['FORCE_COLOR']) || (isTerminal && env['TERM'] !== 'dumb')),
    ),
    // A terminal that does not tell its width says 0 columns or nothing.
    width: isTerminal ? stream.columns || 80 : Number.POSITIVE_INFINITY,
  }
}
