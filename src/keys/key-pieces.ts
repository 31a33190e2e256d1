import type { IdRun } from '../postgres/sequence.js'
import { RunWriter } from './key-runs.js'

/** Integer keys without a gap: `count` of them. A `bigint` only beyond 2^53. */
export interface KeyRun {
  readonly from: number | bigint
  readonly count: number
}

/** Source keys, in ascending order, that became target keys at equal distances. */
export interface KeyPiece {
  readonly sourceFrom: bigint
  readonly sourceTo: bigint
  readonly targetFrom: bigint
  readonly targetStep: bigint
  readonly rows: number
  /** Which keys from `sourceFrom` to `sourceTo` are meant, as `decodeRuns` reads it; null for all. */
  readonly runs: Buffer | null
}

/** Runs of source keys in one piece: some 100 KB at the most, which most often pack well. */
const MAX_RUNS = 32_768

/**
 * Cuts a map of integer keys into pieces, as few as there can be.
 *
 * @param sources In the order of their ranks.
 * @param targets At least as many keys, by rank.
 */
export function* cutPieces(
  sources: Iterable<KeyRun>,
  targets: readonly IdRun[],
): Generator<KeyPiece, void> {
  const parts = pairRuns(sources, targets)
  const first = parts.next()
  if (first.done) return
  let piece = new PieceBuilder(first.value)
  for (const part of parts) {
    if (piece.add(part)) continue
    yield piece.build()
    piece = new PieceBuilder(part)
  }
  yield piece.build()
}

/** Source keys without a gap, and the first of their targets. */
interface PairedRun extends KeyRun {
  readonly target: bigint
  readonly step: bigint
}

/** Splits the runs of both sides where either ends. */
function* pairRuns(
  sources: Iterable<KeyRun>,
  targets: readonly IdRun[],
): Generator<PairedRun, void> {
  let index = 0
  let used = 0
  for (const source of sources) {
    for (let done = 0; done < source.count; ) {
      const run = targets[index] as IdRun
      if (used === run.count) {
        index++
        used = 0
        continue
      }
      const count = Math.min(source.count - done, run.count - used)
      const target = run.from + BigInt(used) * run.step
      yield { from: shift(source.from, done), count, target, step: run.step }
      done += count
      used += count
    }
  }
}

/** A piece while parts are added to it. */
class PieceBuilder {
  readonly #first: PairedRun
  readonly #runs = new RunWriter()
  #rows: number
  /** Of the last run: its first key, and how many there are so far. */
  #from: number | bigint
  #count: number
  #next: bigint

  constructor(first: PairedRun) {
    this.#first = first
    this.#rows = first.count
    this.#from = first.from
    this.#count = first.count
    this.#next = first.target + BigInt(first.count) * first.step
  }

  /** False where the part does not go on from here: then it begins another piece. */
  add({ from, count, target, step }: PairedRun): boolean {
    const behind = distance(this.#from, from)
    const gap = behind - this.#count
    const goesOn = target === this.#next && step === this.#first.step
    const isExact = Number.isSafeInteger(distance(this.#first.from, from) + count)
    if (!goesOn || gap < 0 || !isExact || this.#runs.count >= MAX_RUNS) {
      return false
    }
    if (gap === 0) {
      this.#count += count
    } else {
      this.#runs.write(this.#count, gap)
      this.#from = from
      this.#count = count
    }
    this.#rows += count
    this.#next += BigInt(count) * step
    return true
  }

  build(): KeyPiece {
    const { from, target, step } = this.#first
    return {
      sourceFrom: BigInt(from),
      sourceTo: BigInt(this.#from) + BigInt(this.#count - 1),
      targetFrom: target,
      targetStep: step,
      rows: this.#rows,
      runs: this.#runs.end(this.#count),
    }
  }
}

function shift(key: number | bigint, by: number): number | bigint {
  return typeof key === 'number' ? key + by : key + BigInt(by)
}

/** How far it is; not exact, and no safe integer, where that is beyond 2^53. */
function distance(from: number | bigint, to: number | bigint): number {
  return typeof from === 'number' && typeof to === 'number'
    ? to - from
    : Number(BigInt(to) - BigInt(from))
}
