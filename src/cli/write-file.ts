import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { fileExists, unwritableFile } from './cli-error.js'
import { systemCode } from './system-code.js'

/**
 * Writes a file, all or nothing: until all is there, it has another name.
 *
 * @param name What the person calls it.
 * @param signal Stops it; then it rejects with the reason.
 * @throws {GyroError} `CLI.FILE_EXISTS`, `CLI.UNWRITABLE`; what reading the text throws.
 */
export async function writeFile(
  path: string,
  text: AsyncIterable<string>,
  {
    name,
    overwrite,
    signal,
  }: { readonly name: string; readonly overwrite: boolean; readonly signal: AbortSignal },
): Promise<void> {
  // Takes the name, so that nobody else can meanwhile.
  const isOurs = !overwrite
  if (isOurs) await (await openNew(path, name)).close()
  const part = `${path}.${process.pid}.part`
  try {
    const file = await openNew(part, name)
    try {
      for await (const chunk of text) {
        signal.throwIfAborted()
        await write(file, chunk, name)
      }
    } finally {
      await file.close()
    }
    await rename(part, path).catch((error: unknown) => {
      throw unwritableFile(name, error)
    })
  } catch (error) {
    await rm(part, { force: true })
    if (isOurs) await rm(path, { force: true })
    throw error
  }
}

async function openNew(path: string, name: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx')
  } catch (error) {
    throw systemCode(error) === 'EEXIST' ? fileExists(name) : unwritableFile(name, error)
  }
}

async function write(file: FileHandle, chunk: string, name: string): Promise<void> {
  try {
    await file.write(chunk)
  } catch (error) {
    throw unwritableFile(name, error)
  }
}
