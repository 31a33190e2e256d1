const MAGIC = 0xfd2fb528

/** Sizes of fields in the header of a frame, by the two bits that tell them. */
const DICTIONARY_BYTES = [0, 1, 2, 4] as const
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const

const CHECKSUM_BYTES = 4

/** The type of a block that is one byte, however long it becomes. */
const RUN_BLOCK = 1

/** How many bytes come next. */
interface Wanted {
  readonly bytes: number
  /** Whether a file may end in front of them. */
  readonly isStart: boolean
}

/**
 * Follows the frames of a zstd file from block to block (RFC 8878), to tell whether it ends where a
 * frame does: Node may take a file that is cut off for a whole one. All else that may be wrong, the
 * inflater finds.
 */
export class ZstdFrames {
  readonly #parser = parseFrames()
  #wanted: Wanted = this.#parser.next().value
  /** The first of the bytes that are wanted: those that are looked at are no more. */
  readonly #field = Buffer.alloc(4)
  #got = 0

  /** Takes the next bytes of the file, cut anywhere. */
  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      const taken = Math.min(this.#wanted.bytes - this.#got, chunk.length - at)
      chunk.copy(this.#field, Math.min(this.#got, this.#field.length), at, at + taken)
      at += taken
      this.#got += taken
      if (this.#got === this.#wanted.bytes) {
        this.#wanted = this.#parser.next(this.#field).value
        this.#got = 0
      }
    }
  }

  /** Whether the bytes so far are whole frames. */
  get isComplete(): boolean {
    return this.#wanted.isStart && this.#got === 0
  }
}

function* parseFrames(): Generator<Wanted, never, Buffer> {
  for (;;) {
    const magic = (yield { bytes: 4, isStart: true }).readUInt32LE()
    if (magic === MAGIC) {
      yield* parseFrame()
    } else {
      // Data of others, whose length comes first.
      yield* skip((yield want(4)).readUInt32LE())
    }
  }
}

function* parseFrame(): Generator<Wanted, void, Buffer> {
  const descriptor = (yield want(1)).readUInt8()
  const isSingleSegment = (descriptor & 0x20) !== 0
  const hasChecksum = (descriptor & 0x04) !== 0
  const dictionary = DICTIONARY_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3]
  const contentSize = CONTENT_SIZE_BYTES[(descriptor >> 6) as 0 | 1 | 2 | 3]
  // A byte for the window, or for the size of what is small and in one segment.
  const single = isSingleSegment && contentSize > 0 ? 0 : 1
  yield* skip(single + dictionary + contentSize)
  let isLast = false
  while (!isLast) {
    const header = (yield want(3)).readUIntLE(0, 3)
    isLast = (header & 1) !== 0
    yield* skip(((header >> 1) & 3) === RUN_BLOCK ? 1 : header >> 3)
  }
  yield* skip(hasChecksum ? CHECKSUM_BYTES : 0)
}

function* skip(bytes: number): Generator<Wanted, void, Buffer> {
  if (bytes > 0) yield want(bytes)
}

function want(bytes: number): Wanted {
  return { bytes, isStart: false }
}
