import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'

/** One file of a Prisma schema. */
export interface SchemaFile {
  readonly path: string
  readonly content: string
}

/** Reads a schema: one file, or every `.prisma` file below a folder, in byte order of their paths. */
export function readSchemaFiles(schemaPath: string): SchemaFile[] {
  const files = statSync(schemaPath).isDirectory()
    ? readdirSync(schemaPath, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.prisma'))
        .sort()
        .map((name) => path.join(schemaPath, name))
    : [schemaPath]
  return files.map((file) => ({ path: file, content: readFileSync(file, 'utf8') }))
}
