import type { LineShifts } from './line-shifts.js'

/** The bytes of a CSV file in order. A chunk holds only until the next one is asked for. */
export interface CsvChunks extends AsyncIterable<Uint8Array> {
  /** Bytes of the file behind the chunks so far: of the compressed file where it is one. */
  readonly bytesRead: number
}

/** One of the files that hold the rows of a model. */
export interface CsvPart {
  /** Path for error messages. */
  readonly file: string
  /** Where its lines stand in the original. Default: where they are. */
  readonly shifts?: LineShifts | undefined
  /** Gives its bytes from the start, as often as it is called. */
  readonly open: () => CsvChunks
}
