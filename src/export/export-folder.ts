import { open, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { EXPORT_RECORD, type ExportRecord, readExportRecord } from '../source/export-record.js'
import { makeFolder } from '../source/make-folder.js'
import { folderInUse, folderUnusable, unwritable } from './export-error.js'

/** What stands behind the name of a file until the export is done: nothing takes it for a whole one. */
const PART = '.part'

/** What is in a folder before an export writes into it. */
interface FoundFolder {
  readonly isEmpty: boolean
  /** Files that an export before has written. */
  readonly old: readonly string[]
  /** Those that a run has left that was killed. */
  readonly stale: ReadonlySet<string>
}

/**
 * The folder that an export writes into. Its files have other names until all of them are there, so that
 * an export before stays as it is when this one fails.
 */
export class ExportFolder {
  /** As it was given, for people. */
  readonly name: string
  readonly #path: string
  readonly #found: FoundFolder
  /** Files that were begun, and those of them that have their names. */
  readonly #begun = new Set<string>()
  readonly #named = new Set<string>()
  /** The first folder that had to be made. */
  #made: string | undefined

  private constructor(name: string, found: FoundFolder) {
    this.name = name
    this.#path = path.resolve(name)
    this.#found = found
  }

  /**
   * Looks whether a folder may be written into; changes nothing.
   *
   * @param files That will be written.
   * @throws {GyroError} `EXPORT.FOLDER`; `SOURCE.EXPORT_RECORD` where nothing tells which files are ours.
   */
  static async find(
    name: string,
    { files, overwrite }: { readonly files: readonly string[]; readonly overwrite: boolean },
  ): Promise<ExportFolder> {
    const there = await listEntries(name)
    const before = overwrite && there.length > 0 ? await readExportRecord(name) : null
    const old = before?.models.map(({ file }) => file) ?? []
    const ours = [EXPORT_RECORD, ...old, ...files]
    const parts = ours.map((file) => file + PART)
    const known = overwrite ? [...ours, ...parts] : []
    const isOther = before === null && there.includes(EXPORT_RECORD)
    const strangers = there.filter(
      (file) => !known.includes(file) || (isOther && file === EXPORT_RECORD),
    )
    if (strangers.length > 0) throw folderInUse(name, strangers)
    const stale = new Set(parts.filter((part) => there.includes(part)))
    return new ExportFolder(name, { isEmpty: there.length === 0, old, stale })
  }

  /** Makes the folder, if need be. @throws {GyroError} `EXPORT.FOLDER`. */
  async make(): Promise<void> {
    try {
      this.#made = await makeFolder(this.#path)
    } catch (error) {
      throw folderUnusable(this.name, error)
    }
  }

  /** What a file is called for people: `export/Order.csv`. */
  nameOf(file: string): string {
    return path.join(this.name, file)
  }

  /**
   * Makes a file, empty and by another name, and tells where it is. Fails where another run is at it.
   *
   * @throws {GyroError} `EXPORT.UNWRITABLE`.
   */
  async begin(file: string): Promise<string> {
    const part = path.join(this.#path, file + PART)
    try {
      if (this.#found.stale.has(file + PART)) await rm(part, { force: true })
      await (await open(part, 'wx')).close()
    } catch (error) {
      throw unwritable(this.nameOf(file), error)
    }
    this.#begun.add(file)
    return part
  }

  /**
   * Gives the files their names, removes those of the export before, and writes the record last.
   *
   * @throws {GyroError} `EXPORT.UNWRITABLE`.
   */
  async keep(record: ExportRecord): Promise<void> {
    const files = [...this.#begun]
    const part = await this.begin(EXPORT_RECORD)
    const gone = this.#found.old.filter((file) => !files.includes(file))
    try {
      await writeFile(part, `${JSON.stringify(record, null, 2)}\n`)
      // While an export before is replaced, its record tells whoever reads a mixture so.
      for (const file of files) await this.#name(file)
      for (const file of gone) await rm(path.join(this.#path, file), { force: true })
      await this.#name(EXPORT_RECORD)
    } catch (error) {
      throw unwritable(this.name, error)
    }
  }

  async #name(file: string): Promise<void> {
    const named = path.join(this.#path, file)
    await rename(named + PART, named)
    this.#named.add(file)
  }

  /** Removes what was written, and the folders that were made for it. */
  async discard(): Promise<void> {
    const remove = async (file: string) => {
      await rm(path.join(this.#path, file), { force: true }).catch(() => {})
    }
    for (const file of this.#begun) await remove(file + PART)
    // What it took the place of is gone: then the new file is better than none.
    if (this.#found.isEmpty) for (const file of this.#named) await remove(file)
    await this.#removeMade()
  }

  /** From the inside out, as far as they are empty. */
  async #removeMade(): Promise<void> {
    if (this.#made === undefined) return
    for (let folder = this.#path; folder.startsWith(this.#made); folder = path.dirname(folder)) {
      await rmdir(folder).catch(() => {})
    }
  }
}

/** Names in a folder; none where it is not there. */
async function listEntries(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (error) {
    const { code } = error as { readonly code?: string }
    if (code === 'ENOENT') return []
    throw folderUnusable(folder, error)
  }
}
