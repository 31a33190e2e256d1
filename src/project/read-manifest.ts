import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Manifest } from '../manifest/manifest.js'
import { parseManifest } from '../manifest/parse-manifest.js'
import { locateManifest } from './locate-manifest.js'
import type { Project } from './project.js'
import { manifestNotFound } from './project-error.js'

/** What `readManifest` chooses from. */
export interface ManifestSources {
  /** Path of a manifest, from the project's folder: goes before what the schema says. */
  readonly manifest?: string | undefined
  readonly project: Project
}

/**
 * Reads the project's import manifest.
 *
 * @throws {GyroError} `MANIFEST.NOT_FOUND`, `MANIFEST.INVALID`, `MANIFEST.VERSION`.
 * @throws {GyroError} `PROJECT.CONFIG` when it is not found because the config cannot be loaded.
 * @example
 * const manifest = await readManifest({ project: await readProject() })
 */
export async function readManifest({ manifest, project }: ManifestSources): Promise<Manifest> {
  const file =
    manifest === undefined ? locateManifest(project) : path.resolve(project.folder, manifest)
  const source = path.relative(project.folder, file)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const misled = manifest === undefined ? project.configError : null
    throw misled ?? manifestNotFound(source, String((error as NodeJS.ErrnoException).code))
  }
  return parseManifest(parseJson(text), source)
}

/** Text that is no JSON becomes a value that is no manifest. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
