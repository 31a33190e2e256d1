import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'

/**
 * Makes a folder and those around it, as far as they are not there.
 *
 * Not by `recursive` of `mkdir`: Node never ends where the system denies that a folder is there in which
 * it lets nothing be made, as in `/proc`.
 *
 * @param folder An absolute path.
 * @returns The first folder that had to be made; undefined where all were there.
 * @throws What the system said.
 */
export async function makeFolder(folder: string): Promise<string | undefined> {
  const failure = await tryMake(folder)
  if (failure === null) return folder
  if ((failure as { readonly code?: unknown }).code !== 'ENOENT') {
    if (await isFolder(folder)) return undefined
    throw failure
  }
  const parent = path.dirname(folder)
  if (parent === folder) throw failure
  const made = await makeFolder(parent)
  const again = await tryMake(folder)
  // Somebody else may have made it meanwhile.
  if (again !== null && !(await isFolder(folder))) throw again
  return made ?? folder
}

async function tryMake(folder: string): Promise<unknown> {
  try {
    await mkdir(folder)
    return null
  } catch (error) {
    return error
  }
}

async function isFolder(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => null))?.isDirectory() === true
}
