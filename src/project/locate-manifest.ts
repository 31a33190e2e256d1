import path from 'node:path'
import type { Project } from './project.js'
import { readSchemaFiles, type SchemaFile } from './read-schema-files.js'

/**
 * Where `prisma generate` writes the manifest: `manifest.json` in the `output` of the generator block
 * whose provider is prisma-gyro. Absolute; the file need not exist.
 */
export function locateManifest({ folder, schemaPath }: Project): string {
  const files = schemaPath === null ? [] : readSchemaFiles(schemaPath)
  const output = files.map(findOutput).find((found) => found !== null)
  return path.join(output ?? path.join(folder, DEFAULT_OUTPUT), 'manifest.json')
}

/** As the generator has it: beside the folder of the schema. */
const DEFAULT_OUTPUT = 'generated/gyro'

/** Prisma resolves `output` against the folder of the file that holds the block. */
function findOutput(file: SchemaFile): string | null {
  const settings = findGenerator(file.content)
  if (settings === null) {
    return null
  }
  const output = settings.get('output') ?? path.join('..', DEFAULT_OUTPUT)
  return path.resolve(path.dirname(file.path), output)
}

/**
 * The settings of our generator block. Prisma's language has one setting a line and no line breaks
 * in strings, so that lines are all one needs to know of it.
 */
function findGenerator(schema: string): ReadonlyMap<string, string> | null {
  let settings: Map<string, string> | null = null
  for (const line of schema.split('\n')) {
    if (/^\s*generator\s+\w+\s*\{/.test(line)) {
      settings = new Map()
    } else if (/^\s*\}/.test(line)) {
      if (settings?.get('provider')?.includes('prisma-gyro')) {
        return settings
      }
      settings = null
    } else {
      const [, name, value] = SETTING.exec(line) ?? []
      if (name !== undefined && value !== undefined) {
        settings?.set(name, JSON.parse(value))
      }
    }
  }
  return null
}

const SETTING = /^\s*(provider|output)\s*=\s*("(?:[^"\\]|\\.)*")/
