import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { foreignFile, outputNotWritable } from './generator-error.js'

export interface OutputFile {
  readonly name: string
  readonly text: string
  /** Matches what prisma-gyro once wrote under this name, and nothing that a person would write. */
  readonly mark: RegExp
}

/**
 * Writes the files that differ from what is there, so that watchers see only real changes.
 *
 * @throws {GyroError} `GENERATOR.OUTPUT` when a file is not ours, before anything is written, or
 *   when the system refuses.
 */
export async function writeOutput(folder: string, files: readonly OutputFile[]): Promise<void> {
  const changed: OutputFile[] = []
  for (const file of files) {
    const present = await readIfPresent(path.join(folder, file.name))
    if (present !== null && !file.mark.test(present)) {
      throw foreignFile(path.join(folder, file.name))
    }
    if (present !== file.text) {
      changed.push(file)
    }
  }
  for (const { name, text } of changed) {
    const file = path.join(folder, name)
    try {
      await mkdir(folder, { recursive: true })
      await writeFile(file, text)
    } catch (error) {
      throw outputNotWritable(file, error)
    }
  }
}

/** Null also when it cannot be read: writing it then says why. */
async function readIfPresent(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null)
}
