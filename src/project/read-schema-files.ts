import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'

/** One file of a Prisma schema. */
export interface SchemaFile {
  readonly path: string
  readonly content: string
}

/**
 * Reads a schema: one file, or every `.prisma` file below a folder, in byte order of their paths.
 * Links are followed, as Prisma does; a folder is read once, however many of them lead to it.
 */
export function readSchemaFiles(schemaPath: string): SchemaFile[] {
  const files = isFolder(schemaPath) ? listFiles(schemaPath, new Set()).sort() : [schemaPath]
  return files.map((file) => ({ path: file, content: readFileSync(file, 'utf8') }))
}

function listFiles(folder: string, visited: Set<string>): string[] {
  const realPath = realpathSync(folder)
  if (visited.has(realPath)) {
    return []
  }
  visited.add(realPath)
  return readdirSync(folder).flatMap((name) => {
    const entry = path.join(folder, name)
    if (isFolder(entry)) {
      return listFiles(entry, visited)
    }
    return path.extname(name) === '.prisma' ? [entry] : []
  })
}

function isFolder(entry: string): boolean {
  return statSync(entry, { throwIfNoEntry: false })?.isDirectory() ?? false
}
