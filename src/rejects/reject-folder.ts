import { existsSync } from 'node:fs'
import { rename, rm, rmdir } from 'node:fs/promises'
import path from 'node:path'
import type { RowCheck } from '../check/row-check.js'
import { isTsvName } from '../source/file-name.js'
import { makeFolder } from '../source/make-folder.js'
import { writeRejectFile } from './reject-file.js'
import { rejectsExist, rejectsUnwritable } from './rejects-error.js'

/** Where rejected rows were put. */
export interface RejectedFiles {
  /** As it was given, else the path of the default from where the program was started. */
  readonly folder: string
  /** Names of its files, in load order. */
  readonly files: readonly string[]
}

/** Which folder, and how cells are written. */
export interface RejectFolderOptions {
  /** Null for one below `rejects/` that is not there yet. */
  readonly folder: string | null
  /** What the one below `rejects/` is called. */
  readonly name: string
  readonly isSafe: boolean
  readonly signal: AbortSignal
}

/**
 * The files of rejected rows, one for each model that has such rows. Until it is known what becomes of
 * the import they have names that end in `.part`.
 */
export class RejectFolder {
  readonly #options: RejectFolderOptions
  readonly #written: string[] = []
  #folder: string | null = null
  /** The first folder that had to be made. */
  #made: string | undefined

  constructor(options: RejectFolderOptions) {
    this.#options = options
  }

  /** @throws {GyroError} `REJECTS.UNWRITABLE`. */
  async write(check: RowCheck): Promise<RejectedFiles> {
    const folder = this.#options.folder ?? freeFolder(this.#options.name)
    this.#folder = folder
    const rejecting = check.models.filter(({ model }) => check.faultsOf(model).size > 0)
    const files = rejecting.map(({ model, source }) => nameRejects(model, source.name))
    const existing = files.find((name) => existsSync(path.join(folder, name)))
    if (existing !== undefined) throw rejectsExist(path.join(folder, existing))
    try {
      this.#made = await makeFolder(path.resolve(folder))
      for (const [index, model] of rejecting.entries()) {
        const file = path.join(folder, files[index] as string)
        await writeRejectFile(`${file}.part`, model, check, this.#options)
        this.#written.push(file)
      }
    } catch (error) {
      const { syscall } = error as { readonly syscall?: string }
      throw syscall === undefined ? error : rejectsUnwritable(folder, error)
    }
    return { folder, files }
  }

  /** Gives the files their names; says where that failed: the rows are written by now. */
  async keep(): Promise<readonly string[]> {
    const failed: string[] = []
    for (const file of this.#written) {
      const part = `${file}.part`
      await rename(part, file).catch(() => failed.push(`Rejected rows are in ${part} still.`))
    }
    return failed
  }

  /** Removes the files, and the folder if it was made for them. */
  async discard(): Promise<void> {
    for (const file of this.#written) await rm(`${file}.part`, { force: true })
    if (this.#made !== undefined && this.#folder !== null) {
      await rmdir(this.#folder).catch(() => {})
    }
  }
}

/** `Order.rejected.csv`, which is a file of Order again. */
function nameRejects(model: string, original: string): string {
  return `${model}.rejected.${isTsvName(original) ? 'tsv' : 'csv'}`
}

/** `rejects/<name>`, or with a number behind it: rows that were put there before may be worked on. */
function freeFolder(name: string): string {
  // A name may be anything; a folder should be one, here.
  const safe = name.replaceAll(/[^\w.-]+/g, '_').replace(/^\.*$/, '_')
  const base = path.join('rejects', safe)
  for (let number = 1; ; number++) {
    const folder = number === 1 ? base : `${base}-${number}`
    if (!existsSync(folder)) return folder
  }
}
